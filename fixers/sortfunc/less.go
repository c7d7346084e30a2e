package sortfunc

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// reads finds the elements in the function and reports whether it does nothing with the
// indices and the slice but to read the two elements, which can then be copies of them.
func (s *sort) reads() bool {
	info := s.pass.TypesInfo
	ok := true
	ast.Inspect(s.lit.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.IndexExpr:
			if at := rewrite.Object(info, n.Index); at != nil && (at == s.i || at == s.j) && isPlainIdent(n.Index) && same(info, n.X, s.path) {
				s.elements[n] = at
				return false
			}
		case *ast.Ident:
			// An index that stands elsewhere, or the slice itself.
			if obj := info.Uses[n]; obj != nil && (obj == s.i || obj == s.j || obj == s.variable()) {
				ok = false
			}
		case *ast.FuncLit, *ast.LabeledStmt, *ast.DeferStmt, *ast.GoStmt:
			ok = false
		}
		return ok
	})
	if !ok || len(s.elements) == 0 {
		return false
	}
	ast.Inspect(s.lit.Body, func(n ast.Node) bool {
		ok = ok && !s.touches(n)
		if assign, isAssign := n.(*ast.AssignStmt); isAssign && assign.Tok == token.DEFINE && len(assign.Lhs) == len(assign.Rhs) {
			s.notesCopies(assign)
		}
		return ok
	})
	return ok
}

// notesCopies notes which variables an assignment declares for elements.
func (s *sort) notesCopies(assign *ast.AssignStmt) {
	for k, x := range assign.Rhs {
		element, ok := x.(*ast.IndexExpr)
		id, isID := assign.Lhs[k].(*ast.Ident)
		if ok && isID && s.elements[element] != nil && s.pass.TypesInfo.Defs[id] != nil {
			s.copies[s.pass.TypesInfo.Defs[id]] = s.elements[element]
		}
	}
}

// takesCopies makes parameters of two variables that the function begins with by setting them
// to its elements, if it reads these nowhere else, and returns the edit that removes the
// statement.
func (s *sort) takesCopies() (edits []analysis.TextEdit) {
	assign, ok := s.lit.Body.List[0].(*ast.AssignStmt)
	if !ok || len(s.copies) != 2 || len(s.elements) != 2 || len(assign.Lhs) != 2 {
		return nil
	}
	var names [2]string
	for v, index := range s.copies {
		if !rewrite.Within(v.Pos(), assign) {
			return nil
		}
		if index == s.i {
			names[0] = v.Name()
		} else {
			names[1] = v.Name()
		}
	}
	gone, ok := rewrite.Delete(s.pass, s.file, assign, func(string) bool { return false })
	if !ok || names[0] == "" || names[1] == "" {
		return nil
	}
	s.a, s.b = names[0], names[1]
	return []analysis.TextEdit{gone}
}

// variable returns the last name of the slice's path.
func (s *sort) variable() types.Object {
	if star, ok := s.path.(*ast.StarExpr); ok {
		return rewrite.Object(s.pass.TypesInfo, star.X)
	}
	return rewrite.Object(s.pass.TypesInfo, s.path)
}

// isPlainIdent reports whether an expression is an identifier.
func isPlainIdent(x ast.Expr) bool {
	_, ok := x.(*ast.Ident)
	return ok
}

// touches reports whether a node takes the address of an element or of a part of it, or sets
// one: then a copy would not do.
func (s *sort) touches(n ast.Node) bool {
	info := s.pass.TypesInfo
	switch n := n.(type) {
	case *ast.UnaryExpr:
		return n.Op == token.AND && s.mentions(n.X)
	case *ast.SliceExpr:
		_, isArray := info.TypeOf(n.X).Underlying().(*types.Array)
		return isArray && s.mentions(n.X)
	case *ast.SelectorExpr:
		selection := info.Selections[n]
		if selection == nil || selection.Kind() != types.MethodVal || !s.mentions(n.X) {
			return false
		}
		recv := selection.Obj().(*types.Func).Signature().Recv()
		_, byPointer := types.Unalias(recv.Type()).(*types.Pointer)
		_, isPointer := info.TypeOf(n.X).Underlying().(*types.Pointer)
		return byPointer && !isPointer
	case *ast.AssignStmt:
		for _, x := range n.Lhs {
			if s.mentions(x) || s.isBase(x) {
				return true
			}
		}
	case *ast.IncDecStmt:
		return s.mentions(n.X)
	case *ast.RangeStmt:
		return n.Key != nil && s.mentions(n.Key) || n.Value != nil && s.mentions(n.Value)
	}
	return false
}

