package muxpattern

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds handlers that check their method.
var Analyzer = &analysis.Analyzer{
	Name:     "muxpattern",
	Doc:      "put the method that a handler demands into its pattern",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/fixers/muxpattern",
	Requires: []*analysis.Analyzer{inspect.Analyzer},
	Run:      run,
}

const netHTTP = "net/http"

func run(pass *analysis.Pass) (any, error) {
	if !rewrite.Imports(pass.Pkg, netHTTP) {
		return nil, nil
	}
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	for _, file := range pass.Files {
		if ast.IsGenerated(file) || !fix.Applies(pass, file, "go1.22") {
			continue
		}
		cur, ok := root.FindNode(file)
		if !ok {
			continue
		}
		for cur := range cur.Preorder((*ast.CallExpr)(nil)) {
			call := cur.Node().(*ast.CallExpr)
			if rewrite.Calls(pass.TypesInfo, call, netHTTP, "HandleFunc") || rewrite.CallsMethod(pass.TypesInfo, call, netHTTP, "ServeMux", "HandleFunc") {
				check(pass, call)
			}
		}
	}
	return nil, nil
}

// handler is a function that is registered.
type handler struct {
	file   *ast.File
	typ    *ast.FuncType
	body   *ast.BlockStmt
	shared bool
}

// check checks a call of HandleFunc.
func check(pass *analysis.Pass, call *ast.CallExpr) {
	if len(call.Args) != 2 {
		return
	}
	h := handlerOf(pass, call.Args[1])
	pattern, isLiteral := patternOf(pass.TypesInfo, call.Args[0])
	if h == nil || pattern == "" || len(h.body.List) == 0 || ast.IsGenerated(h.file) {
		return
	}
	stmt, ok := h.body.List[0].(*ast.IfStmt)
	if !ok {
		return
	}
	method := refused(pass.TypesInfo, h, stmt)
	if method == "" || strings.ContainsAny(pattern, " \t") {
		return
	}
	d := analysis.Diagnostic{Pos: call.Args[0].Pos(), End: call.Args[0].End()}
	const left = "the method %s is not put into the pattern: "
	switch {
	case strings.HasSuffix(pattern, "/") || strings.ContainsAny(pattern, "{}"):
		d.Category, d.Message = "subtree", fmt.Sprintf(left+"it could conflict with another pattern in the subtree", method)
	case !answers405(pass.TypesInfo, h, stmt):
		d.Category, d.Message = "status", fmt.Sprintf(left+"other methods get another answer than 405", method)
	case h.shared || !isLiteral:
		d.Category, d.Message = "shared", fmt.Sprintf(left+"the function or the path is used elsewhere too", method)
	default:
		edit, ok := rewrite.Delete(pass, h.file, stmt, func(string) bool { return false })
		if !ok {
			d.Category, d.Message = "comment", fmt.Sprintf(left+"a comment would be lost", method)
			break
		}
		d.Category, d.Message = "method", fmt.Sprintf("the mux can check the method %s", method)
		d.SuggestedFixes = []analysis.SuggestedFix{{
			Message:   "Put the method into the pattern",
			TextEdits: []analysis.TextEdit{rewrite.Replace(call.Args[0], strconv.Quote(method+" "+pattern)), edit},
		}}
	}
	pass.Report(d)
}

// patternOf returns a constant pattern, and whether it stands there as a literal.
func patternOf(info *types.Info, x ast.Expr) (pattern string, isLiteral bool) {
	v := info.Types[x].Value
	if v == nil || v.Kind() != constant.String {
		return "", false
	}
	_, isLiteral = ast.Unparen(x).(*ast.BasicLit)
	return constant.StringVal(v), isLiteral
}

// handlerOf returns the function that an expression names or is, if it is one of the package
// with names for its two parameters.
func handlerOf(pass *analysis.Pass, x ast.Expr) *handler {
	h := &handler{file: rewrite.FileOf(pass, x.Pos())}
	switch x := ast.Unparen(x).(type) {
	case *ast.FuncLit:
		h.typ, h.body = x.Type, x.Body
	case *ast.Ident, *ast.SelectorExpr:
		fn, ok := rewrite.Object(pass.TypesInfo, x).(*types.Func)
		if !ok || fn.Pkg() != pass.Pkg {
			return nil
		}
		h.file = rewrite.FileOf(pass, fn.Pos())
		decl := declarationOf(h.file, fn)
		if decl == nil || decl.Body == nil {
			return nil
		}
		h.typ, h.body = decl.Type, decl.Body
		h.shared = fn.Exported() || len(rewrite.Uses(pass.TypesInfo, fn)) > 1 || rewrite.NamedElsewhere(pass, fn.Name())
	default:
		return nil
	}
	if h.file == nil || len(h.typ.Params.List) != 2 || len(h.typ.Params.List[0].Names) != 1 || len(h.typ.Params.List[1].Names) != 1 {
		return nil
	}
	return h
}

