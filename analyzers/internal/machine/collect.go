package machine

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// collect finds the goroutines of st that are blocked for ever, as the garbage
// collector would: starting from the goroutines that can go on, it follows all
// that they can reach; a blocked goroutine that waits for something reachable
// can be woken and counts as going on; the rest is leaked. Leaked goroutines
// are recorded and taken out of the state, except the root's, with which the
// exploration of this path ends.
func (e *explorer) collect(st *state) {
	r := newReach(st)
	ops := make([]*operation, len(st.goroutines))
	alive := make([]bool, len(st.goroutines))
	mark := func(i int) {
		alive[i] = true
		r.goroutine(st.goroutines[i])
	}
	for i, g := range st.goroutines {
		if g.parked {
			mark(i)
			continue
		}
		if g.waiting {
			continue
		}
		ops[i] = e.operation(st, g)
		if ops[i] == nil || e.ready(st, g, ops[i]) {
			mark(i)
		}
	}
	for changed := true; changed; {
		changed = false
		for i, g := range st.goroutines {
			if !alive[i] && wakeable(r, g, ops[i]) {
				mark(i)
				changed = true
			}
		}
	}
	var kept []*goroutine
	for i, g := range st.goroutines {
		if alive[i] {
			kept = append(kept, g)
			continue
		}
		e.record(st, g, ops[i])
	}
	st.goroutines = kept
}

// wakeable reports whether what g waits for is within reach.
func wakeable(r *reach, g *goroutine, op *operation) bool {
	if g.waiting {
		return r.objects[g.waitsOn.object]
	}
	if op.kind != communicate {
		return r.objects[op.on.object]
	}
	for _, c := range op.cases {
		if c.outside || !c.never && r.channels[c.channel] {
			return true
		}
	}
	return false
}

// record records that g is leaked. Of several paths to the same leak, the
// surest is kept.
func (e *explorer) record(st *state, g *goroutine, op *operation) {
	f := g.top()
	leak := &Leak{Fn: f.fn, Left: st.last, Fatal: st.fatal, Doubt: st.doubt, Root: e.root, Stuck: g.started == nil}
	if g.started != nil {
		leak.Go = g.started
	}
	if op == nil {
		leak.Op, leak.Waits = f.block.Instrs[f.pc], Signal
	} else {
		leak.Op = op.instr
		leak.Waits = e.waits(st, op)
		for _, c := range op.cases {
			if !c.never && !c.outside {
				ch := st.channels[c.channel]
				leak.Made, leak.Buffer = ch.made, ch.capacity
				break
			}
		}
	}
	if leak.Stuck && st.guess {
		// What a function waits for itself, its author has seen arrive;
		// only an error that was not thought of makes it likely to stay
		// away.
		leak.Doubt = true
	}
	key := leakKey{leak.Go, leak.Op}
	old, ok := e.leaks[key]
	if !ok {
		e.order = append(e.order, key)
	}
	if !ok || leak.Surer(old) {
		e.leaks[key] = leak
	}
}

// waits tells what a blocked operation waits for.
func (e *explorer) waits(st *state, op *operation) Wait {
	switch op.kind {
	case lock, rlock:
		return Lock
	case waitGroup:
		return Group
	case condWait:
		return Signal
	}
	var ours []commCase
	for _, c := range op.cases {
		if !c.never {
			ours = append(ours, c)
		}
	}
	switch {
	case len(ours) == 0:
		return Forever
	case len(op.cases) > 1:
		return Choice
	case ours[0].send:
		return Send
	case st.channels[ours[0].channel].done:
		return Done
	case isRange(op.instr):
		return Range
	}
	return Receive
}

// isRange reports whether a receive is that of a range loop: go/ssa gives it
// the position of the range clause and an ok that nothing but the loop's
// condition uses.
func isRange(instr ssa.Instruction) bool {
	recv, ok := instr.(*ssa.UnOp)
	if !ok || !recv.CommaOk || recv.Block().Comment != "rangechan.loop" {
		return false
	}
	return true
}

func chanElem(ch typer) types.Type {
	if c, ok := ch.Type().Underlying().(*types.Chan); ok {
		return c.Elem()
	}
	return types.Typ[types.Invalid]
}
