package suite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"
)

// rangeint guards against loops whose variable is read after them: it ends as the limit, and
// in a range loop as the last index (golang/go#77161), and against limits that files which
// are not compiled here may set.
func rangeint(s *site) verdict {
	loop, cur, ok := enclosing[*ast.ForStmt](s)
	if !ok {
		return sound
	}
	init := loop.Init.(*ast.AssignStmt)
	if limit := s.variable(loop.Cond.(*ast.BinaryExpr).Y); limit != nil && !local(limit) && len(s.pass.IgnoredFiles) > 0 {
		return left(limit.Name() + " may be set in a file that is not compiled here")
	}
	if init.Tok == token.DEFINE {
		return sound
	}
	v := s.variable(init.Lhs[0])
	if v == nil || s.readAfter(v, cur) {
		return left("its variable may be read after the loop, when it would be less by one")
	}
	return sound
}

// readAfter reports whether a variable that a loop sets may be read after the loop, which it
// is not if all that reads it is in the loop or in others that set it first.
func (s *site) readAfter(v *types.Var, loop inspector.Cursor) bool {
	if !local(v) {
		return true
	}
	return slices.ContainsFunc(s.uses(v), func(use inspector.Cursor) bool {
		if captured(use, v) || s.accessOf(use) == addressed {
			return true
		}
		if loop.Contains(use) || isPlainTarget(use) {
			return false
		}
		for other := range use.Enclosing((*ast.ForStmt)(nil)) {
			if init, ok := other.Node().(*ast.ForStmt).Init.(*ast.AssignStmt); ok && !other.Contains(loop) {
				if use.Node().Pos() > init.End() && slices.ContainsFunc(init.Lhs, func(e ast.Expr) bool { return s.variable(e) == v }) {
					return false
				}
			}
		}
		return true
	})
}

// isPlainTarget reports whether a name is assigned to, and not read for that.
func isPlainTarget(cur inspector.Cursor) bool {
	if cur.ParentEdgeKind() != edge.AssignStmt_Lhs {
		return false
	}
	tok := cur.Parent().Node().(*ast.AssignStmt).Tok
	return tok == token.ASSIGN || tok == token.DEFINE
}

// mapsloop guards against maps that the loop does not look at if there is nothing to copy,
// that are another one each time, or that the source of what is copied may replace.
func mapsloop(s *site) verdict {
	loop, cur, ok := enclosing[*ast.RangeStmt](s)
	if !ok {
		return sound
	}
	m := loop.Body.List[0].(*ast.AssignStmt).Lhs[0].(*ast.IndexExpr).X
	if s.calls(m) {
		return left(s.text(m) + " would be called once only")
	}
	_, isIterator := s.info.TypeOf(loop.X).Underlying().(*types.Signature)
	if made, ok := s.replacedBefore(cur); ok {
		for _, arg := range made.Rhs {
			if s.calls(arg) {
				return left(s.text(arg) + " would not be evaluated")
			}
		}
		if v := s.variable(m); v != nil && s.mentions(loop.X, v) {
			return left("what is copied depends on " + v.Name())
		}
	}
	if v := s.variable(m); isIterator && (v == nil || !local(v) || s.isCaptured(v)) {
		return verdict{"unproven", "the iterator must not look at " + s.text(m) + ", nor replace it"}
	}
	if s.calls(loop.X) && !s.fixed(m) {
		return verdict{"unproven", "what calculates the map to copy must not replace " + s.text(m)}
	}
	if s.mayPanic(m, cur) {
		return verdict{"unproven", s.text(m) + " is looked at even if there is nothing to copy"}
	}
	return sound
}

// replacedBefore returns the assignment before a loop, if the fix replaces it too.
func (s *site) replacedBefore(loop inspector.Cursor) (*ast.AssignStmt, bool) {
	prev, ok := loop.PrevSibling()
	if !ok {
		return nil, false
	}
	assign, ok := prev.Node().(*ast.AssignStmt)
	if !ok || len(assign.Lhs) != 1 {
		return nil, false
	}
	for _, e := range s.edits {
		if assign.Pos() <= e.Pos && e.Pos < assign.End() {
			return assign, true
		}
	}
	return nil, false
}