// declarationOf returns the declaration of a function in a file, or nil.
func declarationOf(file *ast.File, fn *types.Func) *ast.FuncDecl {
	if file == nil {
		return nil
	}
	for _, d := range file.Decls {
		if decl, ok := d.(*ast.FuncDecl); ok && decl.Name.Pos() == fn.Pos() {
			return decl
		}
	}
	return nil
}

// refused returns the method whose absence an if statement of a handler is about, or "".
func refused(info *types.Info, h *handler, stmt *ast.IfStmt) string {
	cond, ok := ast.Unparen(stmt.Cond).(*ast.BinaryExpr)
	if !ok || cond.Op.String() != "!=" || stmt.Init != nil || stmt.Else != nil {
		return ""
	}
	request := info.Defs[h.typ.Params.List[1].Names[0]]
	sel, ok := ast.Unparen(cond.X).(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Method" || rewrite.Object(info, sel.X) != request {
		return ""
	}
	v := info.Types[cond.Y].Value
	if v == nil || v.Kind() != constant.String {
		return ""
	}
	method := constant.StringVal(v)
	if method == "" || strings.ToUpper(method) != method || strings.ContainsAny(method, " \t/{}\"\\") {
		return ""
	}
	return method
}

// answers405 reports whether the body of an if statement of a handler answers with the status
// 405 and returns, and does nothing else.
func answers405(info *types.Info, h *handler, stmt *ast.IfStmt) bool {
	writer := info.Defs[h.typ.Params.List[0].Names[0]]
	list := stmt.Body.List
	if len(list) < 2 {
		return false
	}
	if ret, ok := list[len(list)-1].(*ast.ReturnStmt); !ok || len(ret.Results) > 0 {
		return false
	}
	found := false
	for _, s := range list[:len(list)-1] {
		expr, ok := s.(*ast.ExprStmt)
		if !ok {
			return false
		}
		call, ok := expr.X.(*ast.CallExpr)
		if !ok {
			return false
		}
		switch {
		case rewrite.Calls(info, call, netHTTP, "Error") && rewrite.Object(info, call.Args[0]) == writer && is405(info, call.Args[2]) && info.Types[call.Args[1]].Value != nil,
			isCallOf(info, call, writer, "WriteHeader") && is405(info, call.Args[0]):
			found = true
		case rewrite.Calls(info, call, netHTTP, "Error") && rewrite.Object(info, call.Args[0]) == writer && is405(info, call.Args[2]) && isStatusText(info, call.Args[1]):
			found = true
		case isCallOf(info, call, writer, "Write"), isAllow(info, call, writer):
		default:
			return false
		}
	}
	return found
}

// is405 reports whether an expression is the status 405.
func is405(info *types.Info, x ast.Expr) bool {
	v := info.Types[x].Value
	return v != nil && v.ExactString() == "405"
}

// isStatusText reports whether an expression is a call of http.StatusText.
func isStatusText(info *types.Info, x ast.Expr) bool {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	return ok && rewrite.Calls(info, call, netHTTP, "StatusText")
}

// isCallOf reports whether a call is one of a method of a variable.
func isCallOf(info *types.Info, call *ast.CallExpr, v types.Object, method string) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	return ok && sel.Sel.Name == method && rewrite.Object(info, sel.X) == v
}

// isAllow reports whether a call sets the header Allow, as w.Header().Set does.
func isAllow(info *types.Info, call *ast.CallExpr, writer types.Object) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Set" || len(call.Args) != 2 {
		return false
	}
	header, ok := ast.Unparen(sel.X).(*ast.CallExpr)
	if !ok || !isCallOf(info, header, writer, "Header") {
		return false
	}
	key := info.Types[call.Args[0]].Value
	return key != nil && key.Kind() == constant.String && strings.EqualFold(constant.StringVal(key), "Allow")
}
