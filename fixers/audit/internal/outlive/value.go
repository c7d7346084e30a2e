package outlive

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/types/typeutil"
)

// value returns what becomes of a reference: a closure, a pointer, or a value that is made
// of one. What names it in a sentence.
func (s *scope) value(e ast.Expr, what string) Fate {
	switch p := s.parents[e].(type) {
	case *ast.ParenExpr:
		return s.value(p, what)
	case *ast.CallExpr:
		return s.call(p, e, what)
	case *ast.KeyValueExpr:
		if lit, ok := s.parents[p].(*ast.CompositeLit); ok && p.Value == e {
			return s.value(lit, what)
		}
		return Fate{}
	case *ast.CompositeLit:
		return s.value(p, what)
	case *ast.UnaryExpr:
		if p.Op == token.AND {
			return s.value(p, what)
		}
		return Fate{}
	case *ast.TypeAssertExpr:
		return s.value(p, what)
	case *ast.SliceExpr:
		if p.X == e {
			return s.value(p, what)
		}
		return Fate{}
	case *ast.SelectorExpr:
		return s.selector(p, what)
	case *ast.IndexExpr:
		if p.X == e && holds(s.info.TypeOf(p)) {
			return s.value(p, what)
		}
		return Fate{}
	case *ast.AssignStmt:
		return s.assign(p, e, what)
	case *ast.ValueSpec:
		return s.declared(p, e, what)
	case *ast.SendStmt:
		if p.Value == e {
			return Fate{Kind: Outlives, Why: what + " is sent to a channel"}
		}
		return Fate{}
	case *ast.ReturnStmt:
		return s.returned(p, what)
	case *ast.RangeStmt:
		if id, ok := p.Value.(*ast.Ident); ok && p.X == e && p.Tok == token.DEFINE && holds(s.info.TypeOf(id)) {
			return s.holder(s.info.Defs[id], what)
		}
	}
	// An operand of an operator, a condition, a statement by itself: it is looked at, and
	// not kept.
	return Fate{}
}

// holds reports whether a value of the type can be, or have, a reference.
func holds(t types.Type) bool {
	if t == nil {
		return false
	}
	_, basic := t.Underlying().(*types.Basic)
	return !basic
}

// selector returns what becomes of a field or method of a value.
func (s *scope) selector(p *ast.SelectorExpr, what string) Fate {
	sel := s.info.Selections[p]
	if sel == nil {
		return Fate{}
	}
	if sel.Kind() == types.FieldVal {
		// A field is a copy of what is pointed to; a struct may be made of references.
		if isPointer(s.info.TypeOf(p.X)) || !holds(s.info.TypeOf(p)) {
			return Fate{}
		}
		return s.value(p, what)
	}
	return s.method(p, sel, what)
}

// method returns what becomes of the receiver of a method.
func (s *scope) method(p *ast.SelectorExpr, sel *types.Selection, what string) Fate {
	call, ok := s.parents[p].(*ast.CallExpr)
	if !ok || call.Fun != p {
		return s.value(p, what) // a method value has its receiver
	}
	if fate, runs := s.later(call, what); runs {
		return fate
	}
	if types.IsInterface(sel.Recv()) { // its method runs, and seldom keeps what it is of
		return Fate{}
	}
	return s.parameter(call, sel.Obj().(*types.Func), -1, what)
}

// call returns what becomes of an operand of a call: the function, or an argument.
func (s *scope) call(call *ast.CallExpr, e ast.Expr, what string) Fate {
	if fate, runs := s.later(call, what); runs {
		return fate
	}
	if call.Fun == e { // the function itself, which is called here and now
		return Fate{}
	}
	if tv, ok := s.info.Types[call.Fun]; ok && tv.IsType() {
		return s.value(call, what)
	}
	index := slices.Index(call.Args, e)
	switch callee := typeutil.Callee(s.info, call).(type) {
	case *types.Builtin:
		if callee.Name() == "append" {
			return s.value(call, what)
		}
		return Fate{}
	case *types.Func:
		return s.parameter(call, callee, index, what)
	}
	if lit, ok := ast.Unparen(call.Fun).(*ast.FuncLit); ok {
		return s.literal(call, lit, index, what)
	}
	return Fate{Kind: Unknown, Why: what + " is passed to a function that is not known"}
}

