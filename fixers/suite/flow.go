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

// local reports whether a variable is one of a function.
func local(v *types.Var) bool {
	return !v.IsField() && v.Pkg() != nil && v.Parent() != nil && v.Parent() != v.Pkg().Scope()
}

// variable returns the variable that an expression is the name of, or nil.
func (s *site) variable(e ast.Expr) *types.Var {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return nil
	}
	v, _ := s.info.ObjectOf(id).(*types.Var)
	return v
}

// uses returns where a local variable is named, its declaration left aside.
func (s *site) uses(v *types.Var) []inspector.Cursor {
	decl, ok := s.declaration(v.Pos())
	if !ok {
		return nil
	}
	var all []inspector.Cursor
	for cur := range decl.Preorder((*ast.Ident)(nil)) {
		if s.info.Uses[cur.Node().(*ast.Ident)] == v {
			all = append(all, cur)
		}
	}
	return all
}

// declaration returns the declaration at package level that a position is in.
func (s *site) declaration(pos token.Pos) (inspector.Cursor, bool) {
	cur, ok := s.at.Inspector().Root().FindByPos(pos, pos)
	if !ok {
		return cur, false
	}
	for c := range cur.Enclosing() {
		if _, ok := c.Parent().Node().(*ast.File); ok {
			return c, true
		}
	}
	return cur, false
}

// An access is what is done with a variable where it is named.
type access int

const (
	read access = iota
	assigned
	addressed
)

// accessOf says what is done with the variable whose name is at a place, or with a part of
// it that is no variable of its own.
func (s *site) accessOf(cur inspector.Cursor) access {
	for {
		parent := cur.Parent()
		switch cur.ParentEdgeKind() {
		case edge.ParenExpr_X:
		case edge.SelectorExpr_X:
			sel, ok := s.info.Selections[parent.Node().(*ast.SelectorExpr)]
			if !ok || isPointer(s.info.TypeOf(cur.Node().(ast.Expr))) {
				return read
			}
			if sel.Kind() != types.FieldVal {
				if sel.Indirect() || !isPointer(sel.Obj().(*types.Func).Signature().Recv().Type()) {
					return read
				}
				return addressed
			}
			if sel.Indirect() {
				return read
			}
		case edge.IndexExpr_X:
			if !isArray(s.info.TypeOf(cur.Node().(ast.Expr))) {
				return read
			}
		case edge.SliceExpr_X:
			if isArray(s.info.TypeOf(cur.Node().(ast.Expr))) {
				return addressed
			}
			return read
		case edge.UnaryExpr_X:
			if parent.Node().(*ast.UnaryExpr).Op == token.AND {
				return addressed
			}
			return read
		case edge.AssignStmt_Lhs, edge.IncDecStmt_X:
			return assigned
		case edge.RangeStmt_Key, edge.RangeStmt_Value:
			return assigned
		default:
			return read
		}
		cur = parent
	}
}

func isPointer(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

// pointee returns what a type points to, or the type itself if it is no pointer.
func pointee(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

func isArray(t types.Type) bool {
	_, ok := t.Underlying().(*types.Array)
	return ok
}

// captured reports whether a place is in a function literal in which a variable is not
// declared.
func captured(cur inspector.Cursor, v *types.Var) bool {
	for lit := range cur.Enclosing((*ast.FuncLit)(nil)) {
		if v.Pos() < lit.Node().Pos() || lit.Node().End() <= v.Pos() {
			return true
		}
	}
	return false
}

// isCaptured reports whether a function literal names a local variable that is not its own,
// or the variable's address is taken: other code may look at it whenever it is called.
func (s *site) isCaptured(v *types.Var) bool {
	return slices.ContainsFunc(s.uses(v), func(cur inspector.Cursor) bool {
		return captured(cur, v) || s.accessOf(cur) == addressed
	})
}

// changeable reports whether a call may change a variable: if it is none of a function, its
// address is taken, or a function literal sets it.
func (s *site) changeable(v *types.Var) bool {
	if !local(v) {
		return true
	}
	return slices.ContainsFunc(s.uses(v), func(cur inspector.Cursor) bool {
		switch s.accessOf(cur) {
		case addressed:
			return true
		case assigned:
			return captured(cur, v)
		}
		return false
	})
}

// fixed reports whether no call can change the value of an expression: it has only
// constants, and local variables that are not changeable, under operators.
func (s *site) fixed(e ast.Expr) bool {
	return s.all(e, func(n ast.Expr) bool {
		switch n := n.(type) {
		case *ast.Ident:
			v, ok := s.info.ObjectOf(n).(*types.Var)
			return !ok || !s.changeable(v)
		case *ast.BasicLit, *ast.ParenExpr, *ast.BinaryExpr, *ast.UnaryExpr, *ast.FuncLit:
			return true
		case *ast.CallExpr:
			return s.info.Types[n.Fun].IsType() || s.isBuiltin(n, "len", "cap")
		case *ast.SelectorExpr:
			return s.plainSelector(n)
		}
		return false
	})
}

// plainSelector reports whether a selector names a constant or a function of a package, or a
// field without going through a pointer.
func (s *site) plainSelector(sel *ast.SelectorExpr) bool {
	if selection, ok := s.info.Selections[sel]; ok {
		return selection.Kind() == types.FieldVal && !selection.Indirect() && !isPointer(s.info.TypeOf(sel.X))
	}
	_, isVar := s.info.Uses[sel.Sel].(*types.Var)
	return !isVar
}

// all reports whether a claim holds for an expression and all that are its operands. It
// looks at no types, and into no function literals.
func (s *site) all(e ast.Expr, claim func(ast.Expr) bool) bool {
	holds := true
	ast.Inspect(e, func(n ast.Node) bool {
		x, ok := n.(ast.Expr)
		if !ok || !holds {
			return holds
		}
		if s.info.Types[x].IsType() {
			return false
		}
		if sel, ok := x.(*ast.SelectorExpr); ok {
			holds = claim(x) && (s.info.Selections[sel] == nil || s.all(sel.X, claim))
			return false
		}
		if kv, ok := x.(*ast.KeyValueExpr); ok {
			holds = s.all(kv.Value, claim)
			return false
		}
		holds = claim(x)
		_, isLit := x.(*ast.FuncLit)
		return holds && !isLit
	})
	return holds
}

// calls reports whether an expression calls a function, or receives from a channel.
func (s *site) calls(e ast.Expr) bool {
	return !s.all(e, func(n ast.Expr) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			return s.info.Types[n.Fun].IsType() || s.isBuiltin(n, "len", "cap", "min", "max", "new", "make", "real", "imag", "complex")
		case *ast.UnaryExpr:
			return n.Op != token.ARROW
		}
		return true
	})
}

