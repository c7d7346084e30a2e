package recipe

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"reflect"
	"slices"
)

// A binding is what a wildcard stands for.
type binding struct {
	exprs     []ast.Expr // several, or none, for a variadic one
	spread    bool       // the last is passed on as x...
	addressed bool       // it is the operand of a method of its address
	object    types.Object
}

// A match is code that a pattern matches.
type match struct {
	pattern *pattern
	info    *types.Info // of the code
	bound   map[*param]*binding
}

// match returns how the pattern matches an expression, or nil.
func (t *pattern) match(info *types.Info, e ast.Expr) *match {
	switch t.pair.match.(type) {
	case *ast.CallExpr, *ast.BinaryExpr:
		if reflect.TypeOf(t.pair.match) != reflect.TypeOf(ast.Unparen(e)) {
			return nil // most are something else
		}
	}
	m := &match{pattern: t, info: info, bound: make(map[*param]*binding)}
	if !m.expr(t.pair.match, e) {
		return nil
	}
	return m
}

// expr reports whether a part of the pattern matches an expression.
func (m *match) expr(x, y ast.Expr) bool {
	if x == nil || y == nil {
		return x == nil && y == nil
	}
	x, y = ast.Unparen(x), ast.Unparen(y)
	if w := m.wildcard(x); w != nil {
		return !w.variadic && !m.info.Types[y].IsType() && m.bind(w, &binding{exprs: []ast.Expr{y}})
	}
	c := comparison{m.pattern.info, m.info, m.expr}
	if sel, ok := x.(*ast.SelectorExpr); ok && m.pattern.info.Selections[sel] != nil {
		other, ok := y.(*ast.SelectorExpr)
		return ok && c.sameSelection(sel, other) && m.operand(sel, other)
	}
	if call, ok := x.(*ast.CallExpr); ok && call.Ellipsis.IsValid() {
		if w := m.wildcard(lastArg(call)); w != nil && w.variadic {
			other, ok := y.(*ast.CallExpr)
			return ok && m.variadic(c, w, call, other)
		}
	}
	return c.same(x, y)
}

// wildcard returns the wildcard that an expression is, or nil.
func (m *match) wildcard(x ast.Expr) *param {
	if id, ok := x.(*ast.Ident); ok {
		return m.pattern.params[m.pattern.info.Uses[id]]
	}
	return nil
}

// bind notes what a wildcard stands for. It reports false if that is something else already.
func (m *match) bind(w *param, b *binding) bool {
	old := m.bound[w]
	if old == nil {
		m.bound[w] = b
		return true
	}
	return old.spread == b.spread && old.addressed == b.addressed &&
		slices.EqualFunc(old.exprs, b.exprs, func(x, y ast.Expr) bool { return equal(m.info, x, y) })
}

// operand matches the operands of two selectors of the same method or field. A method of a
// pointer may be called on the variable.
func (m *match) operand(x, y *ast.SelectorExpr) bool {
	w := m.wildcard(ast.Unparen(x.X))
	if w == nil {
		return m.expr(x.X, y.X)
	}
	b := &binding{exprs: []ast.Expr{ast.Unparen(y.X)}}
	if p, ok := types.Unalias(m.pattern.info.TypeOf(x.X)).(*types.Pointer); ok {
		tv := m.info.Types[y.X]
		_, generic := types.Unalias(p.Elem()).(*types.TypeParam)
		b.addressed = tv.Addressable() && !generic && sameOrigin(p.Elem(), tv.Type)
	}
	return m.bind(w, b)
}

// sameOrigin reports whether two types are the same, or instances of the same one.
func sameOrigin(a, b types.Type) bool {
	x, ok1 := types.Unalias(a).(*types.Named)
	y, ok2 := types.Unalias(b).(*types.Named)
	return ok1 && ok2 && x.Origin() == y.Origin() || types.Identical(a, b)
}

// variadic matches a call that passes a variadic wildcard on.
func (m *match) variadic(c comparison, w *param, x, y *ast.CallExpr) bool {
	fixed := x.Args[:len(x.Args)-1]
	if len(y.Args) < len(fixed) || y.Ellipsis.IsValid() && len(y.Args) != len(x.Args) || !c.sameFun(x.Fun, y.Fun) {
		return false
	}
	for i, arg := range fixed {
		if !m.expr(arg, y.Args[i]) {
			return false
		}
	}
	return m.bind(w, &binding{exprs: y.Args[len(fixed):], spread: y.Ellipsis.IsValid()})
}

// equal reports whether two expressions of the same code are the same.
func equal(info *types.Info, x, y ast.Expr) bool {
	c := comparison{x: info, y: info}
	c.part = func(x, y ast.Expr) bool {
		if x == nil || y == nil {
			return x == nil && y == nil
		}
		return c.same(ast.Unparen(x), ast.Unparen(y))
	}
	return c.part(x, y)
}

// A comparison is one of typed syntax trees.
type comparison struct {
	x, y *types.Info
	part func(x, y ast.Expr) bool // compares parts of what is compared
}