// later returns what becomes of the operands of a call that is not made here and now.
func (s *scope) later(call *ast.CallExpr, what string) (fate Fate, runs bool) {
	switch p := s.parents[call].(type) {
	case *ast.GoStmt:
		if s.waits(p) {
			return Fate{}, true
		}
		return Fate{Kind: Outlives, Why: what + " runs in a goroutine"}, true
	case *ast.DeferStmt:
		for n := s.parents[p]; n != nil && n != s.node; n = s.parents[n] {
			if _, ok := n.(*ast.FuncLit); ok { // ends before what runs it does
				return Fate{}, true
			}
		}
		if !s.loop {
			return Fate{}, true
		}
		return Fate{Kind: Outlives, Why: what + " is deferred until after the loop"}, true
	}
	return Fate{}, false
}

// literal returns what becomes of an argument of a function literal that is called.
func (s *scope) literal(call *ast.CallExpr, lit *ast.FuncLit, index int, what string) Fate {
	i := 0
	for _, field := range lit.Type.Params.List {
		for _, name := range field.Names {
			if i == index {
				return s.holder(s.info.Defs[name], what)
			}
			i++
		}
	}
	return Fate{}
}

// assign returns what becomes of a value that is assigned.
func (s *scope) assign(p *ast.AssignStmt, e ast.Expr, what string) Fate {
	i := slices.Index(p.Rhs, e)
	if i < 0 {
		return Fate{} // it is on the left side: a part of it is set
	}
	if len(p.Lhs) != len(p.Rhs) { // the results of a call, of which the first has what it was given
		i = 0
	}
	if s.overwritten(p, p.Lhs[i]) {
		return Fate{}
	}
	return s.stored(p.Lhs[i], what)
}

// overwritten reports whether each turn of a range loop sets what is assigned: then nobody has
// that of an earlier turn, and the variable keeps the value of the last one after the loop.
func (s *scope) overwritten(p *ast.AssignStmt, lhs ast.Expr) bool {
	loop, ok := s.node.(*ast.RangeStmt)
	if !ok || p.Tok != token.ASSIGN || s.parents[p] != loop.Body {
		return false
	}
	for {
		sel, ok := lhs.(*ast.SelectorExpr)
		if !ok {
			break
		}
		lhs = sel.X
	}
	id, ok := lhs.(*ast.Ident)
	if !ok {
		return false
	}
	v := s.info.ObjectOf(id)
	if v == nil || s.local(v) {
		return false // each turn has its own
	}
	for _, rhs := range p.Rhs { // append keeps what was there, and so may others
		if s.mentions(rhs, v) {
			return false
		}
	}
	for _, stmt := range loop.Body.List {
		if stmt == ast.Stmt(p) {
			return true
		}
		skips := false
		ast.Inspect(stmt, func(n ast.Node) bool {
			b, ok := n.(*ast.BranchStmt)
			skips = skips || ok && (b.Tok == token.CONTINUE || b.Tok == token.GOTO)
			return !skips
		})
		if skips {
			return false
		}
	}
	return false
}

// mentions reports whether an expression has to do with a variable.
func (s *scope) mentions(e ast.Expr, v types.Object) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && s.info.ObjectOf(id) == v
		return !found
	})
	return found
}

func (s *scope) stored(lhs ast.Expr, what string) Fate {
	if id, ok := lhs.(*ast.Ident); ok && id.Name == "_" {
		return Fate{}
	}
	return s.storedIn(lhs, what, false)
}

// storedIn returns what becomes of a value that is stored in an expression or, if through is
// set, in what it points to.
func (s *scope) storedIn(lhs ast.Expr, what string, through bool) Fate {
	id, deref := root(s.info, lhs)
	through = through || deref
	kept := Fate{Kind: Outlives, Why: what + " is stored in " + types.ExprString(lhs)}
	if id == nil {
		return Fate{Kind: Unknown, Why: kept.Why}
	}
	v := s.info.ObjectOf(id)
	if _, ok := v.(*types.Var); !ok {
		return kept // it is a package, whose variable is set
	}
	if i, ok := s.parameterIndex(v); ok {
		if !through { // the parameter itself, which is the function's own
			return s.holder(v, what)
		}
		return Fate{into: []int{i}}
	}
	if !s.local(v) {
		return kept
	}
	fate := s.holder(v, what)
	if !through || !shares(v.Type()) || fate.Kind == Outlives {
		return fate
	}
	// Others may have what the variable points to.
	for _, e := range s.values(v) {
		if isMade(s.info, e) {
			continue
		}
		if origin, _ := root(s.info, e); origin != nil && !s.seen[s.info.ObjectOf(origin)] {
			fate = worse(fate, s.storedIn(origin, what, true))
		} else {
			fate = worse(fate, Fate{Kind: Unknown, Why: kept.Why})
		}
	}
	return fate
}

