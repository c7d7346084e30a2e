package cryptostd

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// misfit says why a use of golang.org/x/crypto/sha3, at which the cursor stands, would not
// be the same with crypto/sha3, or returns the empty string. Sums are. A hash is of type
// *sha3.SHA3 there, not of hash.Hash, which matters where a variable takes its type from it.
func misfit(info *types.Info, file, use inspector.Cursor) string {
	name := use.Node().(*ast.SelectorExpr).Sel.Name
	switch name {
	case "Sum224", "Sum256", "Sum384", "Sum512":
		return ""
	case "New224", "New256", "New384", "New512":
	default:
		return fmt.Sprintf("crypto/sha3 has no %s, or another one", name)
	}
	use = rewrite.Unparen(use)
	if use.ParentEdgeKind() != edge.CallExpr_Fun {
		return fmt.Sprintf("%s is used as a function value, and returns another type in crypto/sha3", name)
	}
	if !asHash(info, file, use.Parent(), true) {
		return fmt.Sprintf("what %s returns is not only used as a hash.Hash", name)
	}
	return ""
}

// asHash reports whether an expression is used in a way that goes on with a type that has
// the methods of hash.Hash. A variable that is declared by it is followed, unless it comes of
// one itself.
func asHash(info *types.Info, file, cur inspector.Cursor, follow bool) bool {
	cur = rewrite.Unparen(cur)
	switch cur.ParentEdgeKind() {
	case edge.SelectorExpr_X:
		switch cur.Parent().Node().(*ast.SelectorExpr).Sel.Name {
		case "BlockSize", "Reset", "Size", "Sum", "Write":
			return true
		}
	case edge.CallExpr_Args:
		call := cur.Parent().Node().(*ast.CallExpr)
		if fn := rewrite.Callee(info, call); fn != nil && fn.Signature().TypeParams().Len() > 0 {
			return false // a type argument may be inferred from the hash's type
		}
		return takesInterface(info.TypeOf(call.Fun), cur.ParentEdgeIndex())
	case edge.AssignStmt_Rhs:
		assign := cur.Parent().Node().(*ast.AssignStmt)
		if !follow || len(assign.Lhs) != len(assign.Rhs) || assign.Tok != token.DEFINE {
			return false
		}
		id, ok := assign.Lhs[cur.ParentEdgeIndex()].(*ast.Ident)
		if !ok || info.Defs[id] == nil {
			return false
		}
		for use := range file.Preorder((*ast.Ident)(nil)) {
			if info.Uses[use.Node().(*ast.Ident)] == info.Defs[id] && !asHash(info, file, use, false) {
				return false
			}
		}
		return true
	}
	return false
}

// takesInterface reports whether the parameter for an argument, of a function of a type, is
// of an interface with methods. Nothing but reflection tells what the argument's own type
// is, and that was an unexported one until now.
func takesInterface(fn types.Type, arg int) bool {
	sig, ok := fn.Underlying().(*types.Signature)
	if !ok || sig.Variadic() && arg >= sig.Params().Len()-1 {
		return false
	}
	iface, ok := sig.Params().At(arg).Type().Underlying().(*types.Interface)
	return ok && iface.NumMethods() > 0
}
