package strandedptr

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds functions that only make pointers and that nothing names.
var Analyzer = &analysis.Analyzer{
	Name: "strandedptr",
	Doc:  "remove functions that only made pointers, once nothing calls them",
	URL:  "https://pkg.go.dev/github.com/gomend/gomend/fixers/strandedptr",
	Run:  run,
}

func run(pass *analysis.Pass) (any, error) {
	for _, file := range pass.Files {
		if ast.IsGenerated(file) || !fix.Applies(pass, file, "go1.26") {
			continue
		}
		for _, d := range file.Decls {
			decl, ok := d.(*ast.FuncDecl)
			if ok && makesPointer(pass.TypesInfo, decl) && unused(pass, decl) {
				report(pass, file, decl)
			}
		}
	}
	return nil, nil
}

// report reports a function that nothing names.
func report(pass *analysis.Pass, file *ast.File, decl *ast.FuncDecl) {
	d := analysis.Diagnostic{
		Pos:      decl.Name.Pos(),
		End:      decl.Name.End(),
		Category: "helper",
		Message:  fmt.Sprintf("nothing calls %s any more, as new(expr) does what it did", decl.Name.Name),
	}
	edit, ok := rewrite.Delete(pass, file, decl, func(string) bool { return true })
	if !ok || rewrite.HasComment(file, decl.Body.Pos(), decl.Body.End()) {
		d.Category, d.Message = "comment", fmt.Sprintf("nothing calls %s any more, but a comment in it would be lost", decl.Name.Name)
	} else {
		d.SuggestedFixes = []analysis.SuggestedFix{{Message: "Remove the function", TextEdits: []analysis.TextEdit{edit}}}
	}
	pass.Report(d)
}

// makesPointer reports whether a function does nothing but return a pointer to its only
// parameter, or to a variable of its value.
func makesPointer(info *types.Info, decl *ast.FuncDecl) bool {
	if decl.Recv != nil || decl.Body == nil || len(decl.Body.List) != 1 || len(decl.Type.Params.List) != 1 || len(decl.Type.Params.List[0].Names) != 1 {
		return false
	}
	ret, ok := decl.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return false
	}
	param := info.Defs[decl.Type.Params.List[0].Names[0]]
	if param == nil {
		return false
	}
	switch x := ast.Unparen(ret.Results[0]).(type) {
	case *ast.UnaryExpr:
		return x.Op == token.AND && rewrite.Object(info, x.X) == param
	case *ast.CallExpr:
		return rewrite.Object(info, x.Fun) == types.Universe.Lookup("new") && len(x.Args) == 1 && rewrite.Object(info, x.Args[0]) == param
	}
	return false
}

// unused reports whether nothing in the package names a function that is not exported.
func unused(pass *analysis.Pass, decl *ast.FuncDecl) bool {
	fn, ok := pass.TypesInfo.Defs[decl.Name].(*types.Func)
	return ok && !fn.Exported() && fn.Name() != "_" && len(rewrite.Uses(pass.TypesInfo, fn)) == 0 && !rewrite.NamedElsewhere(pass, fn.Name())
}
