package deadlock

import (
	"go/token"
	"path/filepath"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/access"
)

// syncOp returns the states after an operation of package sync.
func (f *flow) syncOp(o op, instr ssa.CallInstruction, s *state) []*state {
	switch o.kind {
	case acquireOp:
		if s = f.acquire(s, o.lock, instr); s == nil {
			return nil
		}
	case tryOp:
		return f.try(s, o.lock, instr)
	case releaseOp:
		if s = f.release(s, o.lock, instr); s == nil {
			return nil
		}
	case doOp:
		return f.do(s, o.lock, instr)
	case condWaitOp, groupWaitOp:
		f.wait(instr, s)
	case groupGoOp, groupAddOp, groupDoneOp, condSignalOp:
		if f.rec != nil {
			f.rec.note(instr, s)
		}
	}
	return []*state{s}
}

// acquire returns the state after a lock was taken, or nil if the goroutine
// holds it and so never gets it.
func (f *flow) acquire(s *state, l lock, instr ssa.CallInstruction) *state {
	if f.rec != nil {
		f.acquiring(s, asked{lock: l, at: instr, place: f.placeOf(instr), always: true})
		f.rec.summary.addAcquire(acquire{
			Lock: f.outside(l), Released: f.paths(s.owed), When: f.callersFacts(s.facts), Place: f.placeOf(instr),
			Always: leadsStraight(f.fn.Blocks[0], instr.Block()),
		})
	}
	if h, ok := s.holding(l.Path); ok && h.Mode.conflicts(l.Mode) {
		if !h.doubt {
			return nil
		}
		s = s.unlock(h.lock) // it was released, or this would not be asked for
	}
	s = s.lock(l, instr)
	if f.scattered[l.Path.Class()] && l.Path.IsElement() {
		s = s.doubting(func(p access.Path) bool { return p == l.Path })
	}
	return s
}

// try returns the states after an attempt to take a lock.
func (f *flow) try(s *state, l lock, instr ssa.CallInstruction) []*state {
	got, not := s, s
	if call, ok := instr.(*ssa.Call); ok {
		if x, ok := termOf(call); ok {
			got = got.assume(facts{{&cond{X: x}, true}})
			not = not.assume(facts{{&cond{X: x}, false}})
		}
	}
	if h, ok := s.holding(l.Path); ok && h.Mode.conflicts(l.Mode) {
		return []*state{not}
	}
	return []*state{got.lock(l, instr), not}
}

// release returns the state after a lock was released, or nil if that ends the
// program, because it was not held.
func (f *flow) release(s *state, l lock, instr ssa.CallInstruction) *state {
	if f.rec != nil {
		f.rec.released[l.Path] = true
	}
	if h, ok := s.holding(l.Path); ok {
		if h.Mode != l.Mode {
			if f.rec != nil {
				f.rec.unlocks = append(f.rec.unlocks, badUnlock{instr, l, &h})
			}
			return nil
		}
		return s.unlock(l)
	}
	for _, freed := range s.freed {
		if freed == l {
			if f.rec != nil {
				f.rec.unlocks = append(f.rec.unlocks, badUnlock{at: instr, lock: l})
			}
			return nil
		}
	}
	if f.rec != nil {
		f.rec.summary.addFree(f.outside(l).Path)
	}
	if !isTold(l.Path) { // it may be one that is held by another name
		s = s.doubting(func(p access.Path) bool { return p.Class() == l.Path.Class() })
	}
	return s.unlock(l)
}

// isTold reports whether a path tells which object it names by a name that others
// have for it too: it begins at a parameter, a variable or a new object, not at
// what a call or a container returned.
func isTold(p access.Path) bool {
	switch p.Root().(type) {
	case nil, *ssa.Parameter, *ssa.FreeVar, *ssa.Alloc, *ssa.Global:
		return p.Exact()
	}
	return false
}

// do returns the states after Once.Do, which runs its function or not. While the
// function runs, another Do of the same Once waits.
func (f *flow) do(s *state, l lock, instr ssa.CallInstruction) []*state {
	if f.rec != nil {
		f.acquiring(s, asked{lock: l, at: instr, place: f.placeOf(instr), always: true})
		f.rec.summary.addAcquire(acquire{
			Lock: f.outside(l), Released: f.paths(s.owed), When: f.callersFacts(s.facts), Place: f.placeOf(instr),
			Always: leadsStraight(f.fn.Blocks[0], instr.Block()),
		})
	}
	if _, ok := s.holding(l.Path); ok {
		return nil
	}
	args := instr.Common().Args
	arg := args[len(args)-1]
	if o := f.p.releaseValue(arg); o.kind == releaseOp {
		// It has released the lock by now, this time or before.
		if slices.Contains(s.freed, o.lock) {
			return []*state{s}
		}
		if s = f.release(s, o.lock, instr); s == nil {
			return nil
		}
		return []*state{s}
	}
	states := []*state{s}
	inside := s.lock(l, instr)
	if p, ok := f.parameterCalled(&ssa.CallCommon{Value: arg}); ok && f.rec != nil {
		f.rec.summary.addInvoke(invoke{Func: p, Held: f.locks(inside.held), Released: f.paths(s.owed), Place: f.placeOf(instr)})
	}
	for _, fv := range f.p.funcsOf(arg, maxFlow) {
		sum := f.p.summaryOf(fv.fn)
		if sum.isEmpty() {
			continue
		}
		for _, t := range f.apply(f.p.called(fv, nil, true), sum, instr, inside) {
			t = t.unlock(l)
			t.freed = nil
			states = append(states, t)
		}
	}
	return f.distinct(states)
}

