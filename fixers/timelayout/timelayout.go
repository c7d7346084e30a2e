package timelayout

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds layouts of times that package time has names for.
var Analyzer = &analysis.Analyzer{
	Name:     "timelayout",
	Doc:      "use time.DateTime, time.DateOnly and time.TimeOnly instead of these layouts as literals",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/fixers/timelayout",
	Run:      run,
	Requires: []*analysis.Analyzer{inspect.Analyzer},
}

// since is the release that has the names.
const since = "go1.20"

// layouts are the layouts that package time names since then.
var layouts = map[string]string{
	"2006-01-02 15:04:05": "DateTime",
	"2006-01-02":          "DateOnly",
	"15:04:05":            "TimeOnly",
}

func run(pass *analysis.Pass) (any, error) {
	if !rewrite.Imports(pass.Pkg, "time") {
		return nil, nil
	}
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	for cur := range root.Preorder((*ast.File)(nil)) {
		file := cur.Node().(*ast.File)
		if !fix.Applies(pass, file, since) || ast.IsGenerated(file) {
			continue
		}
		for cur := range cur.Preorder((*ast.CallExpr)(nil)) {
			call := cur.Node().(*ast.CallExpr)
			i := layoutOf(pass.TypesInfo, call)
			if i < 0 || i >= len(call.Args) {
				continue
			}
			lit, ok := ast.Unparen(call.Args[i]).(*ast.BasicLit)
			if !ok {
				continue
			}
			name, ok := layouts[constant.StringVal(pass.TypesInfo.Types[lit].Value)]
			if !ok {
				continue
			}
			qualifier, edits := rewrite.Import(pass, file, "time", "time", lit.Pos())
			text := name
			if qualifier != "" {
				text = qualifier + "." + name
			}
			message := fmt.Sprintf("use time.%s instead of the layout %s", name, lit.Value)
			rewrite.Report(pass, lit, "layout", message, append(edits, rewrite.Replace(lit, text)))
		}
	}
	return nil, nil
}

// layoutOf returns which argument of a call is a layout of package time, or -1.
func layoutOf(info *types.Info, call *ast.CallExpr) int {
	switch {
	case rewrite.Calls(info, call, "time", "Parse", "ParseInLocation"),
		rewrite.CallsMethod(info, call, "time", "Time", "Format"):
		return 0
	case rewrite.CallsMethod(info, call, "time", "Time", "AppendFormat"):
		return 1
	}
	return -1
}
