package suite

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// waitgroupgo guards against groups that have a method Go of their own or are not the same
// in the goroutine, and tells goroutines that may end without Done.
func waitgroupgo(s *site) verdict {
	stmt, cur, ok := enclosing[*ast.GoStmt](s)
	if !ok {
		return sound
	}
	prev, ok := cur.PrevSibling()
	if !ok {
		return sound
	}
	add := prev.Node().(*ast.ExprStmt).X.(*ast.CallExpr)
	group := ast.Unparen(add.Fun).(*ast.SelectorExpr).X
	if s.calls(group) {
		return left(s.text(group) + " would be called once only")
	}
	method, _, _ := types.LookupFieldOrMethod(s.info.TypeOf(group), true, s.pass.Pkg, "Go")
	fn, ok := method.(*types.Func)
	if !ok || !isWaitGroupMethod(fn) {
		return left(s.text(group) + " has a method Go of its own")
	}
	body := stmt.Call.Fun.(*ast.FuncLit).Body
	done, deferred := doneIn(body)
	if done == nil {
		return sound
	}
	for n := range ast.Preorder(ast.Unparen(done.Fun).(*ast.SelectorExpr).X) {
		if id, ok := n.(*ast.Ident); ok && s.info.Uses[id] != nil && body.Pos() < s.info.Uses[id].Pos() && s.info.Uses[id].Pos() < body.End() {
			return left("the goroutine has another " + id.Name)
		}
	}
	if !deferred {
		return verdict{"tail", ""}
	}
	return sound
}

func isWaitGroupMethod(fn *types.Func) bool {
	recv := fn.Signature().Recv()
	if recv == nil {
		return false
	}
	t := types.Unalias(recv.Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	named, ok := t.(*types.Named)
	return ok && rewrite.IsMember(named.Obj(), "sync", "WaitGroup")
}

// doneIn returns the call of Done that the fix removes, and whether it is deferred.
func doneIn(body *ast.BlockStmt) (call *ast.CallExpr, deferred bool) {
	isDone := func(call *ast.CallExpr) bool {
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		return ok && sel.Sel.Name == "Done"
	}
	if first, ok := body.List[0].(*ast.DeferStmt); ok && isDone(first.Call) {
		return first.Call, true
	}
	if last, ok := body.List[len(body.List)-1].(*ast.ExprStmt); ok {
		if call, ok := last.X.(*ast.CallExpr); ok && isDone(call) {
			return call, false
		}
	}
	return nil, false
}

// testingcontext tells tests with subtests that may outlive the function in which their
// context was canceled.
func testingcontext(s *site) verdict {
	var fn inspector.Cursor
	for c := range s.at.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		fn = c
		break
	}
	if !fn.Valid() {
		return sound
	}
	for c := range fn.Preorder((*ast.CallExpr)(nil)) {
		call := c.Node().(*ast.CallExpr)
		if rewrite.CallsMethod(s.info, call, "testing", "T", "Run") || rewrite.CallsMethod(s.info, call, "testing", "F", "Fuzz") {
			if lit, ok := call.Args[len(call.Args)-1].(*ast.FuncLit); !ok || s.isParallel(lit) {
				return verdict{"parallel", ""}
			}
		}
	}
	return sound
}

// isParallel reports whether a subtest may run in parallel: it says so, or hands its
// testing.T to a function that may.
func (s *site) isParallel(test *ast.FuncLit) bool {
	found := false
	ast.Inspect(test.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if ok && rewrite.CallsMethod(s.info, call, "testing", "T", "Parallel") {
			found = true
		}
		return !found
	})
	return found
}
