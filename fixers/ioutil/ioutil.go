package ioutil

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds uses of io/ioutil.
var Analyzer = &analysis.Analyzer{
	Name:     "ioutil",
	Doc:      "use the functions of packages io and os instead of io/ioutil's",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/fixers/ioutil",
	Run:      run,
	Requires: []*analysis.Analyzer{inspect.Analyzer},
}

// since is the release in which the functions moved.
const since = "go1.16"

// member is a package-level name.
type member struct{ pkg, name string }

// moved are the members of io/ioutil that stand elsewhere with the same type and meaning,
// by https://go.dev/doc/go1.16#ioutil.
var moved = map[string]member{
	"Discard":   {"io", "Discard"},
	"NopCloser": {"io", "NopCloser"},
	"ReadAll":   {"io", "ReadAll"},
	"ReadFile":  {"os", "ReadFile"},
	"TempDir":   {"os", "MkdirTemp"},
	"TempFile":  {"os", "CreateTemp"},
	"WriteFile": {"os", "WriteFile"},
}

func run(pass *analysis.Pass) (any, error) {
	imports := func(p *types.Package) bool { return p.Path() == "io/ioutil" }
	if !slices.ContainsFunc(pass.Pkg.Imports(), imports) {
		return nil, nil
	}
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	for cur := range root.Preorder((*ast.File)(nil)) {
		file := cur.Node().(*ast.File)
		if !fix.Applies(pass, file, since) || ast.IsGenerated(file) {
			continue
		}
		for cur := range cur.Preorder((*ast.Ident)(nil)) {
			id := cur.Node().(*ast.Ident)
			obj := pass.TypesInfo.Uses[id]
			if obj == nil || obj.Pkg() == nil || !imports(obj.Pkg()) {
				continue
			}
			sel, ok := cur.Parent().Node().(*ast.SelectorExpr)
			switch to, known := moved[obj.Name()]; {
			case !ok || cur.ParentEdgeKind() != edge.SelectorExpr_Sel:
				rewrite.Report(pass, id, "left", "io/ioutil is left: it is imported with a dot, so that nothing says which of the names are its own", nil)
			case known && written(cur.Parent()):
				rewrite.Report(pass, sel, "left", "ioutil.Discard is left: the variable is set here, or its address taken", nil)
			case known:
				edits := rename(pass, file, sel, to)
				rewrite.Report(pass, sel, "move", fmt.Sprintf("use %s.%s instead of ioutil.%s", to.pkg, to.name, id.Name), edits)
			case obj.Name() == "ReadDir":
				readDir(pass, file, cur.Parent())
			}
		}
	}
	return nil, nil
}

// rename returns the edits that make a qualified identifier one of another package.
func rename(pass *analysis.Pass, file *ast.File, sel *ast.SelectorExpr, to member) []analysis.TextEdit {
	qualifier, edits := rewrite.Import(pass, file, to.pkg, to.pkg, sel.Pos())
	if qualifier == "" {
		return append(edits, rewrite.Replace(sel, to.name))
	}
	edits = append(edits, rewrite.Replace(sel.X, qualifier))
	if sel.Sel.Name != to.name {
		edits = append(edits, rewrite.Replace(sel.Sel, to.name))
	}
	return edits
}

// written reports whether a variable is set or its address is taken where it is named.
func written(cur inspector.Cursor) bool {
	for cur.ParentEdgeKind() == edge.ParenExpr_X {
		cur = cur.Parent()
	}
	switch cur.ParentEdgeKind() {
	case edge.AssignStmt_Lhs, edge.RangeStmt_Key, edge.RangeStmt_Value:
		return true
	case edge.UnaryExpr_X:
		return cur.Parent().Node().(*ast.UnaryExpr).Op == token.AND
	}
	return false
}
