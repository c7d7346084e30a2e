package machine

import (
	"go/token"
	"go/types"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
)

// maxElements is the length up to which the machine follows a slice's elements.
const maxElements = 8

// step executes g's next instruction, which no other goroutine sees.
func (e *explorer) step(st *state, g *goroutine) outcome {
	if g.exiting {
		return e.unwind(st, g)
	}
	f := g.top()
	switch instr := f.block.Instrs[f.pc].(type) {
	case *ssa.Jump:
		return e.jump(st, g, 0)
	case *ssa.If:
		return e.branch(st, g, instr)
	case *ssa.Return:
		if len(f.defers) > 0 { // cleanups, which run when the caller has the results
			for _, r := range instr.Results {
				e.escape(st, e.eval(st, e.operand(f, r)))
			}
			return e.runDeferred(st, g)
		}
		return e.ret(st, g, instr)
	case *ssa.Panic:
		switch ssabuild.ExitOf(f.block) {
		case model.EndsRoutine:
			g.exiting = true
			st.fatal = true
			st.last = &Event{Pos: instr.Pos(), What: Exited, Fn: f.fn}
			return goOn
		}
		return dead
	case *ssa.RunDefers:
		if len(f.defers) > 0 {
			return e.runDeferred(st, g)
		}
	case *ssa.Defer:
		fn, args := e.callee(st, f, &instr.Call)
		f.defers = append(f.defers, deferred{call: &instr.Call, instr: instr, fn: fn, args: args})
	case *ssa.Go:
		fn, args := e.callee(st, f, &instr.Call)
		f.pc++
		if until, ok := e.lastsUntil(st, instr, fn, args); ok {
			return e.spawnLasting(st, g, instr, fn, args, until)
		}
		if !e.spawn(st, instr, fn, args) {
			return dead
		}
		return goOn
	case *ssa.Call:
		fn, args := e.callee(st, f, &instr.Call)
		return e.call(st, g, instr, fn, args, instr)
	case *ssa.Store:
		e.storeTo(st, e.operand(f, instr.Addr), e.operand(f, instr.Val))
	case *ssa.MapUpdate:
		e.escape(st, e.operand(f, instr.Value))
		e.escape(st, e.operand(f, instr.Key))
	case *ssa.Send:
		e.escape(st, e.operand(f, instr.X)) // to a channel from outside, which has room
	case *ssa.Select:
		return e.selectOutside(st, g, instr)
	case *ssa.DebugRef:
	case ssa.Value:
		v, out := e.compute(st, g, f, instr)
		if out != goOn {
			return out
		}
		f.set(instr, v)
	}
	f.pc++
	return goOn
}

// runDeferred runs the deferred call that comes next in g's top frame.
func (e *explorer) runDeferred(st *state, g *goroutine) outcome {
	f := g.top()
	n := len(f.defers)
	d := f.defers[n-1]
	f.defers = f.defers[:n-1]
	return e.call(st, g, d.instr, d.fn, d.args, nil)
}

// unwind runs the deferred calls of a goroutine that a call such as t.Fatal
// ends, frame by frame.
func (e *explorer) unwind(st *state, g *goroutine) outcome {
	f := g.top()
	if n := len(f.defers); n > 0 {
		d := f.defers[n-1]
		f.defers = f.defers[:n-1]
		return e.callUnwinding(st, g, d)
	}
	g.frames = g.frames[:len(g.frames)-1]
	if len(g.frames) == 0 {
		e.finish(st, g)
		return ended
	}
	return goOn
}

// callUnwinding runs a deferred call of a goroutine that is being unwound; when
// its frame returns, unwinding resumes.
func (e *explorer) callUnwinding(st *state, g *goroutine, d deferred) outcome {
	if fn, ok := d.fn.(*closure); ok && d.call.Method == nil && e.inlinable(fn.fn) && len(g.frames) < e.limits.Depth {
		g.exiting = false
		e.push(st, g, fn, d.args, nil)
		g.top().resumes = true
		return goOn
	}
	return e.call(st, g, d.instr, d.fn, d.args, nil)
}

