package cryptostd

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

// A derivation is a file's import of hkdf or pbkdf2, whose functions return errors in the
// standard library. It is replaced as a whole or not at all, since the new package has the
// name of the old.
type derivation struct {
	pass *analysis.Pass
	file *ast.File
	root inspector.Cursor

	// declared are the scopes in which the edits declare a variable err.
	declared map[*types.Scope]bool
}

// derive reports an import of hkdf or pbkdf2, of which each use is turned into edits, or
// into the reason why it has to stay.
func derive(pass *analysis.Pass, file *ast.File, cur inspector.Cursor, spec *ast.ImportSpec, name string, turn func(d *derivation, use inspector.Cursor) ([]analysis.TextEdit, string)) {
	old, successor := "golang.org/x/crypto/"+name, "crypto/"+name
	leave := func(reason string) {
		rewrite.Report(pass, spec, "errors-left", fmt.Sprintf("%s is left: %s", old, reason), nil)
	}
	if rewrite.ImportOf(file, successor) != nil {
		leave(fmt.Sprintf("the file imports %s, too", successor))
		return
	}
	d := &derivation{pass: pass, file: file, root: cur, declared: make(map[*types.Scope]bool)}
	edits := rewrite.MoveImport(pass, file, spec, successor)
	uses := rewrite.Qualified(pass.TypesInfo, cur, spec)
	for _, use := range uses {
		more, reason := turn(d, use)
		if reason != "" {
			leave(fmt.Sprintf("line %d: %s", pass.Fset.PositionFor(use.Node().Pos(), false).Line, reason))
			return
		}
		edits = append(edits, more...)
	}
	if len(uses) > 0 {
		rewrite.Report(pass, spec, name, fmt.Sprintf("use %s instead of %s; its functions return errors, which they do where a key is too long or, in FIPS 140-only mode, not approved", successor, old), edits)
	}
}

// called returns the call of the function that is used, with as many arguments as it has
// parameters, or the reason why there is none that can be rewritten.
func (d *derivation) called(use inspector.Cursor, args int) (call inspector.Cursor, reason string) {
	name := use.Node().(*ast.SelectorExpr).Sel.Name
	use = rewrite.Unparen(use)
	if use.ParentEdgeKind() != edge.CallExpr_Fun {
		return call, fmt.Sprintf("%s is used as a function value", name)
	}
	call = use.Parent()
	x := call.Node().(*ast.CallExpr)
	switch {
	case len(x.Args) != args:
		return call, fmt.Sprintf("the arguments of %s come from another call", name)
	case rewrite.HasComment(d.file, x.Pos(), x.End()):
		return call, "a comment among the arguments would be lost"
	}
	return call, ""
}

// text returns the source of an expression.
func (d *derivation) text(x ast.Expr) string { return rewrite.Text(d.pass, x) }

// asString returns the source of an expression of the type string that has the bytes of an
// expression.
func (d *derivation) asString(x ast.Expr) string {
	info := d.pass.TypesInfo
	if info.Types[x].IsNil() {
		return `""`
	}
	if call, ok := ast.Unparen(x).(*ast.CallExpr); ok && len(call.Args) == 1 && info.Types[call.Fun].IsType() {
		if arg := call.Args[0]; types.Identical(types.Default(info.TypeOf(arg)), types.Typ[types.String]) {
			return d.text(arg)
		} else if basic, ok := info.TypeOf(arg).Underlying().(*types.Basic); ok && basic.Info()&types.IsString != 0 {
			return "string(" + d.text(arg) + ")"
		}
	}
	return "string(" + d.text(x) + ")"
}

// acting returns how many of the expressions do something when they are evaluated, such as
// calls: the order in which several do must stay.
func (d *derivation) acting(exprs ...ast.Expr) int {
	n := 0
	for _, x := range exprs {
		if d.acts(x) {
			n++
		}
	}
	return n
}

// acts reports whether an expression does something when it is evaluated.
func (d *derivation) acts(x ast.Expr) bool {
	info := d.pass.TypesInfo
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			_, builtin := rewrite.Object(info, n.Fun).(*types.Builtin)
			found = found || !info.Types[n.Fun].IsType() && !builtin
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		}
		return !found
	})
	return found
}

