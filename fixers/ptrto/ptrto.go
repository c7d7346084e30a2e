package ptrto

import (
	"fmt"
	"go/ast"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds uses of reflect.PtrTo and reflect.Ptr.
var Analyzer = &analysis.Analyzer{
	Name:     "ptrto",
	Doc:      "use reflect.PointerTo and reflect.Pointer instead of reflect.PtrTo and reflect.Ptr",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/fixers/ptrto",
	Run:      run,
	Requires: []*analysis.Analyzer{inspect.Analyzer},
}

// since is the release that has the new names.
const since = "go1.18"

// renamed are the new names of members of package reflect.
var renamed = map[string]string{"Ptr": "Pointer", "PtrTo": "PointerTo"}

func run(pass *analysis.Pass) (any, error) {
	if !rewrite.Imports(pass.Pkg, "reflect") {
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
			to, ok := renamed[id.Name]
			if !ok || !rewrite.IsMember(pass.TypesInfo.Uses[id], "reflect", id.Name) {
				continue
			}
			if _, qualified := cur.Parent().Node().(*ast.SelectorExpr); !qualified {
				rewrite.Report(pass, id, "left", fmt.Sprintf("reflect.%s is left: reflect is imported with a dot, and its new name may stand for something else", id.Name), nil)
				continue
			}
			message := fmt.Sprintf("use reflect.%s instead of reflect.%s", to, id.Name)
			rewrite.Report(pass, id, strings.ToLower(id.Name), message, []analysis.TextEdit{rewrite.Replace(id, to)})
		}
	}
	return nil, nil
}
