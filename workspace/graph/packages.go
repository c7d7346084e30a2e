package graph

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/workspace"
)

// Packages returns the graph of the packages of a selection and of those that they
// import. An edge is imports; packages of the code base that the selection does
// not have are nodes if it imports them.
func Packages(w *workspace.Workspace, s *workspace.Selection, scope Scope) *Graph {
	var b builder
	nodes := make(map[*workspace.Package]*Node)
	for _, p := range s.Packages {
		nodes[p] = b.node(&Node{Name: p.ImportPath, Module: p.Module, Package: p})
	}
	others := make(map[string]*Node) // what was not loaded, by import path; nil is out of scope
	names := resolve(w, s)
	for _, p := range s.Packages {
		for i := range imports(p) {
			target := names.find(p, i.Path)
			to := nodes[target.pkg]
			if target.pkg == nil {
				other, known := others[i.Path]
				if !known && (target.module != nil || scope == Everything) {
					other = b.node(&Node{Name: i.Path, Module: target.module})
				}
				others[i.Path], to = other, other
			}
			if to == nil || target.pkg == p && i.Kind == XTest {
				continue
			}
			b.edge(nodes[p], to).count(i.Kind, i)
		}
	}
	return b.graph()
}

// names tell which package an import path leads to.
type names struct {
	modules []*workspace.Module
	loaded  map[string][]*workspace.Package
	unit    map[*workspace.Package]*workspace.Unit
	guessed map[string]*workspace.Module // by import path
}

// A target is what an import leads to. Both fields are nil if it is not of the code
// base, and pkg alone is if the package was not loaded.
type target struct {
	module *workspace.Module
	pkg    *workspace.Package
}

func resolve(w *workspace.Workspace, s *workspace.Selection) *names {
	r := &names{
		modules: w.Modules,
		loaded:  make(map[string][]*workspace.Package),
		unit:    make(map[*workspace.Package]*workspace.Unit),
		guessed: make(map[string]*workspace.Module),
	}
	for _, p := range s.Packages {
		r.loaded[p.ImportPath] = append(r.loaded[p.ImportPath], p)
	}
	for _, u := range s.Units {
		for _, p := range u.Packages {
			r.unit[p] = u
		}
	}
	return r
}

// find returns what an import of the path by the package leads to. Where modules
// were loaded apart, that is a package in the tree all the same, although the
// importing module may be built with a release of it.
func (r *names) find(from *workspace.Package, path string) target {
	found := r.loaded[path]
	if len(found) == 0 {
		return target{module: r.guess(path)}
	}
	p := found[0]
	if len(found) > 1 {
		// Two modules of one path are never loaded together.
		i := slices.IndexFunc(found, func(p *workspace.Package) bool { return r.unit[p] == r.unit[from] })
		p = found[max(i, 0)]
	}
	return target{p.Module, p}
}

// guess returns the module of the code base that has a package which was not
// loaded, or nil. It goes by paths, and then looks whether the directory is there and
// belongs to the module: one from elsewhere, and one that a rule leaves out of the
// code base, may have a path that begins like it.
func (r *names) guess(path string) *workspace.Module {
	if m, known := r.guessed[path]; known {
		return m
	}
	var owner *workspace.Module
	for _, m := range r.modules {
		if m.Path != "" && below(path, m.Path) && (owner == nil || len(m.Path) > len(owner.Path)) {
			owner = m
		}
	}
	if owner != nil && !hasPackage(owner, path) {
		owner = nil
	}
	r.guessed[path] = owner
	return owner
}

// hasPackage reports whether the module has a directory for the package, with no
// other module in between.
func hasPackage(m *workspace.Module, path string) bool {
	n := Node{Name: path, Module: m}
	if info, err := os.Stat(n.Dir()); err != nil || !info.IsDir() {
		return false
	}
	for dir := n.Dir(); dir != m.Dir; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return false
		}
	}
	return true
}

// below reports whether the path with slashes is top or below it.
func below(path, top string) bool {
	rest, ok := strings.CutPrefix(path, top)
	return ok && (rest == "" || rest[0] == '/' || strings.HasSuffix(top, "/"))
}
