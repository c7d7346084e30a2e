package follow

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/alias"
	"github.com/gomend/gomend/analyzers/internal/model"
)

// A walker is one walk.
type walker struct {
	world  World
	start  Start
	ids    map[any]int32
	places map[ssa.Value]alias.Place
	tests  map[string]*test
	trace  *Trace
	budget int
	seen   map[any]bool // what stands in the trace
	silent int          // > 0 while a function literal is only probed
}

// A frame is a function on the walk's stack: the one that is followed, or a
// function literal that it runs.
type frame struct {
	fn     *ssa.Function
	caller *frame

	// deferred is the statement that runs it, if it runs at the end of the
	// function that is followed.
	deferred *ssa.Defer
}

func (f *frame) depth() int {
	n := 0
	for ; f != nil; f = f.caller {
		n++
	}
	return n
}

func (f *frame) runs(fn *ssa.Function) bool {
	for ; f != nil; f = f.caller {
		if f.fn == fn {
			return true
		}
	}
	return false
}

// A visit is a block to walk in a state, from the i'th instruction.
type visit struct {
	block *ssa.BasicBlock
	i     int
	state *state
}

// A result is how a run of a function literal ended.
type result struct {
	state *state
	ties  []tie // of its results
}

// run walks f's function from a point and returns how it ended.
func (w *walker) run(f *frame, block *ssa.BasicBlock, i int, s *state) []result {
	var results []result
	entered := make(map[*ssa.BasicBlock]map[string]bool)
	work := []visit{{block, i, s}}
	for len(work) > 0 {
		v := work[len(work)-1]
		work = work[:len(work)-1]
		if w.budget--; w.budget < 0 {
			w.trace.Complete = false
			return results
		}
		states := []*state{v.state}
		instrs := v.block.Instrs
	block:
		for n := v.i; n < len(instrs); n++ {
			switch instr := instrs[n].(type) {
			case *ssa.If, *ssa.Jump:
				for _, s := range states {
					for _, next := range w.branch(s, v.block) {
						if w.enter(entered, next) {
							work = append(work, next)
						}
					}
				}
				break block
			case *ssa.Return:
				for _, s := range states {
					results = append(results, w.leave(f, s, instr)...)
				}
				break block
			case *ssa.Panic:
				break block
			default:
				if instr == w.start.After && f.caller == nil {
					for _, s := range states {
						if s.carries() {
							s = stored(s)
						}
						w.end(s, instr, nil, s.failed)
					}
					break block
				}
				if states = w.each(states, func(s *state) []*state { return w.step(f, s, instr) }); len(states) == 0 {
					break block
				}
			}
		}
	}
	return results
}

// carries reports whether a variable still refers to the object as a loop comes
// round to where the next one is made.
func (s *state) carries() bool {
	return len(s.cells) > 0 || slices.ContainsFunc(s.registers, func(r register) bool {
		_, ok := r.value.(*ssa.Phi)
		return ok
	})
}

// enter reports whether a visit is the first to its block in its state.
func (w *walker) enter(entered map[*ssa.BasicBlock]map[string]bool, v visit) bool {
	keys := entered[v.block]
	if keys == nil {
		keys = make(map[string]bool)
		entered[v.block] = keys
	}
	key := w.key(v.state)
	if keys[key] {
		return false
	}
	keys[key] = true
	return true
}

// each applies step to states and returns the different results.
func (w *walker) each(states []*state, step func(*state) []*state) []*state {
	if len(states) == 1 {
		return w.distinct(step(states[0]))
	}
	var all []*state
	for _, s := range states {
		all = append(all, step(s)...)
	}
	return w.distinct(all)
}

func (w *walker) distinct(states []*state) []*state {
	if len(states) < 2 {
		return states
	}
	seen := make(map[string]bool, len(states))
	return slices.DeleteFunc(states, func(s *state) bool {
		key := w.key(s)
		dup := seen[key]
		seen[key] = true
		return dup
	})
}

