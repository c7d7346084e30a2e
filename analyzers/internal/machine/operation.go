package machine

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// An operation is what a goroutine does next, if other goroutines see it or
// decide whether it can be done.
type operation struct {
	kind       operationKind
	instr      ssa.Instruction
	cases      []commCase // of a communication
	hasDefault bool
	on         pointer // of all others
	deferred   bool    // a deferred call that the function's end runs
}

type operationKind int

const (
	communicate operationKind = iota
	lock
	rlock
	waitGroup
	condWait
	condSignal
	condBroadcast
	lasting
)

// commCase is one alternative of a communication.
type commCase struct {
	index   int // of the select's states
	pos     token.Pos
	send    bool
	value   value // sent
	channel channel
	outside bool // on a channel that always proceeds
	never   bool // on a nil channel
}

// atOperation reports whether g is at an operation that others see.
func (e *explorer) atOperation(st *state, g *goroutine) bool { return e.operation(st, g) != nil }

// operation returns the operation that g is at, nil if it is at none.
func (e *explorer) operation(st *state, g *goroutine) *operation {
	if g.lasts {
		return &operation{kind: lasting, instr: g.lastingCall()}
	}
	if g.exiting {
		return nil
	}
	f := g.top()
	switch instr := f.block.Instrs[f.pc].(type) {
	case *ssa.Send:
		c := e.commCase(st, e.operand(f, instr.Chan))
		if c.outside {
			return nil
		}
		c.send, c.value, c.pos = true, e.sent(st, f, instr.X), instr.Pos()
		return &operation{instr: instr, cases: []commCase{c}}
	case *ssa.UnOp:
		if instr.Op != token.ARROW {
			return nil
		}
		c := e.commCase(st, e.operand(f, instr.X))
		if c.outside {
			return nil
		}
		c.pos = instr.Pos()
		return &operation{instr: instr, cases: []commCase{c}}
	case *ssa.Select:
		op := &operation{instr: instr, hasDefault: !instr.Blocking}
		ours := len(instr.States) == 0
		proceeds := op.hasDefault
		for i, s := range instr.States {
			c := e.commCase(st, e.operand(f, s.Chan))
			c.index, c.pos = i, s.Pos
			if s.Send != nil {
				c.send, c.value = true, e.sent(st, f, s.Send)
			}
			ours = ours || !c.outside && !c.never
			proceeds = proceeds || c.outside
			op.cases = append(op.cases, c)
		}
		if !ours && proceeds {
			return nil
		}
		return op
	case *ssa.Call:
		if !e.mayBlock(&instr.Call) {
			return nil
		}
		fn, args := e.callee(st, f, &instr.Call)
		return e.blocking(st, g, instr, fn, args)
	case *ssa.RunDefers, *ssa.Return:
		if n := len(f.defers); n > 0 {
			d := f.defers[n-1]
			if op := e.blocking(st, g, d.instr, d.fn, d.args); op != nil {
				op.deferred = true
				return op
			}
		}
	}
	return nil
}

// sent returns the value that is sent. A number that was counted is unknown to
// who receives it: it stands for all that a longer loop would have sent.
func (e *explorer) sent(st *state, f *frame, x ssa.Value) value {
	v := e.eval(st, e.operand(f, x))
	if _, ok := v.(intValue); ok {
		if _, ok := x.(*ssa.Const); !ok {
			return nil
		}
	}
	return v
}

func (e *explorer) commCase(st *state, ch value) commCase {
	switch ch := e.eval(st, ch).(type) {
	case channel:
		return commCase{channel: ch, outside: st.channels[ch].escaped}
	case nilValue:
		return commCase{channel: -1, never: true}
	}
	return commCase{channel: -1, outside: true}
}

// blocking returns the operation that a call of a synchronisation primitive is.
func (e *explorer) blocking(st *state, g *goroutine, instr ssa.Instruction, fn value, args []value) *operation {
	name := e.modelled(fn)
	if name == "" || len(args) == 0 {
		return nil
	}
	kind, ok := blockingCalls[name]
	if !ok {
		return nil
	}
	on, ok := e.eval(st, args[0]).(pointer)
	if !ok || st.heap[on.object] == nil || st.heap[on.object].escaped {
		return nil
	}
	op := &operation{kind: kind, instr: instr, on: on}
	if kind == condWait && g.woken {
		l, ok := e.lockerOf(st, on)
		if !ok {
			return nil
		}
		op.kind, op.on = lock, l
	}
	return op
}

var blockingCalls = map[string]operationKind{
	"sync.Mutex.Lock":                            lock,
	"sync.RWMutex.Lock":                          lock,
	"sync.RWMutex.RLock":                         rlock,
	"sync.WaitGroup.Wait":                        waitGroup,
	"golang.org/x/sync/errgroup.Group.Wait":      waitGroup,
	"sync.Cond.Wait":                             condWait,
	"sync.Cond.Signal":                           condSignal,
	"sync.Cond.Broadcast":                        condBroadcast,
	"github.com/sourcegraph/conc.WaitGroup.Wait": waitGroup,
}

