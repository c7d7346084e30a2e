package vettool

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// A config is the go command's description of a package (vetConfig in
// cmd/go/internal/work), as of Go 1.26 and 1.27.
type config struct {
	ID           string   // package's import path
	Dir          string   // its directory
	ImportPath   string   // path to type-check it under
	GoFiles      []string // absolute; with cgo, what it generated
	NonGoFiles   []string // absolute
	IgnoredFiles []string // absolute
	GoVersion    string   // as in "go1.21"

	ModulePath    string           // until Go 1.26
	ModuleVersion string           // until Go 1.26
	Module        *analysis.Module // since Go 1.27

	ImportMap   map[string]string // import path in the source → package path
	PackageFile map[string]string // package path → export data
	PackageVetx map[string]string // package path → facts

	VetxOnly   bool   // only facts are wanted
	VetxOutput string // where to write them
	Stdout     string // where to write what is for standard output

	SucceedOnTypecheckFailure bool
}

func readConfig(name string) (*config, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	cfg := new(config)
	if err := json.Unmarshal(data, cfg); err != nil {
		return nil, fmt.Errorf("%s is not a package description of go vet: %w", name, err)
	}
	if len(cfg.GoFiles) == 0 {
		return nil, fmt.Errorf("%s: package %s has no Go files", name, cfg.ImportPath)
	}
	return cfg, nil
}

// module returns what is known of the package's module, or nil. It leaves out
// where the module lies: no result may depend on that.
func (cfg *config) module() *analysis.Module {
	if m := cfg.Module; m != nil {
		return &analysis.Module{
			Path:      m.Path,
			Version:   m.Version,
			Main:      m.Main,
			Indirect:  m.Indirect,
			GoVersion: "go" + strings.TrimPrefix(cmp.Or(m.GoVersion, cfg.GoVersion), "go"),
		}
	}
	if cfg.ModulePath != "" {
		return &analysis.Module{
			Path:      cfg.ModulePath,
			Version:   cfg.ModuleVersion,
			Main:      cfg.ModuleVersion == "",
			GoVersion: cfg.GoVersion,
		}
	}
	return nil
}

// own reports whether the package is the user's: of a main module, of one
// that a replace directive takes from a directory, or without a module and
// not of the standard library.
func (cfg *config) own() bool {
	m := cfg.module()
	switch {
	case m == nil:
		first, _, _ := strings.Cut(cfg.ImportPath, "/")
		return strings.Contains(first, ".")
	case m.Version == "":
		return true
	}
	dir := filepath.ToSlash(cfg.Dir)
	downloaded := strings.Contains(dir, "@v") // in the module cache
	vendored := strings.HasSuffix(dir, "/vendor/"+cfg.ImportPath)
	return !downloaded && !vendored
}

// writeFacts writes the package's facts for its importers.
func (cfg *config) writeFacts(data []byte) error {
	if cfg.VetxOutput == "" {
		return nil
	}
	return os.WriteFile(cfg.VetxOutput, data, 0o666)
}
