// Package outlive tells whether a reference to the variable of a loop outlives the turn of
// the loop that made it.
//
// A reference is a closure that uses the variable, or its address. It is followed through
// calls of the functions at hand, the variables of the turn, and values that are made of it.
// What functions do of which there is no source is in a table; where that has nothing, the
// answer is that it is not known.
package outlive

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/packages"
)

// A Kind is what becomes of a reference.
type Kind int

// The kinds, by how bad they are.
const (
	// Stays means that the reference is not used after the turn.
	Stays Kind = iota
	// Unknown means that it depends on code that was not looked at.
	Unknown
	// Outlives means that it is used after the turn, or can be.
	Outlives
)

// A Fate is what becomes of a reference, and why.
type Fate struct {
	Kind Kind

	// Why says what is done with the reference unless it stays, as "the closure of line
	// 7 runs in a goroutine".
	Why string

	// Of a parameter: that it is returned, and in which other parameters it is stored.
	// What these are for the caller decides.
	returned bool
	into     []int
}

// worse returns what becomes of a reference of which two things become.
func worse(a, b Fate) Fate {
	f := a
	if b.Kind > a.Kind {
		f.Kind, f.Why = b.Kind, b.Why
	}
	f.returned = a.returned || b.returned
	f.into = append(slices.Clip(a.into), b.into...)
	return f
}

// An Analysis knows the functions of some packages.
type Analysis struct {
	fset    *token.FileSet
	decls   map[string]function // by types.Func.FullName
	params  map[param]Fate
	parents map[*ast.File]map[ast.Node]ast.Node
}

// A function is one with source.
type function struct {
	pkg  *packages.Package
	file *ast.File
	decl *ast.FuncDecl
}

// A param is a parameter of a function; -1 is its receiver.
type param struct {
	function string
	index    int
}

// New returns an analysis of packages with syntax and types.
func New(fset *token.FileSet, pkgs []*packages.Package) *Analysis {
	a := &Analysis{
		fset: fset, decls: make(map[string]function), params: make(map[param]Fate),
		parents: make(map[*ast.File]map[ast.Node]ast.Node),
	}
	for _, p := range pkgs {
		for _, file := range p.Syntax {
			for _, d := range file.Decls {
				decl, ok := d.(*ast.FuncDecl)
				if !ok || decl.Body == nil {
					continue
				}
				if f, ok := p.TypesInfo.Defs[decl.Name].(*types.Func); ok {
					a.decls[f.FullName()] = function{p, file, decl}
				}
			}
		}
	}
	return a
}

// Of returns what becomes of references to a variable of a loop, in a file of a package. With
// onlyClosures, the address of the variable is known to stay.
func (a *Analysis) Of(p *packages.Package, file *ast.File, v types.Object, loop ast.Node, onlyClosures bool) Fate {
	if v == nil {
		return Fate{Kind: Unknown, Why: "its declaration was not found"}
	}
	s := &scope{a: a, info: p.TypesInfo, parents: a.parentsOf(file), node: loop, loop: true, seen: make(map[types.Object]bool)}
	return s.variable(v, onlyClosures)
}

// parentsOf returns the parent of each node of a file.
func (a *Analysis) parentsOf(file *ast.File) map[ast.Node]ast.Node {
	if found := a.parents[file]; found != nil {
		return found
	}
	parents := make(map[ast.Node]ast.Node)
	var stack []ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		if len(stack) > 0 {
			parents[n] = stack[len(stack)-1]
		}
		stack = append(stack, n)
		return true
	})
	a.parents[file] = parents
	return parents
}

// A scope is what a reference must not leave: the turn of a loop, or the call of a function
// that has it as a parameter.
type scope struct {
	a       *Analysis
	info    *types.Info
	parents map[ast.Node]ast.Node
	node    ast.Node
	loop    bool
	seen    map[types.Object]bool // variables that are being followed
}

// variable returns what becomes of references to the variable of the loop itself.
func (s *scope) variable(v types.Object, onlyClosures bool) Fate {
	var fate Fate
	for _, id := range s.uses(v) {
		fate = worse(fate, s.captured(id, s.node))
		if onlyClosures {
			continue
		}
		if e := s.address(id); e != nil {
			fate = worse(fate, s.unlessLast(e, s.value(e, fmt.Sprintf("the address of %s, taken in line %d,", v.Name(), s.line(id)))))
		}
	}
	return fate
}

// holder returns what becomes of a reference that a variable of the scope has.
func (s *scope) holder(v types.Object, what string) Fate {
	if v == nil || s.seen[v] {
		return Fate{}
	}
	s.seen[v] = true
	var fate Fate
	for _, id := range s.uses(v) {
		if s.assigned(id) {
			continue
		}
		fate = worse(fate, s.captured(id, s.node))
		fate = worse(fate, s.unlessLast(id, s.value(id, what)))
	}
	return fate
}

// uses returns the uses of a variable in the scope.
func (s *scope) uses(v types.Object) []*ast.Ident {
	var all []*ast.Ident
	ast.Inspect(s.node, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && s.info.Uses[id] == v {
			all = append(all, id)
		}
		return true
	})
	return all
}

func (s *scope) line(n ast.Node) int { return s.a.fset.Position(n.Pos()).Line }

// assigned reports whether a use of a variable is one as the left side of an assignment.
func (s *scope) assigned(id *ast.Ident) bool {
	assign, ok := s.parents[id].(*ast.AssignStmt)
	if !ok {
		return false
	}
	for _, e := range assign.Lhs {
		if e == id {
			return true
		}
	}
	return false
}

// captured returns what becomes of the closures between a use of a variable and top, which
// have a reference to it.
func (s *scope) captured(id *ast.Ident, top ast.Node) Fate {
	var fate Fate
	for n := s.parents[id]; n != nil && n != top; n = s.parents[n] {
		lit, ok := n.(*ast.FuncLit)
		if !ok {
			continue
		}
		what := fmt.Sprintf("the closure in line %d", s.line(lit))
		fate = worse(fate, s.unlessLast(lit, s.value(lit, what)))
	}
	return fate
}

// address returns the expression that takes the address of a variable at one of its uses:
// &v, v[:] of an array, or the call of a method with a pointer receiver. It is nil if there
// is none.
func (s *scope) address(id *ast.Ident) ast.Expr {
	var e ast.Expr = id
	for {
		switch p := s.parents[e].(type) {
		case *ast.ParenExpr:
			e = p
		case *ast.SelectorExpr:
			if p.X != e {
				return nil
			}
			sel := s.info.Selections[p]
			if sel == nil {
				return nil
			}
			if sel.Kind() == types.MethodVal {
				return s.implicit(p, sel)
			}
			if isPointer(s.info.TypeOf(e)) {
				return nil
			}
			e = p
		case *ast.IndexExpr:
			if p.X != e || !isArray(s.info.TypeOf(e)) {
				return nil
			}
			e = p
		case *ast.SliceExpr:
			if p.X == e && isArray(s.info.TypeOf(e)) {
				return p
			}
			return nil
		case *ast.UnaryExpr:
			if p.Op == token.AND {
				return p
			}
			return nil
		default:
			return nil
		}
	}
}

// implicit returns the method expression by which the address of its operand is taken, or
// nil if that is copied.
func (s *scope) implicit(e *ast.SelectorExpr, sel *types.Selection) ast.Expr {
	recv := sel.Obj().(*types.Func).Signature().Recv()
	if recv != nil && isPointer(recv.Type()) && !isPointer(s.info.TypeOf(e.X)) {
		return e
	}
	return nil
}

func isPointer(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

func isArray(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Array)
	return ok
}
