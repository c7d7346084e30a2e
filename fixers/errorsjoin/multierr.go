package errorsjoin

import (
	"fmt"
	"go/ast"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// uberJoins turns a name of go.uber.org/multierr into errors.Join, or says why it stays.
func uberJoins(pass *analysis.Pass, file *ast.File, id inspector.Cursor) ([]analysis.TextEdit, string) {
	name := id.Node().(*ast.Ident).Name
	if name != "Append" && name != "Combine" {
		return nil, fmt.Sprintf("the package uses multierr.%s, which the standard library does not have", name)
	}
	if id.ParentEdgeKind() != edge.SelectorExpr_Sel {
		return nil, "it is imported with a dot"
	}
	fun := rewrite.Unparen(id.Parent())
	if name == "Append" && (fun.ParentEdgeKind() != edge.CallExpr_Fun || len(fun.Parent().Node().(*ast.CallExpr).Args) != 2) {
		return nil, "multierr.Append is used as a function value, and errors.Join has another type"
	}
	return join(pass, file, id.Parent().Node().(*ast.SelectorExpr)), ""
}

// join returns the edits that name errors.Join in the place of a library's function.
func join(pass *analysis.Pass, file *ast.File, old *ast.SelectorExpr) []analysis.TextEdit {
	qualifier, edits := rewrite.Import(pass, file, "errors", "errors", old.Pos())
	if qualifier != "" {
		qualifier += "."
	}
	return append(edits, rewrite.Replace(old, qualifier+"Join"))
}
