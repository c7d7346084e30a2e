package deadlock

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/access"
	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// call returns the states after a call, or after a deferred call ran.
func (f *flow) call(instr ssa.CallInstruction, s *state) []*state {
	call := instr.Common()
	if o := f.p.opOf(call); o.kind != noOp {
		return f.syncOp(o, instr, s)
	}
	if call.IsInvoke() && f.p.endsHere(call.Method) {
		return nil // testing.TB's Fatal
	}
	if f.rec != nil {
		f.rec.note(instr, s)
		if f.p.saysBlocks(instr) {
			f.wait(instr, s)
		}
	}
	if len(s.freed) > 0 && mayEndTest(call) {
		s = s.forgetFreed()
	}
	s = f.passing(call, s)
	if p, ok := f.parameterCalled(call); ok {
		if f.rec != nil {
			f.rec.summary.addInvoke(invoke{Func: p, Held: f.locks(s.held), Released: f.paths(s.owed), Place: f.placeOf(instr)})
		}
		return []*state{s}
	}
	targets := f.p.targets[instr]
	if len(targets) == 0 {
		return f.unknown(instr, s)
	}
	var after []*state
	for _, t := range targets {
		sum := f.p.summaryOf(t.fn)
		if sum.isEmpty() {
			after = append(after, s)
			continue
		}
		after = append(after, f.apply(t, sum, instr, s)...)
	}
	return f.loopBodies(instr, f.distinct(inDoubt(s, after)))
}

// mayEndTest reports whether a call is passed a test, which it may end where the
// path that released a lock goes on only because that is not known.
func mayEndTest(call *ssa.CallCommon) bool {
	return slices.ContainsFunc(call.Args, func(arg ssa.Value) bool {
		t := arg.Type()
		if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
			t = ptr.Elem()
		}
		return timing.IsNamed(t, "testing", "T") || timing.IsNamed(t, "testing", "B") || timing.IsNamed(t, "testing", "TB")
	})
}

// passing returns the state after function literals were passed to a call, which
// may run them: what they assign is not known any more.
func (f *flow) passing(call *ssa.CallCommon, s *state) *state {
	if len(s.facts) == 0 {
		return s
	}
	for _, arg := range call.Args {
		mc, ok := arg.(*ssa.MakeClosure)
		if !ok {
			continue
		}
		fn := mc.Fn.(*ssa.Function)
		if isYield(fn) && !f.p.summaryOf(fn).isEmpty() {
			continue // loopBodies knows better
		}
		if assigned := f.p.assignedIn(fn); len(assigned) > 0 {
			s = s.unknow(func(c *cond) bool { return assigned[c.X.Path] || assigned[c.Y.Path] })
		}
	}
	return s
}

// distinct returns the states that differ in their locks.
func (f *flow) distinct(states []*state) []*state {
	if len(states) < 2 {
		return states
	}
	seen := make(map[string]int)
	var out []*state
	for _, s := range states {
		key := s.key(f.ids)
		if i, ok := seen[key]; ok {
			out[i], _ = out[i].merge(s)
			continue
		}
		seen[key] = len(out)
		out = append(out, s)
	}
	return out
}

// parameterCalled returns the parameter that a call calls, seen from the
// function's callers: they know which function it is.
func (f *flow) parameterCalled(call *ssa.CallCommon) (access.Path, bool) {
	if call.IsInvoke() {
		return access.Path{}, false
	}
	p, ok := access.Of(call.Value)
	if !ok || p.Steps() != "" {
		return access.Path{}, false
	}
	if _, ok := p.Root().(*ssa.Parameter); !ok {
		return access.Path{}, false
	}
	return p.Relative(f.fn)
}

// unknown returns the states after a call of a function that is not known. It
// may run the function literals that it is passed, now or later; only of some
// functions is it known that they run them now.
func (f *flow) unknown(instr ssa.CallInstruction, s *state) []*state {
	call := instr.Common()
	states := []*state{s}
	now := runsArguments(call)
	for _, arg := range call.Args {
		if !isFunc(arg.Type()) {
			continue
		}
		if !now {
			states[0] = f.handOver(states[0], arg)
			continue
		}
		for _, fv := range f.p.funcsOf(arg, maxFlow) {
			if sum := f.p.summaryOf(fv.fn); !sum.isEmpty() {
				states = append(states, f.apply(f.p.called(fv, nil, true), sum, instr, s)...)
			}
		}
	}
	return f.loopBodies(instr, f.distinct(states))
}

