package suite

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// stringscut guards against parts of a string that are no more what comes before and after:
// where the separator was not found, at another offset, or of a string that is another one
// by then (golang/go#77737).
func stringscut(s *site) verdict {
	call, _, ok := enclosing[*ast.CallExpr](s)
	if !ok || rewrite.Calls(s.info, call, "strings", "Split", "SplitN") {
		return sound
	}
	for _, arg := range call.Args {
		found := s.all(arg, func(e ast.Expr) bool {
			v, ok := s.info.ObjectOf(identOf(e)).(*types.Var)
			return !ok || local(v)
		})
		if !found {
			return left(s.text(arg) + " may be another one by then")
		}
	}
	if name, ok := s.hides(); ok {
		return left("another " + name + " is declared where the new one would be used")
	}
	return s.parts()
}

func identOf(e ast.Expr) *ast.Ident {
	id, _ := e.(*ast.Ident)
	return id
}

// parts guards the slices that become what comes before and after.
func (s *site) parts() verdict {
	for _, e := range s.edits {
		cur, ok := s.at.Inspector().Root().FindByPos(e.Pos, e.End)
		if !ok {
			continue
		}
		slice, ok := cur.Node().(*ast.SliceExpr)
		if !ok || slice.Pos() != e.Pos || slice.End() != e.End {
			continue
		}
		if low, ok := slice.Low.(*ast.BinaryExpr); ok && low.Op != token.ADD {
			return left(s.text(slice) + " is not what comes after the separator")
		}
		index := s.indexIn(slice)
		if index == nil || !s.found(cur, index) || s.hasGoto(cur) {
			return left(s.text(slice) + " is evaluated where the separator was not found, too")
		}
	}
	return sound
}

// indexIn returns the variable of the index at which a slice is cut.
func (s *site) indexIn(slice *ast.SliceExpr) *types.Var {
	var index *types.Var
	for _, bound := range []ast.Expr{slice.Low, slice.High} {
		if bound == nil {
			continue
		}
		ast.Inspect(bound, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && s.isBuiltin(call, "len") {
				return false
			}
			if id, ok := n.(*ast.Ident); ok {
				if v, ok := s.info.Uses[id].(*types.Var); ok {
					index = v
				}
			}
			return true
		})
	}
	return index
}

// found reports whether an index is known not to be negative at a place: behind a check
// that leaves where it is, or within one that it is not.
func (s *site) found(cur inspector.Cursor, index *types.Var) bool {
	for c := cur; ; c = c.Parent() {
		switch c.ParentEdgeKind() {
		case edge.FuncDecl_Body, edge.FuncLit_Body, edge.Invalid:
			return false
		case edge.IfStmt_Body:
			if s.signIn(c.Parent().Node().(*ast.IfStmt).Cond, index, token.LAND) > 0 {
				return true
			}
		case edge.IfStmt_Else:
			if s.signIn(c.Parent().Node().(*ast.IfStmt).Cond, index, token.LOR) < 0 {
				return true
			}
		case edge.BlockStmt_List, edge.CaseClause_Body, edge.CommClause_Body:
			for prev, ok := c.PrevSibling(); ok; prev, ok = prev.PrevSibling() {
				check, ok := prev.Node().(*ast.IfStmt)
				if ok && leaves(check.Body) && s.signIn(check.Cond, index, token.LOR) < 0 {
					return true
				}
			}
		case edge.BinaryExpr_Y:
			n := c.Parent().Node().(*ast.BinaryExpr)
			if n.Op == token.LAND && s.signIn(n.X, index, token.LAND) > 0 || n.Op == token.LOR && s.signIn(n.X, index, token.LOR) < 0 {
				return true
			}
		}
	}
}

// signIn says what holds of an index if a condition of operands under an operator does (and,
// for ||, if it does not hold: the opposite): +1 for at least zero, -1 for less, 0 for
// nothing.
func (s *site) signIn(cond ast.Expr, index *types.Var, op token.Token) int {
	cond = ast.Unparen(cond)
	n, ok := cond.(*ast.BinaryExpr)
	if !ok {
		return 0
	}
	if n.Op == op {
		if sign := s.signIn(n.X, index, op); sign != 0 {
			return sign
		}
		return s.signIn(n.Y, index, op)
	}
	x, y, o := n.X, n.Y, n.Op
	if s.info.Types[x].Value != nil {
		x, y, o = y, x, mirrored(o)
	}
	limit := s.info.Types[y].Value
	if s.variable(x) != index || limit == nil {
		return 0
	}
	k, exact := constant.Int64Val(constant.ToInt(limit))
	switch {
	case !exact:
	case o == token.LSS && k == 0, o == token.EQL && k == -1, o == token.LEQ && k == -1:
		return -1
	case o == token.GEQ && k == 0, o == token.NEQ && k == -1, o == token.GTR && k == -1:
		return +1
	}
	return 0
}

func mirrored(op token.Token) token.Token {
	switch op {
	case token.LSS:
		return token.GTR
	case token.GTR:
		return token.LSS
	case token.LEQ:
		return token.GEQ
	case token.GEQ:
		return token.LEQ
	}
	return op
}