// isBase reports whether an expression is what the slice's path begins with.
func (s *sort) isBase(x ast.Expr) bool {
	for base := s.path; ; {
		if same(s.pass.TypesInfo, base, x) {
			return true
		}
		switch b := ast.Unparen(base).(type) {
		case *ast.SelectorExpr:
			base = b.X
		case *ast.StarExpr:
			base = b.X
		default:
			return false
		}
	}
}

// mentions reports whether code reads an element.
func (s *sort) mentions(n ast.Node) bool {
	for x := range s.elements {
		if rewrite.Within(x.Pos(), n) {
			return true
		}
	}
	return false
}

// compares returns the edits that make a function of the literal's body that compares two
// elements, or none if one of its return statements does not tell how.
func (s *sort) compares() (edits []analysis.TextEdit, floats bool) {
	ok := true
	var compared []ast.Node
	ast.Inspect(s.lit.Body, func(n ast.Node) bool {
		ret, isReturn := n.(*ast.ReturnStmt)
		if !isReturn || !ok {
			return ok
		}
		text, float := s.comparison(ret.Results[0])
		if text == "" || rewrite.HasComment(s.file, ret.Pos(), ret.End()) {
			ok = false
			return false
		}
		floats = floats || float
		compared = append(compared, ret)
		edits = append(edits, rewrite.Replace(ret.Results[0], text))
		return false
	})
	if !ok || len(edits) == 0 || s.isElementwise() {
		return nil, false
	}
	if gone := s.takesCopies(); gone != nil {
		return append(append(edits, gone...), s.imports...), floats
	}
	for x := range s.elements {
		inReturn := false
		for _, n := range compared {
			inReturn = inReturn || rewrite.Within(x.Pos(), n)
		}
		if !inReturn {
			edits = append(edits, rewrite.Replace(x, s.name(s.elements[x])))
		}
	}
	edits = append(edits, s.imports...)
	return edits, floats
}

// compare returns the name of cmp.Compare at a place, and notes the edits that import it.
func (s *sort) compare(at token.Pos) string {
	qualifier, edits := rewrite.Import(s.pass, s.file, "cmp", "cmp", at)
	if len(s.imports) == 0 {
		s.imports = edits
	}
	if qualifier != "" {
		qualifier += "."
	}
	return qualifier + "Compare"
}

// isElementwise reports whether the function is that of which x/tools' slicessort makes
// slices.Sort: s[i] < s[j].
func (s *sort) isElementwise() bool {
	if len(s.lit.Body.List) != 1 || len(s.elements) != 2 || rewrite.Callee(s.pass.TypesInfo, s.call).Name() != "Slice" {
		return false
	}
	ret, ok := s.lit.Body.List[0].(*ast.ReturnStmt)
	if !ok {
		return false
	}
	x, ok := ret.Results[0].(*ast.BinaryExpr)
	if !ok || x.Op != token.LSS {
		return false
	}
	first, ok1 := x.X.(*ast.IndexExpr)
	second, ok2 := x.Y.(*ast.IndexExpr)
	return ok1 && ok2 && s.elements[first] == s.i && s.elements[second] == s.j
}

// comparison returns the comparison that is negative where a result of the function is true,
// and whether it is one of floating-point numbers, or the empty string if there is none.
func (s *sort) comparison(x ast.Expr) (text string, float bool) {
	info := s.pass.TypesInfo
	switch x := ast.Unparen(x).(type) {
	case *ast.CallExpr:
		sel, ok := ast.Unparen(x.Fun).(*ast.SelectorExpr)
		if !ok || len(x.Args) != 1 || !rewrite.CallsMethod(info, x, "time", "Time", "After", "Before") || !s.mirrored(sel.X, x.Args[0]) || info.Selections[sel] == nil {
			return "", false
		}
		first, second := sel.X, x.Args[0]
		if sel.Sel.Name == "After" {
			// What is an operand has to become an argument, which a pointer is not, and
			// what is called first has to stay first.
			if !isTime(info.TypeOf(first)) || calls(info, first) {
				return "", false
			}
			first, second = second, first
		}
		if !isOperand(first) {
			return "", false
		}
		return s.text(first) + ".Compare(" + s.text(second) + ")", false
	case *ast.BinaryExpr:
		if x.Op != token.LSS && x.Op != token.GTR {
			return "", false
		}
		if x.Op == token.LSS && isZero(info, x.Y) && s.comparesAlready(x.X) {
			return s.text(x.X), false
		}
		t := info.TypeOf(x.X)
		basic, ok := t.Underlying().(*types.Basic)
		if !ok || basic.Info()&(types.IsInteger|types.IsString|types.IsFloat) == 0 || basic.Info()&types.IsUntyped != 0 || !types.Identical(t, info.TypeOf(x.Y)) || !s.mirrored(x.X, x.Y) {
			return "", false
		}
		first, second := x.X, x.Y
		if x.Op == token.GTR {
			if calls(info, first) {
				return "", false // which is called first would change
			}
			first, second = second, first
		}
		return s.compare(x.Pos()) + "(" + s.text(first) + ", " + s.text(second) + ")", basic.Info()&types.IsFloat != 0
	}
	return "", false
}