// loopBodies returns the states after the bodies of loops over functions, that
// an iterator is passed, ran once or not at all.
func (f *flow) loopBodies(instr ssa.CallInstruction, states []*state) []*state {
	for _, arg := range instr.Common().Args {
		mc, ok := arg.(*ssa.MakeClosure)
		if !ok || !isYield(mc.Fn.(*ssa.Function)) {
			continue
		}
		fn := mc.Fn.(*ssa.Function)
		sum := f.p.summaryOf(fn)
		if sum.isEmpty() {
			continue
		}
		for _, s := range slices.Clone(states) {
			states = append(states, f.apply(target{in: f.p, fn: fn, sure: true}, sum, instr, s)...)
		}
		states = f.distinct(states)
	}
	return states
}

// runsArguments reports whether a call runs the functions it is passed before it
// returns: those of the standard library that sort, search and visit.
func runsArguments(call *ssa.CallCommon) bool {
	callee := call.StaticCallee()
	if callee == nil {
		return false
	}
	fn, ok := origin(callee).Object().(*types.Func)
	if !ok || fn.Pkg() == nil {
		return false
	}
	switch fn.Pkg().Path() {
	case "sort", "slices", "maps", "strings", "bytes":
		return true
	case "sync":
		return fn.Name() == "Range"
	case "path/filepath", "io/fs":
		return fn.Name() == "Walk" || fn.Name() == "WalkDir"
	}
	return false
}

// concernsLocks reports whether a deferred call does anything to locks, or may.
func (f *flow) concernsLocks(instr *ssa.Defer) bool {
	if f.p.opOf(&instr.Call).kind != noOp || f.p.saysBlocks(instr) {
		return true
	}
	if _, ok := f.parameterCalled(&instr.Call); ok {
		return true
	}
	return slices.ContainsFunc(f.p.targets[instr], func(t target) bool { return !f.p.summaryOf(t.fn).isEmpty() })
}

// runDefers returns the states after the deferred calls ran, the last first.
func (f *flow) runDefers(s *state) []*state {
	states := []*state{s}
	for i := len(s.defers) - 1; i >= 0; i-- {
		var next []*state
		for _, s := range states {
			next = append(next, f.call(s.defers[i], s)...)
		}
		states = f.distinct(next)
	}
	for i, s := range states {
		t := *s
		t.defers = nil
		states[i] = &t
	}
	return states
}

// spawn returns the state after a go statement: the goroutine begins with no
// lock, but may release some of ours.
func (f *flow) spawn(instr *ssa.Go, s *state) *state {
	for _, t := range f.p.targets[instr] {
		sum := f.p.summaryOf(t.fn)
		if sum == nil {
			continue
		}
		handed := sum.frees
		for _, o := range sum.Outcomes {
			for _, l := range o.Owed {
				handed = append(handed[:len(handed):len(handed)], l.Path)
			}
		}
		for _, l := range handed {
			if p, ok := t.restate(l); ok {
				s = s.forget(func(q access.Path) bool { return p == q })
			}
		}
	}
	for _, arg := range instr.Call.Args {
		s = f.handOver(s, arg)
	}
	return s
}

// handOver returns the state after a value went where it may be called from
// anywhere. If it is a function that releases locks, nobody knows when.
func (f *flow) handOver(s *state, v ssa.Value) *state {
	if len(s.held) == 0 {
		return s
	}
	for _, l := range f.p.released(v) {
		s = s.forget(func(p access.Path) bool { return p == l.Path })
	}
	return s
}

// released returns the locks that the function v releases for its caller.
func (p *program) released(v ssa.Value) []lock {
	switch v := v.(type) {
	case *ssa.ChangeType:
		return p.released(v.X)
	case *ssa.MakeInterface:
		return p.released(v.X)
	case *ssa.MakeClosure:
		if m, recv := boundSyncMethod(v); m != nil {
			if o := syncOps[model.Name(m)]; o.kind == releaseOp {
				path, _ := p.lockOf(recv)
				return []lock{{path, o.mode}}
			}
			return nil
		}
		var locks []lock
		for _, fv := range p.funcsOf(v, maxFlow) {
			t := p.called(fv, nil, true)
			for _, o := range p.summaryOf(fv.fn).outcomes() {
				for _, l := range o.Owed {
					if path, ok := t.restate(l.Path); ok {
						locks = append(locks, lock{path, l.Mode})
					}
				}
			}
		}
		return locks
	case *ssa.UnOp: // a variable assigned once
		if path, ok := access.Of(v); ok && path.Steps() == "" {
			if mc, ok := path.Root().(*ssa.MakeClosure); ok {
				return p.released(mc)
			}
		}
	}
	return nil
}

// apply returns the states after a call of a target whose summary is sum, and
// takes note of what the callee does to the locks held here.
func (f *flow) apply(t target, sum *summary, instr ssa.CallInstruction, s *state) []*state {
	if sum.beyond {
		return []*state{s.doubting(func(access.Path) bool { return true })}
	}
	b := binding{flow: f, target: t.bound(), instr: instr, state: s}
	if f.rec != nil {
		b.note(sum)
	}
	if len(sum.Outcomes) == 0 {
		if sum.NoReturn {
			return nil
		}
		return []*state{s}
	}
	var after []*state
	b.when = s
	b.state = b.afterAssigns(sum)
	for _, o := range sum.Outcomes {
		if t := b.outcome(o); t != nil {
			after = append(after, t)
		}
	}
	return inDoubt(s, after)
}

