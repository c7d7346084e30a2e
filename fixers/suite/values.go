package suite

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"
)

// minmax guards against comparisons that are not those of min and max: of what is another
// value by then, or another type.
func minmax(s *site) verdict {
	if decl, ok := s.at.Node().(*ast.FuncDecl); ok {
		return s.ownMinMax(decl)
	}
	branch, cur, ok := enclosing[*ast.IfStmt](s)
	if !ok {
		return sound
	}
	compare := branch.Cond.(*ast.BinaryExpr)
	assign := branch.Body.List[0].(*ast.AssignStmt)
	target := assign.Lhs[0]
	switch {
	case types.IsInterface(s.info.TypeOf(target)):
		return left(s.text(target) + " would get another type or, of NaN, another value")
	case isFloat(s.info.TypeOf(compare.X)) || isFloat(s.info.TypeOf(compare.Y)):
		return left("NaN is not less than anything")
	case s.calls(target):
		return left(s.text(target) + " is called after the comparison")
	case branch.Else != nil:
		return sound
	}
	prev, ok := cur.PrevSibling()
	if !ok {
		return sound
	}
	set, ok := prev.Node().(*ast.AssignStmt)
	if !ok {
		return sound
	}
	for _, operand := range []ast.Expr{compare.X, compare.Y} {
		if s.sameSource(operand, target) {
			continue
		}
		if s.depends(operand, target) {
			return left(s.text(operand) + " may change as " + s.text(target) + " is set")
		}
		if s.calls(set.Rhs[0]) && !s.fixed(operand) {
			return left("the call may change " + s.text(operand))
		}
		if s.mayPanic(operand, cur) && !s.isTransient(target) {
			return left(s.text(target) + " would not be set if " + s.text(operand) + " panics")
		}
	}
	return sound
}

// isTransient reports whether an expression is the name of a variable that nothing looks at
// after a panic.
func (s *site) isTransient(e ast.Expr) bool {
	v := s.variable(e)
	return v != nil && v.Kind() == types.LocalVar && local(v) && !s.isCaptured(v)
}

func isFloat(t types.Type) bool {
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsFloat != 0
}

// ownMinMax guards against functions that do more than compare, or whose calls are not those
// of the builtin.
func (s *site) ownMinMax(decl *ast.FuncDecl) verdict {
	fn, ok := s.info.Defs[decl.Name].(*types.Func)
	if !ok {
		return sound
	}
	sig := fn.Signature()
	a, b, result := sig.Params().At(0).Type(), sig.Params().At(1).Type(), sig.Results().At(0).Type()
	branch, ok := decl.Body.List[0].(*ast.IfStmt)
	if !ok || branch.Init != nil {
		return left("it does more than to compare")
	}
	if !types.Identical(a, b) || !types.Identical(a, result) {
		return left("it has a type of its own")
	}
	if decl.Doc != nil && strings.Contains(decl.Doc.Text(), "//go:") || len(s.pass.OtherFiles) > 0 {
		return left("assembly code may name it")
	}
	for id, obj := range s.info.Uses {
		if obj != fn {
			continue
		}
		cur, ok := s.at.Inspector().Root().FindByPos(id.Pos(), id.End())
		if !ok || cur.ParentEdgeKind() != edge.CallExpr_Fun {
			return left("it is used as a value")
		}
		constants := 0
		call := cur.Parent().Node().(*ast.CallExpr)
		for _, arg := range call.Args {
			if s.info.Types[arg].Value != nil {
				constants++
			}
		}
		if constants == len(call.Args) {
			return left("of constants alone the builtin makes a constant")
		}
	}
	return verdict{removedKind, ""}
}

// slicessort tells floats, whose NaNs and zeros are in another order, from the rest.
func slicessort(s *site) verdict {
	call, _, ok := enclosing[*ast.CallExpr](s)
	if !ok {
		return sound
	}
	if slice, ok := s.info.TypeOf(call.Args[0]).Underlying().(*types.Slice); !ok || isFloat(slice.Elem()) || !isBasic(slice.Elem()) {
		return verdict{"floats", ""}
	}
	return sound
}