// comparesAlready reports whether an expression of the type int is a call of a function or
// method Compare, or a variable of the function's own.
func (s *sort) comparesAlready(x ast.Expr) bool {
	info := s.pass.TypesInfo
	if !types.Identical(info.TypeOf(x), types.Typ[types.Int]) {
		return false
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.CallExpr:
		fn := rewrite.Callee(info, x)
		return fn != nil && fn.Name() == "Compare"
	case *ast.Ident:
		obj := info.Uses[x]
		return obj != nil && rewrite.Within(obj.Pos(), s.lit.Body)
	}
	return false
}

// isTime reports whether a type is time.Time.
func isTime(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && rewrite.IsMember(named.Obj(), "time", "Time")
}

// isOperand reports whether a selector may follow an expression as it is written.
func isOperand(x ast.Expr) bool {
	switch x.(type) {
	case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr, *ast.CallExpr, *ast.ParenExpr:
		return true
	}
	return false
}

// isZero reports whether an expression is the constant 0.
func isZero(info *types.Info, x ast.Expr) bool {
	v := info.Types[x].Value
	return v != nil && v.Kind() == constant.Int && constant.Sign(v) == 0
}

// calls reports whether an expression calls a function.
func calls(info *types.Info, x ast.Expr) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			_, builtin := rewrite.Object(info, call.Fun).(*types.Builtin)
			found = found || !builtin && !info.Types[call.Fun].IsType()
		}
		return !found
	})
	return found
}

// mirrored reports whether one expression is of the one element what the other is of the
// other.
func (s *sort) mirrored(x, y ast.Expr) bool {
	one, elements := s.render(x, func(of types.Object) string { return s.marker(of == s.i) })
	other, _ := s.render(y, func(of types.Object) string { return s.marker(of != s.i) })
	return elements > 0 && one == other
}

// marker returns what stands for one of the two elements where expressions are compared.
func (s *sort) marker(first bool) string {
	if first {
		return "\x00"
	}
	return "\x01"
}

// name returns the name that the element at an index gets.
func (s *sort) name(index types.Object) string {
	if index == s.i {
		return s.a
	}
	return s.b
}

// text returns the source of an expression with the elements by their names.
func (s *sort) text(x ast.Expr) string {
	text := rewrite.Text(s.pass, x)
	for _, e := range s.within(x) {
		if _, ok := e.(*ast.IndexExpr); ok {
			text = splice(text, x, e, s.name(s.of(e)))
		}
	}
	return text
}

// render returns the source of an expression in which a text stands for each element, and for
// each variable that was set to one, and how many these are.
func (s *sort) render(x ast.Expr, name func(of types.Object) string) (text string, elements int) {
	text = rewrite.Text(s.pass, x)
	inner := s.within(x)
	for _, e := range inner {
		text = splice(text, x, e, name(s.of(e)))
	}
	return text, len(inner)
}

// splice puts a text in the place of a part of an expression, of whose source all from the
// part on may be another already.
func splice(source string, x, part ast.Expr, text string) string {
	return source[:part.Pos()-x.Pos()] + text + source[part.End()-x.Pos():]
}

// of returns the index of an element, or of the one that a variable was set to, or nil.
func (s *sort) of(x ast.Expr) types.Object {
	switch x := x.(type) {
	case *ast.IndexExpr:
		return s.elements[x]
	case *ast.Ident:
		return s.copies[s.pass.TypesInfo.Uses[x]]
	}
	return nil
}

// within returns the elements in an expression, and the variables that were set to one, the
// last first.
func (s *sort) within(x ast.Expr) []ast.Expr {
	var inner []ast.Expr
	ast.Inspect(x, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if ok && s.of(e) != nil {
			inner = append(inner, e)
			return false
		}
		return true
	})
	slices.Reverse(inner)
	return inner
}
