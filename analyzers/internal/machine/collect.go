package machine

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// collect finds the goroutines of st that are blocked for ever, as the garbage
// collector would: starting from the goroutines that can go on, it follows all
// that they can reach; a blocked goroutine that waits for something reachable
// can be woken and counts as going on; the rest is leaked. Leaked goroutines
// are recorded and taken out of the state, except the root's, with which the
// exploration of this path ends. What one of them could have served is marked:
// who comes to wait for it later is lost because of the first, and not a leak of
// its own.
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
	var lost []int
	for i, g := range st.goroutines {
		if alive[i] {
			kept = append(kept, g)
		} else {
			lost = append(lost, i)
		}
	}
	e.lose(st, lost, ops)
	st.goroutines = kept
	e.unended(st)
}

// lose records the goroutines of st with the given indices as leaked, but for
// those that wait for what another one, lost before or now, could have served,
// and that do not hold up that one in turn: these are consequences. One that waits
// for a lock is nobody's cause, since it is not reported as a leak.
func (e *explorer) lose(st *state, lost []int, ops []*operation) {
	reaches := make([]*reach, len(lost))
	for n, i := range lost {
		reaches[n] = newReach(st)
		reaches[n].goroutine(st.goroutines[i])
	}
	forLock := func(n int) bool {
		op := ops[lost[n]]
		return op != nil && (op.kind == lock || op.kind == rlock)
	}
	waits := make([][]bool, len(lost)) // for what the other could have served, or one that it waits for
	for n, i := range lost {
		waits[n] = make([]bool, len(lost))
		for other := range lost {
			waits[n][other] = wakeable(reaches[other], st.goroutines[i], ops[i])
		}
	}
	for via := range lost {
		for n := range lost {
			for other := range lost {
				waits[n][other] = waits[n][other] || waits[n][via] && waits[via][other]
			}
		}
	}
	for n, i := range lost {
		consequence := orphaned(st, st.goroutines[i], ops[i])
		for other := range lost {
			consequence = consequence || waits[n][other] && !waits[other][n] && !forLock(other)
		}
		if !consequence {
			e.record(st, st.goroutines[i], ops[i])
		}
	}
	for n, r := range reaches {
		if forLock(n) {
			continue
		}
		for id := range r.objects {
			if o := st.heap[id]; o != nil && !o.orphan {
				st.object(id).orphan = true
			}
		}
		for ch := range r.channels {
			if !st.channels[ch].orphan {
				st.channel(ch).orphan = true
			}
		}
	}
}

// orphaned reports whether g waits for what a goroutine that was lost before
// could have served.
func orphaned(st *state, g *goroutine, op *operation) bool {
	orphan := func(id int32) bool { return st.heap[id] != nil && st.heap[id].orphan }
	if g.waiting {
		return orphan(g.waitsOn.object)
	}
	if op.kind != communicate {
		return orphan(op.on.object)
	}
	for _, c := range op.cases {
		if !c.never && !c.outside && st.channels[c.channel].orphan {
			return true
		}
	}
	return false
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

// record records that g is leaked.
func (e *explorer) record(st *state, g *goroutine, op *operation) {
	f := g.top()
	leak := &Leak{Fn: f.fn, Left: st.last, Failed: st.failed, Fatal: st.fatal, Root: e.root, Stuck: g.started == nil}
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
	since := awaitedSince(st, g, op)
	// What a function waits for itself, its author has seen arrive; only an
	// error that was not thought of makes it likely to stay away.
	leak.Doubt = e.doubted(leak, st.unsure.open(since)) || leak.Stuck && st.unsure.since(since).guess
	leak.Meant = meant(leak)
	e.add(leak)
}

// doubted reports whether a leak that was found on a path with the given doubts
// remains in doubt, the other paths that lose a goroutine of the same statement
// considered: it need not be at the same operation.
func (e *explorer) doubted(leak *Leak, open []doubt) bool {
	key := leakWay{leakKey{started: leak.Go}, leak.Fatal}
	if leak.Go == nil {
		key.op = leak.Op
	}
	found := e.found[key]
	if found == nil {
		found = new(ways)
		e.found[key] = found
	}
	for len(open) > 0 {
		settled, ok := found.add(open)
		if !ok {
			return true
		}
		open = slices.Delete(open, settled, settled+1)
	}
	return false
}

// add adds a leak to those found. Of several ways to the same one, the surest is
// kept.
func (e *explorer) add(leak *Leak) {
	key := leakKey{leak.Go, leak.Op}
	old, ok := e.leaks[key]
	if !ok {
		e.order = append(e.order, key)
	}
	if !ok || leak.Surer(old) {
		e.leaks[key] = leak
	}
}

// awaitedSince returns how unsure the path was when what g waits for was made.
// What the program decides before that only tells whether the code runs at all.
func awaitedSince(st *state, g *goroutine, op *operation) moment {
	if g.waiting {
		return st.heap[g.waitsOn.object].since
	}
	if op.kind != communicate {
		return st.heap[op.on.object].since
	}
	since, found := g.begun, false
	if len(op.cases) > 0 {
		since = moment{} // a nil channel was never made: all that led to it decided
	}
	for _, c := range op.cases {
		if c.never || c.outside {
			continue
		}
		made := st.channels[c.channel].since
		if !found {
			since, found = made, true
		}
		since = since.earlier(made)
	}
	return since
}

// meant reports whether the operation is a receive from a channel that is made for
// nothing else: like an empty select, a way to say that the goroutine goes no
// further.
func meant(leak *Leak) bool {
	recv, ok := leak.Op.(*ssa.UnOp)
	if !ok {
		return false
	}
	made, ok := recv.X.(*ssa.MakeChan)
	return ok && len(*made.Referrers()) == 1
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
