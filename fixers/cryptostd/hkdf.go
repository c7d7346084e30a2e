package cryptostd

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// hkdfKey turns a use of golang.org/x/crypto/hkdf into one of crypto/hkdf: a reader that is
// read once becomes the key that was read, and Extract returns an error, too.
func hkdfKey(d *derivation, use inspector.Cursor) ([]analysis.TextEdit, string) {
	switch name := use.Node().(*ast.SelectorExpr).Sel.Name; name {
	case "Extract":
		call, reason := d.called(use, 3)
		if reason != "" {
			return nil, reason
		}
		return d.returnsError(call, d.text(call.Node().(*ast.CallExpr)))
	case "New", "Expand":
		args := map[string]int{"New": 4, "Expand": 3}[name]
		call, reason := d.called(use, args)
		if reason != "" {
			return nil, reason
		}
		r, reason := d.readOnce(call)
		if reason != "" {
			return nil, reason
		}
		return d.read(r, name)
	default:
		return nil, fmt.Sprintf("crypto/hkdf has no %s", name)
	}
}

// A reading is a key that is read from HKDF's reader:
//
//	reader := hkdf.New(h, secret, salt, info) // or given to ReadFull itself
//	key := make([]byte, 32)
//	if _, err := io.ReadFull(reader, key); err != nil {
type reading struct {
	call   *ast.CallExpr    // of New or Expand
	reader *ast.AssignStmt  // the statement that declares the reader, or nil
	made   *ast.AssignStmt  // the statement that makes the key
	length ast.Expr         // how long it is
	assign *ast.AssignStmt  // the results of io.ReadFull
	stmt   inspector.Cursor // the statement that reads: assign, or an if statement that begins with it
	check  *ast.IfStmt      // the statement that leaves on an error
}

// unread says that a reader is not read in the only way that is known.
const unread = "its reader is not read once in full, by io.ReadFull into a slice that is made right before"

// readOnce returns how the reader is read that a call returns, or the reason why it is not
// read in a way that makes a key.
func (d *derivation) readOnce(call inspector.Cursor) (r reading, reason string) {
	r.call = call.Node().(*ast.CallExpr)
	arg := rewrite.Unparen(call)
	before := 1 // statements
	if arg.ParentEdgeKind() == edge.AssignStmt_Rhs {
		r.reader = arg.Parent().Node().(*ast.AssignStmt)
		v := d.declaredBy(r.reader)
		if v == nil || !rewrite.InList(arg.Parent()) {
			return r, unread
		}
		uses := rewrite.Uses(d.pass.TypesInfo, v)
		if len(uses) != 1 {
			return r, unread
		}
		var ok bool
		if arg, ok = d.root.FindNode(uses[0]); !ok {
			return r, unread
		}
		before = 2
	}
	if arg.ParentEdgeKind() != edge.CallExpr_Args || arg.ParentEdgeIndex() != 0 {
		return r, unread
	}
	read := arg.Parent()
	full := read.Node().(*ast.CallExpr)
	if !rewrite.Calls(d.pass.TypesInfo, full, "io", "ReadFull") || len(full.Args) != 2 || read.ParentEdgeKind() != edge.AssignStmt_Rhs {
		return r, unread
	}
	r.assign = read.Parent().Node().(*ast.AssignStmt)
	if len(r.assign.Lhs) != 2 || !isBlank(r.assign.Lhs[0]) || isBlank(r.assign.Lhs[1]) {
		return r, unread
	}
	if !r.find(read.Parent()) || !r.precedes(d, before) || d.declaredBy(r.made) != rewrite.Object(d.pass.TypesInfo, full.Args[1]) {
		return r, unread
	}
	return r, r.unsafe(d)
}

// find finds the statement that reads, and the one that looks at the error.
func (r *reading) find(assign inspector.Cursor) bool {
	if assign.ParentEdgeKind() == edge.IfStmt_Init {
		r.stmt = assign.Parent()
		r.check = r.stmt.Node().(*ast.IfStmt)
		return rewrite.InList(r.stmt)
	}
	if !rewrite.InList(assign) {
		return false
	}
	r.stmt = assign
	next, ok := assign.NextSibling()
	if !ok {
		return false
	}
	r.check, ok = next.Node().(*ast.IfStmt)
	return ok && r.check.Init == nil
}

// precedes finds the statement that makes the key among the one or two statements before the
// one that reads, the other of which declares the reader.
func (r *reading) precedes(d *derivation, statements int) bool {
	at := r.stmt
	declared := r.reader == nil
	for range statements {
		previous, ok := at.PrevSibling()
		if !ok {
			return false
		}
		at = previous
		assign, ok := at.Node().(*ast.AssignStmt)
		switch {
		case !ok:
			return false
		case assign == r.reader:
			declared = true
		default:
			r.made, r.length = assign, d.madeBytes(assign)
		}
	}
	return declared && r.length != nil
}

// madeBytes returns the length of the bytes that a statement makes, if it makes them of the
// type []byte, for a variable of their own.
func (d *derivation) madeBytes(assign *ast.AssignStmt) ast.Expr {
	v := d.declaredBy(assign)
	if v == nil || !types.Identical(v.Type(), types.NewSlice(types.Typ[types.Byte])) {
		return nil
	}
	call, ok := ast.Unparen(assign.Rhs[0]).(*ast.CallExpr)
	if !ok || rewrite.Object(d.pass.TypesInfo, call.Fun) != types.Universe.Lookup("make") || len(call.Args) != 2 {
		return nil
	}
	length := call.Args[1]
	if !types.Identical(types.Default(d.pass.TypesInfo.TypeOf(length)), types.Typ[types.Int]) || d.acts(length) {
		return nil
	}
	return length
}

