package loopvar

import (
	"go/ast"
	"go/token"
	"go/types"
)

// changes reports whether a block changes one of the variables, or could do so through a
// pointer.
func changes(info *types.Info, block *ast.BlockStmt, variables map[types.Object]bool) bool {
	found := false
	is := func(x ast.Expr) bool { return x != nil && variables[variableOf(info, x)] }
	ast.Inspect(block, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, x := range n.Lhs {
				found = found || is(x)
			}
		case *ast.IncDecStmt:
			found = found || is(n.X)
		case *ast.RangeStmt:
			found = found || n.Tok == token.ASSIGN && (is(n.Key) || is(n.Value))
		case *ast.UnaryExpr:
			found = found || n.Op == token.AND && is(n.X)
		case *ast.SliceExpr:
			if _, ok := info.TypeOf(n.X).Underlying().(*types.Array); ok {
				found = found || is(n.X)
			}
		case *ast.SelectorExpr:
			found = found || takesAddress(info, n) && is(n.X)
		}
		return !found
	})
	return found
}

// variableOf returns the variable that has the storage of an expression in itself: not
// behind a pointer, in a slice or a map.
func variableOf(info *types.Info, x ast.Expr) types.Object {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		return info.Uses[x]
	case *ast.SelectorExpr:
		if sel := info.Selections[x]; sel != nil && !sel.Indirect() {
			return variableOf(info, x.X)
		}
	case *ast.IndexExpr:
		if t := info.TypeOf(x.X); t != nil {
			if _, ok := t.Underlying().(*types.Array); ok {
				return variableOf(info, x.X)
			}
		}
	}
	return nil
}

// takesAddress reports whether a selector is a method that gets the address of its operand.
func takesAddress(info *types.Info, sel *ast.SelectorExpr) bool {
	selection := info.Selections[sel]
	if selection == nil || selection.Kind() != types.MethodVal {
		return false
	}
	recv := selection.Obj().(*types.Func).Signature().Recv().Type()
	if _, ok := types.Unalias(recv).(*types.Pointer); !ok {
		return false
	}
	_, ok := info.TypeOf(sel.X).Underlying().(*types.Pointer)
	return !ok
}
