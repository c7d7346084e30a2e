package ioutil

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/edge"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// withInfo returns the edits that read the folder with os.ReadDir and make the slice of
// os.FileInfo out of its entries, as ioutil.ReadDir does: an entry that is gone by then is
// passed over, another error of Info's is handled as that of reading the folder is. They
// are none if the handling can't be repeated in a loop.
func (l *listing) withInfo(handler ast.Stmt) []analysis.TextEdit {
	if handler == nil || l.stmt.ParentEdgeKind() == edge.IfStmt_Init || !l.repeatable(handler) {
		return nil
	}
	fn := l.enclosing().Node()
	fresh := func(name string) string { return rewrite.FreshLocal(l.pass, l.file, fn, name) }
	entries, entry, info := fresh("entries"), fresh("entry"), fresh("info")
	edits := rename(l.pass, l.file, l.sel, member{"os", "ReadDir"})
	qualifier, _ := rewrite.Import(l.pass, l.file, "os", "os", l.sel.Pos())
	if qualifier == "" {
		return nil
	}
	list := l.stmt.Node().(*ast.AssignStmt).Lhs[0].(*ast.Ident)
	edits = append(edits, rewrite.Replace(list, entries))
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s := make([]%s.FileInfo, 0, len(%s))\n", list.Name, qualifier, entries)
	fmt.Fprintf(&b, "for _, %s := range %s {\n", entry, entries)
	fmt.Fprintf(&b, "%s, %s := %s.Info()\n", info, l.err.Name(), entry)
	fmt.Fprintf(&b, "if %s.IsNotExist(%s) {\ncontinue\n}\n", qualifier, l.err.Name())
	fmt.Fprintf(&b, "%s\n", l.handling(handler))
	fmt.Fprintf(&b, "%s = append(%s, %s)\n}", list.Name, list.Name, info)
	return append(edits, analysis.TextEdit{Pos: handler.End(), End: handler.End(), NewText: []byte(b.String())})
}

// handling returns the code that handles the error of Info.
func (l *listing) handling(handler ast.Stmt) string {
	if stmt, ok := handler.(*ast.IfStmt); ok {
		return fmt.Sprintf("if %s != nil %s", l.err.Name(), rewrite.Text(l.pass, stmt.Body))
	}
	return rewrite.Text(l.pass, handler)
}

// repeatable reports whether the handling of the error means the same in a loop behind it,
// where the error's name stands for another variable.
func (l *listing) repeatable(handler ast.Stmt) bool {
	info := l.pass.TypesInfo
	code := ast.Node(handler)
	switch stmt := handler.(type) {
	case *ast.IfStmt:
		if stmt.Else != nil || !comparesNil(info, ast.Unparen(stmt.Cond), l.err, token.NEQ) || !leaves(info, stmt.Body) {
			return false
		}
		code = stmt.Body
	case *ast.ExprStmt:
	default:
		return false
	}
	ok, statements := !mentions(info, handler, l.list), 0
	ast.Inspect(code, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BranchStmt, *ast.LabeledStmt, *ast.FuncLit, *ast.DeferStmt:
			ok = false
		case *ast.UnaryExpr:
			ok = ok && n.Op != token.AND
		case *ast.ReturnStmt:
			// A bare return of a result named as the error would not compile there.
			ok = ok && (len(n.Results) > 0 || !l.namedResults())
		}
		if _, isStmt := n.(ast.Stmt); isStmt {
			statements++
		}
		return ok
	})
	return ok && statements <= longest
}

// longest is how many statements of handling an error are repeated at most, blocks
// included: more would bury what the function is about.
const longest = 5

// namedResults reports whether the function around the call has results with names.
func (l *listing) namedResults() bool {
	for cur := range l.stmt.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		var results *ast.FieldList
		switch fn := cur.Node().(type) {
		case *ast.FuncDecl:
			results = fn.Type.Results
		case *ast.FuncLit:
			results = fn.Type.Results
		}
		return results != nil && len(results.List) > 0
	}
	return false
}
