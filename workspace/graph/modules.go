package graph

import (
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"github.com/gomend/gomend/workspace"
)

// Modules returns the graph of the modules of a code base. An edge is a line of
// go.mod that requires a module, or imports, or both: a line may be of no use, and
// a go.work file hides that one is missing. The imports are those of the
// selection's packages; none is known if it is nil.
func Modules(w *workspace.Workspace, s *workspace.Selection, scope Scope) *Graph {
	b := &moduleBuilder{
		scope:    scope,
		byModule: make(map[*workspace.Module]*Node),
		byPath:   make(map[string][]*Node),
		byDir:    make(map[string]*Node),
		others:   make(map[string]*Node),
	}
	for _, m := range w.Modules {
		n := b.node(&Node{Name: m.Name(), Module: m, Err: m.Err})
		b.byModule[m], b.byDir[m.Dir] = n, n
		if m.Path != "" {
			b.byPath[m.Path] = append(b.byPath[m.Path], n)
		}
	}
	for _, m := range w.Modules {
		b.requires(b.byModule[m])
	}
	if s != nil {
		b.load(w, s)
	}
	return b.graph()
}

type moduleBuilder struct {
	builder
	scope    Scope
	byModule map[*workspace.Module]*Node
	byPath   map[string][]*Node
	byDir    map[string]*Node
	others   map[string]*Node // from elsewhere, by path
}

// requires adds the edges for the lines of the module's go.mod file.
func (b *moduleBuilder) requires(from *Node) {
	file := from.Module.File
	if file == nil {
		return
	}
	for _, line := range file.Require {
		r := newRequirement(from.Module, line)
		to := b.required(from, line.Mod.Path, r)
		if to == nil {
			continue
		}
		if e := b.edge(from, to); e.Requirement == nil {
			e.Requirement = r
		}
	}
}

func newRequirement(m *workspace.Module, line *modfile.Require) *Requirement {
	start := line.Syntax.Start
	return &Requirement{
		Version:  line.Mod.Version,
		Indirect: line.Indirect,
		Replace:  replacement(m.File, line.Mod),
		Pos: token.Position{
			Filename: filepath.Join(m.Dir, "go.mod"),
			Offset:   start.Byte,
			Line:     start.Line,
			Column:   start.LineRune,
		},
	}
}

// replacement returns what the file puts in the place of a version. A line for
// just that version goes before one for all.
func replacement(file *modfile.File, v module.Version) module.Version {
	var found module.Version
	for _, r := range file.Replace {
		if r.Old == v {
			return r.New
		}
		if r.Old.Path == v.Path && r.Old.Version == "" {
			found = r.New
		}
	}
	return found
}

// required returns the node that a line of a go.mod file leads to, or nil if that
// is out of scope. A module of the code base stands for all of its versions.
func (b *moduleBuilder) required(from *Node, path string, r *Requirement) *Node {
	if r.Replace.Path != "" && r.Replace.Version == "" {
		dir := filepath.FromSlash(r.Replace.Path)
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(from.Module.Dir, dir)
		}
		if n := b.byDir[filepath.Clean(dir)]; n != nil {
			return n
		}
	}
	if same := b.byPath[path]; len(same) > 0 {
		// The go command allows no two in one go.work file.
		i := slices.IndexFunc(same, func(n *Node) bool { return n.Module.WorkFile == from.Module.WorkFile })
		return same[max(i, 0)]
	}
	if b.scope == CodeBase {
		return nil
	}
	return b.elsewhere(path)
}

// elsewhere returns the node of a module that is not of the code base.
func (b *moduleBuilder) elsewhere(path string) *Node {
	n := b.others[path]
	if n == nil {
		n = b.node(&Node{Name: path})
		b.others[path] = n
	}
	return n
}

// load adds what the selection knows.
func (b *moduleBuilder) load(w *workspace.Workspace, s *workspace.Selection) {
	for _, f := range s.Failures {
		if n := b.byModule[f.Module]; n != nil && n.Err == nil {
			n.Err = f.Err
		}
	}
	names := resolve(w, s)
	pkgs := slices.SortedFunc(slices.Values(s.Packages), func(x, y *workspace.Package) int {
		return strings.Compare(x.ImportPath, y.ImportPath)
	})
	for _, p := range pkgs {
		n := b.byModule[p.Module]
		n.Packages = append(n.Packages, p)
		b.imports(n, p, names)
	}
}

// imports adds the edges for what one package of the module imports.
func (b *moduleBuilder) imports(from *Node, p *workspace.Package, names *names) {
	type use struct {
		of   *Node
		kind Kind
	}
	first := make(map[use]Import)
	for i := range imports(p) {
		to := b.provider(from, p, i.Path, names)
		if to == nil || to == from {
			continue
		}
		u := use{to, i.Kind}
		if u.kind == XTest {
			u.kind = Test
		}
		if _, counted := first[u]; !counted {
			first[u] = i
		}
	}
	for u, i := range first {
		b.edge(from, u.of).count(u.kind, i)
	}
}

// provider returns the node of the module that an import leads to, or nil if that
// is out of scope, or the standard library.
func (b *moduleBuilder) provider(from *Node, p *workspace.Package, path string, names *names) *Node {
	if m := names.find(p, path).module; m != nil {
		return b.byModule[m]
	}
	if b.scope == CodeBase {
		return nil
	}
	longest := ""
	for _, line := range from.Module.File.Require {
		if below(path, line.Mod.Path) && len(line.Mod.Path) > len(longest) {
			longest = line.Mod.Path
		}
	}
	return b.others[longest] // what a replace line leads into the code base was found before
}