// newexpr tells the mark on a function from the calls, and guards against arguments whose
// type comes from the function's parameter, and receivers that would not be evaluated.
func newexpr(s *site) verdict {
	call, ok := s.at.Node().(*ast.CallExpr)
	if !ok {
		return verdict{"wrapper", ""}
	}
	fn := s.callee(call)
	if fn == nil || fn.Signature().Recv() != nil {
		return left("the receiver would not be evaluated")
	}
	untyped := !s.all(call.Args[0], func(e ast.Expr) bool {
		n, ok := e.(*ast.BinaryExpr)
		if !ok {
			return true
		}
		switch n.Op {
		case token.SHL, token.SHR:
			return s.info.Types[n].Value != nil || s.info.Types[n.X].Value == nil
		case token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
			return types.Identical(s.info.TypeOf(call), types.NewPointer(types.Typ[types.Bool]))
		}
		return true
	})
	if untyped {
		return left("the argument has its type from the function's parameter")
	}
	return sound
}

// errorsastype guards against error variables that are looked at where the error was not
// of their type, when they may have a value from before.
func errorsastype(s *site) verdict {
	call, _, ok := enclosing[*ast.CallExpr](s)
	if !ok {
		return sound
	}
	branch, cur, ok := enclosing[*ast.IfStmt](s)
	if !ok {
		return sound
	}
	v := s.variable(call.Args[1].(*ast.UnaryExpr).X)
	if v == nil {
		return sound
	}
	if t := s.typeArgument(); t != nil && !types.Identical(t, v.Type()) {
		return left("another type has the name of the variable's here")
	}
	_, negated := ast.Unparen(branch.Cond).(*ast.UnaryExpr)
	for _, use := range s.uses(v) {
		if within(use, call) {
			continue
		}
		if inBody := within(use, branch.Body); inBody == negated {
			return left(v.Name() + " is looked at where the error is not of its type")
		}
		if (captured(use, v) || s.accessOf(use) == addressed) && s.revisited(cur, v) {
			return left("each time would have a " + v.Name() + " of its own")
		}
	}
	return sound
}

// embedlit guards against assignments to a variable that what they assign may look at.
func embedlit(s *site) verdict {
	lit, ok := s.at.Node().(*ast.CompositeLit)
	if !ok || s.at.ParentEdgeKind() != edge.AssignStmt_Rhs {
		return sound
	}
	set := s.at.Parent().Node().(*ast.AssignStmt)
	v := s.variable(set.Lhs[0])
	if set.Tok == token.ASSIGN && s.reachesBeyond(lit) && (v == nil || !local(v) || s.isCaptured(v)) {
		return left("what is assigned may depend on " + s.text(set.Lhs[0]))
	}
	return sound
}

// reachesBeyond reports whether the fix edits what comes after a literal.
func (s *site) reachesBeyond(lit *ast.CompositeLit) bool {
	return slices.ContainsFunc(s.edits, func(e analysis.TextEdit) bool { return e.Pos > lit.End() })
}

// reflecttypefor guards against values that can't be calculated, and names that other types
// have here.
func reflecttypefor(s *site) verdict {
	call, cur, ok := enclosing[*ast.CallExpr](s)
	if !ok {
		return sound
	}
	if s.mayPanic(call.Args[0], cur) {
		return left("the evaluation of " + s.text(call.Args[0]) + " may panic")
	}
	was, is := s.info.TypeOf(call.Args[0]), s.typeArgument()
	if elem, ok := was.(interface{ Elem() types.Type }); ok && is != nil && types.Identical(elem.Elem(), is) {
		return sound
	}
	if is != nil && !types.Identical(was, is) {
		return left("another type has its name here")
	}
	return sound
}

// typeArgument returns the type that the fix writes between brackets, or nil if it is none
// without the imports that the fix adds.
func (s *site) typeArgument() types.Type {
	for _, e := range s.edits {
		_, text, ok := strings.Cut(strings.TrimSuffix(string(e.NewText), "]"), "[")
		if !ok {
			continue
		}
		if tv, err := types.Eval(s.pass.Fset, s.pass.Pkg, e.Pos, text); err == nil && tv.IsType() {
			return tv.Type
		}
	}
	return nil
}

func within(cur inspector.Cursor, n ast.Node) bool {
	return n.Pos() <= cur.Node().Pos() && cur.Node().End() <= n.End()
}
