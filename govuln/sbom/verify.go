package sbom

import (
	"cmp"
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/govuln/osv"
	"github.com/gomend/gomend/workspace"
)

// A Drift is what differs between a bill and the program that was built.
type Drift struct {
	Path         string // of the module
	Bill, Binary string // its version, or its hash where just that differs; "" where it is not there
	What         string // "module", "version", "sum" or "go"
}

// A Built is what a program says of how it was built.
type Built struct {
	File     string // its name
	Path     string // the import path of its main package
	Platform govuln.Platform
	Tags     []string
	Cgo      bool

	info *debug.BuildInfo
}

// ReadBinary reads what the go command has written into a program
// (https://pkg.go.dev/debug/buildinfo).
func ReadBinary(file string) (*Built, error) {
	info, err := buildinfo.ReadFile(file)
	if err != nil {
		if _, path := errors.AsType[*fs.PathError](err); path {
			return nil, err
		}
		return nil, fmt.Errorf("%s: it is no program that Go has built with modules: %w", file, err)
	}
	b := &Built{File: file, Path: info.Path, info: info}
	for _, s := range info.Settings {
		switch s.Key {
		case "GOOS":
			b.Platform.OS = s.Value
		case "GOARCH":
			b.Platform.Arch = s.Value
		case "CGO_ENABLED":
			b.Cgo = s.Value == "1"
		case "-tags":
			b.Tags = strings.FieldsFunc(s.Value, func(r rune) bool { return r == ',' || r == ' ' })
		}
	}
	if b.Path == "" || b.Platform.OS == "" {
		return nil, fmt.Errorf("%s: it does not say what it was built from, as for one that was built from named files", file)
	}
	return b, nil
}

// Config returns how to look at the code that the program was built from, for what it was
// built: cfg says where the code is.
func (b *Built) Config(cfg workspace.Config) workspace.Config {
	cfg.OS, cfg.Arch, cfg.Tags = b.Platform.OS, b.Platform.Arch, b.Tags
	cgo := "CGO_ENABLED=0"
	if b.Cgo {
		cgo = "CGO_ENABLED=1"
	}
	cfg.Env = append(slices.Clip(cfg.Env), cgo)
	return cfg
}

// Verify tells what differs between the bill of a program and that program, sorted by path.
// Versions of the code base's own modules are left aside: what is stamped depends on how it
// was built.
func (b *Bill) Verify(built *Built) []Drift {
	var all []Drift
	if b.Go != built.info.GoVersion {
		all = append(all, Drift{osv.Stdlib, b.Go, built.info.GoVersion, "go"})
	}
	here := make(map[string]*Component) // by the path that the code imports it as
	for _, c := range b.Components {
		if c.Path != osv.Stdlib {
			here[c.importedAs()] = c
		}
	}
	for _, d := range built.info.Deps {
		c := here[d.Path]
		delete(here, d.Path)
		at := d
		if d.Replace != nil {
			at = d.Replace
		}
		switch {
		case c == nil:
			all = append(all, Drift{d.Path, "", cmp.Or(at.Version, unversioned), "module"})
		case c.Own || c.Directory:
			if at.Version != "" && at.Version != unversioned && at.Sum != "" {
				all = append(all, Drift{d.Path, unversioned, at.Version, "version"})
			}
		case c.Version != at.Version:
			all = append(all, Drift{d.Path, c.Version, cmp.Or(at.Version, unversioned), "version"})
		case c.Sum != "" && at.Sum != "" && c.Sum != at.Sum:
			all = append(all, Drift{d.Path, c.Sum, at.Sum, "sum"})
		}
	}
	for path, c := range here {
		all = append(all, Drift{path, cmp.Or(c.Version, unversioned), "", "module"})
	}
	slices.SortFunc(all, func(a, b Drift) int { return strings.Compare(a.Path, b.Path) })
	return all
}

// importedAs returns the path that the code imports the module by.
func (c *Component) importedAs() string {
	if c.Replaces != nil {
		return c.Replaces.Path
	}
	return c.Path
}

// Since makes bills of the code base as it was at a revision: at the commit from which HEAD and
// the revision have parted. What was not there then has none.
func Since(ctx context.Context, cfg workspace.Config, revision string, o Options) ([]*Bill, error) {
	w, err := workspace.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	bills, err := since(ctx, w, cfg, revision, o)
	if err != nil {
		return nil, fmt.Errorf("bill of %s: %w", revision, err)
	}
	return bills, nil
}

func since(ctx context.Context, w *workspace.Workspace, cfg workspace.Config, revision string, o Options) ([]*Bill, error) {
	past, err := workspace.OpenPast(ctx, w, cfg, revision)
	if err != nil {
		return nil, err
	}
	defer past.Close()
	bills, err := Read(ctx, past.Config, o)
	_, noModule := errors.AsType[*workspace.NoModuleError](err)
	_, noMatch := errors.AsType[*workspace.NoMatchError](err)
	if noModule || noMatch || errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return bills, err
}
