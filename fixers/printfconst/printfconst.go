package printfconst

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/analysis/passes/printf"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds texts that are taken for formats.
var Analyzer = &analysis.Analyzer{
	Name:     "printfconst",
	Doc:      `put "%s" before a text in the place of a format`,
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/fixers/printfconst",
	Requires: []*analysis.Analyzer{inspect.Analyzer, printf.Analyzer},
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
	c := &checker{
		pass:      pass,
		functions: pass.ResultOf[printf.Analyzer].(*printf.Result),
		root:      pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root(),
	}
	for _, file := range pass.Files {
		if ast.IsGenerated(file) || !fix.Applies(pass, file, "go1.24") {
			continue
		}
		cur, ok := c.root.FindNode(file)
		if !ok {
			continue
		}
		for cur := range cur.Preorder((*ast.CallExpr)(nil)) {
			c.check(cur)
		}
	}
	return nil, nil
}

// checker is the state of a run.
type checker struct {
	pass      *analysis.Pass
	functions *printf.Result
	root      inspector.Cursor
}

// check checks one call.
func (c *checker) check(cur inspector.Cursor) {
	call := cur.Node().(*ast.CallExpr)
	if call.Ellipsis.IsValid() {
		return
	}
	format := formatOf(c.pass.TypesInfo, call)
	if format == nil || c.pass.TypesInfo.Types[format].Value != nil || !isString(c.pass.TypesInfo.TypeOf(format)) || !c.formats(call) {
		return
	}
	d := analysis.Diagnostic{Pos: format.Pos(), End: format.End()}
	switch c.percents(cur, format) {
	case free:
		d.Category, d.Message = "percentfree", `a text stands in the place of a format: put "%s" before it`
	case inConstant:
		d.Category, d.Message = "verbs", "a text stands in the place of a format and has a % in a constant part: go test fails on it until it is a constant format with its arguments"
	case named:
		d.Category, d.Message = "format", `a variable stands in the place of a format: if it is a text, put "%s" before it`
	default:
		d.Category, d.Message = "text", `a text stands in the place of a format, and a % in it is mangled: put "%s" before it`
	}
	if d.Category != "verbs" {
		d.SuggestedFixes = []analysis.SuggestedFix{{
			Message:   `Insert the format "%s"`,
			TextEdits: []analysis.TextEdit{{Pos: format.Pos(), End: format.Pos(), NewText: []byte(`"%s", `)}},
		}}
	}
	c.pass.Report(d)
}

// formatOf returns the argument before the variadic ones if it is the last, or nil.
func formatOf(info *types.Info, call *ast.CallExpr) ast.Expr {
	t := info.TypeOf(call.Fun)
	if t == nil {
		return nil
	}
	sig, ok := t.Underlying().(*types.Signature)
	if !ok || !sig.Variadic() || sig.Params().Len() < 2 || len(call.Args) != sig.Params().Len()-1 {
		return nil
	}
	return call.Args[len(call.Args)-1]
}

// isString reports whether a type is a string.
func isString(t types.Type) bool {
	if t == nil {
		return false
	}
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Kind() == types.String
}

// formats reports whether a call formats its last arguments.
func (c *checker) formats(call *ast.CallExpr) bool {
	switch callee := typeutil.Callee(c.pass.TypesInfo, call).(type) {
	case *types.Func:
		return formatting(c.functions.Kind(callee)) || formatting(c.functions.Kind(callee.Origin())) || c.saysFormat(callee)
	case *types.Var:
		return c.forwards(callee)
	}
	return false
}

// saysFormat reports whether a function of another package is called like one that formats
// and has a parameter of that name: drivers that do not look at a module's dependencies know
// nothing else of logrus.Infof. It errs where such a function does not format at all.
func (c *checker) saysFormat(fn *types.Func) bool {
	sig := fn.Signature()
	if fn.Pkg() == nil || fn.Pkg() == c.pass.Pkg || !strings.HasSuffix(fn.Name(), "f") || !sig.Variadic() || sig.Params().Len() < 2 {
		return false
	}
	last, format := sig.Params().At(sig.Params().Len()-1), sig.Params().At(sig.Params().Len()-2)
	elem, ok := last.Type().(*types.Slice)
	if !ok {
		return false
	}
	anything, ok := elem.Elem().Underlying().(*types.Interface)
	return ok && anything.Empty() && isString(format.Type()) && isFormatName(format.Name())
}

// formatting reports whether a function of a kind takes a format.
func formatting(k printf.Kind) bool { return k == printf.KindPrintf || k == printf.KindErrorf }

// forwards reports whether a local variable is declared with a function literal that
// forwards its last two parameters to a function that formats.
func (c *checker) forwards(v *types.Var) bool {
	lit, ok := c.value(v).(*ast.FuncLit)
	if !ok {
		return false
	}
	params := c.pass.TypesInfo.TypeOf(lit).(*types.Signature).Params()
	found := false
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || !call.Ellipsis.IsValid() || len(call.Args) < 2 {
			return !found
		}
		last := call.Args[len(call.Args)-2:]
		fn, _ := typeutil.Callee(c.pass.TypesInfo, call).(*types.Func)
		if fn != nil && formatting(c.functions.Kind(fn)) &&
			rewrite.Object(c.pass.TypesInfo, last[0]) == params.At(params.Len()-2) &&
			rewrite.Object(c.pass.TypesInfo, last[1]) == params.At(params.Len()-1) {
			found = true
		}
		return !found
	})
	return found
}

// value returns what a variable is declared with by :=, or nil.
func (c *checker) value(v *types.Var) ast.Expr {
	cur, ok := c.root.FindByPos(v.Pos(), v.Pos())
	if !ok {
		return nil
	}
	assign, ok := cur.Parent().Node().(*ast.AssignStmt)
	if !ok || len(assign.Lhs) != len(assign.Rhs) {
		return nil
	}
	for i, x := range assign.Lhs {
		if x.Pos() == v.Pos() {
			return ast.Unparen(assign.Rhs[i])
		}
	}
	return nil
}
