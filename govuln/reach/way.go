package reach

import (
	"cmp"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/tools/go/callgraph"
	"golang.org/x/tools/go/ssa"
)

// A step is a function on the way to another, with the call that leads on; the last has none.
type step struct {
	node *callgraph.Node
	call *callgraph.Edge
}

// way returns the shortest way from the nearest own function to a vulnerable one, by which it
// can be reached from an entry point, or nil. It leads through no other vulnerable function:
// who calls that is told so.
func (p *program) way(sink *callgraph.Node, vulnerable map[*callgraph.Node]bool) []step {
	distance := map[*callgraph.Node]int{sink: 0}
	level := []*callgraph.Node{sink}
	for len(level) > 0 {
		var next, own []*callgraph.Node
		for _, n := range level {
			for _, e := range n.In {
				if _, seen := distance[e.Caller]; seen || vulnerable[e.Caller] {
					continue
				}
				distance[e.Caller] = distance[n] + 1
				next = append(next, e.Caller)
				if p.isOwn(e.Caller.Func) {
					own = append(own, e.Caller)
				}
			}
		}
		var best []step
		for _, n := range own {
			if way := p.follow(n, distance); (best == nil || p.compareWays(way, best) < 0) && p.begins(n, vulnerable) {
				best = way
			}
		}
		if best != nil {
			return best
		}
		level = next
	}
	return nil
}

// follow returns a shortest way from a function, of which the distances of functions to its
// end are known: by calls of which it is known what they call, and otherwise by their places.
func (p *program) follow(n *callgraph.Node, distance map[*callgraph.Node]int) []step {
	var way []step
	for d := distance[n]; d > 0; d-- {
		var best *callgraph.Edge
		for _, e := range n.Out {
			if at, ok := distance[e.Callee]; ok && at == d-1 && (best == nil || p.compareCalls(e, best) < 0) {
				best = e
			}
		}
		way = append(way, step{n, best})
		n = best.Callee
	}
	return append(way, step{n, nil})
}

// begins reports whether execution can begin at a function, or come to it through none that is
// vulnerable.
func (p *program) begins(n *callgraph.Node, vulnerable map[*callgraph.Node]bool) bool {
	seen := map[*callgraph.Node]bool{n: true}
	for todo := []*callgraph.Node{n}; len(todo) > 0; {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if p.isEntry[n.Func] {
			return true
		}
		for _, e := range n.In {
			if !seen[e.Caller] && !vulnerable[e.Caller] {
				seen[e.Caller] = true
				todo = append(todo, e.Caller)
			}
		}
	}
	return false
}

func (p *program) compareCalls(a, b *callgraph.Edge) int {
	if c := cmp.Or(cmp.Compare(dynamic(a), dynamic(b)), comparePositions(p.fset.Position(a.Pos()), p.fset.Position(b.Pos()))); c != 0 {
		return c
	}
	return cmp.Or(
		strings.Compare(a.Caller.Func.String(), b.Caller.Func.String()),
		strings.Compare(a.Callee.Func.String(), b.Callee.Func.String()))
}

// dynamic is 0 for a call of which it is known what is called.
func dynamic(e *callgraph.Edge) int {
	if e.Site != nil && e.Site.Common().StaticCallee() == nil {
		return 1
	}
	return 0
}

func comparePositions(a, b token.Position) int {
	return cmp.Or(strings.Compare(a.Filename, b.Filename), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// compareWays compares ways: the shorter one is less, and then that with fewer calls of
// which it is not known what they call.
func (p *program) compareWays(a, b []step) int {
	guesses := func(way []step) (n int) {
		for _, s := range way[:len(way)-1] {
			n += dynamic(s.call)
		}
		return n
	}
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(guesses(a), guesses(b)), p.compareCalls(a[0].call, b[0].call))
}

// isOwn reports whether a function stands in a module of the roots.
func (p *program) isOwn(f *ssa.Function) bool {
	pkg := p.byPath[packagePath(f)]
	return pkg != nil && pkg.Module != nil && p.own[pkg.Module.Path]
}

// trace returns the frames of a way.
func (p *program) trace(way []step) []Frame {
	frames := make([]Frame, len(way))
	for i, s := range way {
		f := s.node.Func
		frame := Frame{Package: packagePath(f), Function: nameOf(f), Receiver: receiver(f)}
		pkg := p.byPath[frame.Package]
		if pkg != nil && pkg.Module != nil {
			frame.Module, frame.Version = pkg.Module.Path, pkg.Module.Version
		}
		at := p.fset.Position(f.Pos())
		if s.call != nil && s.call.Pos().IsValid() {
			at = p.fset.Position(s.call.Pos())
		}
		if !at.IsValid() && pkg != nil && i+1 < len(way) { // initialisation is written nowhere
			at = pkg.importOf(packagePath(way[i+1].node.Func))
		}
		if at.IsValid() {
			frame.File, frame.Line, frame.Column = relativeFile(at.Filename, frame.Package, pkg), at.Line, at.Column
		}
		frames[i] = frame
	}
	return frames
}

// importOf returns the place where the package imports another, or else that of its package
// clause.
func (p *pkg) importOf(path string) token.Position {
	fset := token.NewFileSet()
	var clause token.Position
	for _, name := range p.fileNames() {
		f, err := parser.ParseFile(fset, name, nil, parser.ImportsOnly)
		if err != nil {
			continue
		}
		for _, spec := range f.Imports {
			if imported, err := strconv.Unquote(spec.Path.Value); err == nil && (imported == path || p.ImportMap[imported] == path) {
				return fset.Position(spec.Pos())
			}
		}
		if !clause.IsValid() {
			clause = fset.Position(f.Package)
		}
	}
	return clause
}

// relativeFile returns a file's name relative to its module: the path of its package below
// the module's, and its base name. That is true of vendored files, too.
func relativeFile(name, path string, pkg *pkg) string {
	base := filepath.Base(name)
	if pkg == nil || pkg.Module == nil {
		return strings.TrimSuffix(path, "_test") + "/" + base
	}
	below := strings.TrimPrefix(strings.TrimPrefix(strings.TrimSuffix(path, "_test"), pkg.Module.Path), "/")
	if below == "" {
		return base
	}
	return below + "/" + base
}
