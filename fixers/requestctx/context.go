package requestctx

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// getsContext reports whether the request may get a context in another way: the function
// has a call of WithContext or Clone, gives the request to a function together with a
// context, or keeps it for others.
func (r *request) getsContext(v types.Object) bool {
	info := r.pass.TypesInfo
	for fn := range r.cur.Enclosing((*ast.FuncDecl)(nil)) {
		for cur := range fn.Preorder((*ast.CallExpr)(nil)) {
			if rewrite.CallsMethod(info, cur.Node().(*ast.CallExpr), netHTTP, "Request", "WithContext", "Clone") {
				return true
			}
		}
	}
	if v == nil {
		return false
	}
	for _, id := range rewrite.Uses(info, v) {
		cur, ok := r.cur.Inspector().Root().FindNode(id)
		if !ok {
			return true
		}
		switch parent := cur.Parent().Node().(type) {
		case *ast.CallExpr:
			if slices.ContainsFunc(parent.Args, func(x ast.Expr) bool { return isContextType(info.TypeOf(x)) }) {
				return true
			}
		case *ast.AssignStmt:
			if slices.ContainsFunc(parent.Rhs, func(x ast.Expr) bool { return x == id }) {
				return true
			}
		case *ast.KeyValueExpr, *ast.CompositeLit:
			return true
		}
	}
	return false
}

// contextAtHand returns the name of the context of the function that makes the request, or
// "": a variable ctx, or a parameter.
func (r *request) contextAtHand() string {
	at := r.call.Pos()
	scope := r.pass.TypesInfo.Scopes[r.file].Innermost(at)
	if scope == nil {
		return ""
	}
	for outer := range r.cur.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		fn := outer.Node()
		if _, obj := scope.LookupParent("ctx", at); obj != nil && isContext(obj) && rewrite.Within(obj.Pos(), fn) {
			return "ctx"
		}
		var params *ast.FieldList
		switch fn := fn.(type) {
		case *ast.FuncDecl:
			params = fn.Type.Params
		case *ast.FuncLit:
			params = fn.Type.Params
		}
		for _, field := range params.List {
			for _, name := range field.Names {
				obj := r.pass.TypesInfo.Defs[name]
				if obj == nil || name.Name == "_" || !isContext(obj) {
					continue
				}
				if _, visible := scope.LookupParent(name.Name, at); visible == obj {
					return name.Name
				}
			}
		}
		return ""
	}
	return ""
}

// isContext reports whether an object is a variable of the type context.Context.
func isContext(obj types.Object) bool {
	v, ok := obj.(*types.Var)
	return ok && isContextType(v.Type())
}

// isContextType reports whether a type is context.Context.
func isContextType(t types.Type) bool {
	if t == nil {
		return false
	}
	named, ok := types.Unalias(t).(*types.Named)
	return ok && rewrite.IsMember(named.Obj(), "context", "Context")
}
