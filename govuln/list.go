package govuln

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/govuln/osv"
	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

// A dependency is a module that a package comes from.
type dependency struct {
	// path and version are those to look up: of what a replace line puts in the module's
	// place.
	path, version string

	// name is the path by which it is imported.
	name string

	main bool
	dir  string // "" if it is vendored

	// local tells that a replace line has a directory in its place: its version is not
	// known.
	local bool
}

// listedModule is what the go command says of a module.
type listedModule struct {
	Path, Version, Dir string
	Main               bool
	Replace            *struct{ Path, Version string }
}

func (l *listedModule) toDependency() *dependency {
	d := &dependency{path: l.Path, version: l.Version, name: l.Path, main: l.Main, dir: l.Dir}
	if r := l.Replace; r != nil {
		d.path, d.version = r.Path, r.Version
		d.local = r.Version == ""
	}
	return d
}

// A listedPackage is what the go command says of a package, or of one with its tests.
type listedPackage struct {
	ImportPath, Dir, ForTest string
	Standard                 bool
	GoFiles, CgoFiles        []string
	Imports                  []string
	Module                   *listedModule
	Error                    *struct{ Pos, Err string }
	DepsErrors               []*struct{ Pos, Err string }
}

const listFields = "-json=ImportPath,Dir,ForTest,Standard,GoFiles,CgoFiles,Imports,Module,Error,DepsErrors"

// A node is a package of a listing.
type node struct {
	id         string // the import path, with what it is compiled for in brackets
	path       string
	forTest    string
	dir        string
	files      []string
	imports    []string // IDs
	dependency *dependency
	err        string
}

// A listing is the packages of a unit, with all that they import.
type listing struct {
	nodes map[string]*node // by ID

	// dependencies are the modules that packages come from, by name; osv.Stdlib is among
	// them.
	dependencies map[string]*dependency
}

// newListing returns a listing of nothing.
func newListing(goVersion string) *listing {
	l := &listing{nodes: make(map[string]*node), dependencies: make(map[string]*dependency)}
	l.dependencies[osv.Stdlib] = &dependency{path: osv.Stdlib, name: osv.Stdlib, version: osv.OfGo(goVersion)}
	return l
}

// list asks the go command for packages, and adds them.
func (l *listing) list(ctx context.Context, g gocmd.Go, packages []string, tests bool) error {
	if len(packages) == 0 {
		return nil
	}
	args := []string{"-e", "-deps", listFields}
	if tests {
		args = append(args, "-test")
	}
	for p, err := range gocmd.Decode[listedPackage](ctx, g, "list", append(append(args, "--"), packages...)...) {
		if err != nil {
			return err
		}
		l.add(&p)
	}
	return nil
}

func (l *listing) add(p *listedPackage) {
	if l.nodes[p.ImportPath] != nil {
		return // it was listed before
	}
	path, _, _ := strings.Cut(p.ImportPath, " ")
	n := &node{id: p.ImportPath, path: path, forTest: p.ForTest, dir: p.Dir, files: slices.Concat(p.GoFiles, p.CgoFiles), imports: p.Imports}
	switch {
	case p.Error != nil:
		n.err = p.Error.Err
	case p.Module != nil:
		d := l.dependencies[p.Module.Path]
		if d == nil {
			d = p.Module.toDependency()
			l.dependencies[p.Module.Path] = d
		}
		n.dependency = d
	case p.Standard:
		n.dependency = l.dependencies[osv.Stdlib]
	}
	l.nodes[n.id] = n
}

// reachable returns the packages that some import, however indirectly, and these.
func (l *listing) reachable(ids []string) map[string]*node {
	seen := make(map[string]*node)
	todo := slices.Clone(ids)
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		n := l.nodes[id]
		if n == nil || seen[id] != nil {
			continue
		}
		seen[id] = n
		todo = append(todo, n.imports...)
	}
	return seen
}

// roots returns the IDs of a module's packages: as they ship, and those that tests add.
func (l *listing) roots(packages []*workspace.Package, m *workspace.Module) (shipped, tests []string) {
	ours := make(map[string]bool)
	for _, p := range packages {
		if p.Module == m && p.Loadable() {
			ours[p.ImportPath] = true
			shipped = append(shipped, p.ImportPath)
		}
	}
	for id, n := range l.nodes {
		if ours[n.forTest] && n.path != n.forTest || ours[n.forTest] && id != n.path || ours[strings.TrimSuffix(id, ".test")] && strings.HasSuffix(id, ".test") {
			tests = append(tests, id)
		}
	}
	slices.Sort(tests)
	return shipped, tests
}

// fileNames returns the absolute names of the package's files.
func (n *node) fileNames() []string {
	names := make([]string, len(n.files))
	for i, f := range n.files {
		names[i] = filepath.Join(n.dir, f)
		if filepath.IsAbs(f) {
			names[i] = f
		}
	}
	return names
}

// listModules returns the modules of a unit's build list, or nil where the go command can't
// tell them, as with a vendor folder.
func listModules(ctx context.Context, g gocmd.Go) ([]*dependency, error) {
	var all []*dependency
	for m, err := range gocmd.Decode[listedModule](ctx, g, "list", "-m", "-e", "-json=Path,Version,Dir,Main,Replace", "all") {
		if err != nil {
			if ctx.Err() != nil {
				return nil, err
			}
			return nil, nil
		}
		all = append(all, m.toDependency())
	}
	return all, nil
}
