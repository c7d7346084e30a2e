package rewrite

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"io/fs"

	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"
)

// AsksType reports whether x.Mode, at which the cursor stands, is called for nothing but
// the type bits: x.Mode().IsDir(), IsRegular() or Type(), or x.Mode() & os.ModeSymlink and
// the like. Both os.FileInfo and fs.DirEntry can tell these.
func AsksType(info *types.Info, mode inspector.Cursor) bool {
	if mode.ParentEdgeKind() != edge.CallExpr_Fun {
		return false
	}
	call := Unparen(mode.Parent())
	switch call.ParentEdgeKind() {
	case edge.SelectorExpr_X:
		switch call.Parent().Node().(*ast.SelectorExpr).Sel.Name {
		case "IsDir", "IsRegular", "Type":
			return true
		}
	case edge.BinaryExpr_X, edge.BinaryExpr_Y:
		and := call.Parent().Node().(*ast.BinaryExpr)
		if and.Op != token.AND {
			return false
		}
		mask := and.Y
		if call.ParentEdgeKind() == edge.BinaryExpr_Y {
			mask = and.X
		}
		value := info.Types[mask].Value
		if value == nil {
			return false
		}
		bits, exact := constant.Uint64Val(constant.ToInt(value))
		return exact && bits&^uint64(fs.ModeType) == 0
	}
	return false
}

// Unparen returns the outermost of the parentheses around an expression.
func Unparen(cur inspector.Cursor) inspector.Cursor {
	for cur.ParentEdgeKind() == edge.ParenExpr_X {
		cur = cur.Parent()
	}
	return cur
}