func (s *site) isBuiltin(call *ast.CallExpr, names ...string) bool {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok {
		return false
	}
	b, ok := s.info.Uses[id].(*types.Builtin)
	return ok && slices.Contains(names, b.Name())
}

// mentions reports whether an expression names a variable.
func (s *site) mentions(e ast.Expr, v *types.Var) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && s.info.Uses[id] == v {
			found = true
		}
		return !found
	})
	return found
}

// depends reports whether the value of an expression may change as something is assigned to
// another one: which it does not if that is a local variable that it does not name and that
// has no address, or if it is fixed and the other one is no variable that it names.
func (s *site) depends(e, on ast.Expr) bool {
	if v := s.variable(on); v != nil {
		if s.mentions(e, v) {
			return true
		}
		return (!local(v) || s.isCaptured(v)) && !s.fixed(e) && s.variable(e) == nil
	}
	if !s.fixed(e) {
		return true
	}
	names := false
	ast.Inspect(on, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if v, ok := s.info.Uses[id].(*types.Var); ok && !v.IsField() && s.mentions(e, v) {
				names = true
			}
		}
		return !names
	})
	return names
}

// mayPanic reports whether the evaluation of an expression may panic at a place. It goes by
// what was dereferenced before.
func (s *site) mayPanic(e ast.Expr, at inspector.Cursor) bool {
	return !s.all(e, func(n ast.Expr) bool {
		switch n := n.(type) {
		case *ast.Ident, *ast.BasicLit, *ast.ParenExpr, *ast.FuncLit, *ast.CompositeLit:
			return true
		case *ast.SelectorExpr:
			return s.plainSelector(n) || s.isFieldOf(n) && s.isThere(n.X, at)
		case *ast.StarExpr:
			return s.isThere(n.X, at)
		case *ast.UnaryExpr:
			return n.Op != token.ARROW
		case *ast.CallExpr:
			return s.isBuiltin(n, "len", "cap", "new") || s.info.Types[n.Fun].IsType() && !isArray(pointee(s.info.TypeOf(n)))
		case *ast.BinaryExpr:
			return s.safeOperator(n)
		case *ast.IndexExpr:
			m, ok := s.info.TypeOf(n.X).Underlying().(*types.Map)
			return ok && isBasic(m.Key())
		}
		return false
	})
}

func isBasic(t types.Type) bool {
	_, ok := t.Underlying().(*types.Basic)
	return ok
}

// safeOperator reports whether an operator does not panic, given that its operands do not.
func (s *site) safeOperator(n *ast.BinaryExpr) bool {
	switch n.Op {
	case token.QUO, token.REM, token.SHL, token.SHR:
		divisor := s.info.Types[n.Y].Value
		return divisor != nil && constant.Sign(divisor) > 0
	case token.EQL, token.NEQ:
		return isBasic(s.info.TypeOf(n.X)) && isBasic(s.info.TypeOf(n.Y))
	}
	return true
}

