package remedy

import (
	"cmp"
	"context"
	"fmt"
	"go/token"
	"go/types"
	"os"
	"slices"
	"strings"

	"golang.org/x/exp/apidiff"
	"golang.org/x/tools/go/gcexportdata"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

// An APIChange is what changes in a package that the code base imports.
type APIChange struct {
	Module, From, To string // of the dependency
	Package          string

	// Incompatible are the changes that can break code that uses the package, in
	// apidiff's words (https://pkg.go.dev/golang.org/x/exp/apidiff), and Compatible is how
	// many others there are.
	Incompatible []string
	Compatible   int
}

// apiChanges compares the packages of moved dependencies that the modules with floors import
// themselves.
func (s *search) apiChanges(ctx context.Context, head workspace.Config) ([]APIChange, error) {
	s.o.Step("comparing what the dependencies export")
	moved := make(map[string]bool)
	for _, m := range s.remedy.Modules {
		for _, v := range m.Moved {
			if v.From != "" {
				moved[v.Path] = true
			}
		}
	}
	base, err := s.trial.Config(ctx, nil)
	if err != nil {
		return nil, err
	}
	before, err := s.exports(ctx, base)
	if err != nil {
		return nil, err
	}
	after, err := s.exports(ctx, head)
	if err != nil {
		return nil, err
	}
	var all []APIChange
	for dir, old := range before {
		now := after[dir]
		if now == nil {
			continue
		}
		for _, path := range old.direct {
			a, b := old.packages[path], now.packages[path]
			if a == nil || !moved[a.Module.Path] || b == nil || b.Module == nil || a.Module.Version == b.Module.Version {
				continue
			}
			c := APIChange{Module: a.Module.Path, From: a.Module.Version, To: b.Module.Version, Package: path}
			if slices.ContainsFunc(all, func(o APIChange) bool { return o.Package == c.Package && o.From == c.From && o.To == c.To }) {
				continue
			}
			if err := c.compare(old, now); err != nil {
				return nil, err
			}
			if len(c.Incompatible)+c.Compatible > 0 {
				all = append(all, c)
			}
		}
	}
	slices.SortFunc(all, func(a, b APIChange) int {
		return cmp.Or(strings.Compare(a.Package, b.Package), compare(a.From, b.From), compare(a.To, b.To))
	})
	return all, nil
}

// exports are the packages that a module is built from, with their export data.
type exports struct {
	packages map[string]*exported
	direct   []string // those of dependencies that the module imports itself, sorted
	fset     *token.FileSet
	loaded   map[string]*types.Package
}

// exported is what the go command says of a package.
type exported struct {
	ImportPath, Export string
	Imports            []string
	Module             *struct {
		Path, Version string
		Main          bool
	}
}

// exports lists the packages of the modules with floors, as they ship, by directory.
func (s *search) exports(ctx context.Context, cfg workspace.Config) (map[string]*exports, error) {
	w, err := workspace.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	sel, err := w.Load(ctx, workspace.Release)
	if err != nil {
		return nil, err
	}
	all := make(map[string]*exports)
	for _, u := range sel.Units {
		if len(u.Args()) == 0 || !slices.ContainsFunc(u.Modules, func(m *workspace.Module) bool { return s.modules[m.Dir] != nil }) {
			continue
		}
		g := gocmd.Go{
			Dir: u.Dir, Base: cfg.Env, Env: u.Env, Tags: cfg.Tags, OS: cfg.OS, Arch: cfg.Arch,
			Overlay: cfg.Overlay, Log: cfg.Log, Stderr: cfg.Stderr,
		}
		e := &exports{packages: make(map[string]*exported), fset: token.NewFileSet(), loaded: map[string]*types.Package{"unsafe": types.Unsafe}}
		args := append([]string{"-e", "-export", "-deps", "-json=ImportPath,Export,Imports,Module", "--"}, u.Args()...)
		for p, err := range gocmd.Decode[exported](ctx, g, "list", args...) {
			if err != nil {
				return nil, err
			}
			e.packages[p.ImportPath] = &p
		}
		for _, p := range u.Packages {
			if listed := e.packages[p.ImportPath]; listed != nil {
				for _, path := range listed.Imports {
					if d := e.packages[path]; d != nil && d.Module != nil && !d.Module.Main && !slices.Contains(e.direct, path) {
						e.direct = append(e.direct, path)
					}
				}
			}
		}
		slices.Sort(e.direct)
		all[u.Dir] = e
	}
	return all, nil
}

// compare fills in what changes.
func (c *APIChange) compare(before, after *exports) error {
	old, err := before.load(c.Package)
	if err != nil {
		return fmt.Errorf("%s %s: %w", c.Package, c.From, err)
	}
	now, err := after.load(c.Package)
	if err != nil {
		return fmt.Errorf("%s %s: %w", c.Package, c.To, err)
	}
	for _, change := range apidiff.Changes(old, now).Changes {
		if change.Compatible {
			c.Compatible++
		} else {
			c.Incompatible = append(c.Incompatible, change.Message)
		}
	}
	slices.Sort(c.Incompatible)
	return nil
}

// load reads the export data of a package, and of what that mentions.
func (e *exports) load(path string) (*types.Package, error) {
	if p := e.loaded[path]; p != nil && p.Complete() {
		return p, nil
	}
	listed := e.packages[path]
	if listed == nil || listed.Export == "" {
		return nil, fmt.Errorf("package %s has no export data", path)
	}
	f, err := os.Open(listed.Export)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := gcexportdata.NewReader(f)
	if err != nil {
		return nil, err
	}
	return gcexportdata.Read(r, e.fset, e.loaded, path)
}