// An asked is a lock that is asked for: by the function itself, or by one that it
// calls, which released some of the locks held here before.
type asked struct {
	lock     lock
	released []access.Path
	at       ssa.CallInstruction
	place    place
	maybe    bool // through a call that may mean other functions
	always   bool // when it comes to at
}

// acquiring takes note of a lock that is asked for.
func (f *flow) acquiring(s *state, a asked) {
	l := a.lock
	f.rec.take(a.at, l)
	for _, h := range s.held {
		if h.doubt || containsPath(a.released, h.Path) {
			continue
		}
		switch {
		case l.Path.Exact() && h.Path == l.Path:
			f.rec.relock(relock{
				at: a.at, held: h, taken: l, place: a.place, maybe: a.maybe,
				always: a.always && leadsStraight(h.by.Block(), a.at.Block()),
			})
		case h.Path.Class() == l.Path.Class() && l.Path.Class() != "":
			f.pair(s, h, l, a.at, a.place, a.maybe)
		case h.Mode != once && l.Mode != once:
			f.rec.edge(edge{fn: f.fn, at: a.at, held: h, taken: l, others: otherClasses(s.held, h), place: a.place, maybe: a.maybe})
		}
	}
}

// leadsStraight reports whether control goes from one block to another without a
// branch.
func leadsStraight(from, to *ssa.BasicBlock) bool {
	for seen := 0; from != to; seen++ {
		if len(from.Succs) != 1 || seen > len(from.Parent().Blocks) {
			return false
		}
		from = from.Succs[0]
	}
	return true
}

func containsPath(paths []access.Path, p access.Path) bool {
	for _, q := range paths {
		if p == q && p.Exact() {
			return true
		}
	}
	return false
}

func otherClasses(held []hold, h hold) []access.Class {
	var classes []access.Class
	for _, g := range held {
		if g.Path != h.Path && g.Path.Class() != "" {
			classes = append(classes, g.Path.Class())
		}
	}
	return classes
}

// pair notes two locks of one class that are held at once. Callers may know
// them to be one.
func (f *flow) pair(s *state, h hold, l lock, instr ssa.Instruction, at place, maybe bool) {
	hp, ok := h.Path.Relative(f.fn)
	lp, ok2 := l.Path.Relative(f.fn)
	if ok && ok2 && lp.Exact() && hp.Exact() {
		f.rec.summary.addPair(pair{
			Held: lock{hp, h.Mode}, Taken: lock{lp, l.Mode}, When: f.callersFacts(s.facts), Maybe: maybe, Place: f.by(instr, at),
		})
	}
}

// note takes note of what the callee does, seen from the call.
func (b *binding) note(sum *summary) {
	b.p.work += len(sum.Acquires) + len(sum.Pairs) + len(sum.waits) + len(sum.Invokes)
	for _, a := range sum.Acquires {
		b.acquires(a)
	}
	for _, p := range sum.Pairs {
		b.pairs(p)
	}
	for _, w := range sum.waits {
		b.waits(w)
	}
	for _, i := range sum.Invokes {
		b.invokes(i)
	}
}

func (b *binding) maybe() bool { return !b.sure }

func (b *binding) acquires(a acquire) {
	l := lock{b.path(a.Lock.Path), a.Lock.Mode}
	released := b.pathsOf(a.Released)
	out := acquire{
		Lock: b.outside(l), Released: b.paths(b.state.owed), Maybe: a.Maybe || b.maybe(), Place: a.Place,
		Always: a.Always && leadsStraight(b.fn().Blocks[0], b.instr.Block()),
	}
	out.Released = append(out.Released, b.relativePaths(released)...)
	wanted := b.rec.summary.wants(out)
	if len(b.state.held) == 0 && !wanted {
		b.rec.take(b.instr, l)
		return
	}
	when, possible, sure := b.facts(a.When)
	if !possible {
		return
	}
	at := b.here(a.Place)
	b.acquiring(b.state, asked{
		lock: l, released: released, at: b.instr, place: at,
		maybe: a.Maybe || b.maybe() || !sure, always: a.Always,
	})
	if wanted {
		out.When = b.callersFacts(slices.Concat(when, b.state.facts))
		out.Place = b.by(b.instr, at)
		b.rec.summary.addAcquire(out)
	}
}

// path restates a path of the callee's; only its class if it cannot.
func (b *binding) path(p access.Path) access.Path {
	if q, ok := b.restate(p); ok {
		return q
	}
	return p.Blur()
}

func (b *binding) pathsOf(paths []access.Path) []access.Path {
	var out []access.Path
	for _, p := range paths {
		if q, ok := b.restate(p); ok {
			out = append(out, q)
		}
	}
	return out
}