// isFieldOf reports whether a selector selects a field through the pointer that it has on
// its left.
func (s *site) isFieldOf(sel *ast.SelectorExpr) bool {
	selection, ok := s.info.Selections[sel]
	return ok && selection.Kind() == types.FieldVal && len(selection.Index()) == 1
}

// isThere reports whether the pointer that a variable holds is certainly not nil at a place:
// it has one value only, which is the address of something, or what it points to was looked
// at on every way there.
func (s *site) isThere(e ast.Expr, at inspector.Cursor) bool {
	v := s.variable(e)
	if v == nil || !local(v) {
		return false
	}
	for _, cur := range s.uses(v) {
		if s.accessOf(cur) != read {
			return false
		}
	}
	if s.isAddress(v) {
		return true
	}
	if s.hasGoto(at) {
		return false
	}
	for cur := at; ; cur = cur.Parent() {
		if _, ok := cur.Node().(*ast.File); ok || cur.Node() == nil {
			return false
		}
		for prev, ok := cur.PrevSibling(); ok; prev, ok = prev.PrevSibling() {
			if s.looksAt(prev.Node(), v) {
				return true
			}
		}
		if stmt, ok := cur.Parent().Node().(ast.Stmt); ok && cur.ParentEdgeKind() != edge.BlockStmt_List && s.looksAt(stmt, v) {
			return true
		}
	}
}

// isAddress reports whether a variable is declared as the address of something.
func (s *site) isAddress(v *types.Var) bool {
	cur, ok := s.at.Inspector().Root().FindByPos(v.Pos(), v.Pos()+1)
	if !ok || cur.ParentEdgeKind() != edge.AssignStmt_Lhs {
		return false
	}
	assign := cur.Parent().Node().(*ast.AssignStmt)
	if len(assign.Lhs) != len(assign.Rhs) {
		return false
	}
	switch rhs := ast.Unparen(assign.Rhs[cur.ParentEdgeIndex()]).(type) {
	case *ast.UnaryExpr:
		return rhs.Op == token.AND
	case *ast.CallExpr:
		return s.isBuiltin(rhs, "new")
	}
	return false
}

// looksAt reports whether a statement, if it is executed and goes on to its body or to the
// next one, has dereferenced a variable.
func (s *site) looksAt(n ast.Node, v *types.Var) bool {
	switch n := n.(type) {
	case *ast.ExprStmt, *ast.AssignStmt, *ast.IncDecStmt, *ast.SendStmt, *ast.DeclStmt:
		return s.dereferences(n, v)
	case *ast.IfStmt:
		return n.Init != nil && s.looksAt(n.Init, v) || s.dereferences(n.Cond, v)
	case *ast.ForStmt:
		return n.Init != nil && s.looksAt(n.Init, v) || n.Cond != nil && s.dereferences(n.Cond, v)
	case *ast.RangeStmt:
		return s.dereferences(n.X, v)
	case *ast.SwitchStmt:
		return n.Init != nil && s.looksAt(n.Init, v) || n.Tag != nil && s.dereferences(n.Tag, v)
	}
	return false
}

// dereferences reports whether the evaluation of a node always dereferences a variable.
func (s *site) dereferences(n ast.Node, v *types.Var) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BinaryExpr:
			if n.Op == token.LAND || n.Op == token.LOR {
				found = found || s.dereferences(n.X, v)
				return false
			}
		case *ast.SelectorExpr:
			if s.variable(n.X) == v && s.isFieldOf(n) && isPointer(v.Type()) {
				found = true
			}
		case *ast.StarExpr:
			if s.variable(n.X) == v {
				found = true
			}
		}
		return !found
	})
	return found
}

// revisited reports whether a place may be executed more than once for one execution of the
// declaration of a variable: for a loop, a function literal or a goto.
func (s *site) revisited(cur inspector.Cursor, v *types.Var) bool {
	for c := range cur.Enclosing((*ast.ForStmt)(nil), (*ast.RangeStmt)(nil), (*ast.FuncLit)(nil)) {
		if v.Pos() < c.Node().Pos() {
			return true
		}
	}
	return s.hasGoto(cur)
}

// hasGoto reports whether there is a goto in the declaration that holds a place.
func (s *site) hasGoto(cur inspector.Cursor) bool {
	decl, ok := s.declaration(cur.Node().Pos())
	if !ok {
		return false
	}
	for c := range decl.Preorder((*ast.BranchStmt)(nil)) {
		if c.Node().(*ast.BranchStmt).Tok == token.GOTO {
			return true
		}
	}
	return false
}

// sameSource reports whether two expressions are written alike.
func (s *site) sameSource(a, b ast.Expr) bool {
	return types.ExprString(ast.Unparen(a)) == types.ExprString(ast.Unparen(b))
}

// callee returns the function that a call names, or nil.
func (s *site) callee(call *ast.CallExpr) *types.Func { return rewrite.Callee(s.info, call) }
