package titlecase

import (
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/mod/modfile"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds uses of strings.Title and bytes.Title.
var Analyzer = &analysis.Analyzer{
	Name:     "titlecase",
	Doc:      "use golang.org/x/text/cases for strings.Title",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/fixers/titlecase",
	Run:      run,
	Requires: []*analysis.Analyzer{inspect.Analyzer},
}

// since is the release that deprecates the functions.
const since = "go1.18"

const text = "golang.org/x/text"

func run(pass *analysis.Pass) (any, error) {
	if !rewrite.Imports(pass.Pkg, "bytes", "strings") {
		return nil, nil
	}
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	for cur := range root.Preorder((*ast.File)(nil)) {
		file := cur.Node().(*ast.File)
		if !fix.Applies(pass, file, since) || ast.IsGenerated(file) {
			continue
		}
		for use := range cur.Preorder((*ast.SelectorExpr)(nil)) {
			obj := pass.TypesInfo.Uses[use.Node().(*ast.SelectorExpr).Sel]
			if rewrite.IsMember(obj, "strings", "Title") || rewrite.IsMember(obj, "bytes", "Title") {
				check(pass, file, use)
			}
		}
	}
	return nil, nil
}

// check reports a use of one of the functions.
func check(pass *analysis.Pass, file *ast.File, use inspector.Cursor) {
	sel := use.Node().(*ast.SelectorExpr)
	pkg := pass.TypesInfo.Uses[sel.Sel].Pkg().Name()
	fun := rewrite.Unparen(use)
	if fun.ParentEdgeKind() != edge.CallExpr_Fun {
		rewrite.Report(pass, sel, "value", fmt.Sprintf("%s.Title is left: it is used as a function value, and the method of a cases.Caser must not be called by two goroutines at once", pkg), nil)
		return
	}
	if !requiresText(rewrite.ModuleRoot(pass, file)) {
		rewrite.Report(pass, sel, "dependency", fmt.Sprintf("%s.Title is left: it is deprecated, but golang.org/x/text, which has its successor, is not required by this module", pkg), nil)
		return
	}
	cases, edits := rewrite.Import(pass, file, text+"/cases", "cases", sel.Pos())
	language, more := rewrite.Import(pass, file, text+"/language", "language", sel.Pos())
	edits = append(edits, more...)
	method := map[string]string{"bytes": "Bytes", "strings": "String"}[pkg]
	edits = append(edits, rewrite.Replace(fun.Node(), fmt.Sprintf("%sTitle(%sUnd, %sNoLower).%s", dotted(cases), dotted(language), dotted(cases), method)))
	rewrite.Report(pass, sel, "cases", fmt.Sprintf("use golang.org/x/text/cases instead of the deprecated %s.Title, which takes apostrophes for the ends of words", pkg), edits)
}

// dotted returns a package's name as it stands before a member's.
func dotted(qualifier string) string {
	if qualifier == "" {
		return ""
	}
	return qualifier + "."
}

// requiresText reports whether the module in a folder requires golang.org/x/text for packages
// of its own.
func requiresText(root string) bool {
	name := filepath.Join(root, "go.mod")
	// Drivers let a pass read its own files only.
	data, err := os.ReadFile(name)
	if err != nil {
		return false
	}
	mod, err := modfile.ParseLax(name, data, nil)
	return err == nil && slices.ContainsFunc(mod.Require, func(r *modfile.Require) bool { return r.Mod.Path == text && !r.Indirect })
}
