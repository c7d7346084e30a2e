package expstd

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// compares notes the edits that make a function that compares two elements of one that says
// whether the first is less, if each of its return statements tells how.
func (c *change) compares(arg ast.Expr) bool {
	lit, ok := ast.Unparen(arg).(*ast.FuncLit)
	if !ok || lit.Type.Results == nil || len(lit.Type.Results.List) != 1 || len(lit.Type.Results.List[0].Names) > 0 {
		return false
	}
	result, ok := ast.Unparen(lit.Type.Results.List[0].Type).(*ast.Ident)
	if !ok || !c.isBuiltin("int", lit.Pos()) {
		return false
	}
	edits := []analysis.TextEdit{rewrite.Replace(result, "int")}
	ok = true
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			var more []analysis.TextEdit
			if len(n.Results) != 1 {
				ok = false
			} else if more = c.comparison(n.Results[0]); more == nil {
				ok = false
			}
			edits = append(edits, more...)
		}
		return ok
	})
	if ok {
		c.edit(edits...)
	}
	return ok
}

// comparison returns the edits that make a comparison, whose result is negative if the
// expression holds, of the expression: x < y or x > y of integers or strings, x < 0 of an
// int, or x.Before(y) of times. It returns none for others. Floating-point numbers are left,
// since NaN is less than nothing, but compares as less.
func (c *change) comparison(x ast.Expr) []analysis.TextEdit {
	info := c.pass.TypesInfo
	switch x := ast.Unparen(x).(type) {
	case *ast.CallExpr:
		if rewrite.CallsMethod(info, x, "time", "Time", "Before") {
			if sel, ok := ast.Unparen(x.Fun).(*ast.SelectorExpr); ok {
				return []analysis.TextEdit{rewrite.Replace(sel.Sel, "Compare")}
			}
		}
	case *ast.BinaryExpr:
		if x.Op != token.LSS && x.Op != token.GTR || rewrite.HasComment(c.file, x.Pos(), x.End()) {
			return nil
		}
		if x.Op == token.LSS && isZero(info, x.Y) && types.Identical(info.TypeOf(x.X), types.Typ[types.Int]) {
			return []analysis.TextEdit{{Pos: x.X.End(), End: x.Y.End()}}
		}
		basic, ok := info.TypeOf(x.X).Underlying().(*types.Basic)
		if !ok || basic.Info()&(types.IsInteger|types.IsString) == 0 {
			return nil
		}
		first, second := x.X, x.Y
		if x.Op == token.GTR {
			if calls(first) && calls(second) {
				return nil // which is called first would change
			}
			first, second = second, first
		}
		qualifier, edits := rewrite.Import(c.pass, c.file, "cmp", "cmp", x.Pos())
		if qualifier != "" {
			qualifier += "."
		}
		text := qualifier + "Compare(" + rewrite.Text(c.pass, first) + ", " + rewrite.Text(c.pass, second) + ")"
		return append(edits, rewrite.Replace(x, text))
	}
	return nil
}

// isZero reports whether an expression is the constant 0.
func isZero(info *types.Info, x ast.Expr) bool {
	v := info.Types[x].Value
	return v != nil && v.Kind() == constant.Int && constant.Sign(v) == 0
}

// calls reports whether an expression calls anything.
func calls(x ast.Expr) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		if _, ok := n.(*ast.CallExpr); ok {
			found = true
		}
		return !found
	})
	return found
}