// branch takes an If: one way if the condition is known, both if not.
func (e *explorer) branch(st *state, g *goroutine, instr *ssa.If) outcome {
	f := g.top()
	cond := e.eval(st, e.operand(f, instr.Cond))
	if _, ok := cond.(boolValue); !ok && e.skip(st, g) {
		return goOn
	}
	switch cond := cond.(type) {
	case boolValue:
		if cond {
			return e.jump(st, g, 0)
		}
		return e.jump(st, g, 1)
	case symbol:
		if bound, ok := e.loopBound(st, f, instr, cond); ok {
			return e.choose(st, g, bound)
		}
	}
	if !asksForError(instr.Cond) {
		st.unsure.guesses++
	}
	switch cond := cond.(type) {
	case symbol:
		return e.fork(st, g,
			func(st *state, g *goroutine) { e.decide(st, cond, true); e.jump(st, g, 0) },
			func(st *state, g *goroutine) { e.decide(st, cond, false); e.jump(st, g, 1) })
	case negation:
		s := symbol(cond)
		return e.fork(st, g,
			func(st *state, g *goroutine) { e.decide(st, s, false); e.jump(st, g, 0) },
			func(st *state, g *goroutine) { e.decide(st, s, true); e.jump(st, g, 1) })
	}
	return e.fork(st, g,
		func(st *state, g *goroutine) { e.jump(st, g, 0) },
		func(st *state, g *goroutine) { e.jump(st, g, 1) })
}

// asksForError reports whether a condition asks whether an error is nil, or a
// channel closed: things that happen either way, whatever else is the case.
func asksForError(cond ssa.Value) bool {
	switch cond := cond.(type) {
	case *ssa.BinOp:
		return isError(cond.X.Type())
	case *ssa.Extract:
		recv, ok := cond.Tuple.(*ssa.UnOp)
		return ok && recv.Op == token.ARROW
	}
	return false
}

// loopBound returns the unknown integer that bounds the loop whose condition
// cond is: its counter is known, so that giving the bound a value lets every
// loop over the same bound turn equally often.
func (e *explorer) loopBound(st *state, f *frame, instr *ssa.If, cond symbol) (symbol, bool) {
	x := e.symbols.all[cond]
	if x.op != token.LSS {
		return 0, false
	}
	header := instr.Block()
	// A loop over an integer asks once before its first turn.
	inLoop := header.Succs[0].Comment == "rangeint.body"
	for _, pred := range header.Preds {
		inLoop = inLoop || header.Dominates(pred)
	}
	if !inLoop {
		return 0, false
	}
	a, b := e.eval(st, x.x), e.eval(st, x.y)
	if _, ok := a.(intValue); ok {
		bound, ok := b.(symbol)
		return bound, ok
	}
	if _, ok := b.(intValue); ok {
		bound, ok := a.(symbol)
		return bound, ok
	}
	return 0, false
}

// choose gives an unknown integer each of a few values that agree with what is
// already assumed of it. More than one is needed to see that two goroutines
// want what one gets. Zero is taken only if nothing else is left: that there is
// always somebody to serve is what most code that does not ask relies on.
func (e *explorer) choose(st *state, g *goroutine, unknown symbol) outcome {
	var alternatives []func(*state, *goroutine)
	for _, n := range []intValue{2, 1, 0} {
		if (n > 0 || len(alternatives) == 0) && e.consistent(st, unknown, n) {
			alternatives = append(alternatives, func(st *state, _ *goroutine) { st.decided[unknown] = n })
		}
	}
	if len(alternatives) == 0 {
		return dead
	}
	return e.fork(st, g, alternatives...)
}

// consistent reports whether unknown may be n, given what was assumed of
// comparisons with it.
func (e *explorer) consistent(st *state, unknown symbol, n intValue) bool {
	for s, outcome := range st.decided {
		x := e.symbols.all[s]
		if x.op == token.ILLEGAL || x.x != value(unknown) && x.y != value(unknown) {
			continue
		}
		a, b := x.x, x.y
		if a == value(unknown) {
			a = n
		}
		if b == value(unknown) {
			b = n
		}
		if got, ok := compute(x.op, a, b); ok && got != outcome {
			return false
		}
	}
	return true
}

