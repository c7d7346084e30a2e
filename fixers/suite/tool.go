package suite

import (
	"go/ast"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzers returns fixers as a fix tool of the go command runs them, which makes every fix
// that it is given, and none in a package in which two overlap: without suggestions, and
// without what another fixer does.
func Analyzers(fixers []*fix.Fixer) []*analysis.Analyzer {
	names := make(map[string]bool)
	for _, f := range fixers {
		names[f.Name()] = true
	}
	var all []*analysis.Analyzer
	for _, f := range fixers {
		tool := *f.Analyzer
		tool.Run = func(pass *analysis.Pass) (any, error) {
			inner := *pass
			inner.Report = func(d analysis.Diagnostic) {
				kind, ok := f.Kind(d.Category)
				if !ok || kind.Tier == fix.Left || kind.Tier == fix.Suggestion {
					return
				}
				if f.Name() == "inline" && (names["ioutil"] && calls(pass, d, "io/ioutil") || names["ptrto"] && calls(pass, d, "reflect")) {
					return
				}
				pass.Report(d)
			}
			return f.Analyzer.Run(&inner)
		}
		all = append(all, &tool)
	}
	return all
}

// calls reports whether a diagnostic is about a call of a function of a package, or about
// what else of it is named there.
func calls(pass *analysis.Pass, d analysis.Diagnostic, path string) bool {
	file := rewrite.FileOf(pass, d.Pos)
	if file == nil {
		return false
	}
	for cur := range inspector.New([]*ast.File{file}).Root().Preorder((*ast.CallExpr)(nil), (*ast.Ident)(nil)) {
		n := cur.Node()
		if n.Pos() != d.Pos {
			continue
		}
		var x ast.Expr
		switch n := n.(type) {
		case *ast.CallExpr:
			x = n.Fun
		case *ast.Ident:
			x = n
		}
		if obj := rewrite.Object(pass.TypesInfo, x); obj != nil && obj.Pkg() != nil && obj.Pkg().Path() == path {
			return true
		}
	}
	return false
}
