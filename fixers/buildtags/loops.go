package buildtags

import (
	"go/ast"
	"go/token"
)

// keepsLoopVariables reports whether a loop of the file declares a variable that could be
// used after the turn: by a function literal, through a pointer, or by a method, which may
// take its address. It goes by names, as there are no types of files for other platforms,
// and errs on the side of yes.
func keepsLoopVariables(file *ast.File) bool {
	found := false
	ast.Inspect(file, func(n ast.Node) bool {
		names := make(map[string]bool)
		switch loop := n.(type) {
		case *ast.RangeStmt:
			if loop.Tok == token.DEFINE {
				declared(names, loop.Key, loop.Value)
			}
		case *ast.ForStmt:
			if init, ok := loop.Init.(*ast.AssignStmt); ok && init.Tok == token.DEFINE {
				declared(names, init.Lhs...)
			}
		}
		if len(names) > 0 && keeps(n, names) {
			found = true
		}
		return !found
	})
	return found
}

// declared adds the names among the expressions to a set.
func declared(names map[string]bool, exprs ...ast.Expr) {
	for _, x := range exprs {
		if id, ok := x.(*ast.Ident); ok && id.Name != "_" {
			names[id.Name] = true
		}
	}
}

// keeps reports whether a loop could keep one of its variables beyond a turn.
func keeps(loop ast.Node, names map[string]bool) bool {
	found := false
	ast.Inspect(loop, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			found = found || mentions(n, names)
		case *ast.UnaryExpr:
			found = found || n.Op == token.AND && names[root(n.X)]
		case *ast.SliceExpr:
			found = found || names[root(n.X)]
		case *ast.SelectorExpr:
			found = found || names[root(n.X)]
		}
		return !found
	})
	return found
}

// mentions reports whether a node has an identifier of one of the names.
func mentions(n ast.Node, names map[string]bool) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && names[id.Name] {
			found = true
		}
		return !found
	})
	return found
}

// root returns the name of the variable that an expression is part of, or "".
func root(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.ParenExpr:
		return root(x.X)
	case *ast.SelectorExpr:
		return root(x.X)
	case *ast.IndexExpr:
		return root(x.X)
	}
	return ""
}
