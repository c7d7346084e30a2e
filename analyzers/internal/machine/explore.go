package machine

import (
	"go/token"
	"go/types"
	"strconv"

	"golang.org/x/tools/go/ssa"
)

// typer is an ssa.Value as far as loads need it.
type typer interface{ Type() types.Type }

// explorer explores the states that one root function can reach.
type explorer struct {
	*Machine
	symbols         symbols
	frames          map[string]int32
	root            *ssa.Function
	todo            []*state
	seen            map[string]*ways // states in which a goroutine came to where paths meet
	settled         map[string]*ways // states in which all goroutines are at operations
	steps, maxSteps int
	signalled       bool // a condition variable was signalled on some path
	served          map[service]bool
	keys            keyer
	functions       map[*ssa.Function]int // as numbered in keys
	nextID          int32
	epoch           int32
	ended           map[ssa.CallInstruction]bool // statements whose goroutines end on some path
	leaks           map[leakKey]*Leak
	found           map[leakWay]*ways
	order           []leakKey
}

// service is what happened to a channel made by an instruction on some path.
type service struct {
	made ssa.Instruction
	sent bool // it was sent on or closed, rather than received from
}

type leakKey struct {
	started ssa.CallInstruction
	op      ssa.Instruction
}

// leakWay is the key of the ways to a leak: what only a failed test leads to settles
// nothing of what happens without.
type leakWay struct {
	leakKey
	fatal bool
}

// Explore runs root in every order of its goroutines' operations and returns
// the leaks that it found, in the order found.
func (m *Machine) Explore(root *ssa.Function) []*Leak {
	if !m.Makes(root) {
		return nil
	}
	e := &explorer{
		Machine:  m,
		maxSteps: m.limits.Steps,
		symbols:  symbols{byKey: make(map[string]symbol)},
		frames:   make(map[string]int32),

		functions: make(map[*ssa.Function]int),
		root:      root,
		seen:      make(map[string]*ways),
		settled:   make(map[string]*ways),
		served:    make(map[service]bool),
		ended:     make(map[ssa.CallInstruction]bool),
		leaks:     make(map[leakKey]*Leak),
		found:     make(map[leakWay]*ways),
	}
	st := &state{heap: make(map[int32]*object), decided: make(map[symbol]value)}
	g := &goroutine{}
	st.goroutines = []*goroutine{g}
	args := make([]value, len(root.Params))
	for i, p := range root.Params {
		args[i] = e.symbols.leaf("param" + strconv.Itoa(i) + p.Name())
	}
	binds := make([]value, len(root.FreeVars))
	for i, v := range root.FreeVars {
		binds[i] = e.symbols.leaf("free" + strconv.Itoa(i) + v.Name())
	}
	e.push(st, g, &closure{fn: root, binds: binds}, args, nil)
	e.todo = append(e.todo, st)
	if m.total > m.limits.Total {
		e.maxSteps = m.limits.Steps / 10
	}
	for len(e.todo) > 0 && e.steps < e.maxSteps && len(e.seen)+len(e.settled) < e.limits.States {
		st := e.todo[len(e.todo)-1]
		e.todo = e.todo[:len(e.todo)-1]
		e.expand(st)
	}
	m.total += e.steps
	leaks := make([]*Leak, len(e.order))
	for i, key := range e.order {
		leaks[i] = e.leaks[key]
		// What was not explored may end it.
		leaks[i].Sometimes = e.ended[leaks[i].Go] || len(e.todo) > 0
		if l := e.leaks[key]; l.Stuck && (len(e.todo) > 0 || e.served[service{l.Made, l.Waits != Send}]) {
			// The function is served on another path, or may be on one
			// that was not explored; which it takes depends on state.
			l.Doubt = true
		}
		// Whether a waiter checks its condition in time depends on state.
		leaks[i].Doubt = leaks[i].Doubt || leaks[i].Waits == Signal && e.signalled
	}
	return leaks
}

// functionNumber returns a number that stands for fn in this exploration.
func (e *explorer) functionNumber(fn *ssa.Function) int {
	n, ok := e.functions[fn]
	if !ok {
		n = len(e.functions)
		e.functions[fn] = n
	}
	return n
}

// expand runs st's goroutines until each is at an operation that others see,
// then puts aside a state for every operation that can be next.
func (e *explorer) expand(st *state) {
	for {
		i := e.running(st)
		if i < 0 {
			break
		}
		if !e.run(st, st.own(i)) {
			return
		}
	}
	switch e.arrive(e.settled, st) {
	case idle:
		e.allEnd(st)
	case first:
		e.collect(st)
		e.next(st)
	}
}

// arrival is what is known of a state that a path has come to.
type arrival int

const (
	first   arrival = iota // no path has come to it
	another                // a path has
	idle                   // nothing that matters can happen in it
)

