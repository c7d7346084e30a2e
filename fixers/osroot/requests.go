package osroot

import (
	"go/ast"
	"go/types"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// sayings are the methods that return what a request says, by the packages and types that
// have them.
var sayings = []struct {
	pkg, typ string
	methods  []string
}{
	{"github.com/gin-gonic/gin", "Context", []string{"Param", "PostForm", "Query"}},
	{"github.com/labstack/echo", "Context", []string{"FormValue", "Param", "QueryParam"}},
	{"github.com/labstack/echo/v4", "Context", []string{"FormValue", "Param", "QueryParam"}},
	{"net/http", "Request", []string{"FormValue", "PathValue", "PostFormValue"}},
}

// says reports whether an expression is what a request says of itself.
func says(info *types.Info, x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.CallExpr:
		for _, s := range sayings {
			if rewrite.CallsMethod(info, x, s.pkg, s.typ, s.methods...) {
				return true
			}
		}
		if rewrite.Calls(info, x, "github.com/go-chi/chi", "URLParam") || rewrite.Calls(info, x, "github.com/go-chi/chi/v5", "URLParam") {
			return true
		}
		sel, ok := ast.Unparen(x.Fun).(*ast.SelectorExpr)
		return ok && (rewrite.CallsMethod(info, x, "net/url", "Values", "Get") || rewrite.CallsMethod(info, x, "net/http", "Header", "Get")) && ofRequest(info, sel.X)
	case *ast.IndexExpr:
		vars, ok := ast.Unparen(x.X).(*ast.CallExpr)
		return ok && rewrite.Calls(info, vars, "github.com/gorilla/mux", "Vars")
	}
	return false
}

// ofRequest reports whether values are those of a request: its header, its form, or the query
// of its URL.
func ofRequest(info *types.Info, x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.CallExpr:
		sel, ok := ast.Unparen(x.Fun).(*ast.SelectorExpr)
		return ok && rewrite.CallsMethod(info, x, "net/url", "URL", "Query") && ofRequest(info, sel.X)
	case *ast.SelectorExpr:
		field, ok := info.Uses[x.Sel].(*types.Var)
		return ok && field.IsField() && field.Pkg() != nil && field.Pkg().Path() == "net/http" && isRequest(info.TypeOf(x.X))
	}
	return false
}

// isRequest reports whether a type is *http.Request, or http.Request.
func isRequest(t types.Type) bool {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	named, ok := t.(*types.Named)
	return ok && rewrite.IsMember(named.Obj(), "net/http", "Request")
}