// ret returns from g's innermost frame.
func (e *explorer) ret(st *state, g *goroutine, instr *ssa.Return) outcome {
	f := g.top()
	var result value
	switch len(instr.Results) {
	case 0:
	case 1:
		result = e.eval(st, e.operand(f, instr.Results[0]))
	default:
		t := make(tuple, len(instr.Results))
		for i, r := range instr.Results {
			t[i] = e.eval(st, e.operand(f, r))
		}
		result = t
	}
	g.frames = g.frames[:len(g.frames)-1]
	if len(g.frames) == 0 {
		e.escape(st, result)
		st.last = &Event{Pos: instr.Pos(), What: Returned, Fn: f.fn}
		if g.started == nil {
			if endsProcess(f.fn) {
				return dead
			}
			st.failed = returnsError(instr)
		}
		e.finish(st, g)
		return ended
	}
	if f.resumes {
		g.exiting = true
		return goOn
	}
	caller := g.top()
	if f.result == nil {
		return goOn // a deferred call: RunDefers goes on with the next
	}
	caller.set(f.result, result)
	caller.pc++
	return goOn
}

// returnsError reports whether the last result of a return is an error that is not
// known to be nil.
func returnsError(ret *ssa.Return) bool {
	if len(ret.Results) == 0 {
		return false
	}
	last := ret.Results[len(ret.Results)-1]
	_, isConst := last.(*ssa.Const)
	return !isConst && isError(last.Type())
}

// endsProcess reports whether the process ends when fn returns.
func endsProcess(fn *ssa.Function) bool {
	return fn.Pkg != nil && fn.Pkg.Pkg.Name() == "main" && fn.Name() == "main" && fn.Parent() == nil && fn.Signature.Recv() == nil
}

// storeTo stores v at an address that may be unknown.
func (e *explorer) storeTo(st *state, addr, v value) {
	if p, ok := addr.(pointer); ok {
		e.store(st, p, e.eval(st, v))
		return
	}
	e.escape(st, v)
}

// compute returns the value of an instruction that has no effect.
func (e *explorer) compute(st *state, g *goroutine, f *frame, instr ssa.Value) (value, outcome) {
	unknown := func() value { return e.define(st, f, instr) }
	operand := func(v ssa.Value) value { return e.eval(st, e.operand(f, v)) }
	switch instr := instr.(type) {
	case *ssa.Alloc:
		p := pointer{object: e.allocate(st, false)}
		st.heap[p.object].waited = holdsPrimitive(instr.Type().Underlying().(*types.Pointer).Elem(), 3)
		return p, goOn
	case *ssa.MakeChan:
		return e.makeChannel(st, instr, capacity(operand(instr.Size))), goOn
	case *ssa.MakeClosure:
		c := &closure{fn: instr.Fn.(*ssa.Function)}
		for _, b := range instr.Bindings {
			c.binds = append(c.binds, operand(b))
		}
		return c, goOn
	case *ssa.MakeInterface:
		x := operand(instr.X)
		switch x.(type) {
		case nil:
			x = unknown()
		case nilValue:
		}
		return boxed{dynamic: instr.X.Type(), value: x}, goOn
	case *ssa.MakeSlice:
		if n, ok := operand(instr.Len).(intValue); ok && n >= 0 && n <= maxElements {
			return slice{object: e.allocate(st, false), n: int(n)}, goOn
		}
		return unknown(), goOn
	case *ssa.ChangeType:
		return orUnknown(operand(instr.X), unknown), goOn
	case *ssa.ChangeInterface:
		return orUnknown(operand(instr.X), unknown), goOn
	case *ssa.Convert:
		x := operand(instr.X)
		if n, ok := x.(intValue); ok && isInteger(instr.Type()) {
			return n, goOn
		}
		if s, ok := x.(symbol); ok && isInteger(instr.Type()) && isInteger(instr.X.Type()) {
			return s, goOn
		}
		e.escape(st, x)
		return unknown(), goOn
	case *ssa.FieldAddr:
		return e.within(operand(instr.X), "."+strconv.Itoa(instr.Field)), goOn
	case *ssa.Field:
		return orUnknown(e.part(operand(instr.X), "."+strconv.Itoa(instr.Field), instr), unknown), goOn
	case *ssa.IndexAddr:
		if i, ok := operand(instr.Index).(intValue); ok && i >= 0 && i < maxElements {
			switch x := operand(instr.X).(type) {
			case pointer:
				return pointer{x.object, x.path + "[" + strconv.Itoa(int(i)) + "]"}, goOn
			case slice:
				return pointer{x.object, "[" + strconv.Itoa(int(i)) + "]"}, goOn
			}
		}
		if mayCarry(instr.Type().Underlying().(*types.Pointer).Elem()) {
			e.escape(st, operand(instr.X)) // it may be any element
		}
		return unknown(), goOn
	case *ssa.Slice:
		return orUnknown(e.slice(st, f, instr), unknown), goOn
	case *ssa.UnOp:
		return e.unary(st, f, instr)
	case *ssa.BinOp:
		return orUnknown(e.binary(st, instr.Op, operand(instr.X), operand(instr.Y)), unknown), goOn
	case *ssa.Extract:
		if t, ok := e.operand(f, instr.Tuple).(tuple); ok && instr.Index < len(t) {
			return orUnknown(e.eval(st, t[instr.Index]), unknown), goOn
		}
		return unknown(), goOn
	case *ssa.TypeAssert:
		return e.typeAssert(st, f, instr)
	case *ssa.Range:
		if m, ok := operand(instr.X).(symbol); ok {
			return iteration{over: m}, goOn
		}
		return unknown(), goOn
	case *ssa.Lookup, *ssa.Index, *ssa.MakeMap, *ssa.SliceToArrayPointer, *ssa.MultiConvert:
		return unknown(), goOn
	case *ssa.Next:
		if instr.IsString {
			return unknown(), goOn
		}
		return e.nextEntry(st, g, f, instr)
	}
	return unknown(), goOn
}