// arrive notes that a path has come to st, one of states. What this path and the
// others that came there leave in no doubt any more is settled in st, so that it
// may be one that none has come to.
func (e *explorer) arrive(states map[string]*ways, st *state) arrival {
	for {
		key := e.key(st)
		if key == nil {
			return idle
		}
		before, seen := states[string(key)]
		if !seen {
			before = new(ways)
			states[string(key)] = before
		}
		settled, ok := before.add(st.unsure.open(moment{}))
		switch {
		case ok:
			st.unsure.settle(settled)
		case seen:
			return another
		default:
			return first
		}
	}
}

// running returns the index of a goroutine that is not at an operation that
// others see, -1 if there is none.
func (e *explorer) running(st *state) int {
	for i, g := range st.goroutines {
		if !g.parked && !g.waiting && !e.atOperation(st, g) {
			return i
		}
	}
	return -1
}

// run executes g up to its next operation that others see. It reports false if
// the path ends here or goes on in states that were put aside.
func (e *explorer) run(st *state, g *goroutine) bool {
	for {
		if e.steps++; e.steps >= e.maxSteps {
			return false
		}
		if g.joining {
			g.joining = false
			switch e.arrive(e.seen, st) {
			case idle:
				e.allEnd(st)
				return false
			case another:
				f := g.top()
				if !f.block.Dominates(f.from) {
					return false
				}
				// A loop without operations that others see came back to
				// where it was. The goroutine goes on for ever; the others
				// go on beside it.
				g.parked = true
				return true
			}
		}
		if e.atOperation(st, g) || g.waiting {
			return true
		}
		switch e.step(st, g) {
		case ended:
			return true
		case dead:
			return false
		}
	}
}

// outcome is what became of a goroutine's step.
type outcome int

const (
	goOn    outcome = iota
	atJoin          // it stands at the start of a block with several predecessors
	ended           // the goroutine ended
	dead            // the path ended, or was replaced by states put aside
	entered         // a call pushed a frame
)

// jump moves g to a successor of its block, evaluating the phis there. Where
// paths meet, run looks whether one has been there with the same state.
func (e *explorer) jump(st *state, g *goroutine, succ int) outcome {
	f := g.top()
	from, to := f.block, f.block.Succs[succ]
	if f.visits == nil {
		f.visits = make(map[int]int)
	}
	f.visits[to.Index]++
	edge := predIndex(from, to)
	var values []value
	for _, instr := range to.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			break
		}
		values = append(values, e.phi(st, f, phi, phi.Edges[edge], f.visits[to.Index]))
	}
	for i, v := range values {
		f.set(to.Instrs[i].(*ssa.Phi), v)
	}
	f.block, f.pc, f.from = to, len(values), from
	g.joining = len(to.Preds) > 1
	return goOn
}

// phi returns the value that a phi takes from an edge. Unknown values take the
// phi's identity, so that paths which differ in nothing else meet again; what
// was assumed of them stays.
func (e *explorer) phi(st *state, f *frame, phi *ssa.Phi, edge ssa.Value, visits int) value {
	v := e.eval(st, e.operand(f, edge))
	switch v := v.(type) {
	case intValue:
		if visits <= maxCounted {
			return v
		}
		// From here on the loop may turn more often than it does.
		st.unsure.doubts = append(st.unsure.doubts, doubt{about: turns})
	case symbol:
		own := e.define(st, f, phi)
		if own == v {
			return own
		}
		for s, outcome := range st.decided {
			x := e.symbols.all[s]
			if x.op == token.ILLEGAL || x.x != value(v) {
				continue
			}
			if _, isSymbol := x.y.(symbol); isSymbol {
				continue
			}
			st.decided[e.symbols.binary(x.op, own, x.y)] = outcome
		}
		return own
	case negation:
	default:
		return v
	}
	return e.define(st, f, phi)
}

// maxCounted is how often a loop may turn before its counters are no longer
// followed.
const maxCounted = 20

func predIndex(from, to *ssa.BasicBlock) int {
	for i, pred := range to.Preds {
		if pred == from {
			return i
		}
	}
	panic("machine: not a successor")
}

// define returns the unknown that instr makes in frame f, as new: what was
// assumed of an earlier one is forgotten.
func (e *explorer) define(st *state, f *frame, v ssa.Value) symbol {
	s := e.symbols.leaf(strconv.Itoa(int(f.id)) + "/" + strconv.Itoa(int(f.info.number[v])))
	for d := range st.decided {
		for _, leaf := range e.symbols.all[d].of {
			if leaf == s {
				delete(st.decided, d)
				break
			}
		}
	}
	return s
}

// operand returns what the machine knows of an operand in frame f.
func (e *explorer) operand(f *frame, v ssa.Value) value {
	switch v := v.(type) {
	case *ssa.Const:
		return e.constantValue(v)
	case *ssa.Function:
		return &closure{fn: v}
	case *ssa.Global:
		s := e.symbols.leaf("global:" + v.String())
		e.symbols.all[s].kept = true
		return s
	case *ssa.Builtin:
		return nil
	}
	return f.get(v)
}

