package mend

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"strings"

	"golang.org/x/tools/go/gcexportdata"
	"golang.org/x/tools/go/packages"
)

// A universe is the types that the packages of a group are type-checked with: each package
// is there once.
type universe struct {
	ctx   context.Context
	group *group
	fset  *token.FileSet
	known map[string]*types.Package // from export data, or again from source, by import path or ID
	ours  map[string]*types.Package // the group's own, by ID, and by import path
}

func (g *group) newUniverse(ctx context.Context) *universe {
	u := &universe{ctx: ctx, group: g, fset: g.world.shared, known: make(map[string]*types.Package), ours: make(map[string]*types.Package)}
	switch {
	case u.fset != nil:
	case g.imported != nil:
		u.fset = g.imported.fset
		maps.Copy(u.known, g.imported.known)
	default:
		u.fset = token.NewFileSet()
	}
	return u
}

// keep keeps what was read from export data for the next check. That is before anything was
// read that can refer to the group's own packages, which are others each time.
func (u *universe) keep() {
	if u.group.world.shared == nil {
		u.group.imported = &universe{fset: u.fset, known: maps.Clone(u.known)}
	}
}

// importerFor returns the importer of a package's imports.
func (u *universe) importerFor(p *packages.Package) types.Importer {
	return importerFunc(func(path string) (*types.Package, error) {
		if path == "unsafe" {
			return types.Unsafe, nil
		}
		imported := p.Imports[path]
		if imported == nil {
			return u.late(p, path)
		}
		if own := u.ours[imported.PkgPath]; own != nil {
			return own, nil
		}
		if u.group.world.shared != nil {
			return u.source(imported)
		}
		return u.export(imported.PkgPath)
	})
}

type importerFunc func(path string) (*types.Package, error)

func (f importerFunc) Import(path string) (*types.Package, error) { return f(path) }

// late imports a package that only a fix makes a package import.
func (u *universe) late(into *packages.Package, path string) (*types.Package, error) {
	if !mayImport(into.PkgPath, path) {
		return nil, fmt.Errorf("use of internal package %s not allowed", path)
	}
	w := u.group.world
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.shared == nil {
		if w.compiled[path] == nil {
			if err := w.compile(u.ctx, []string{path}); err != nil {
				return nil, err
			}
		}
		p := w.compiled[path]
		if p == nil {
			return nil, fmt.Errorf("there is no package %s", path)
		}
		if reaches(p, into.PkgPath, make(map[string]bool)) {
			return nil, fmt.Errorf("%s imports %s: they can't import each other", path, into.PkgPath)
		}
		return u.exportFile(path, p.ExportFile)
	}
	if _, ok := w.latecome[path]; !ok {
		roots, err := w.list(u.ctx, false, path)
		if err != nil {
			return nil, err
		}
		if len(roots) != 1 || len(roots[0].Errors) > 0 || len(roots[0].GoFiles) == 0 {
			return nil, fmt.Errorf("there is no package %s", path)
		}
		w.latecome[path] = roots[0]
	}
	if reaches(w.latecome[path], into.PkgPath, make(map[string]bool)) {
		return nil, fmt.Errorf("%s imports %s: they can't import each other", path, into.PkgPath)
	}
	return u.sourceLocked(w.latecome[path])
}

// mayImport reports whether the go command lets a package import another, as far as folders
// named internal go.
func mayImport(importer, path string) bool {
	dir := "/" + path + "/"
	i := strings.LastIndex(dir, "/internal/")
	if i < 0 {
		return true
	}
	parent := strings.TrimPrefix(dir[:i], "/")
	return parent == "" || strings.HasPrefix(strings.TrimSuffix(importer, "_test")+"/", parent+"/")
}

// reaches reports whether a package imports one of a path, however far.
func reaches(p *packages.Package, path string, seen map[string]bool) bool {
	if seen[p.ID] {
		return false
	}
	seen[p.ID] = true
	for _, i := range p.Imports {
		if i.PkgPath == path || reaches(i, path, seen) {
			return true
		}
	}
	return false
}

// export reads a package's export data.
func (u *universe) export(path string) (*types.Package, error) {
	w := u.group.world
	w.mu.Lock()
	p := w.compiled[path]
	w.mu.Unlock()
	if p == nil {
		return nil, fmt.Errorf("there is no package %s", path)
	}
	return u.exportFile(path, p.ExportFile)
}

func (u *universe) exportFile(path, file string) (*types.Package, error) {
	if p := u.known[path]; p != nil && p.Complete() {
		return p, nil
	}
	if file == "" {
		return nil, fmt.Errorf("%s does not compile", path)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := gcexportdata.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("the export data of %s: %w", path, err)
	}
	p, err := gcexportdata.Read(r, u.fset, u.known, path)
	if err != nil {
		return nil, fmt.Errorf("the export data of %s: %w", path, err)
	}
	return p, nil
}

// source type-checks a package from source.
func (u *universe) source(p *packages.Package) (*types.Package, error) {
	u.group.world.mu.Lock()
	defer u.group.world.mu.Unlock()
	return u.sourceLocked(p)
}

// sourceLocked type-checks what a package declares, without the bodies of functions. What
// imports the group's own packages is the universe's; all else is the world's.
func (u *universe) sourceLocked(p *packages.Package) (*types.Package, error) {
	if p.PkgPath == "unsafe" {
		return types.Unsafe, nil
	}
	if own := u.ours[p.PkgPath]; own != nil {
		return own, nil
	}
	w := u.group.world
	done := w.sources
	if u.reachesOurs(p, make(map[string]bool)) {
		done = u.known
	}
	if t := done[p.ID]; t != nil {
		return t, nil
	}
	var files []*ast.File
	for _, name := range p.GoFiles {
		data, err := w.run.overlay.ReadFile(name)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(u.fset, name, data, parser.SkipObjectResolution|parser.ParseComments)
		if f == nil {
			return nil, err
		}
		for _, decl := range f.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok {
				fn.Body = nil
			}
		}
		files = append(files, f)
	}
	cfg := types.Config{
		Importer: importerFunc(func(path string) (*types.Package, error) {
			imported := p.Imports[path]
			if imported == nil && path == "unsafe" {
				return types.Unsafe, nil
			}
			if imported == nil {
				return nil, fmt.Errorf("there is no package %s", path)
			}
			return u.sourceLocked(imported)
		}),
		IgnoreFuncBodies: true, FakeImportC: true, Sizes: w.sizes, GoVersion: goVersion(p),
		Error: func(error) {}, // what matters of it shows where it is used
	}
	t, _ := cfg.Check(p.PkgPath, u.fset, files, nil)
	done[p.ID] = t
	return t, nil
}

// reachesOurs reports whether a package imports one of the group's, however far.
func (u *universe) reachesOurs(p *packages.Package, seen map[string]bool) bool {
	if len(u.ours) == 0 || seen[p.ID] {
		return false
	}
	seen[p.ID] = true
	for _, i := range p.Imports {
		if u.ours[i.PkgPath] != nil || u.reachesOurs(i, seen) {
			return true
		}
	}
	return false
}

// goVersion returns the language version of a package, or "" where it has no module: that
// of the toolchain's own packages.
func goVersion(p *packages.Package) string {
	if p.Module == nil {
		return ""
	}
	if p.Module.GoVersion == "" {
		return "go1.16" // what the go command takes then
	}
	return "go" + p.Module.GoVersion
}