// slicescontains guards against needles and predicates that the loop does not look at if
// there is nothing to search, or that are not the same each time.
func slicescontains(s *site) verdict {
	loop, cur, ok := enclosing[*ast.RangeStmt](s)
	if !ok {
		return sound
	}
	cond := loop.Body.List[0].(*ast.IfStmt).Cond
	var needle ast.Expr
	switch cond := cond.(type) {
	case *ast.CallExpr:
		needle = cond.Fun
	case *ast.BinaryExpr:
		needle = cond.Y
		if s.isElement(needle, loop) {
			needle = cond.X
		}
	}
	result, hasResult := s.replacedBefore(cur)
	if hasResult {
		if v := s.resultHazard(result.Lhs[0], needle, loop.X); v != sound {
			return v
		}
	}
	if call, ok := cond.(*ast.CallExpr); ok {
		if _, indexed := ast.Unparen(call.Args[0]).(*ast.IndexExpr); indexed && !s.fixed(loop.X) {
			return verdict{"unproven", "the function must not replace " + s.text(loop.X)}
		}
		return s.predicate(needle)
	}
	if s.calls(loop.X) && !s.fixed(needle) {
		return verdict{"unproven", "what calculates the slice must not change " + s.text(needle)}
	}
	if s.mayPanic(needle, cur) {
		return verdict{"unproven", s.text(needle) + " is looked at even if there is nothing to search"}
	}
	return sound
}

// isElement reports whether an expression is the current element of a range loop.
func (s *site) isElement(e ast.Expr, loop *ast.RangeStmt) bool {
	for _, x := range []ast.Expr{loop.Key, loop.Value} {
		if x == nil {
			continue
		}
		if id, ok := x.(*ast.Ident); ok {
			if v, ok := s.info.Defs[id].(*types.Var); ok && s.mentions(e, v) {
				return true
			}
		}
	}
	return false
}

// resultHazard guards against a result that what is searched, or for, depends on: the loop
// comes after the result was set to what it is if nothing is found.
func (s *site) resultHazard(result, needle, slice ast.Expr) verdict {
	if s.depends(needle, result) || s.depends(slice, result) {
		return left("what is searched or looked for depends on " + s.text(result))
	}
	if v := s.variable(result); s.calls(slice) || s.isFunction(needle) {
		if v == nil || !local(v) || s.isCaptured(v) {
			return verdict{"unproven", "no function that is called may look at " + s.text(result)}
		}
	}
	return sound
}

func (s *site) isFunction(e ast.Expr) bool {
	_, ok := s.info.TypeOf(e).Underlying().(*types.Signature)
	return ok
}

// predicate guards against functions that are not the same each time, and methods that can't
// be named without a receiver.
func (s *site) predicate(fn ast.Expr) verdict {
	fn = ast.Unparen(fn)
	switch index := fn.(type) {
	case *ast.IndexExpr:
		if s.info.Types[index.Index].IsType() {
			fn = index.X
		}
	case *ast.IndexListExpr:
		fn = index.X
	case *ast.FuncLit:
		return sound
	}
	if id, ok := fn.(*ast.Ident); ok {
		if v, ok := s.info.Uses[id].(*types.Var); ok && s.changeable(v) {
			return verdict{"unproven", v.Name() + " must not become another function as it is called"}
		}
		return sound
	}
	sel, ok := fn.(*ast.SelectorExpr)
	if !ok {
		return verdict{"unproven", s.text(fn) + " must be the same at each turn"}
	}
	selection := s.info.Selections[sel]
	switch {
	case selection == nil:
		if _, isVar := s.info.Uses[sel.Sel].(*types.Var); !isVar {
			return sound
		}
	case selection.Kind() == types.MethodExpr:
		return sound
	case selection.Kind() == types.MethodVal && len(selection.Index()) == 1 && !types.IsInterface(selection.Recv()):
		byPointer := isPointer(selection.Obj().(*types.Func).Signature().Recv().Type())
		if byPointer == isPointer(selection.Recv()) && s.fixed(sel.X) || byPointer && s.isOneVariable(sel.X) {
			return sound
		}
	}
	return verdict{"unproven", s.text(fn) + " is evaluated once, and even if there is nothing to search"}
}

// isOneVariable reports whether an expression is the name of a variable of a struct or the
// like, whose address is always the same.
func (s *site) isOneVariable(e ast.Expr) bool {
	v := s.variable(e)
	return v != nil && !isPointer(v.Type())
}