// eval returns v with what was assumed of its unknowns.
func (e *explorer) eval(st *state, v value) value {
	switch v := v.(type) {
	case symbol:
		if known, ok := st.decided[v]; ok {
			return known
		}
		x := e.symbols.all[v]
		if x.op == token.ILLEGAL {
			return v
		}
		a, b := e.eval(st, x.x), e.eval(st, x.y)
		if a != x.x || b != x.y {
			return e.binary(st, x.op, a, b)
		}
		return v
	case negation:
		if b, ok := e.eval(st, symbol(v)).(boolValue); ok {
			return !b
		}
	}
	return v
}

// decide assumes that the unknown condition s has the given outcome.
func (e *explorer) decide(st *state, s symbol, outcome bool) {
	if e.doubtful(s) {
		st.unsure.doubts = append(st.unsure.doubts, doubt{about: s, outcome: outcome})
	}
	st.decided[s] = boolValue(outcome)
	x := e.symbols.all[s]
	if x.op == token.EQL && outcome {
		if unknown, ok := x.x.(symbol); ok && known(x.y) {
			st.decided[unknown] = x.y
		}
	}
}

// doubtful reports whether s depends on state that the program keeps itself, as
// an atomic flag or the result of a function of the package: then a path that
// assumes one outcome may be one that never happens. Errors, inputs and what
// comes from outside are taken to happen either way.
func (e *explorer) doubtful(s symbol) bool {
	for _, leaf := range e.symbols.all[s].of {
		if e.symbols.all[leaf].kept {
			return true
		}
	}
	return false
}

// fork puts st aside once for each alternative, changed by it; the first is
// explored first.
func (e *explorer) fork(st *state, g *goroutine, alternatives ...func(*state, *goroutine)) outcome {
	index := 0
	for i, other := range st.goroutines {
		if other == g {
			index = i
		}
	}
	for i := len(alternatives) - 1; i >= 0; i-- {
		c := st
		if i > 0 {
			c = e.clone(st)
		}
		alternatives[i](c, c.own(index))
		e.todo = append(e.todo, c)
	}
	return dead
}

// push makes fn, a closure whose body the machine runs, the innermost frame of g.
func (e *explorer) push(st *state, g *goroutine, fn *closure, args []value, result *ssa.Call) {
	info := e.info(fn.fn)
	caller := "g" + strconv.Itoa(g.slot)
	if len(g.frames) > 0 {
		top := g.top()
		caller = strconv.Itoa(int(top.id)) + "@" + strconv.Itoa(top.block.Index) + "." + strconv.Itoa(top.pc)
	}
	name := caller + ">" + fn.fn.String()
	id, ok := e.frames[name]
	if !ok {
		id = int32(len(e.frames))
		e.frames[name] = id
	}
	f := &frame{fn: fn.fn, info: info, id: id, block: fn.fn.Blocks[0], result: result}
	for i, p := range fn.fn.Params {
		if i < len(args) {
			f.set(p, args[i])
		}
	}
	for i, v := range fn.fn.FreeVars {
		if i < len(fn.binds) {
			f.set(v, fn.binds[i])
		}
	}
	g.frames = append(g.frames, f)
}

// start starts a goroutine that runs fn. It reports false if there are too many.
func (e *explorer) start(st *state, site ssa.CallInstruction, fn *closure, args []value) bool {
	if len(st.goroutines) >= e.limits.Goroutines {
		return false
	}
	e.push(st, e.newGoroutine(st, site), fn, args, nil)
	return true
}

// newGoroutine adds a goroutine, as yet without a frame, to st.
func (e *explorer) newGoroutine(st *state, site ssa.CallInstruction) *goroutine {
	slot := 0
	for taken := true; taken; {
		taken = false
		for _, g := range st.goroutines {
			if g.slot == slot {
				taken = true
				slot++
				break
			}
		}
	}
	g := &goroutine{epoch: st.epoch, slot: slot, started: site, begun: st.unsure.now()}
	st.goroutines = append(st.goroutines, g)
	return g
}

// allEnd notes that the goroutines of a state in which none can come to wait any
// more go on to their ends.
func (e *explorer) allEnd(st *state) {
	for _, g := range st.goroutines {
		if g.started != nil {
			e.ended[g.started] = true
		}
	}
}

// finish ends g.
func (e *explorer) finish(st *state, g *goroutine) {
	if g.inGroup {
		e.groupDone(st, g.group)
	}
	if g.started != nil && !g.exiting {
		e.ended[g.started] = true
	}
	for i, other := range st.goroutines {
		if other == g {
			st.goroutines = append(st.goroutines[:i], st.goroutines[i+1:]...)
			return
		}
	}
}