// count returns the integer that a primitive at an address keeps under name.
// It reports false if it is unknown.
func (e *explorer) count(st *state, p pointer, name string) (int, bool) {
	switch n := st.heap[p.object].parts[p.path+name].(type) {
	case nil:
		return 0, true
	case intValue:
		return int(n), true
	}
	return 0, false
}

func (st *state) setCount(p pointer, name string, n int) {
	st.object(p.object).parts[p.path+name] = intValue(n)
}

// Names under which primitives keep their state beside their fields. No path
// of a field contains a number sign.
const (
	countOf = "#count" // of a wait group
	heldOf  = "#held"  // of a lock: -1 for a writer, else the number of readers
	onceOf  = "#once"
)

// lockerOf returns the lock of the condition variable at p.
func (e *explorer) lockerOf(st *state, p pointer) (pointer, bool) {
	b, ok := st.heap[p.object].parts[p.path+condLocker].(boxed)
	if !ok {
		return pointer{}, false
	}
	l, ok := b.value.(pointer)
	return l, ok
}

// condLocker is the path of sync.Cond's field L.
const condLocker = ".1"

// ready reports whether op can be done now by g without another goroutine, and
// whether with another one that waits for it.
func (e *explorer) ready(st *state, g *goroutine, op *operation) bool {
	switch op.kind {
	case communicate:
		if op.hasDefault {
			return true
		}
		return slices.ContainsFunc(op.cases, func(c commCase) bool {
			return e.caseReady(st, c) || len(e.partners(st, g, c)) > 0
		})
	case lock:
		n, ok := e.count(st, op.on, heldOf)
		return !ok || n == 0
	case rlock:
		n, ok := e.count(st, op.on, heldOf)
		return !ok || n >= 0
	case waitGroup:
		n, ok := e.count(st, op.on, countOf)
		return !ok || n <= 0
	}
	return true
}

// caseReady reports whether c can proceed without a partner.
func (e *explorer) caseReady(st *state, c commCase) bool {
	if c.outside {
		return true
	}
	if c.never {
		return false
	}
	ch := st.channels[c.channel]
	if c.send {
		return ch.closed || ch.lent.receives || ch.hasRoom()
	}
	return ch.closed || ch.lent.sends || len(ch.buffer) > 0
}

// hasRoom reports whether a send on the channel needs no receiver.
func (ch *channelState) hasRoom() bool {
	return ch.kept() != ch.capacity || len(ch.buffer) < ch.capacity
}

// partner is a case of another goroutine that meets one on an unbuffered channel.
type partner struct {
	index int // of the goroutine
	op    *operation
	c     commCase
}

func (e *explorer) partners(st *state, g *goroutine, c commCase) []partner {
	if c.outside || c.never || st.channels[c.channel].capacity != 0 {
		return nil
	}
	var found []partner
	for i, other := range st.goroutines {
		if other == g || other.parked || other.waiting {
			continue
		}
		op := e.operation(st, other)
		if op == nil || op.kind != communicate {
			continue
		}
		for _, oc := range op.cases {
			if !oc.outside && !oc.never && oc.channel == c.channel && oc.send != c.send {
				found = append(found, partner{i, op, oc})
			}
		}
	}
	return found
}

// next puts aside a state for each operation that can be next in st.
func (e *explorer) next(st *state) {
	var after []*state
	try := func(apply func(*state) bool) {
		c := e.clone(st)
		if apply(c) {
			after = append(after, c)
		}
	}
	for i, g := range st.goroutines {
		if g.parked || g.waiting {
			continue
		}
		op := e.operation(st, g)
		if op == nil {
			continue
		}
		if op.kind != communicate {
			if e.ready(st, g, op) {
				try(func(c *state) bool { return e.perform(c, c.own(i), op) })
			}
			continue
		}
		for _, cc := range op.cases {
			if e.caseReady(st, cc) {
				try(func(c *state) bool { return e.communicateAlone(c, c.own(i), op, cc) })
			}
			if cc.send {
				for _, p := range e.partners(st, g, cc) {
					try(func(c *state) bool {
						e.complete(c, c.own(p.index), p.op, p.c, cc.value, true)
						e.complete(c, c.own(i), op, cc, nil, false)
						return true
					})
				}
			}
		}
		if op.hasDefault && !slices.ContainsFunc(op.cases, func(c commCase) bool { return !c.outside && e.caseReady(st, c) }) {
			try(func(c *state) bool {
				e.complete(c, c.own(i), op, commCase{index: -1}, nil, false)
				return true
			})
		}
	}
	slices.Reverse(after)
	e.todo = append(e.todo, after...)
}