// root returns the variable that an expression begins with: s of s.f[i], and of s.m(x).g. It
// also reports whether more is behind a pointer, slice or map, which others may have.
func root(info *types.Info, e ast.Expr) (id *ast.Ident, through bool) {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x, through
		case *ast.ParenExpr:
			e = x.X
		case *ast.SelectorExpr:
			through = through || isPointer(info.TypeOf(x.X))
			e = x.X
		case *ast.IndexExpr:
			through = through || !isArray(info.TypeOf(x.X))
			e = x.X
		case *ast.StarExpr:
			through = true
			e = x.X
		case *ast.UnaryExpr:
			if x.Op != token.AND {
				return nil, through
			}
			through = true
			e = x.X
		case *ast.CallExpr:
			sel, ok := ast.Unparen(x.Fun).(*ast.SelectorExpr)
			if !ok || info.Selections[sel] == nil {
				return nil, through
			}
			through = true
			e = sel.X
		default:
			return nil, through
		}
	}
}

// shares reports whether values of a type can have something in common with others.
func shares(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Slice, *types.Map, *types.Interface, *types.Chan, *types.Signature:
		return true
	}
	return false
}

// values returns what a variable is set to in the scope.
func (s *scope) values(v types.Object) []ast.Expr {
	var all []ast.Expr
	ast.Inspect(s.node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, lhs := range n.Lhs {
				if id, ok := lhs.(*ast.Ident); ok && s.info.ObjectOf(id) == v {
					all = append(all, n.Rhs[min(i, len(n.Rhs)-1)])
				}
			}
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if s.info.Defs[name] == v && len(n.Values) > 0 {
					all = append(all, n.Values[min(i, len(n.Values)-1)])
				}
			}
		case *ast.RangeStmt:
			for _, e := range []ast.Expr{n.Key, n.Value} {
				if id, ok := e.(*ast.Ident); ok && s.info.ObjectOf(id) == v {
					all = append(all, n.X)
				}
			}
		}
		return true
	})
	return all
}

// local reports whether a variable is declared within the scope, and by the code there: not
// as a parameter, which the caller has as well.
func (s *scope) local(v types.Object) bool {
	if s.node.Pos() > v.Pos() || v.Pos() >= s.node.End() {
		return false
	}
	if s.loop {
		return true
	}
	f, ok := s.node.(*ast.FuncDecl)
	return ok && v.Pos() >= f.Body.Pos()
}

// parameterIndex returns the index of a parameter of the function that the scope is; -1 is its
// receiver.
func (s *scope) parameterIndex(v types.Object) (int, bool) {
	decl, ok := s.node.(*ast.FuncDecl)
	if !ok || v == nil {
		return 0, false
	}
	if decl.Recv != nil {
		for _, field := range decl.Recv.List {
			for _, name := range field.Names {
				if s.info.Defs[name] == v {
					return -1, true
				}
			}
		}
	}
	i := 0
	for _, field := range decl.Type.Params.List {
		for _, name := range field.Names {
			if s.info.Defs[name] == v {
				return i, true
			}
			i++
		}
		if len(field.Names) == 0 {
			i++
		}
	}
	return 0, false
}

// isMade reports whether a value is made by an expression: nobody else has what it points to.
func isMade(info *types.Info, e ast.Expr) bool {
	if info.Types[e].IsNil() {
		return true
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.CompositeLit:
		return true
	case *ast.UnaryExpr:
		_, ok := e.X.(*ast.CompositeLit)
		return ok && e.Op == token.AND
	case *ast.CallExpr:
		switch callee := typeutil.Callee(info, e).(type) {
		case *types.Builtin:
			return callee.Name() == "make" || callee.Name() == "new"
		case *types.Func: // a constructor, by its name
			return strings.HasPrefix(callee.Name(), "New") || strings.HasPrefix(callee.Name(), "new")
		}
	}
	return false
}

// declared returns what becomes of the value of a var declaration.
func (s *scope) declared(p *ast.ValueSpec, e ast.Expr, what string) Fate {
	i := slices.Index(p.Values, e)
	if i < 0 || i >= len(p.Names) {
		return Fate{}
	}
	return s.holder(s.info.Defs[p.Names[i]], what)
}

// returned returns what becomes of a value that is returned. If it is by the function of the
// loop, there is no other turn.
func (s *scope) returned(p *ast.ReturnStmt, what string) Fate {
	for n := s.parents[p]; n != nil && n != s.node; n = s.parents[n] {
		lit, ok := n.(*ast.FuncLit)
		if !ok {
			continue
		}
		if call, ok := s.parents[lit].(*ast.CallExpr); ok && call.Fun == lit {
			return s.value(call, what)
		}
		return Fate{Kind: Unknown, Why: fmt.Sprintf("%s is returned in line %d", what, s.line(p))}
	}
	if s.loop {
		return Fate{}
	}
	return Fate{returned: true}
}