// slicesbackward guards against loops that replace the slice whose elements they read.
func slicesbackward(s *site) verdict {
	loop, cur, ok := enclosing[*ast.ForStmt](s)
	if !ok {
		return sound
	}
	if s.recoversIn(cur) {
		return left(recovers)
	}
	call, ok := loop.Init.(*ast.AssignStmt).Rhs[0].(*ast.BinaryExpr).X.(*ast.CallExpr)
	if !ok {
		return sound
	}
	v := s.variable(call.Args[0])
	if v == nil || !local(v) {
		return sound
	}
	for _, use := range s.uses(v) {
		if s.accessOf(use) == addressed || s.accessOf(use) == assigned && (cur.Contains(use) || captured(use, v)) {
			return left(fmt.Sprintf("%s may be another slice before the loop ends", v.Name()))
		}
	}
	return sound
}

const recovers = "the body of a loop over a function does not recover from a panic"

// recoversIn reports whether the body of a loop calls recover itself: as that of a loop over
// an iterator, which is a function of its own, it does not recover then.
func (s *site) recoversIn(loop inspector.Cursor) bool {
	found := false
	ast.Inspect(loop.Node(), func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			found = found || s.isBuiltin(n, "recover")
		}
		return !found
	})
	return found
}

// stditerators guards against loops over what is another thing by then.
func stditerators(s *site) verdict {
	x, loop, ok := s.iterated()
	if !ok {
		return sound
	}
	pure := s.all(x, func(n ast.Expr) bool {
		switch n := n.(type) {
		case *ast.Ident:
			v, isVar := s.info.ObjectOf(n).(*types.Var)
			return !isVar || v.IsField() || local(v) && !s.setIn(v, loop)
		case *ast.CallExpr:
			fn := s.callee(n)
			return fn != nil && fn.Pkg() != nil && slices.Contains([]string{"reflect", "go/types"}, fn.Pkg().Path())
		case *ast.SelectorExpr:
			_, isMethod := s.info.Uses[n.Sel].(*types.Func)
			return isMethod || s.info.Selections[n] == nil || s.plainSelector(n)
		}
		return true
	})
	if !pure {
		return verdict{"unproven", s.text(x) + " must be the same at each turn"}
	}
	if s.recoversIn(loop) {
		return left(recovers)
	}
	if s.reusesElement(loop) {
		return left("the variable of the element is set in the loop")
	}
	return sound
}

// iterated returns what a loop over an index of methods goes over, and the loop.
func (s *site) iterated() (ast.Expr, inspector.Cursor, bool) {
	var bound ast.Expr
	var cur inspector.Cursor
	for c := range s.at.Enclosing((*ast.ForStmt)(nil), (*ast.RangeStmt)(nil)) {
		switch loop := c.Node().(type) {
		case *ast.ForStmt:
			if compare, ok := loop.Cond.(*ast.BinaryExpr); ok {
				bound = compare.Y
			}
		case *ast.RangeStmt:
			bound = loop.X
		}
		cur = c
		break
	}
	call, ok := bound.(*ast.CallExpr)
	if !ok {
		return nil, cur, false
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return nil, cur, false
	}
	return sel.X, cur, true
}

// setIn reports whether a local variable may be set in a loop.
func (s *site) setIn(v *types.Var, loop inspector.Cursor) bool {
	return slices.ContainsFunc(s.uses(v), func(use inspector.Cursor) bool {
		switch s.accessOf(use) {
		case addressed:
			// A method of a pointer receiver, as of a reflect.Value's, may set it.
			return true
		case assigned:
			return loop.Contains(use) || captured(use, v)
		}
		return false
	})
}

// reusesElement reports whether the loop declares a variable as an element and sets it,
// where the element is asked for again: the fix would find the variable there.
func (s *site) reusesElement(loop inspector.Cursor) bool {
	replaced := 0
	var element *types.Var
	for _, e := range s.edits {
		cur, ok := loop.FindByPos(e.Pos, e.End)
		if !ok {
			continue
		}
		call, ok := cur.Node().(*ast.CallExpr)
		if !ok || call.Pos() != e.Pos || call.End() != e.End {
			continue
		}
		replaced++
		if cur.ParentEdgeKind() == edge.AssignStmt_Rhs {
			if assign := cur.Parent().Node().(*ast.AssignStmt); assign.Tok == token.DEFINE && len(assign.Lhs) == 1 {
				element = s.variable(assign.Lhs[0])
			}
		}
	}
	return replaced > 1 && element != nil && s.setIn(element, loop)
}