// step returns the states after an instruction that neither branches nor
// returns.
func (w *walker) step(f *frame, s *state, instr ssa.Instruction) []*state {
	switch instr := instr.(type) {
	case *ssa.Phi: // assigned as the block was entered
	case *ssa.UnOp:
		return one(w.unary(s, instr))
	case *ssa.Store:
		return one(w.assign(s, instr))
	case *ssa.MapUpdate:
		return one(w.mapUpdate(s, instr))
	case *ssa.Send:
		return one(w.send(s, instr, instr.X))
	case *ssa.Select:
		return w.selectStmt(s, instr)
	case *ssa.Call:
		return w.call(f, s, instr, f.deferred)
	case *ssa.Go:
		return one(w.goStmt(f, s, instr))
	case *ssa.Defer:
		return one(w.deferStmt(s, instr))
	case *ssa.RunDefers:
		return w.runDefers(f, s, instr)
	case *ssa.MakeClosure:
		return one(w.set(s, instr, 0, w.closure(s, instr)))
	case *ssa.Extract:
		return one(w.set(s, instr, 0, w.component(s, instr)))
	case *ssa.TypeAssert:
		return one(w.set(s, instr, 0, w.tie(s, instr.X)))
	case ssa.Value:
		w.copyOut(s, instr.(ssa.Instruction))
		return one(w.set(s, instr, 0, w.derive(s, instr)))
	}
	return one(s)
}

func one(s *state) []*state { return []*state{s} }

// tie returns what v refers to.
func (w *walker) tie(s *state, v ssa.Value) tie {
	switch v := v.(type) {
	case *ssa.Const, *ssa.Function, *ssa.Builtin, *ssa.Global:
		return tie{}
	case *ssa.Alloc, *ssa.FreeVar:
		if t := s.get(v, 0); t.ref != alias.None {
			return t
		}
		root := w.place(v)
		for _, c := range s.cells {
			if root.Contains(c.place) && w.local(root) {
				return tie{ref: alias.Holder}
			}
		}
		return tie{}
	}
	return s.get(v, 0)
}

// derive returns what a register refers to that is computed from others alone.
func (w *walker) derive(s *state, v ssa.Value) tie {
	var field *types.Var
	ref := alias.Of(v, func(x ssa.Value) alias.Ref {
		t := w.tie(s, x)
		field = t.field
		return t.ref
	})
	return tie{ref: ref, field: field}
}

// component returns what a component of a tuple refers to.
func (w *walker) component(s *state, v *ssa.Extract) tie { return s.get(v.Tuple, v.Index) }

// closure returns what a function value refers to: a method value of the object
// uses it, a function literal holds what it captures.
func (w *walker) closure(s *state, v *ssa.MakeClosure) tie {
	var most alias.Ref
	for _, b := range v.Bindings {
		most = max(most, w.tie(s, b).ref)
	}
	switch {
	case most >= alias.Inside && len(v.Fn.(*ssa.Function).FreeVars) == 1 && v.Fn.(*ssa.Function).Synthetic != "":
		return tie{ref: alias.View}
	case most != alias.None:
		return tie{ref: alias.Holder}
	}
	return tie{}
}

// place returns the place that a pointer points to.
func (w *walker) place(addr ssa.Value) alias.Place {
	p, ok := w.places[addr]
	if !ok {
		p = alias.PlaceOf(addr)
		w.places[addr] = p
	}
	return p
}

// local reports whether a place is gone when the function that is followed has
// returned, unless the place itself was given away.
func (w *walker) local(p alias.Place) bool {
	return p.IsLocal() && within(p.Root.Parent(), w.start.Fn)
}

// unary returns the state after a load, a receive or an operation on a number.
func (w *walker) unary(s *state, v *ssa.UnOp) *state {
	switch v.Op {
	case token.ARROW:
		if tells(v.X) {
			return joined(s)
		}
	case token.MUL:
		addr := w.pointer(s, v.X)
		if addr.ref >= alias.Inside {
			w.use(s, v, v.X, addr.ref)
			return w.set(s, v, 0, w.loaded(v, addr))
		}
		p := w.place(v.X)
		if s.mayLoad(p) || w.fromHolder(s, v.X) {
			s = w.pass(s, v)
		}
		return w.set(s, v, 0, s.load(p, v.Type()))
	}
	return s
}

// fromHolder reports whether addr is an element of a slice into which the object
// was put. Which one the object is, is not known: whoever loads an element may
// have got it.
func (w *walker) fromHolder(s *state, addr ssa.Value) bool {
	element, ok := addr.(*ssa.IndexAddr)
	return ok && w.tie(s, element.X).ref == alias.Holder && alias.HasPointers(element.Type().Underlying().(*types.Pointer).Elem())
}

// pointer returns what a pointer points into, by the registers: that a variable
// contains a reference does not make its address one.
func (w *walker) pointer(s *state, v ssa.Value) tie {
	switch v.(type) {
	case *ssa.Alloc, *ssa.FreeVar, *ssa.Global:
		return tie{}
	}
	return s.get(v, 0)
}

