package iofs

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// acts reports whether evaluating an expression may have an effect that is seen elsewhere:
// it calls a function that is not known to have none, or receives from a channel.
func (v *visitor) acts(x ast.Expr) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		case *ast.CallExpr:
			found = found || !v.harmless(n)
		}
		return !found
	})
	return found
}

// harmless reports whether a call is known to have no effect.
func (v *visitor) harmless(call *ast.CallExpr) bool {
	info := v.pass.TypesInfo
	if info.Types[call.Fun].IsType() {
		return true
	}
	switch obj := rewrite.Object(info, call.Fun).(type) {
	case *types.Builtin:
		return obj.Name() == "len" || obj.Name() == "cap" || obj.Name() == "string"
	case *types.Func:
		if obj.Pkg() == nil {
			return obj.Name() == "Error"
		}
		if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && v.info != nil && rewrite.Object(info, sel.X) == v.info {
			return true
		}
		switch obj.Pkg().Path() {
		case "path/filepath":
			return !strings.HasPrefix(obj.Name(), "Walk")
		case "path", "strings", "unicode", "unicode/utf8":
			return obj.Signature().Recv() == nil
		case "io/fs":
			recv := obj.Signature().Recv()
			return recv != nil && types.TypeString(recv.Type(), nil) == "io/fs.FileMode"
		case "errors":
			return obj.Name() == "Is" || obj.Name() == "New"
		case "os":
			return strings.HasPrefix(obj.Name(), "Is")
		case "regexp":
			return strings.HasPrefix(obj.Name(), "Match")
		case "fmt":
			return obj.Name() == "Errorf" || strings.HasPrefix(obj.Name(), "Sprint")
		}
	}
	return false
}
