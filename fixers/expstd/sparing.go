package expstd

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// indifferent are functions to which a nil slice is as good as an empty one, by their
// packages.
var indifferent = map[string][]string{
	"slices":                              {"BinarySearch", "Contains", "ContainsFunc", "Equal", "Index", "IndexFunc", "Reverse", "Sort", "SortFunc", "SortStableFunc"},
	expSlices:                             {"BinarySearch", "Contains", "ContainsFunc", "Equal", "Index", "IndexFunc", "Reverse", "Sort", "SortFunc", "SortStableFunc"},
	"sort":                                {"Float64s", "Ints", "Slice", "SliceStable", "Strings"},
	"strings":                             {"Join"},
	"github.com/stretchr/testify/assert":  {"Contains", "ElementsMatch", "Empty", "Len", "NotContains", "NotEmpty"},
	"github.com/stretchr/testify/require": {"Contains", "ElementsMatch", "Empty", "Len", "NotContains", "NotEmpty"},
}

// sparing reports whether it makes no difference that a slice is nil instead of empty, where
// it is used: the cursor stands at the expression. A variable that is declared by it is
// followed, unless it comes of one itself.
func (c *change) sparing(cur inspector.Cursor, follow bool) bool {
	cur = rewrite.Unparen(cur)
	info := c.pass.TypesInfo
	switch cur.ParentEdgeKind() {
	case edge.RangeStmt_X, edge.IndexExpr_X:
		return true
	case edge.CallExpr_Args:
		call := cur.Parent().Node().(*ast.CallExpr)
		switch fn := rewrite.Object(info, call.Fun).(type) {
		case *types.Builtin:
			switch fn.Name() {
			case "len", "cap", "copy":
				return true
			case "append":
				return cur.ParentEdgeIndex() > 0 && call.Ellipsis.IsValid() || !follow && c.setsItself(cur.Parent(), cur.Node())
			}
		case *types.Func:
			return fn.Pkg() != nil && slices.Contains(indifferent[fn.Pkg().Path()], fn.Name())
		}
	case edge.AssignStmt_Lhs:
		return !follow
	case edge.AssignStmt_Rhs:
		assign := cur.Parent().Node().(*ast.AssignStmt)
		if !follow || assign.Tok != token.DEFINE || len(assign.Lhs) != len(assign.Rhs) {
			return false
		}
		id, ok := assign.Lhs[cur.ParentEdgeIndex()].(*ast.Ident)
		if !ok || info.Defs[id] == nil {
			return false
		}
		for use := range c.cursor.Preorder((*ast.Ident)(nil)) {
			if info.Uses[use.Node().(*ast.Ident)] == info.Defs[id] && !c.sparing(use, false) {
				return false
			}
		}
		return true
	}
	return false
}

// setsItself reports whether the result of an append is assigned to the variable that it
// appends to.
func (c *change) setsItself(call inspector.Cursor, first ast.Node) bool {
	call = rewrite.Unparen(call)
	if call.ParentEdgeKind() != edge.AssignStmt_Rhs {
		return false
	}
	assign := call.Parent().Node().(*ast.AssignStmt)
	x, ok := first.(ast.Expr)
	return ok && len(assign.Lhs) == 1 && rewrite.Object(c.pass.TypesInfo, assign.Lhs[0]) == rewrite.Object(c.pass.TypesInfo, x)
}