// loaded returns what a value refers to that was loaded from the object itself.
func (w *walker) loaded(v *ssa.UnOp, addr tie) tie {
	if _, ok := v.Type().Underlying().(*types.Slice); ok && addr.ref == alias.Same {
		return tie{ref: alias.Inside} // the slice in a pooled *[]byte
	}
	if fa, ok := v.X.(*ssa.FieldAddr); ok {
		if field := alias.FieldOf(fa); field != nil && w.world.Owns(field) {
			return tie{ref: alias.Inside, field: field}
		}
	}
	return tie{}
}

// assign returns the state after a store.
func (w *walker) assign(s *state, st *ssa.Store) *state {
	val := w.tie(s, st.Val)
	addr := w.pointer(s, st.Addr)
	if addr.ref >= alias.Inside {
		w.use(s, st, st.Addr, addr.ref)
		if val.ref == alias.None {
			return w.replaced(s, st.Addr, addr)
		}
		return s
	}
	p := w.place(st.Addr)
	s = w.learnStore(w.store(s, p, val, st), p, st.Val)
	if val.ref != alias.None && (!w.local(p) || !p.IsExact()) {
		s = stored(s)
	}
	return s
}

// learnStore returns s, the state after v was stored in p, with what is known of
// v and so of what will be loaded from there.
func (w *walker) learnStore(s *state, p alias.Place, v ssa.Value) *state {
	if !p.IsExact() {
		return s
	}
	switch {
	case isBool(v.Type()):
		if holds, decided := w.outcome(s, v); decided {
			return w.learn(s, w.loadTest("", p), holds)
		}
	case mayBeNil(v.Type()):
		if null, decided := w.isNilOn(s, v); decided {
			return w.learn(s, w.loadTest("nil:", p), null)
		}
	}
	return s
}

// replaced returns s after a part of the object, or all of it, was overwritten:
// what had been loaded from there belongs to who loaded it.
func (w *walker) replaced(s *state, addr ssa.Value, t tie) *state {
	if t.ref == alias.Same {
		return s.forget(func(t tie) bool { return t.ref == alias.Inside })
	}
	fa, ok := addr.(*ssa.FieldAddr)
	if !ok {
		return s
	}
	field := alias.FieldOf(fa)
	if field == nil {
		return s
	}
	return clear(s, field)
}

// clear returns s after a field of the object was replaced.
func clear(s *state, field *types.Var) *state {
	c := s.forget(func(t tie) bool { return t.ref == alias.Inside && t.field == field })
	if !slices.Contains(c.cleared, field) {
		c.cleared = append(slices.Clone(c.cleared), field)
		slices.SortFunc(c.cleared, func(a, b *types.Var) int { return int(a.Pos()) - int(b.Pos()) })
	}
	return c
}

func (w *walker) mapUpdate(s *state, m *ssa.MapUpdate) *state {
	most := max(w.tie(s, m.Key).ref, w.tie(s, m.Value).ref)
	if most == alias.None {
		return s
	}
	if made, ok := m.Map.(*ssa.MakeMap); ok {
		return w.set(s, made, 0, tie{ref: alias.Holder})
	}
	if most >= alias.Inside {
		w.use(s, m, m.Value, most)
	}
	if k := (Share{m, most}); w.silent == 0 && !w.seen[k] {
		w.seen[k] = true
		w.trace.MapStores = append(w.trace.MapStores, k)
	}
	return stored(s)
}

// send returns the state after x was sent on a channel: whoever receives it has
// the object until a later event shows otherwise.
func (w *walker) send(s *state, at ssa.Instruction, x ssa.Value) *state {
	t := w.tie(s, x)
	if t.ref == alias.None {
		return s
	}
	if t.ref >= alias.Inside {
		w.use(s, at, x, t.ref)
	}
	return w.share(s, at, t.ref)
}

// share returns s after at gave the object, or what leads to it, to another
// goroutine.
func (w *walker) share(s *state, at ssa.Instruction, ref alias.Ref) *state {
	c := s.clone()
	c.shared = true
	share := Share{at, ref}
	if !slices.Contains(c.running, share) {
		c.running = append(slices.Clone(c.running), share)
		slices.SortFunc(c.running, func(a, b Share) int { return int(w.id(a)) - int(w.id(b)) })
	}
	return c
}

func stored(s *state) *state {
	if s.stored {
		return s
	}
	c := s.clone()
	c.stored = true
	return c
}