// returnsError makes edits of a call's new text, given the call, which returned a value and
// returns an error, too, from now on: it is returned from the function around. The reason
// says why the error has no place to go.
func (d *derivation) returnsError(call inspector.Cursor, text string) (edits []analysis.TextEdit, reason string) {
	fn, results := d.around(call)
	if results.NumFields() == 0 || !types.Identical(d.pass.TypesInfo.TypeOf(results.List[len(results.List)-1].Type), types.Universe.Lookup("error").Type()) {
		return nil, "the function around it returns no error"
	}
	outer := rewrite.Unparen(call)
	switch stmt := outer.Parent().Node().(type) {
	case *ast.ReturnStmt:
		if len(stmt.Results) == 2 && outer.ParentEdgeIndex() == 0 && d.pass.TypesInfo.Types[stmt.Results[1]].IsNil() && !rewrite.HasComment(d.file, stmt.Pos(), stmt.End()) {
			return []analysis.TextEdit{{Pos: stmt.Results[0].Pos(), End: stmt.End(), NewText: []byte(text)}}, ""
		}
	case *ast.AssignStmt:
		if len(stmt.Lhs) == 1 && rewrite.InList(outer.Parent()) && (stmt.Tok == token.DEFINE || stmt.Tok == token.ASSIGN && plain(stmt.Lhs[0])) {
			return d.assigned(outer.Parent(), fn, results, text)
		}
	}
	return nil, "the call stands within other code, where its error has no place"
}

// around returns the function around a place with its results, which may be nil.
func (d *derivation) around(cur inspector.Cursor) (fn ast.Node, results *ast.FieldList) {
	for outer := range cur.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		switch fn := outer.Node().(type) {
		case *ast.FuncDecl:
			return fn, fn.Type.Results
		case *ast.FuncLit:
			return fn, fn.Type.Results
		}
	}
	return nil, nil
}

// assigned makes edits of an assignment of the call to one variable.
func (d *derivation) assigned(stmt inspector.Cursor, fn ast.Node, results *ast.FieldList, text string) (edits []analysis.TextEdit, reason string) {
	assign := stmt.Node().(*ast.AssignStmt)
	lhs := d.text(assign.Lhs[0])
	place := d.placeOfError(stmt)
	if place == taken && assign.Tok == token.DEFINE {
		return []analysis.TextEdit{rewrite.Replace(assign, d.define(assign, fn, results, rewrite.FreshLocal(d.pass, d.file, fn, lhs+"Err"), text))}, ""
	}
	switch {
	case place == taken:
		return nil, "there is no variable for its error"
	case assign.Tok == token.DEFINE:
		return []analysis.TextEdit{rewrite.Replace(assign, d.define(assign, fn, results, "err", text))}, ""
	case place == ours:
		return []analysis.TextEdit{rewrite.Replace(assign, lhs+", err = "+text+"\n"+d.leave(results, "err"))}, ""
	}
	return []analysis.TextEdit{rewrite.Replace(assign, "var err error\n"+lhs+", err = "+text+"\n"+d.leave(results, "err"))}, ""
}

// define returns the code that declares a variable and that of its error, and leaves if there
// is one.
func (d *derivation) define(assign *ast.AssignStmt, fn ast.Node, results *ast.FieldList, err, text string) string {
	return d.text(assign.Lhs[0]) + ", " + err + " := " + text + "\n" + d.leave(results, err)
}

// leave returns the code that returns an error, if there is one, beside zero values.
func (d *derivation) leave(results *ast.FieldList, err string) string {
	var values []string
	for _, field := range results.List {
		zero := d.zero(field.Type)
		for range max(1, len(field.Names)) {
			values = append(values, zero)
		}
	}
	values[len(values)-1] = err
	return fmt.Sprintf("if %s != nil {\nreturn %s\n}", err, strings.Join(values, ", "))
}

// zero returns the zero value of a type.
func (d *derivation) zero(typ ast.Expr) string {
	t := d.pass.TypesInfo.TypeOf(typ)
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return "*new(" + d.text(typ) + ")"
	}
	switch u := t.Underlying().(type) {
	case *types.Struct, *types.Array:
		return d.text(typ) + "{}"
	case *types.Basic:
		switch {
		case u.Info()&types.IsBoolean != 0:
			return "false"
		case u.Info()&types.IsString != 0:
			return `""`
		case u.Info()&types.IsNumeric != 0:
			return "0"
		}
	}
	return "nil"
}

// plain reports whether an expression is a name, or a field by names.
func plain(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name != "_"
	case *ast.SelectorExpr:
		return plain(x.X)
	}
	return false
}
