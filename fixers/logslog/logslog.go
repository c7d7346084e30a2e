package logslog

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds messages of package log beside those of log/slog.
var Analyzer = &analysis.Analyzer{
	Name:     "logslog",
	Doc:      "write messages of package log with log/slog, in files that use both",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/fixers/logslog",
	Requires: []*analysis.Analyzer{inspect.Analyzer},
	Run:      run,
}

// since is the release with log/slog.
const since = "go1.21"

const (
	logPath  = "log"
	slogPath = "log/slog"
)

func run(pass *analysis.Pass) (any, error) {
	if !rewrite.Imports(pass.Pkg, slogPath) {
		return nil, nil
	}
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	for _, file := range pass.Files {
		if rewrite.ImportOf(file, slogPath) == nil || ast.IsGenerated(file) || !fix.Applies(pass, file, since) {
			continue
		}
		cur, ok := root.FindNode(file)
		if !ok {
			continue
		}
		for cur := range cur.Preorder((*ast.CallExpr)(nil)) {
			check(pass, file, cur.Node().(*ast.CallExpr))
		}
	}
	return nil, nil
}

// check reports a call whose message can be taken over.
func check(pass *analysis.Pass, file *ast.File, call *ast.CallExpr) {
	if !rewrite.Calls(pass.TypesInfo, call, logPath, "Print", "Println", "Printf") || call.Ellipsis.IsValid() || len(call.Args) == 0 {
		return
	}
	text, ok := literal(call.Args[0])
	if !ok || rewrite.HasComment(file, call.Lparen, call.Rparen) {
		return
	}
	name := rewrite.Callee(pass.TypesInfo, call).Name()
	kind, function, rest := "info", "Info", ""
	switch {
	case len(call.Args) == 1:
		if name == "Printf" && strings.Contains(text, "%") {
			return
		}
	case len(call.Args) == 2 && isError(pass.TypesInfo.TypeOf(call.Args[1])):
		if name == "Printf" {
			if text, ok = beforeVerb(text); !ok {
				return
			}
		}
		text = strings.TrimSuffix(strings.TrimRight(text, " "), ":")
		kind, function, rest = "error", "Error", `, "err", `+rewrite.Text(pass, call.Args[1])
	default:
		return
	}
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	slog, edits := rewrite.Import(pass, file, slogPath, "slog", call.Pos())
	if slog == "" || len(edits) > 0 {
		return // a dot import, or the name stands for something else here
	}
	with := fmt.Sprintf("%s.%s(%s%s)", slog, function, strconv.Quote(text), rest)
	rewrite.Report(pass, call, kind, fmt.Sprintf("the file logs with slog, too: use slog.%s instead of log.%s", function, name), []analysis.TextEdit{rewrite.Replace(call, with)})
}

// literal returns the text of a string literal.
func literal(x ast.Expr) (string, bool) {
	lit, ok := ast.Unparen(x).(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// beforeVerb returns the text of a format up to its verb, if that is its only one and ends it.
func beforeVerb(format string) (string, bool) {
	format = strings.TrimRight(format, "\n")
	for _, verb := range []string{"%v", "%s"} {
		if text, ok := strings.CutSuffix(format, verb); ok && !strings.Contains(text, "%") {
			return text, true
		}
	}
	return "", false
}

func isError(t types.Type) bool {
	return t != nil && types.Implements(t, types.Universe.Lookup("error").Type().Underlying().(*types.Interface))
}