// declaredBy returns the variable that an assignment declares, if it is of one value.
func (d *derivation) declaredBy(assign *ast.AssignStmt) types.Object {
	if assign.Tok != token.DEFINE || len(assign.Lhs) != 1 || len(assign.Rhs) != 1 {
		return nil
	}
	id, ok := assign.Lhs[0].(*ast.Ident)
	if !ok {
		return nil
	}
	if v, ok := d.pass.TypesInfo.Defs[id].(*types.Var); ok {
		return v
	}
	return nil
}

// unsafe says what else stands against a key in the place of a reader, or returns the empty
// string.
func (r *reading) unsafe(d *derivation) string {
	info := d.pass.TypesInfo
	key := d.declaredBy(r.made)
	err := r.errorOf(info)
	switch {
	case err == nil || !isNotNil(info, r.check.Cond, err):
		return "its reader's error is not looked at by an if statement"
	case !leaves(info, r.check.Body) || r.check.Else != nil || rewrite.Mentions(info, r.check.Body, key):
		return "what was read is used after an error"
	case r.reader != nil && rewrite.Mentions(info, r.made, d.declaredBy(r.reader)) || rewrite.Mentions(info, r.call, key):
		return unread
	}
	for _, n := range []ast.Node{r.reader, r.made, r.assign} {
		if n != nil && n != ast.Node((*ast.AssignStmt)(nil)) && rewrite.HasComment(d.file, n.Pos(), n.End()) {
			return "a comment would be lost"
		}
	}
	return ""
}

// errorOf returns the variable for the error of the reader.
func (r *reading) errorOf(info *types.Info) types.Object {
	id, ok := r.assign.Lhs[1].(*ast.Ident)
	if !ok {
		return nil
	}
	return info.ObjectOf(id)
}

// read makes the edits: the statements before go, and what reads becomes what makes the key.
func (d *derivation) read(r reading, name string) (edits []analysis.TextEdit, reason string) {
	info := d.pass.TypesInfo
	function := "Key"
	if name == "Expand" {
		function = "Expand"
	}
	qualifier := d.text(ast.Unparen(r.call.Fun).(*ast.SelectorExpr).X)
	last := len(r.call.Args) - 1
	text := qualifier + "." + function + "("
	for _, arg := range r.call.Args[:last] {
		text += d.text(arg) + ", "
	}
	text += d.asString(r.call.Args[last]) + ", " + d.text(r.length) + ")"

	key := d.declaredBy(r.made).Name()
	err := r.errorOf(info)
	defines := info.Defs[r.assign.Lhs[1].(*ast.Ident)] == err
	scope := info.Scopes[d.file].Innermost(r.stmt.Node().Pos())
	switch {
	case r.check == r.stmt.Node() && defines:
		// The variable moves out of the if statement.
		if err.Name() != "err" || d.placeOfError(r.stmt) == taken {
			return nil, "there is no variable for its error"
		}
		edits = append(edits, analysis.TextEdit{Pos: r.check.Pos(), End: r.check.Cond.Pos(), NewText: []byte(key + ", err := " + text + "\nif ")})
	case r.check != r.stmt.Node() && (defines || scope != nil && scope.Lookup(err.Name()) == err && err.Pos() < r.stmt.Node().Pos()):
		edits = append(edits, rewrite.Replace(r.assign, key+", "+err.Name()+" := "+text))
	default:
		return nil, "there is no variable for its error"
	}
	for _, gone := range []*ast.AssignStmt{r.reader, r.made} {
		if gone == nil {
			continue
		}
		edit, ok := rewrite.Delete(d.pass, d.file, gone, func(string) bool { return false })
		if !ok {
			return nil, "a comment would be lost, or other code stands on the line"
		}
		edits = append(edits, edit)
	}
	return edits, ""
}

// isNotNil reports whether a condition is that a variable is not nil.
func isNotNil(info *types.Info, cond ast.Expr, v types.Object) bool {
	x, ok := ast.Unparen(cond).(*ast.BinaryExpr)
	return ok && x.Op == token.NEQ && rewrite.Object(info, x.X) == v && info.Types[x.Y].IsNil()
}

// leaves reports whether a block ends in a return, or a call that ends the program or the
// test.
func leaves(info *types.Info, block *ast.BlockStmt) bool {
	if len(block.List) == 0 {
		return false
	}
	switch last := block.List[len(block.List)-1].(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.ExprStmt:
		call, ok := last.X.(*ast.CallExpr)
		if !ok {
			return false
		}
		if rewrite.Object(info, call.Fun) == types.Universe.Lookup("panic") {
			return true
		}
		fn := rewrite.Callee(info, call)
		return fn != nil && fn.Pkg() != nil && (fn.Pkg().Path() == "testing" || fn.Pkg().Path() == "log") && (fn.Name() == "Fatal" || fn.Name() == "Fatalf") ||
			rewrite.Calls(info, call, "os", "Exit")
	}
	return false
}

// isBlank reports whether an expression is the blank identifier.
func isBlank(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	return ok && id.Name == "_"
}