// nextEntry gives the next entry of a range over a map. Every loop over the same
// map turns equally often.
func (e *explorer) nextEntry(st *state, g *goroutine, f *frame, instr *ssa.Next) (value, outcome) {
	it, ok := f.get(instr.Iter).(iteration)
	if !ok {
		return e.define(st, f, instr), goOn
	}
	length := e.symbols.derived("len", it.over)
	e.symbols.all[length].length = true
	switch n := e.eval(st, length).(type) {
	case intValue:
		it.turn++
		f.set(instr.Iter, it)
		key := e.define(st, f, instr)
		return tuple{boolValue(it.turn <= int(n)), key, e.symbols.derived("element", key)}, goOn
	case symbol:
		return nil, e.choose(st, g, n)
	}
	return e.define(st, f, instr), goOn
}

func orUnknown(v value, unknown func() value) value {
	if v == nil {
		return unknown()
	}
	return v
}

// isError reports whether t is the predeclared type error. A package's variable
// of that type is one of its sentinels, and so is not nil.
func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }

func isInteger(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

// isLength reports whether s is the length of something, so that a loop over the
// same thing turns as often.
func (e *explorer) isLength(s symbol) bool { return e.symbols.all[s].length }

func (e *explorer) allocate(st *state, opaque bool) int32 {
	e.nextID++
	st.heap[e.nextID] = &object{epoch: st.epoch, parts: make(map[string]value), opaque: opaque, since: st.unsure.now()}
	return e.nextID
}

func (e *explorer) makeChannel(st *state, made ssa.Instruction, capacity int) channel {
	st.channels = append(st.channels, &channelState{epoch: st.epoch, capacity: capacity, made: made, since: st.unsure.now()})
	return channel(len(st.channels) - 1)
}

// within returns the address of a part of what stands at an address.
func (e *explorer) within(addr value, path string) value {
	switch addr := addr.(type) {
	case pointer:
		return pointer{addr.object, addr.path + path}
	case nil:
		return nil
	}
	return e.symbols.derived("&"+path, addr)
}

// unary returns the value of a unary operation other than a receive from a
// channel that the machine follows.
func (e *explorer) unary(st *state, f *frame, instr *ssa.UnOp) (value, outcome) {
	x := e.eval(st, e.operand(f, instr.X))
	switch instr.Op {
	case token.MUL:
		if global, ok := instr.X.(*ssa.Global); ok && isError(instr.Type()) {
			return errorValue(global.String()), goOn
		}
		switch p := x.(type) {
		case pointer:
			return orUnknown(e.eval(st, e.load(st, p, instr)), func() value { return e.define(st, f, instr) }), goOn
		case symbol:
			return e.eval(st, e.symbols.derived("*", p)), goOn
		case nilValue:
			return nil, dead
		}
	case token.NOT:
		switch x := x.(type) {
		case boolValue:
			return !x, goOn
		case symbol:
			return negation(x), goOn
		case negation:
			return symbol(x), goOn
		}
	case token.ARROW:
		s := e.define(st, f, instr)
		if instr.CommaOk {
			return tuple{e.symbols.derived("received", s), e.symbols.derived("ok", s)}, goOn
		}
		return s, goOn
	case token.SUB:
		if n, ok := x.(intValue); ok {
			return -n, goOn
		}
	}
	return e.define(st, f, instr), goOn
}

// binary returns the value of a binary operation; comparisons are brought to
// EQL and LSS, so that one assumption answers all forms of a question.
func (e *explorer) binary(st *state, op token.Token, x, y value) value {
	switch op {
	case token.NEQ:
		return not(e.binary(st, token.EQL, x, y))
	case token.GTR:
		return e.binary(st, token.LSS, y, x)
	case token.LEQ:
		return not(e.binary(st, token.LSS, y, x))
	case token.GEQ:
		return not(e.binary(st, token.LSS, x, y))
	}
	if x == nil || y == nil {
		return nil
	}
	if v, ok := compute(op, x, y); ok {
		return v
	}
	switch op {
	case token.EQL:
		if e.symbols.texts(x, y) {
			return boolValue(x == y)
		}
		if _, ok := x.(symbol); !ok {
			x, y = y, x
		}
		if _, ok := x.(symbol); !ok {
			return nil
		}
	case token.LSS, token.ADD, token.SUB, token.MUL, token.QUO, token.REM, token.AND, token.OR:
	default:
		return nil
	}
	return e.eval1(st, e.symbols.binary(op, x, y))
}

// eval1 returns what was assumed of s itself.
func (e *explorer) eval1(st *state, s symbol) value {
	if v, ok := st.decided[s]; ok {
		return v
	}
	return s
}

func not(v value) value {
	switch v := v.(type) {
	case boolValue:
		return !v
	case symbol:
		return negation(v)
	case negation:
		return symbol(v)
	}
	return nil
}

// compute returns the result of an operation on known values.
func compute(op token.Token, x, y value) (value, bool) {
	if a, ok := x.(intValue); ok {
		if b, ok := y.(intValue); ok {
			switch op {
			case token.ADD:
				return a + b, true
			case token.SUB:
				return a - b, true
			case token.MUL:
				return a * b, true
			case token.QUO:
				if b != 0 {
					return a / b, true
				}
			case token.REM:
				if b != 0 {
					return a % b, true
				}
			case token.LSS:
				return boolValue(a < b), true
			case token.EQL:
				return boolValue(a == b), true
			}
		}
		return nil, false
	}
	if op != token.EQL {
		return nil, false
	}
	if a, ok := x.(boolValue); ok {
		if b, ok := y.(boolValue); ok {
			return boolValue(a == b), true
		}
		return nil, false
	}
	_, xNil := x.(nilValue)
	_, yNil := y.(nilValue)
	switch {
	case xNil && yNil:
		return boolValue(true), true
	case xNil && known(y), yNil && known(x):
		return boolValue(false), true
	}
	switch a := x.(type) {
	case pointer, channel, context, background, errorValue:
		switch y.(type) {
		case pointer, channel, context, background, errorValue:
			return boolValue(a == y), true
		}
	}
	return nil, false
}

// typeAssert returns the value of a type assertion, deciding it where the
// dynamic type is known.
func (e *explorer) typeAssert(st *state, f *frame, instr *ssa.TypeAssert) (value, outcome) {
	x := e.eval(st, e.operand(f, instr.X))
	result := func(v value, ok value) value {
		if instr.CommaOk {
			return tuple{v, ok}
		}
		return v
	}
	switch b := x.(type) {
	case boxed:
		if _, isParam := types.Unalias(b.dynamic).(*types.TypeParam); isParam {
			break
		}
		holds, v := types.Identical(b.dynamic, instr.AssertedType), b.value
		if i, ok := instr.AssertedType.Underlying().(*types.Interface); ok {
			holds, v = types.Implements(b.dynamic, i), x
		}
		if !holds && !instr.CommaOk {
			return nil, dead
		}
		if !holds {
			v = e.zero(instr.AssertedType)
		}
		return result(v, boolValue(holds)), goOn
	case nilValue:
		if !instr.CommaOk {
			return nil, dead
		}
		return result(e.zero(instr.AssertedType), boolValue(false)), goOn
	case context, background:
		return result(x, boolValue(true)), goOn
	}
	from, isSymbol := x.(symbol)
	if !isSymbol {
		from = e.define(st, f, instr)
	}
	as := e.symbols.derived("as "+e.typeName(instr.AssertedType), from)
	if instr.CommaOk {
		ok := e.symbols.derived("is "+e.typeName(instr.AssertedType), from)
		return tuple{as, e.eval1(st, ok)}, goOn
	}
	return as, goOn
}
