package iofs

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds calls of filepath.Walk.
var Analyzer = &analysis.Analyzer{
	Name:     "iofs",
	Doc:      "use filepath.WalkDir where filepath.Walk asks for more than is needed",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/fixers/iofs",
	Run:      run,
	Requires: []*analysis.Analyzer{inspect.Analyzer},
}

// since is the release that has filepath.WalkDir.
const since = "go1.16"

func run(pass *analysis.Pass) (any, error) {
	if !slices.ContainsFunc(pass.Pkg.Imports(), func(p *types.Package) bool { return p.Path() == "path/filepath" }) {
		return nil, nil
	}
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	for cur := range root.Preorder((*ast.File)(nil)) {
		file := cur.Node().(*ast.File)
		if !fix.Applies(pass, file, since) || ast.IsGenerated(file) {
			continue
		}
		for cur := range cur.Preorder((*ast.SelectorExpr)(nil)) {
			sel := cur.Node().(*ast.SelectorExpr)
			if rewrite.IsMember(pass.TypesInfo.Uses[sel.Sel], "path/filepath", "Walk") {
				walk(pass, root, cur)
			}
		}
	}
	return nil, nil
}

// walk reports a use of filepath.Walk.
func walk(pass *analysis.Pass, root, use inspector.Cursor) {
	sel := use.Node().(*ast.SelectorExpr)
	for use.ParentEdgeKind() == edge.ParenExpr_X {
		use = use.Parent()
	}
	if use.ParentEdgeKind() != edge.CallExpr_Fun {
		leave(pass, sel, "the function is used as a value, and WalkDir has another type")
		return
	}
	v, reason := findVisitor(pass, root, use.Parent().Node().(*ast.CallExpr))
	if reason != "" {
		leave(pass, sel, reason)
		return
	}
	edits, reason := v.rewrite()
	if reason != "" {
		leave(pass, sel, reason)
		return
	}
	edits = append(edits, rewrite.Replace(sel.Sel, "WalkDir"))
	kind, message := "walkdir", "use filepath.WalkDir instead of filepath.Walk: nothing asks for more than the files' names and types"
	if !v.endsAtError() {
		kind, message = "walkdir-errors", "use filepath.WalkDir instead of filepath.Walk; a folder that can't be read will be seen twice, the second time with the error, which does not end the walk here"
	} else if !v.passesFolders() {
		kind, message = "walkdir-errors", "use filepath.WalkDir instead of filepath.Walk; a folder that can't be read will be seen before the error that ends the walk, as any other folder"
	}
	rewrite.Report(pass, sel, kind, message, edits)
}

// leave reports that a use stays, and why.
func leave(pass *analysis.Pass, sel *ast.SelectorExpr, reason string) {
	rewrite.Report(pass, sel, "walkdir-left", "filepath.WalkDir is not used: "+reason, nil)
}