// pairs looks at two locks that the callee holds at once: here they may be one.
func (b *binding) pairs(p pair) {
	when, possible, sure := b.facts(p.When)
	h, ok := b.restate(p.Held.Path)
	t, ok2 := b.restate(p.Taken.Path)
	if !possible || !ok || !ok2 {
		return
	}
	at := b.here(p.Place)
	maybe := p.Maybe || b.maybe() || !sure
	if h == t {
		b.rec.relock(relock{
			at: b.instr, held: hold{lock: lock{h, p.Held.Mode}, by: b.instr}, taken: lock{t, p.Taken.Mode}, place: at, maybe: maybe,
		})
		return
	}
	hp, ok := h.Relative(b.fn())
	tp, ok2 := t.Relative(b.fn())
	if ok && ok2 {
		b.rec.summary.addPair(pair{
			Held: lock{hp, p.Held.Mode}, Taken: lock{tp, p.Taken.Mode}, When: b.callersFacts(when), Maybe: maybe, Place: b.by(b.instr, at),
		})
	}
}

// fn returns the function that calls, not the one called.
func (b *binding) fn() *ssa.Function { return b.flow.fn }

// invokes looks at a call, in the callee, of a function that it is passed.
func (b *binding) invokes(i invoke) {
	v := b.passed(i.Func)
	if v == nil {
		return
	}
	held := b.held(i)
	if p, ok := access.Of(v); ok && p.Steps() == "" && isParameter(p.Root()) {
		if q, ok := p.Relative(b.fn()); ok {
			b.rec.summary.addInvoke(invoke{
				Func: q, Held: b.locks(held), Released: append(b.paths(b.state.owed), b.relativePaths(b.pathsOf(i.Released))...),
				Place: b.here(i.Place),
			})
			return
		}
	}
	inside := *b.state
	inside.held = held
	for _, fv := range b.p.funcsOf(v, maxFlow) {
		sum := b.p.summaryOf(fv.fn)
		if sum.isEmpty() {
			continue
		}
		c := binding{flow: b.flow, target: b.p.called(fv, nil, true).bound(), instr: b.instr, state: &inside}
		c.target.sure = b.sure && fv.sure
		c.note(sum)
	}
}

// passed returns the value that the callee's parameter f has.
func (b *binding) passed(f access.Path) ssa.Value {
	if i, ok := f.Param(); ok {
		if i < len(b.args) {
			return b.args[i].Value
		}
		return nil
	}
	return f.Root()
}

func isParameter(v ssa.Value) bool {
	_, ok := v.(*ssa.Parameter)
	return ok
}

// held returns what is held when the callee calls a function that it was passed.
func (b *binding) held(i invoke) []hold {
	released := b.pathsOf(i.Released)
	var held []hold
	for _, h := range b.state.held {
		if !containsPath(released, h.Path) {
			held = append(held, h)
		}
	}
	for _, l := range i.Held {
		if p, ok := b.restate(l.Path); ok {
			held = append(held, hold{lock: lock{p, l.Mode}, times: 1, by: b.instr})
		}
	}
	return held
}

// outside returns a lock as callers can understand it, or only its class.
func (f *flow) outside(l lock) lock {
	p, ok := l.Path.Relative(f.fn)
	if !ok {
		p = l.Path.Blur()
	}
	return lock{p, l.Mode}
}

func (f *flow) locks(held []hold) []lock {
	var locks []lock
	for _, h := range held {
		if p, ok := h.Path.Relative(f.fn); ok {
			locks = append(locks, lock{p, h.Mode})
		}
	}
	return locks
}

func (f *flow) paths(locks []lock) []access.Path {
	var paths []access.Path
	for _, l := range locks {
		if p, ok := l.Path.Relative(f.fn); ok {
			paths = append(paths, p)
		}
	}
	return paths
}

func (f *flow) relativePaths(paths []access.Path) []access.Path {
	var out []access.Path
	for _, p := range paths {
		if q, ok := p.Relative(f.fn); ok {
			out = append(out, q)
		}
	}
	return out
}

// placeOf returns the place of an instruction of the function itself.
func (f *flow) placeOf(instr ssa.Instruction) place {
	at := f.p.pass.Fset.Position(instr.Pos())
	return place{Func: f.fn.Name(), Line: filepath.Base(at.Filename) + ":" + strconv.Itoa(at.Line), pos: instr.Pos()}
}

// maxPath bounds the way to a place that is kept for messages.
const maxPath = 8

// here returns a place of a callee's; what another package does is done by the
// call.
func (b *binding) here(at place) place {
	if at.pos.IsValid() {
		return at
	}
	call := b.placeOf(b.instr)
	call.abroad = &at
	return call
}

// by returns a place of a callee's as seen from the function's callers.
func (f *flow) by(instr ssa.Instruction, at place) place {
	if at.pos != instr.Pos() && len(at.Path) < maxPath {
		at.Path = append([]string{f.fn.Name()}, at.Path...)
		at.calls = append([]token.Pos{instr.Pos()}, at.calls...)
	}
	return at
}
