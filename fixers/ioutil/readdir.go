package ioutil

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// A listing is a call of ioutil.ReadDir and what happens to its results.
type listing struct {
	pass *analysis.Pass
	file *ast.File
	sel  *ast.SelectorExpr // ioutil.ReadDir
	stmt inspector.Cursor  // the assignment of the results, or the call that drops them
	list *types.Var        // the slice, nil if it is dropped
	err  *types.Var        // the error, nil if it is dropped
}

// readDir reports a use of ioutil.ReadDir.
func readDir(pass *analysis.Pass, file *ast.File, use inspector.Cursor) {
	l := &listing{pass: pass, file: file, sel: use.Node().(*ast.SelectorExpr)}
	if reason := l.bind(use); reason != "" {
		l.leave(reason)
		return
	}
	edits := rename(pass, file, l.sel, member{"os", "ReadDir"})
	if l.list == nil {
		rewrite.Report(pass, l.sel, "readdir", "use os.ReadDir instead of ioutil.ReadDir: nothing looks at the entries", edits)
		return
	}
	uses := l.uses()
	handler := l.handler()
	switch {
	case uses.asks == "" && handler != nil:
		edits = append(edits, uses.edits...)
		rewrite.Report(pass, l.sel, "readdir", "use os.ReadDir instead of ioutil.ReadDir: nothing asks for more than the entries' names and types", edits)
	case uses.asks == "":
		edits = append(edits, uses.edits...)
		rewrite.Report(pass, l.sel, "readdir-partial", "use os.ReadDir instead of ioutil.ReadDir; if it fails half-way, the entries that it has read until then will be used here", edits)
	default:
		if edits := l.withInfo(handler); edits != nil {
			rewrite.Report(pass, l.sel, "readdir-info", "use os.ReadDir and Info instead of ioutil.ReadDir: "+uses.asks, edits)
			return
		}
		l.leave(uses.asks + ", and no handling of an error follows that could be that of Info's")
	}
}

// leave reports that the call stays, and why.
func (l *listing) leave(reason string) {
	rewrite.Report(l.pass, l.sel, "readdir-left", "os.ReadDir is not used: "+reason, nil)
}

// bind finds the variables that take the results of the call, or says why it can't.
func (l *listing) bind(use inspector.Cursor) (reason string) {
	for use.ParentEdgeKind() == edge.ParenExpr_X {
		use = use.Parent()
	}
	if use.ParentEdgeKind() != edge.CallExpr_Fun {
		return "the function is used as a value, and os.ReadDir has another type"
	}
	call := use.Parent()
	for call.ParentEdgeKind() == edge.ParenExpr_X {
		call = call.Parent()
	}
	l.stmt = call.Parent()
	switch stmt := l.stmt.Node().(type) {
	case *ast.ExprStmt:
		return ""
	case *ast.ReturnStmt:
		return "the entries are returned as []os.FileInfo"
	case *ast.AssignStmt:
		if len(stmt.Lhs) != 2 || len(stmt.Rhs) != 1 {
			return "its results go elsewhere than to two variables"
		}
		if id, ok := stmt.Lhs[1].(*ast.Ident); ok && id.Name != "_" {
			l.err, _ = l.pass.TypesInfo.ObjectOf(id).(*types.Var)
		}
		id, ok := stmt.Lhs[0].(*ast.Ident)
		if ok && id.Name == "_" {
			return ""
		}
		if ok {
			l.list, _ = l.pass.TypesInfo.Defs[id].(*types.Var)
		}
		if l.list == nil || stmt.Tok != token.DEFINE {
			return "the entries go to something that is declared as []os.FileInfo"
		}
		return ""
	}
	return "the entries are handed on as []os.FileInfo"
}

// handler returns the statement that follows the call and sees to it that the slice is
// not used after an error, or nil: an if statement for the error that ends the path, or
// one that fails a test. Without it, the entries that os.ReadDir returns beside an error,
// where ioutil.ReadDir returns none, would be used.
func (l *listing) handler() ast.Stmt {
	if l.err == nil {
		return nil
	}
	if l.stmt.ParentEdgeKind() == edge.IfStmt_Init {
		stmt := l.stmt.Parent().Node().(*ast.IfStmt)
		if l.guards(stmt) || l.succeeds(stmt) {
			return stmt
		}
		return nil
	}
	for next, ok := l.stmt.NextSibling(); ok; next, ok = next.NextSibling() {
		if !mentions(l.pass.TypesInfo, next.Node(), l.list) && !mentions(l.pass.TypesInfo, next.Node(), l.err) {
			if _, labeled := next.Node().(*ast.LabeledStmt); labeled {
				return nil
			}
			continue
		}
		switch stmt := next.Node().(type) {
		case *ast.IfStmt:
			if stmt.Init == nil && (l.guards(stmt) || l.succeeds(stmt)) {
				return stmt
			}
			if stmt.Init == nil && l.asserts(stmt.Cond) {
				return stmt
			}
		case *ast.ExprStmt:
			if l.asserts(stmt.X) {
				return stmt
			}
		}
		return nil
	}
	return nil
}

// guards reports whether the slice can't be used after an error because of the if
// statement: err != nil, or that || something, and a body that leaves.
func (l *listing) guards(stmt *ast.IfStmt) bool {
	info := l.pass.TypesInfo
	cond := ast.Unparen(stmt.Cond)
	for {
		or, ok := cond.(*ast.BinaryExpr)
		if !ok || or.Op != token.LOR {
			break
		}
		cond = ast.Unparen(or.X)
	}
	if !comparesNil(info, cond, l.err, token.NEQ) || mentions(info, stmt.Body, l.list) {
		return false
	}
	return leaves(info, stmt.Body) || failsTest(info, stmt.Body) || !l.usedAfter(stmt)
}

// succeeds reports whether the if statement uses the slice only if there was no error:
// err == nil, or that && something, without a use in the else branch.
func (l *listing) succeeds(stmt *ast.IfStmt) bool {
	info := l.pass.TypesInfo
	cond := ast.Unparen(stmt.Cond)
	for {
		and, ok := cond.(*ast.BinaryExpr)
		if !ok || and.Op != token.LAND {
			break
		}
		cond = ast.Unparen(and.X)
	}
	return comparesNil(info, cond, l.err, token.EQL) && (stmt.Else == nil || !mentions(info, stmt.Else, l.list)) && !l.usedAfter(stmt)
}

// usedAfter reports whether the slice is used after a statement.
func (l *listing) usedAfter(stmt ast.Stmt) bool {
	for id, obj := range l.pass.TypesInfo.Uses {
		if obj == l.list && id.Pos() >= stmt.End() {
			return true
		}
	}
	return false
}
