package follow

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/alias"
)

// A test is a claim that branches turn on: that a boolean is true, that a value
// is nil, that two values compare in a certain way. The same claim about the same
// values is one test wherever it is made.
type test struct {
	key    string
	loads  []alias.Place     // memory that the claim is about
	leaves []ssa.Instruction // registers that the claim is about
	// matters reports that knowing the outcome can decide another branch.
	matters bool
}

// reads reports whether the claim is about a register of fn.
func (t *test) reads(fn *ssa.Function) bool {
	return slices.ContainsFunc(t.leaves, func(leaf ssa.Instruction) bool { return leaf.Parent() == fn })
}

// known is the outcome of a test on a path.
type known struct {
	test  *test
	holds bool
}

// loads reports whether the test reads what is stored in p.
func (k known) loads(p alias.Place) bool {
	return slices.ContainsFunc(k.test.loads, func(l alias.Place) bool { return p.Contains(l) || l.Contains(p) })
}

// findTests finds the tests that fn and the function literals in it make, and
// marks those that matter: those that several branches make, those that decide
// the value of a variable that a branch tests, those that read a variable.
func (w *walker) findTests(fn *ssa.Function) {
	made := make(map[*test]bool)
	seen := make(map[ssa.Value]bool)
	var mark func(v ssa.Value)
	mark = func(v ssa.Value) {
		phi, ok := v.(*ssa.Phi)
		if !ok || seen[v] {
			return
		}
		seen[v] = true
		for _, v := range append([]ssa.Value{phi}, phi.Edges...) {
			if t, _ := w.about(v); t != nil {
				t.matters = true
			}
		}
		for _, edge := range phi.Edges {
			mark(edge)
		}
	}
	for _, b := range fn.Blocks {
		branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		t, _ := w.testOf(branch.Cond)
		if t == nil {
			continue
		}
		if made[t] || len(t.loads) > 0 {
			t.matters = true
		}
		made[t] = true
		cond := tested(branch.Cond)
		mark(cond)
		if call, ok := cond.(*ssa.Call); ok {
			if args := errorIs(call); args != nil {
				mark(args[0])
				if about, _ := w.about(args[0]); about != nil {
					about.matters = true
				}
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		w.findTests(anon)
	}
}

// tested returns the value that a condition is about: itself, or what it
// compares with nil.
func tested(cond ssa.Value) ssa.Value {
	switch c := cond.(type) {
	case *ssa.UnOp:
		if c.Op == token.NOT {
			return tested(c.X)
		}
	case *ssa.BinOp:
		if isNil(c.Y) {
			return c.X
		}
		if isNil(c.X) {
			return c.Y
		}
	}
	return cond
}

// about returns the test that tells what v is: that it is true or that it is
// nil.
func (w *walker) about(v ssa.Value) (t *test, negated bool) {
	if v.Parent() == nil {
		return nil, false
	}
	if isBool(v.Type()) {
		return w.testOf(v)
	}
	if mayBeNil(v.Type()) {
		return w.nilTest(v), false
	}
	return nil, false
}

// nilTest returns the claim that v is nil.
func (w *walker) nilTest(v ssa.Value) *test {
	c := canon{w: w}
	c.write("nil:")
	c.value(v, 4)
	return c.intern()
}

// loadTest returns the claim about what is stored in p that begins with prefix.
func (w *walker) loadTest(prefix string, p alias.Place) *test {
	c := canon{w: w}
	c.write(prefix)
	c.load(p)
	return c.intern()
}

// testOf returns the test that a condition makes, and whether the condition
// holds where the test does not. A constant makes none.
func (w *walker) testOf(cond ssa.Value) (t *test, negated bool) {
	if cond.Parent() == nil {
		return nil, false
	}
	switch v := cond.(type) {
	case *ssa.UnOp:
		if v.Op == token.NOT {
			t, negated = w.testOf(v.X)
			return t, !negated
		}
	case *ssa.BinOp:
		if t, negated, ok := w.comparison(v); ok {
			return t, negated
		}
	}
	c := canon{w: w}
	c.value(cond, 4)
	return c.intern(), false
}

func (w *walker) comparison(v *ssa.BinOp) (t *test, negated, ok bool) {
	x, y, op := v.X, v.Y, v.Op
	switch op {
	case token.EQL:
	case token.NEQ:
		op, negated = token.EQL, true
	case token.LSS, token.GTR:
	case token.GEQ:
		op, negated = token.LSS, true
	case token.LEQ:
		op, negated = token.GTR, true
	default:
		return nil, false, false
	}
	switch {
	case op == token.EQL && isNil(y):
		return w.nilTest(x), negated, true
	case op == token.EQL && isNil(x):
		return w.nilTest(y), negated, true
	}
	c := canon{w: w}
	c.write(op.String() + ":")
	c.value(x, 4)
	c.write(",")
	c.value(y, 4)
	return c.intern(), negated, true
}

// canon writes a value in a form that is the same for equal computations.
type canon struct {
	w      *walker
	b      strings.Builder
	loads  []alias.Place
	leaves []ssa.Instruction
}

func (c *canon) write(s string) { c.b.WriteString(s) }

func (c *canon) value(v ssa.Value, depth int) {
	if depth > 0 {
		switch v := v.(type) {
		case *ssa.Const:
			c.write(v.Name())
			return
		case *ssa.UnOp:
			if v.Op == token.MUL {
				c.load(c.w.place(v.X))
				return
			}
		case *ssa.Call:
			if b, ok := v.Call.Value.(*ssa.Builtin); ok && (b.Name() == "len" || b.Name() == "cap") {
				c.write(b.Name() + "(")
				c.value(v.Call.Args[0], depth-1)
				c.write(")")
				return
			}
		case *ssa.ChangeType:
			c.value(v.X, depth-1)
			return
		}
	}
	fmt.Fprintf(&c.b, "#%d", c.w.id(v))
	if instr, ok := v.(ssa.Instruction); ok {
		c.leaves = append(c.leaves, instr)
	}
}

func (c *canon) load(p alias.Place) {
	c.loads = append(c.loads, p)
	fmt.Fprintf(&c.b, "*%d%s", c.w.id(p.Root), p.Steps)
	if root, ok := p.Root.(ssa.Instruction); ok {
		c.leaves = append(c.leaves, root)
	}
}

// intern returns the test of the written form.
func (c *canon) intern() *test {
	key := c.b.String()
	t, ok := c.w.tests[key]
	if !ok {
		t = &test{key: key, loads: c.loads, leaves: c.leaves}
		c.w.tests[key] = t
	}
	return t
}

// outcome returns whether a condition holds on a path, if the path decides it.
func (w *walker) outcome(s *state, cond ssa.Value) (holds, decided bool) {
	if c, ok := cond.(*ssa.Const); ok && c.Value != nil && c.Value.Kind() == constant.Bool {
		return constant.BoolVal(c.Value), true
	}
	switch v := cond.(type) {
	case *ssa.UnOp:
		if v.Op == token.NOT {
			holds, decided = w.outcome(s, v.X)
			return !holds, decided
		}
	case *ssa.BinOp:
		if x := tested(v); x != ssa.Value(v) && (v.Op == token.EQL || v.Op == token.NEQ) {
			if null, ok := w.isNilOn(s, x); ok {
				return null == (v.Op == token.EQL), true
			}
		}
		if holds, decided := w.lengthOn(s, v); decided {
			return holds, true
		}
	case *ssa.Extract:
		if w.succeeded(s, v) {
			return true, true
		}
	case *ssa.Call:
		if args := errorIs(v); args != nil {
			if null, decided := w.isNilOn(s, args[0]); decided && null {
				return false, true
			}
		}
	}
	t, negated := w.testOf(cond)
	for _, k := range s.known {
		if k.test == t {
			return k.holds != negated, true
		}
	}
	return false, false
}

// isNilOn returns whether v is nil on a path, if the path decides it.
func (w *walker) isNilOn(s *state, v ssa.Value) (null, decided bool) {
	switch v := v.(type) {
	case *ssa.Const:
		return v.IsNil(), true
	case *ssa.Alloc, *ssa.MakeInterface, *ssa.MakeClosure, *ssa.MakeMap, *ssa.MakeChan, *ssa.MakeSlice, *ssa.Function, *ssa.FieldAddr, *ssa.IndexAddr, *ssa.Global:
		return false, true
	case *ssa.Extract:
		// An error beside the object: had there been one, there would be
		// no object to follow.
		if v.Tuple == w.start.Value && w.start.After != nil && isError(v.Type()) {
			return true, true
		}
	case *ssa.UnOp:
		if isErrorVariable(v) {
			return false, true
		}
	case *ssa.ChangeInterface:
		return w.isNilOn(s, v.X)
	case *ssa.Call:
		if w.makesError(s, v) {
			return false, true
		}
	}
	if t := w.tie(s, v); t.ref == alias.Same || t.filled {
		return false, true
	}
	if v.Parent() == nil {
		return false, false
	}
	t := w.nilTest(v)
	for _, k := range s.known {
		if k.test == t {
			return k.holds, true
		}
	}
	return false, false
}

// lengthOn returns whether a comparison of a slice's length with zero or one holds
// on a path on which the slice is known not to be empty.
func (w *walker) lengthOn(s *state, v *ssa.BinOp) (holds, decided bool) {
	x, y, op := v.X, v.Y, v.Op
	if _, ok := x.(*ssa.Const); ok {
		x, y, op = y, x, mirrored(op)
	}
	bound, ok := y.(*ssa.Const)
	if !ok || bound.Value == nil || bound.Value.Kind() != constant.Int {
		return false, false
	}
	call, ok := x.(*ssa.Call)
	if !ok || alias.CalleeOf(&call.Call).Builtin != "len" || !w.tie(s, call.Call.Args[0]).filled {
		return false, false
	}
	switch bound.Int64() {
	case 0:
		switch op {
		case token.GTR, token.NEQ:
			return true, true
		case token.EQL, token.LEQ:
			return false, true
		}
	case 1:
		switch op {
		case token.GEQ:
			return true, true
		case token.LSS:
			return false, true
		}
	}
	return false, false
}

// mirrored returns the comparison that holds for y and x where op does for x and y.
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

// succeeded reports whether v is the ok of a type assertion on the object, or
// the boolean beside the object, which hold where there is an object to follow.
// In a type switch any of the assertions may be the one that holds.
func (w *walker) succeeded(s *state, v *ssa.Extract) bool {
	if !isBool(v.Type()) {
		return false
	}
	if w.start.After == nil {
		return false
	}
	if v.Tuple == w.start.Value {
		return true
	}
	ta, ok := v.Tuple.(*ssa.TypeAssert)
	if !ok || v.Index != 1 || w.tie(s, ta.X).ref != alias.Same {
		return false
	}
	for _, ref := range *ta.X.Referrers() {
		if other, ok := ref.(*ssa.TypeAssert); ok && other.CommaOk && !types.Identical(other.AssertedType, ta.AssertedType) {
			return false
		}
	}
	return true
}

// assume returns s on the branch where cond holds, or does not.
func (w *walker) assume(s *state, cond ssa.Value, holds bool) *state {
	t, negated := w.testOf(cond)
	return w.learn(s, t, holds != negated)
}

// learn returns s with the outcome of a test, if it matters.
func (w *walker) learn(s *state, t *test, holds bool) *state {
	if t == nil || !t.matters {
		return s
	}
	c := s.clone()
	c.known = slices.DeleteFunc(slices.Clone(s.known), func(k known) bool { return k.test == t })
	c.known = append(c.known, known{t, holds})
	slices.SortFunc(c.known, func(a, b known) int { return int(w.id(a.test)) - int(w.id(b.test)) })
	return c
}

// unlearn returns s without the outcomes of tests about registers that will be
// computed again, or are out of reach, when block is entered from another.
func (s *state) unlearn(from, to *ssa.BasicBlock) *state {
	back := to.Dominates(from)
	stale := func(instr ssa.Instruction) bool {
		b := instr.Block()
		if b == nil || b.Parent() != to.Parent() {
			return false
		}
		return !b.Dominates(to) || back && to.Dominates(b)
	}
	c := s.clone()
	c.known = slices.DeleteFunc(slices.Clone(s.known), func(k known) bool { return slices.ContainsFunc(k.test.leaves, stale) })
	return c
}

func isNil(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.IsNil()
}

func isBool(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}

func isError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

func mayBeNil(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Interface, *types.Slice, *types.Map, *types.Chan, *types.Signature:
		return true
	}
	return false
}
