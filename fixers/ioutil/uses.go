package ioutil

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// uses is what becomes of the entries that ioutil.ReadDir returned.
type uses struct {
	edits []analysis.TextEdit // that make Mode of Type where only the type is asked for
	asks  string              // what a DirEntry can't give, empty if nothing
}

// uses looks at each use of the slice and of its elements.
func (l *listing) uses() *uses {
	u := &uses{}
	body := l.enclosing()
	for cur := range body.Preorder((*ast.Ident)(nil)) {
		if l.pass.TypesInfo.Uses[cur.Node().(*ast.Ident)] == l.list {
			l.slice(u, body, cur)
		}
	}
	return u
}

// enclosing returns the outermost function around the call, or the file.
func (l *listing) enclosing() inspector.Cursor {
	outermost := l.stmt
	for cur := range l.stmt.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil), (*ast.File)(nil)) {
		outermost = cur
		if _, ok := cur.Node().(*ast.FuncDecl); ok {
			break
		}
	}
	return outermost
}

// slice looks at a use of the slice.
func (l *listing) slice(u *uses, body, cur inspector.Cursor) {
	cur = rewrite.Unparen(cur)
	parent := cur.Parent()
	switch cur.ParentEdgeKind() {
	case edge.RangeStmt_X:
		l.ranged(u, body, parent.Node().(*ast.RangeStmt))
		return
	case edge.IndexExpr_X:
		l.element(u, body, parent)
		return
	case edge.SliceExpr_X:
		l.slice(u, body, parent)
		return
	case edge.CallExpr_Args:
		call := parent.Node().(*ast.CallExpr)
		if takesAnySlice(l.pass.TypesInfo, call, cur.Node().(ast.Expr)) {
			return
		}
		u.ask("the entries are passed to %s as []os.FileInfo", rewrite.Text(l.pass, call.Fun))
		return
	case edge.AssignStmt_Lhs:
		u.ask("the entries' variable is set again")
		return
	case edge.ReturnStmt_Results:
		u.ask("the entries are returned as []os.FileInfo")
		return
	}
	u.ask("the entries are handed on as []os.FileInfo")
}

// ranged looks at what a range statement makes of the elements.
func (l *listing) ranged(u *uses, body inspector.Cursor, stmt *ast.RangeStmt) {
	id, ok := stmt.Value.(*ast.Ident)
	if stmt.Value == nil || ok && id.Name == "_" {
		return
	}
	l.bound(u, body, id, stmt.Tok)
}

// bound looks at the uses of a variable that is set to an element.
func (l *listing) bound(u *uses, body inspector.Cursor, id *ast.Ident, tok token.Token) {
	if id == nil || tok != token.DEFINE || l.pass.TypesInfo.Defs[id] == nil {
		u.ask("an entry goes to something that is declared as os.FileInfo")
		return
	}
	v := l.pass.TypesInfo.Defs[id]
	for cur := range body.Preorder((*ast.Ident)(nil)) {
		if l.pass.TypesInfo.Uses[cur.Node().(*ast.Ident)] == v {
			l.element(u, body, cur)
		}
	}
}

// element looks at a use of an element.
func (l *listing) element(u *uses, body, cur inspector.Cursor) {
	cur = rewrite.Unparen(cur)
	parent := cur.Parent()
	switch cur.ParentEdgeKind() {
	case edge.SelectorExpr_X:
		sel := parent.Node().(*ast.SelectorExpr)
		switch name := sel.Sel.Name; {
		case name == "Name" || name == "IsDir":
		case name == "Mode" && rewrite.AsksType(l.pass.TypesInfo, parent):
			u.edits = append(u.edits, rewrite.Replace(sel.Sel, "Type"))
		case name == "Mode":
			u.ask("the entries' permissions are asked for")
		default:
			u.ask("the entries' %s is asked for", name)
		}
	case edge.AssignStmt_Rhs:
		assign := parent.Node().(*ast.AssignStmt)
		if len(assign.Lhs) != len(assign.Rhs) {
			u.ask("an entry is handed on as an os.FileInfo")
			return
		}
		id, _ := assign.Lhs[cur.ParentEdgeIndex()].(*ast.Ident)
		if id != nil && id.Name == "_" {
			return
		}
		l.bound(u, body, id, assign.Tok)
	case edge.CallExpr_Args:
		u.ask("an entry is passed to %s", rewrite.Text(l.pass, parent.Node().(*ast.CallExpr).Fun))
	case edge.ReturnStmt_Results:
		u.ask("an entry is returned")
	default:
		u.ask("an entry is handed on as an os.FileInfo")
	}
}

// ask notes the first thing that a DirEntry can't give.
func (u *uses) ask(format string, args ...any) {
	if u.asks == "" {
		u.asks = fmt.Sprintf(format, args...)
	}
}

// takesAnySlice reports whether a call does with a slice what it would do with one of
// another element type: len, cap, the sort functions that have a less function, and
// assertions of a length.
func takesAnySlice(info *types.Info, call *ast.CallExpr, arg ast.Expr) bool {
	if b, ok := rewrite.Object(info, call.Fun).(*types.Builtin); ok {
		return b.Name() == "len" || b.Name() == "cap"
	}
	fn := rewrite.Callee(info, call)
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	switch fn.Pkg().Path() {
	case "sort":
		return fn.Name() == "Slice" || fn.Name() == "SliceStable"
	case "github.com/stretchr/testify/assert", "github.com/stretchr/testify/require":
		switch strings.TrimSuffix(fn.Name(), "f") {
		case "Len", "Empty", "NotEmpty":
			return true
		}
	case "gopkg.in/check.v1", "launchpad.net/gocheck", "github.com/frankban/quicktest":
		for i, a := range call.Args[:max(0, len(call.Args)-1)] {
			if a == arg {
				return nameOf(call.Args[i+1]) == "HasLen"
			}
		}
	}
	return false
}