// communicateAlone does a case that needs no partner. It reports false if that
// panics.
func (e *explorer) communicateAlone(st *state, g *goroutine, op *operation, c commCase) bool {
	if c.outside {
		e.escape(st, c.value)
		e.complete(st, g, op, c, nil, true)
		return true
	}
	ch := st.channel(c.channel)
	switch {
	case c.send && ch.closed:
		return false
	case c.send && !ch.hasRoom(): // code that is not seen receives it
		e.escape(st, c.value)
		e.complete(st, g, op, c, nil, false)
	case c.send:
		ch.buffer = append(ch.buffer, c.value)
		if len(ch.buffer) > ch.kept() {
			e.escape(st, c.channel) // there is room for more than is followed
		}
		e.complete(st, g, op, c, nil, false)
	case len(ch.buffer) > 0:
		v := ch.buffer[0]
		ch.buffer = ch.buffer[1:]
		e.complete(st, g, op, c, v, true)
	case ch.closed:
		e.complete(st, g, op, c, nilReceived{}, false)
	default: // code that is not seen has sent it
		if !isRange(op.instr) {
			// How many it sends may be what the receiver counts on.
			st.unsure.doubts = append(st.unsure.doubts, doubt{about: unseen})
		}
		e.complete(st, g, op, c, nil, true)
	}
	return true
}

// nilReceived stands for the zero value that a closed channel yields.
type nilReceived struct{}

// complete moves g past its communication, having received v.
func (e *explorer) complete(st *state, g *goroutine, op *operation, c commCase, v value, ok bool) {
	f := g.top()
	if !c.outside && c.channel >= 0 && c.index >= 0 && len(op.cases) > 0 {
		e.served[service{st.channels[c.channel].made, c.send}] = true
	}
	if c.outside && len(op.cases) > 1 {
		st.unsure.guesses++
	}
	received := func(t typer) value {
		switch v.(type) {
		case nilReceived:
			return e.zero(chanElem(t))
		case nil:
			return e.symbols.derived("received", e.define(st, f, op.instr.(ssa.Value)))
		}
		return v
	}
	okValue := func() value {
		if c.outside {
			return e.symbols.derived("ok", e.define(st, f, op.instr.(ssa.Value)))
		}
		return boolValue(ok)
	}
	switch instr := op.instr.(type) {
	case *ssa.UnOp:
		r := received(instr.X)
		if instr.CommaOk {
			r = tuple{r, okValue()}
		}
		f.set(instr, r)
	case *ssa.Select:
		t := tuple{intValue(c.index), boolValue(false)}
		for i, s := range instr.States {
			if s.Send != nil {
				continue
			}
			if i != c.index {
				t = append(t, e.zero(chanElem(s.Chan)))
				continue
			}
			t[1] = okValue()
			t = append(t, received(s.Chan))
		}
		f.set(instr, t)
		if len(op.cases) > 1 && c.index >= 0 {
			st.last = &Event{Pos: c.pos, What: Chose, Fn: f.fn}
		}
	}
	f.pc++
}

// perform does an operation other than a communication.
func (e *explorer) perform(st *state, g *goroutine, op *operation) bool {
	switch op.kind {
	case lock:
		st.setCount(op.on, heldOf, -1)
		g.woken = false
	case rlock:
		n, _ := e.count(st, op.on, heldOf)
		st.setCount(op.on, heldOf, n+1)
	case condWait:
		if l, ok := e.lockerOf(st, op.on); ok {
			st.setCount(l, heldOf, 0)
		}
		g.waiting, g.waitsOn = true, op.on
		return true
	case lasting:
		e.endLasting(st, g)
		return true
	case condSignal, condBroadcast:
		e.signalled = true
		for i, other := range st.goroutines {
			if other.waiting && other.waitsOn == op.on {
				other = st.own(i)
				other.waiting, other.woken = false, true
				if op.kind == condSignal {
					break
				}
			}
		}
	}
	f := g.top()
	if op.deferred {
		f.defers = f.defers[:len(f.defers)-1]
		return true
	}
	f.pc++
	return true
}

// selectOutside takes a select all of whose channels always proceed or are nil:
// any case that proceeds can be next, and so can the default.
func (e *explorer) selectOutside(st *state, g *goroutine, instr *ssa.Select) outcome {
	f := g.top()
	op := &operation{instr: instr, hasDefault: !instr.Blocking}
	var alternatives []func(*state, *goroutine)
	take := func(c commCase) {
		op.cases = append(op.cases, c)
		alternatives = append(alternatives, func(st *state, g *goroutine) {
			e.escape(st, c.value)
			e.complete(st, g, op, c, nil, true)
		})
	}
	for i, s := range instr.States {
		c := e.commCase(st, e.operand(f, s.Chan))
		if c.never {
			continue
		}
		c.index, c.pos = i, s.Pos
		if s.Send != nil {
			c.send, c.value = true, e.operand(f, s.Send)
		}
		take(c)
	}
	if op.hasDefault {
		take(commCase{index: -1})
	}
	return e.fork(st, g, alternatives...)
}
