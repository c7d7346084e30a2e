package quotedint

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/analysis/passes/printf"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds numbers that are printed as quoted characters.
var Analyzer = &analysis.Analyzer{
	Name:     "quotedint",
	Doc:      "convert numbers to the runes that %q prints of them",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/fixers/quotedint",
	Requires: []*analysis.Analyzer{inspect.Analyzer, printf.Analyzer},
	Run:      run,
}

// since is the release whose go vet refuses these calls.
const since = "go1.26"

func run(pass *analysis.Pass) (any, error) {
	functions := pass.ResultOf[printf.Analyzer].(*printf.Result)
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	for _, file := range pass.Files {
		if ast.IsGenerated(file) || !fix.Applies(pass, file, since) {
			continue
		}
		cur, ok := root.FindNode(file)
		if !ok {
			continue
		}
		for cur := range cur.Preorder((*ast.CallExpr)(nil)) {
			call := cur.Node().(*ast.CallExpr)
			for _, arg := range quoted(pass.TypesInfo, functions, call) {
				report(pass, arg)
			}
		}
	}
	return nil, nil
}

// quoted returns the arguments of a call that its format prints with %q.
func quoted(info *types.Info, functions *printf.Result, call *ast.CallExpr) []ast.Expr {
	fn := rewrite.Callee(info, call)
	if fn == nil || call.Ellipsis.IsValid() {
		return nil
	}
	if kind := functions.Kind(fn.Origin()); kind != printf.KindPrintf && kind != printf.KindErrorf {
		return nil
	}
	format := fn.Signature().Params().Len() - 2
	if format < 0 || len(call.Args) <= format {
		return nil
	}
	value := info.Types[call.Args[format]].Value
	if value == nil || value.Kind() != constant.String {
		return nil
	}
	verbs, ok := verbsOf(constant.StringVal(value))
	if !ok {
		return nil
	}
	var all []ast.Expr
	for i, arg := range call.Args[format+1:] {
		if i < len(verbs) && verbs[i] == 'q' {
			all = append(all, arg)
		}
	}
	return all
}

// report reports an argument if it is a number that vet refuses.
func report(pass *analysis.Pass, arg ast.Expr) {
	tv := pass.TypesInfo.Types[arg]
	basic, ok := tv.Type.Underlying().(*types.Basic)
	if !ok || basic.Info()&types.IsInteger == 0 || formatsItself(pass.Pkg, tv.Type) {
		return
	}
	switch basic.Kind() {
	case types.Byte, types.Rune, types.UntypedRune:
		return // vet lets them be
	}
	kind := "wide"
	switch basic.Kind() {
	case types.Int8, types.Int16, types.Uint16:
		kind = "fits"
	}
	if tv.Value != nil {
		n, exact := constant.Int64Val(constant.ToInt(tv.Value))
		if !exact || n < 0 || n > unicode.MaxRune {
			return
		}
		kind = "fits"
	}
	if scope := pass.Pkg.Scope().Innermost(arg.Pos()); scope == nil {
		return
	} else if _, obj := scope.LookupParent("rune", arg.Pos()); obj != types.Universe.Lookup("rune") {
		return
	}
	rewrite.Report(pass, arg, kind, "go vet refuses a number under %q, which prints the character of that number: "+
		"rune says so, and %d prints its digits", []analysis.TextEdit{
		rewrite.Replace(arg, fmt.Sprintf("rune(%s)", rewrite.Text(pass, ast.Unparen(arg)))),
	})
}

// formatsItself reports whether fmt asks a type's own method for its text.
func formatsItself(pkg *types.Package, t types.Type) bool {
	for _, name := range []string{"Format", "String", "Error"} {
		if obj, _, _ := types.LookupFieldOrMethod(t, false, pkg, name); obj != nil {
			return true
		}
	}
	return false
}

// verbsOf returns the verb of each argument of a format, which is read as package fmt does.
// It reports false where arguments are not taken one after the other, by an index or for a
// width, and for widths that fmt does not take.
func verbsOf(format string) (verbs []rune, ok bool) {
	for {
		_, rest, found := strings.Cut(format, "%")
		if !found {
			return verbs, true
		}
		rest, ok := skipNumber(strings.TrimLeft(rest, "#0+- "))
		if after, precise := strings.CutPrefix(rest, "."); precise && ok {
			rest, ok = skipNumber(after)
		}
		verb, size := utf8.DecodeRuneInString(rest)
		switch {
		case !ok || verb == '[' || verb == '*':
			return nil, false
		case size == 0:
			return verbs, true // fmt finds no verb, and takes no argument
		case verb != '%':
			verbs = append(verbs, verb)
		}
		format = rest[size:]
	}
}

// skipNumber returns what comes after a number, and whether fmt takes it for a width.
func skipNumber(format string) (rest string, ok bool) {
	rest = strings.TrimLeft(format, "0123456789")
	return rest, len(format)-len(rest) <= len("99999")
}
