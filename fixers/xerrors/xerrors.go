package xerrors

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds uses of golang.org/x/xerrors.
var Analyzer = &analysis.Analyzer{
	Name:     "xerrors",
	Doc:      "use packages errors and fmt instead of golang.org/x/xerrors",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/fixers/xerrors",
	Run:      run,
	Requires: []*analysis.Analyzer{inspect.Analyzer},
}

// since is the release whose package errors has Is, As and Unwrap, and whose fmt.Errorf
// wraps.
const since = "go1.13"

const path = "golang.org/x/xerrors"

// A successor is what a function of xerrors becomes.
type successor struct{ pkg, name, kind, difference string }

// successors are the functions that the standard library has, and what they do otherwise.
var successors = map[string]successor{
	"As":     {"errors", "As", "chain", "errors.As also looks into errors that wrap several"},
	"Errorf": {"fmt", "Errorf", "frame", "the error does not know where it was made, which %+v prints"},
	"Is":     {"errors", "Is", "chain", "errors.Is also looks into errors that wrap several"},
	"New":    {"errors", "New", "frame", "the error does not know where it was made, which %+v prints"},
	"Unwrap": {"errors", "Unwrap", "unwrap", ""},
}

func run(pass *analysis.Pass) (any, error) {
	if !rewrite.Imports(pass.Pkg, path) {
		return nil, nil
	}
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	for cur := range root.Preorder((*ast.File)(nil)) {
		file := cur.Node().(*ast.File)
		if !fix.Applies(pass, file, since) || ast.IsGenerated(file) {
			continue
		}
		spec := rewrite.ImportOf(file, path)
		if spec == nil {
			continue
		}
		for _, use := range rewrite.Qualified(pass.TypesInfo, cur, spec) {
			replace(pass, file, use)
		}
	}
	return nil, nil
}

// replace reports a use of the package.
func replace(pass *analysis.Pass, file *ast.File, use inspector.Cursor) {
	sel := use.Node().(*ast.SelectorExpr)
	to, ok := successors[sel.Sel.Name]
	if !ok {
		leave(pass, sel, "the standard library has nothing like it")
		return
	}
	if to.name == "Errorf" {
		if reason := wrapsOtherwise(pass.TypesInfo, use); reason != "" {
			leave(pass, sel, reason)
			return
		}
	}
	qualifier, edits := rewrite.Import(pass, file, to.pkg, to.pkg, sel.Pos())
	if qualifier == "" {
		edits = append(edits, rewrite.Replace(sel, to.name))
	} else {
		edits = append(edits, rewrite.Replace(sel.X, qualifier))
	}
	message := fmt.Sprintf("use %s.%s instead of xerrors.%s", to.pkg, to.name, sel.Sel.Name)
	if to.difference != "" {
		message += "; " + to.difference
	}
	rewrite.Report(pass, sel, to.kind, message, edits)
}

// wrapsOtherwise says why fmt.Errorf would make another message or wrap otherwise than
// xerrors.Errorf does where it is used, or returns the empty string.
func wrapsOtherwise(info *types.Info, use inspector.Cursor) string {
	use = rewrite.Unparen(use)
	if use.ParentEdgeKind() != edge.CallExpr_Fun {
		return "it is used as a function value, with formats that are not known"
	}
	call := use.Parent().Node().(*ast.CallExpr)
	if len(call.Args) == 0 {
		return "its arguments come from another call"
	}
	value := info.Types[call.Args[0]].Value
	if value == nil || value.Kind() != constant.String {
		return "its format is not constant"
	}
	format := constant.StringVal(value)
	rest := strings.TrimSuffix(strings.ReplaceAll(format, "%%", ""), ": %w")
	for _, verb := range strings.Split(rest, "%")[1:] {
		if verb = strings.TrimLeft(verb, "+-# 0123456789.[]*"); strings.HasPrefix(verb, "w") {
			return "an error that is wrapped within the format is named once more at the end of xerrors' message"
		}
	}
	return ""
}

// leave reports that a use stays, and why.
func leave(pass *analysis.Pass, sel *ast.SelectorExpr, reason string) {
	rewrite.Report(pass, sel, "left", fmt.Sprintf("xerrors.%s is left: %s", sel.Sel.Name, reason), nil)
}