// same reports whether two expressions without parentheses are the same.
func (c comparison) same(x, y ast.Expr) bool {
	tx, ty := c.x.Types[x], c.y.Types[y]
	if tx.IsType() || ty.IsType() {
		return tx.IsType() && ty.IsType() && types.Identical(tx.Type, ty.Type)
	}
	if tx.Value != nil && isLiteral(x) {
		return ty.Value != nil && isLiteral(y) && sameValue(tx.Value, ty.Value)
	}
	if obj, other := c.named(c.x, x), c.named(c.y, y); obj != nil || other != nil {
		return obj != nil && other != nil && origin(obj) == origin(other)
	}
	if reflect.TypeOf(x) != reflect.TypeOf(y) {
		return false
	}
	switch x := x.(type) {
	case *ast.CompositeLit:
		y := y.(*ast.CompositeLit)
		return types.Identical(tx.Type, ty.Type) && slices.EqualFunc(x.Elts, y.Elts, c.part)
	case *ast.KeyValueExpr:
		y := y.(*ast.KeyValueExpr)
		return c.part(x.Key, y.Key) && c.part(x.Value, y.Value)
	case *ast.SelectorExpr:
		y := y.(*ast.SelectorExpr)
		return c.sameSelection(x, y) && c.part(x.X, y.X)
	case *ast.CallExpr:
		y := y.(*ast.CallExpr)
		return x.Ellipsis.IsValid() == y.Ellipsis.IsValid() && c.sameFun(x.Fun, y.Fun) && slices.EqualFunc(x.Args, y.Args, c.part)
	case *ast.IndexExpr:
		y := y.(*ast.IndexExpr)
		return c.part(x.X, y.X) && c.part(x.Index, y.Index)
	case *ast.IndexListExpr:
		y := y.(*ast.IndexListExpr)
		return c.part(x.X, y.X) && slices.EqualFunc(x.Indices, y.Indices, c.part)
	case *ast.SliceExpr:
		y := y.(*ast.SliceExpr)
		return x.Slice3 == y.Slice3 && c.part(x.X, y.X) && c.part(x.Low, y.Low) && c.part(x.High, y.High) && c.part(x.Max, y.Max)
	case *ast.TypeAssertExpr:
		y := y.(*ast.TypeAssertExpr)
		return c.part(x.X, y.X) && c.part(x.Type, y.Type)
	case *ast.StarExpr:
		return c.part(x.X, y.(*ast.StarExpr).X)
	case *ast.UnaryExpr:
		y := y.(*ast.UnaryExpr)
		return x.Op == y.Op && c.part(x.X, y.X)
	case *ast.BinaryExpr:
		y := y.(*ast.BinaryExpr)
		return x.Op == y.Op && c.part(x.X, y.X) && c.part(x.Y, y.Y)
	}
	return false // a function literal, an ellipsis
}

// sameFun compares what two calls call. Generic functions are the same with the same type
// arguments, or where both are inferred.
func (c comparison) sameFun(x, y ast.Expr) bool {
	x, y = ast.Unparen(x), ast.Unparen(y)
	fx, fy := c.instantiated(c.x, x), c.instantiated(c.y, y)
	if fx == nil || fy == nil {
		return fx == nil && fy == nil && c.part(x, y)
	}
	a, b := c.x.Instances[nameOf(fx)].TypeArgs, c.y.Instances[nameOf(fy)].TypeArgs
	if a == nil || b == nil || a.Len() != b.Len() {
		return false
	}
	for i := range a.Len() {
		if !types.Identical(a.At(i), b.At(i)) {
			return false
		}
	}
	return c.part(fx, fy)
}

// instantiated returns the generic function of which an expression gives type arguments, or
// nil.
func (c comparison) instantiated(info *types.Info, x ast.Expr) ast.Expr {
	var fun ast.Expr
	switch x := x.(type) {
	case *ast.IndexExpr:
		fun = ast.Unparen(x.X)
	case *ast.IndexListExpr:
		fun = ast.Unparen(x.X)
	default:
		return nil
	}
	if id := nameOf(fun); id == nil || info.Instances[id].TypeArgs == nil {
		return nil
	}
	return fun
}

func nameOf(x ast.Expr) *ast.Ident {
	switch x := x.(type) {
	case *ast.Ident:
		return x
	case *ast.SelectorExpr:
		return x.Sel
	}
	return nil
}

// named returns the object that an expression names alone or with its package, or nil.
func (c comparison) named(info *types.Info, x ast.Expr) types.Object {
	switch x := x.(type) {
	case *ast.Ident:
		return info.Uses[x]
	case *ast.SelectorExpr:
		if info.Selections[x] == nil {
			return info.Uses[x.Sel]
		}
	}
	return nil
}

// sameSelection reports whether two selectors are of the same field or method.
func (c comparison) sameSelection(x, y *ast.SelectorExpr) bool {
	a, b := c.x.Selections[x], c.y.Selections[y]
	return a != nil && b != nil && a.Kind() == b.Kind() && origin(a.Obj()) == origin(b.Obj())
}

// origin returns the declared object of one of an instance.
func origin(obj types.Object) types.Object {
	switch obj := obj.(type) {
	case *types.Func:
		return obj.Origin()
	case *types.Var:
		return obj.Origin()
	}
	return obj
}

// isLiteral reports whether a constant is written with numbers and texts alone, and names
// nothing.
func isLiteral(e ast.Expr) bool {
	literal := true
	ast.Inspect(e, func(n ast.Node) bool {
		switch n.(type) {
		case nil, *ast.BasicLit, *ast.UnaryExpr, *ast.BinaryExpr, *ast.ParenExpr:
		default:
			literal = false
		}
		return literal
	})
	return literal
}

// sameValue reports whether two constants have the same value.
func sameValue(a, b constant.Value) bool {
	numeric := func(v constant.Value) bool {
		return v.Kind() == constant.Int || v.Kind() == constant.Float || v.Kind() == constant.Complex
	}
	return (a.Kind() == b.Kind() || numeric(a) && numeric(b)) && constant.Compare(a, token.EQL, b)
}