// leaves reports whether a block never goes on to what follows it.
func leaves(b *ast.BlockStmt) bool {
	if len(b.List) == 0 {
		return false
	}
	switch last := b.List[len(b.List)-1].(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		return last.Tok != token.FALLTHROUGH
	}
	return false
}

// stringscutprefix guards against strings that are not those whose prefix was looked for,
// and prefixes that may be empty, of which TrimPrefix leaves the string as it is.
func stringscutprefix(s *site) verdict {
	check, cur, ok := enclosing[*ast.IfStmt](s)
	if !ok {
		return sound
	}
	call, ok := check.Cond.(*ast.CallExpr)
	if !ok {
		call = check.Init.(*ast.AssignStmt).Rhs[0].(*ast.CallExpr)
		prefix := s.info.Types[call.Args[1]].Value
		if s.calls(call.Args[0]) {
			return left(s.text(call.Args[0]) + " would be called once only")
		}
		if prefix == nil || constant.StringVal(prefix) == "" {
			return verdict{"maybeempty", "the result is another one if " + s.text(call.Args[1]) + " is empty"}
		}
		return sound
	}
	if s.calls(call.Args[0]) || s.calls(call.Args[1]) {
		return left(s.text(call) + " would be called once only")
	}
	if name, ok := s.hides(); ok {
		return left("another " + name + " is declared where the new one would be used")
	}
	first, ok := cur.FindNode(check.Body.List[0])
	if !ok {
		return sound
	}
	for _, e := range s.edits {
		trim, ok := first.FindByPos(e.Pos, e.End)
		if ok && !s.asBefore(trim, first, call.Args) {
			return left("the string may be another one where its prefix is cut off")
		}
	}
	return sound
}

// asBefore reports whether arguments are at a place what they were before the statement
// that holds it.
func (s *site) asBefore(place, stmt inspector.Cursor, args []ast.Expr) bool {
	for lit := range place.Enclosing((*ast.FuncLit)(nil)) {
		if stmt.Contains(lit) {
			return false
		}
	}
	simple := false
	switch stmt.Node().(type) {
	case *ast.AssignStmt, *ast.ExprStmt, *ast.ReturnStmt, *ast.DeclStmt, *ast.GoStmt, *ast.DeferStmt, *ast.SendStmt:
		simple = true
	}
	if !simple && s.setsAny(stmt, args) {
		return false
	}
	unchangeable := !slices.ContainsFunc(args, func(e ast.Expr) bool { return !s.fixed(e) || isBytes(s.info.TypeOf(e)) })
	if unchangeable {
		return true
	}
	for c := range stmt.Preorder((*ast.CallExpr)(nil)) {
		call := c.Node().(*ast.CallExpr)
		if s.info.Types[call.Fun].IsType() || s.isBuiltin(call, "len", "cap") {
			continue
		}
		if call.End() <= place.Node().Pos() || !simple && !c.Contains(place) {
			return false
		}
	}
	return true
}

func isBytes(t types.Type) bool {
	slice, ok := t.Underlying().(*types.Slice)
	return ok && isBasic(slice.Elem())
}

// setsAny reports whether a statement assigns to what has the name of a variable in one of
// the expressions.
func (s *site) setsAny(stmt inspector.Cursor, args []ast.Expr) bool {
	for cur := range stmt.Preorder((*ast.Ident)(nil)) {
		v, ok := s.info.Uses[cur.Node().(*ast.Ident)].(*types.Var)
		if ok && !v.IsField() && slices.ContainsFunc(args, func(e ast.Expr) bool { return s.mentions(e, v) }) && s.writes(cur) {
			return true
		}
	}
	return false
}

// writes reports whether a variable, or anything that is reached from it, is assigned to.
func (s *site) writes(cur inspector.Cursor) bool {
	if s.accessOf(cur) != read {
		return true
	}
	for c := cur; ; c = c.Parent() {
		switch c.ParentEdgeKind() {
		case edge.AssignStmt_Lhs, edge.IncDecStmt_X:
			return true
		case edge.SelectorExpr_X, edge.IndexExpr_X, edge.StarExpr_X, edge.ParenExpr_X:
		default:
			return false
		}
	}
}

// stringsseq tells bytes, which the loop may change, from strings, and guards against
// recover in the loop.
func stringsseq(s *site) verdict {
	for _, e := range s.edits {
		cur, ok := s.at.Inspector().Root().FindByPos(e.Pos, e.End)
		if !ok {
			continue
		}
		for loop := range cur.Enclosing((*ast.RangeStmt)(nil)) {
			if s.recoversIn(loop) {
				return left(recovers)
			}
			break
		}
	}
	if sel, ok := s.at.Node().(*ast.SelectorExpr); ok {
		if fn, ok := s.info.Uses[sel.Sel].(*types.Func); ok && fn.Pkg().Path() == "bytes" {
			return verdict{"bytes", ""}
		}
	}
	return sound
}

// stringsbuilder guards against strings that grow in function literals, which what is
// appended may call.
func stringsbuilder(s *site) verdict {
	assign, _, ok := enclosing[*ast.AssignStmt](s)
	if !ok {
		return sound
	}
	v := s.variable(assign.Lhs[0])
	if v != nil && s.changeable(v) {
		return left(v.Name() + " grows in a function literal")
	}
	return sound
}
