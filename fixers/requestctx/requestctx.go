package requestctx

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds HTTP requests without the context at hand.
var Analyzer = &analysis.Analyzer{
	Name:     "requestctx",
	Doc:      "make HTTP requests with the context at hand",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/fixers/requestctx",
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
		if ast.IsGenerated(file) || !fix.Applies(pass, file, "go1.13") {
			continue
		}
		cur, ok := root.FindNode(file)
		if !ok {
			continue
		}
		for cur := range cur.Preorder((*ast.CallExpr)(nil)) {
			if rewrite.Calls(pass.TypesInfo, cur.Node().(*ast.CallExpr), netHTTP, "NewRequest") {
				r := &request{pass: pass, file: file, cur: cur, call: cur.Node().(*ast.CallExpr)}
				r.check()
			}
		}
	}
	return nil, nil
}

// request is a call of http.NewRequest.
type request struct {
	pass *analysis.Pass
	file *ast.File
	cur  inspector.Cursor
	call *ast.CallExpr
}

// check reports the request if there is a context for it.
func (r *request) check() {
	if len(r.call.Args) != 3 {
		return
	}
	d := analysis.Diagnostic{Pos: r.call.Pos(), End: r.call.End()}
	v := r.variable()
	if v != nil {
		if stmt, ctx := r.followed(v); stmt != nil {
			d.Category, d.Message = "withcontext", "the request can be made with its context"
			if edit, ok := rewrite.Delete(r.pass, r.file, stmt, func(string) bool { return false }); ok {
				d.SuggestedFixes = r.fix(rewrite.Text(r.pass, ctx), edit)
			} else {
				d.Category, d.Message = "comment", "the request is not made with its context: a comment at WithContext would be lost"
			}
			r.pass.Report(d)
			return
		}
	}
	if r.isKept() || r.getsContext(v) {
		return
	}
	if name := r.contextAtHand(); name != "" {
		d.Category, d.Message = "newrequest", "the request does not end with the context of this function"
		d.SuggestedFixes = r.fix(name)
		r.pass.Report(d)
	}
}

// fix returns the fix that gives the request a context, with further edits.
func (r *request) fix(ctx string, more ...analysis.TextEdit) []analysis.SuggestedFix {
	var name *ast.Ident
	switch fun := ast.Unparen(r.call.Fun).(type) {
	case *ast.SelectorExpr:
		name = fun.Sel
	case *ast.Ident:
		name = fun
	}
	at := r.call.Args[0].Pos()
	edits := []analysis.TextEdit{
		rewrite.Replace(name, "NewRequestWithContext"),
		{Pos: at, End: at, NewText: []byte(ctx + ", ")},
	}
	return []analysis.SuggestedFix{{Message: "Use http.NewRequestWithContext", TextEdits: append(edits, more...)}}
}

// variable returns the variable that the request is assigned to, or nil.
func (r *request) variable() types.Object {
	assign, ok := r.cur.Parent().Node().(*ast.AssignStmt)
	if !ok || len(assign.Lhs) != 2 || len(assign.Rhs) != 1 {
		return nil
	}
	id, ok := assign.Lhs[0].(*ast.Ident)
	if !ok {
		return nil
	}
	return r.pass.TypesInfo.ObjectOf(id)
}

// isKept reports whether the request is assigned to something but a variable.
func (r *request) isKept() bool {
	assign, ok := r.cur.Parent().Node().(*ast.AssignStmt)
	if !ok {
		return false
	}
	_, ok = assign.Lhs[0].(*ast.Ident)
	return !ok
}

// followed returns the statement that gives the request in v a context right after it was
// made, and the context, or nil.
func (r *request) followed(v types.Object) (stmt ast.Stmt, ctx ast.Expr) {
	info := r.pass.TypesInfo
	next, ok := r.cur.Parent().NextSibling()
	if !ok {
		return nil, nil
	}
	var between *ast.IfStmt
	if between, ok = next.Node().(*ast.IfStmt); ok {
		if next, ok = next.NextSibling(); !ok || !leaves(between) {
			return nil, nil
		}
	}
	assign, ok := next.Node().(*ast.AssignStmt)
	if !ok || assign.Tok != token.ASSIGN || len(assign.Lhs) != 1 || len(assign.Rhs) != 1 || rewrite.Object(info, assign.Lhs[0]) != v {
		return nil, nil
	}
	call, ok := assign.Rhs[0].(*ast.CallExpr)
	if !ok || !rewrite.CallsMethod(info, call, netHTTP, "Request", "WithContext") {
		return nil, nil
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || rewrite.Object(info, sel.X) != v || !isConstantly(info, call.Args[0]) {
		return nil, nil
	}
	if len(rewrite.Uses(info, v)) == 2 {
		return nil, nil // the variable would be unused
	}
	// The context has to exist already, and the same one.
	for id := range identifiers(call.Args[0]) {
		obj := info.Uses[id]
		if between != nil && mentions(info, between, obj) || rewrite.Within(obj.Pos(), r.cur.Parent().Node()) {
			return nil, nil
		}
	}
	if between != nil && mentions(info, between, v) {
		return nil, nil
	}
	return assign, call.Args[0]
}

// leaves reports whether an if statement without else ends in what leaves the block.
func leaves(stmt *ast.IfStmt) bool {
	if stmt.Init != nil || stmt.Else != nil || len(stmt.Body.List) == 0 {
		return false
	}
	switch last := stmt.Body.List[len(stmt.Body.List)-1].(type) {
	case *ast.ReturnStmt, *ast.BranchStmt:
		return true
	case *ast.ExprStmt:
		call, ok := last.X.(*ast.CallExpr)
		if !ok {
			return false
		}
		switch fun := call.Fun.(type) {
		case *ast.Ident:
			return fun.Name == "panic"
		case *ast.SelectorExpr:
			return slices.Contains([]string{"Fatal", "Fatalf", "Exit", "FailNow"}, fun.Sel.Name)
		}
	}
	return false
}

// isConstantly reports whether an expression is a variable, a field of one, or the
// background context, so that it may as well be looked at a little sooner.
func isConstantly(info *types.Info, x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		_, ok := info.Uses[x].(*types.Var)
		return ok
	case *ast.SelectorExpr:
		_, ok := info.Uses[x.Sel].(*types.Var)
		return ok && isConstantly(info, x.X)
	case *ast.CallExpr:
		return rewrite.Calls(info, x, "context", "Background", "TODO")
	}
	return false
}

// identifiers returns the variables' names in an expression.
func identifiers(x ast.Expr) map[*ast.Ident]bool {
	ids := make(map[*ast.Ident]bool)
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			for id := range identifiers(n.X) {
				ids[id] = true
			}
			return false
		case *ast.Ident:
			ids[n] = true
		}
		return true
	})
	return ids
}

// mentions reports whether a node names an object.
func mentions(info *types.Info, n ast.Node, obj types.Object) bool {
	return slices.ContainsFunc(rewrite.Uses(info, obj), func(id *ast.Ident) bool { return rewrite.Within(id.Pos(), n) })
}
