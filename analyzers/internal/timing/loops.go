package timing

import (
	"go/ast"
	"go/token"
	"go/types"
	"iter"

	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"
)

// CallAt returns the call or go statement's call whose opening parenthesis is
// at pos, which is where go/ssa says that it is.
func (p *Package) CallAt(pos token.Pos) (inspector.Cursor, bool) {
	if !pos.IsValid() {
		return inspector.Cursor{}, false
	}
	at, ok := p.root.FindByPos(pos, pos+1)
	if !ok {
		return at, false
	}
	for at := range at.Enclosing((*ast.CallExpr)(nil)) {
		return at, true
	}
	return at, false
}

// LoopsAround returns the loops of the same function that run the node again,
// the innermost first.
func LoopsAround(c inspector.Cursor) iter.Seq[ast.Stmt] {
	return func(yield func(ast.Stmt) bool) {
		for ; c.Valid(); c = c.Parent() {
			switch c.Node().(type) {
			case *ast.FuncDecl, *ast.FuncLit, *ast.File:
				return
			}
			switch kind, _ := c.ParentEdge(); kind {
			case edge.ForStmt_Body, edge.ForStmt_Cond, edge.ForStmt_Post, edge.RangeStmt_Body:
				if !yield(c.Parent().Node().(ast.Stmt)) {
					return
				}
			}
		}
	}
}

// InLoop reports whether a loop of the same function runs the node again.
func InLoop(c inspector.Cursor) bool {
	for range LoopsAround(c) {
		return true
	}
	return false
}

// Unbounded reports whether the number of times that a loop runs the node in one
// call of its function has no evident bound. A goto backwards is rather a second
// try than a loop.
func (p *Package) Unbounded(at inspector.Cursor) bool {
	for loop := range LoopsAround(at) {
		switch loop := loop.(type) {
		case *ast.ForStmt:
			if !counts(loop) {
				return true
			}
		case *ast.RangeStmt:
			if !p.finite(loop) {
				return true
			}
		}
	}
	return false
}

// counts reports whether loop is `for i := …; i < n; i++` or like it: its
// condition compares, and its post statement steps.
func counts(loop *ast.ForStmt) bool {
	cond, ok := loop.Cond.(*ast.BinaryExpr)
	if !ok {
		return false
	}
	switch cond.Op {
	case token.LSS, token.LEQ, token.GTR, token.GEQ, token.NEQ:
	default:
		return false
	}
	switch post := loop.Post.(type) {
	case *ast.IncDecStmt:
		return true
	case *ast.AssignStmt:
		return post.Tok != token.ASSIGN && post.Tok != token.DEFINE
	}
	return false
}

// finite reports whether loop ranges over something that has an end: neither a
// channel nor a function.
func (p *Package) finite(loop *ast.RangeStmt) bool {
	switch p.pass.TypesInfo.TypeOf(loop.X).Underlying().(type) {
	case *types.Chan, *types.Signature, *types.Interface: // an interface is a constraint here
		return false
	}
	return true
}