// joined returns s after something was waited for. What it was is not looked at:
// a receive or a Wait may well be for the goroutine that has the object.
func joined(s *state) *state {
	if len(s.running) == 0 {
		return s
	}
	c := s.clone()
	c.running = nil
	return c
}

// tells reports whether a receive from ch may tell that a goroutine is done. The
// channels of timers and contexts do not.
func tells(ch ssa.Value) bool {
	switch ch := ch.(type) {
	case *ssa.Call:
		fn := alias.CalleeOf(&ch.Call).Func
		return fn == nil || model.TimerOf(fn) == model.NoTimer && fn.FullName() != "(context.Context).Done"
	case *ssa.UnOp:
		fa, ok := ch.X.(*ssa.FieldAddr)
		if !ok {
			return true
		}
		field := alias.FieldOf(fa)
		return field == nil || field.Pkg() == nil || field.Pkg().Path() != "time"
	}
	return true
}

// copyOut notes that an instruction reads what its operands lead to.
func (w *walker) copyOut(s *state, instr ssa.Instruction) {
	if s.freed == nil {
		return
	}
	for _, op := range instr.Operands(nil) {
		if *op == nil {
			continue
		}
		if t := w.tie(s, *op); t.ref >= alias.Inside && alias.CopiesOut(instr, *op) {
			w.use(s, instr, *op, t.ref)
		}
	}
}

// use notes a use of the object if it was given back before.
func (w *walker) use(s *state, at ssa.Instruction, v ssa.Value, ref alias.Ref) {
	if s.freed == nil || w.silent > 0 {
		return
	}
	type key struct {
		at    ssa.Instruction
		after Giving
	}
	if k := (key{at, *s.freed}); !w.seen[k] {
		w.seen[k] = true
		w.trace.Uses = append(w.trace.Uses, Use{At: at, Value: v, Ref: ref, After: *s.freed})
	}
}

// leave ends a path at a return.
func (w *walker) leave(f *frame, s *state, ret *ssa.Return) []result {
	ties := make([]tie, len(ret.Results))
	for i, v := range ret.Results {
		ties[i] = w.tie(s, v)
	}
	if f.caller != nil {
		return []result{{s, ties}}
	}
	// What the body of a range-over-func loop defers runs when the function
	// around it returns, where the SSA form has no instruction for it.
	for _, s := range w.runDefers(f, s, ret) {
		w.exit(s, ret, ties)
	}
	return nil
}

// exit ends a path at the return of the function that is followed.
func (w *walker) exit(s *state, ret *ssa.Return, ties []tie) {
	refs := make([]alias.Ref, len(ties))
	for i, t := range ties {
		refs[i] = t.ref
		if t.ref != alias.None && !isFunc(ret.Results[i].Type()) {
			w.use(s, ret, ret.Results[i], t.ref)
		}
	}
	if isLoopBody(ret.Parent()) {
		w.useResults(s, ret)
	}
	w.end(s, ret, refs, w.fails(s, ret))
}

// useResults notes the use that a return statement in the body of a
// range-over-func loop makes of the object: it stores the results of the
// function around the loop.
func (w *walker) useResults(s *state, ret *ssa.Return) {
	for _, c := range s.cells {
		if result, ok := c.place.Root.(*ssa.Alloc); ok && c.ref >= alias.Inside && c.store != nil && isResult(result) {
			w.use(s, c.store, c.store.(*ssa.Store).Val, c.ref)
		}
	}
}

// isResult reports whether a variable is a result of its function.
func isResult(v *ssa.Alloc) bool {
	for _, ref := range *v.Referrers() {
		load, ok := ref.(*ssa.UnOp)
		if !ok {
			continue
		}
		for _, use := range *load.Referrers() {
			if _, ok := use.(*ssa.Return); ok {
				return true
			}
		}
	}
	return false
}

func isFunc(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

// end notes the end of a path.
func (w *walker) end(s *state, at ssa.Instruction, refs []alias.Ref, failed bool) {
	if w.silent > 0 {
		return
	}
	e := End{
		At:      at,
		Freed:   s.freed,
		Stored:  s.stored,
		Shared:  s.shared,
		Failed:  failed,
		Sized:   s.sized,
		Passed:  s.passed,
		Running: s.running,
		Results: refs,
		Cleared: s.cleared,
		Note:    s.note,
	}
	for _, c := range s.cells {
		if c.ref >= alias.Inside && !w.local(c.place) {
			e.Left = append(e.Left, Left{c.place, c.ref, c.store})
		}
	}
	w.trace.Ends = append(w.trace.Ends, e)
}
