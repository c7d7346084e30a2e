package cryptostd

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// What the name err can do for an error at a statement.
type place int

const (
	taken place = iota // it stands for something that is still asked for
	free               // a variable of the name can be declared
	ours               // there is a variable in the same block, whose value nothing asks for
)

// placeOfError returns what the name err can do for an error at a statement of a block. A
// variable that is set there must not be one that is looked at afterwards for what it was
// before, and one that is declared there must not come before another of the name.
func (d *derivation) placeOfError(stmt inspector.Cursor) place {
	info := d.pass.TypesInfo
	scope := info.Scopes[d.file].Innermost(stmt.Node().Pos())
	if own := info.Scopes[stmt.Node()]; own != nil {
		scope = own.Parent()
	}
	if scope == nil {
		return taken
	}
	here := scope.Lookup("err")
	if here == nil || here.Pos() > stmt.Node().End() {
		if d.declared[scope] {
			return ours
		}
		_, visible := scope.LookupParent("err", stmt.Node().Pos())
		if visible != nil && namedAfter(info, stmt, visible) || here != nil && !d.declaresMore(here) {
			return taken
		}
		d.declared[scope] = true
		return free
	}
	v, ok := here.(*types.Var)
	if !ok || !types.Identical(v.Type(), types.Universe.Lookup("error").Type()) || d.isShared(v) || !setBeforeUse(info, stmt, v) {
		return taken
	}
	return ours
}

// namedAfter reports whether a statement after one, in the same block, names an object.
func namedAfter(info *types.Info, stmt inspector.Cursor, obj types.Object) bool {
	for next, ok := stmt.NextSibling(); ok; next, ok = next.NextSibling() {
		if rewrite.Mentions(info, next.Node(), obj) {
			return true
		}
	}
	return false
}

// declaresMore reports whether a variable is declared by := together with another one, so
// that it may as well exist already.
func (d *derivation) declaresMore(v types.Object) bool {
	for cur := range d.root.Preorder((*ast.AssignStmt)(nil)) {
		assign := cur.Node().(*ast.AssignStmt)
		if assign.Tok != token.DEFINE || !rewrite.Within(v.Pos(), assign) {
			continue
		}
		declares, others := false, false
		for _, x := range assign.Lhs {
			if id, ok := x.(*ast.Ident); ok {
				obj := d.pass.TypesInfo.Defs[id]
				declares = declares || obj == v
				others = others || obj != nil && obj != v
			}
		}
		if declares {
			return others && types.Identical(v.Type(), types.Universe.Lookup("error").Type())
		}
	}
	return false
}

// isShared reports whether a variable is a parameter or a result, has its address taken, or
// is named by a function literal: more than the statements of its block see its value.
func (d *derivation) isShared(v *types.Var) bool {
	for cur := range d.root.Preorder((*ast.FuncType)(nil), (*ast.FuncLit)(nil), (*ast.UnaryExpr)(nil)) {
		switch n := cur.Node().(type) {
		case *ast.FuncType:
			if rewrite.Within(v.Pos(), n) {
				return true
			}
		case *ast.FuncLit:
			if !rewrite.Within(v.Pos(), n) && rewrite.Mentions(d.pass.TypesInfo, n, v) {
				return true
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND && rewrite.Object(d.pass.TypesInfo, n.X) == types.Object(v) {
				return true
			}
		}
	}
	return false
}

// setBeforeUse reports whether the first statement after one, in the same block, that names
// a variable sets it, if there is any.
func setBeforeUse(info *types.Info, stmt inspector.Cursor, v *types.Var) bool {
	for next, ok := stmt.NextSibling(); ok; next, ok = next.NextSibling() {
		if !rewrite.Mentions(info, next.Node(), v) {
			continue
		}
		set := next.Node()
		if stmt, ok := set.(*ast.IfStmt); ok && stmt.Init != nil {
			set = stmt.Init
		}
		assign, ok := set.(*ast.AssignStmt)
		if !ok || assign.Tok != token.ASSIGN && assign.Tok != token.DEFINE {
			return false
		}
		sets := false
		for _, x := range assign.Lhs {
			sets = sets || rewrite.Object(info, x) == types.Object(v)
		}
		for _, x := range assign.Rhs {
			sets = sets && !rewrite.Mentions(info, x, v)
		}
		return sets
	}
	return true
}