// inDoubt returns the states after a call, from the state before it, with doubt
// about the locks that the callee releases in one of its ways and not in another:
// what decides that is not known here.
func inDoubt(before *state, after []*state) []*state {
	if len(after) < 2 || len(before.held) == 0 {
		return after
	}
	released := func(p access.Path) bool {
		if _, held := before.holding(p); !held {
			return false
		}
		return slices.ContainsFunc(after, func(s *state) bool {
			h, held := s.holding(p)
			return !held || h.doubt
		})
	}
	for i, s := range after {
		after[i] = s.doubting(released)
	}
	return after
}

// A binding is a call of a target in a state.
type binding struct {
	*flow
	target
	instr ssa.CallInstruction
	state *state
	when  *state // before the callee assigned anything
}

// afterAssigns returns the state without what the callee may have changed.
func (b *binding) afterAssigns(sum *summary) *state {
	s := b.state
	if len(s.facts) == 0 {
		return s
	}
	for _, p := range sum.Assigns {
		if q, ok := b.restate(p); ok {
			s = s.unknow(func(c *cond) bool { return c.about(q) })
		}
	}
	return s
}

// facts restates facts of the callee's. It reports false if the state
// contradicts one; sure is whether it knows all that are about arguments.
func (b *binding) facts(fs facts) (restated facts, possible, sure bool) {
	sure = true
	for _, f := range fs {
		g, ok := b.fact(f)
		if !ok {
			sure = sure && !onArgument(f)
			continue
		}
		is, known := b.state.facts.holds(g)
		switch {
		case known && !is:
			return nil, false, false
		case !known:
			sure = sure && !onArgument(f)
			restated = append(restated, g)
		}
	}
	return restated, true, sure
}

// onArgument reports whether f is about a parameter or variable itself, not about
// what it points to.
func onArgument(f fact) bool { return f.Cond.X.Path.Steps() == "" }

// fact restates a fact of the callee's.
func (b *binding) fact(f fact) (fact, bool) {
	x, okx := b.term(f.Cond.X)
	y, oky := b.term(f.Cond.Y)
	return fact{&cond{f.Cond.Op, x, y}, f.True}, okx && oky
}

func (b *binding) term(x term) (term, bool) {
	if x.Path.IsZero() {
		return x, true
	}
	if i, ok := x.Path.Param(); ok && x.Path.Steps() == "" && i < len(b.args) && b.args[i].Value != nil {
		if x.Literal != "" {
			return x, false
		}
		return termOf(b.args[i].Value)
	}
	p, ok := b.restate(x.Path)
	x.Path = p
	return x, ok
}

// outcome returns the state after the callee returned in one of its ways, or nil
// if it cannot.
func (b *binding) outcome(o outcome) *state {
	after := b.state
	b.state = b.when
	when, possible, _ := b.facts(o.When)
	b.state = after
	if !possible {
		return nil
	}
	s := b.state
	if len(s.facts)+len(when) < maxFacts {
		s = s.assume(when)
	}
	for _, l := range o.Owed {
		p, ok := b.restate(l.Path)
		if !ok {
			p = l.Path.Blur()
		}
		if s = b.release(s, lock{p, l.Mode}, b.instr); s == nil {
			return nil
		}
	}
	for _, l := range o.Held {
		if p, ok := b.restate(l.Path); ok && p.Exact() {
			s = s.lock(lock{p, l.Mode}, b.instr)
		}
	}
	s = s.assume(b.results(o.Results))
	var set facts
	for _, f := range o.Sets {
		if g, ok := b.fact(f); ok {
			set = append(set, g)
		}
	}
	s = s.assume(set)
	for _, d := range o.defers {
		s = s.deferring(d)
	}
	return s
}

// results restates what is known of the callee's results.
func (b *binding) results(fs facts) facts {
	call, ok := b.instr.(*ssa.Call)
	if !ok {
		return nil
	}
	var out facts
	for _, f := range fs {
		if v := resultValue(call, f.Cond.X.Result-1); v != nil {
			if x, ok := termOf(v); ok && b.tracked[x] > 0 {
				out = append(out, f.on(x))
			}
		}
	}
	return out
}

// resultValue returns the value of the i'th result of a call.
func resultValue(call *ssa.Call, i int) ssa.Value {
	if _, ok := call.Type().(*types.Tuple); !ok {
		return call
	}
	for _, ref := range *call.Referrers() {
		if e, ok := ref.(*ssa.Extract); ok && e.Index == i {
			return e
		}
	}
	return nil
}
