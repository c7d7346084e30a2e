package machine

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// A call of a function of which the team says that it ends with its context is
// followed without the function's body: the goroutine stays in the call until the
// context's done channel is closed, or the call ends sooner for reasons of its own.
// Since it may, nobody who waits for the goroutine is lost. The goroutine itself is
// left behind when nobody can cancel the context any more.

// lastsUntil returns the done channel of the context with which a call ends, if the
// team says so of the function, and the context is one that the machine follows and
// that is not done.
func (e *explorer) lastsUntil(st *state, instr ssa.CallInstruction, fn value, args []value) (channel, bool) {
	if !e.saysEnds(instr, fn) {
		return 0, false
	}
	call := instr.Common()
	given := args[len(args)-len(call.Args):] // without the receiver of an interface's method
	for i, arg := range call.Args {
		if !timing.IsNamed(arg.Type(), "context", "Context") {
			continue
		}
		c, ok := given[i].(context)
		if !ok {
			return 0, false
		}
		done := st.contexts[c].done
		return done, !st.channels[done].closed && !st.channels[done].escaped
	}
	return 0, false
}

// saysEnds reports whether the team says that the function, or the interface's
// method, ends with its context.
func (m *Machine) saysEnds(instr ssa.CallInstruction, fn value) bool {
	if model.TeamSays(m.team, model.EndsWithContext, timing.Callee(instr)) {
		return true
	}
	c, ok := fn.(*closure)
	if !ok {
		return false
	}
	obj, ok := c.fn.Object().(*types.Func)
	return ok && model.TeamSays(m.team, model.EndsWithContext, obj)
}

// neverReturns reports whether the team says that a function, or an interface's
// method, does not return. It is taken to end the process, after which nobody is
// left behind.
func (m *Machine) neverReturns(fn *types.Func) bool {
	return model.TeamSays(m.team, model.NeverReturns, fn)
}

// callLasting makes g stay in a call, which f's instruction at pc is, until a
// context is done. If the function's body can be run, that is tried, too: it may
// wait for more than its context.
func (e *explorer) callLasting(st *state, g *goroutine, fn value, args []value, into *ssa.Call, until channel) outcome {
	stay := func(st *state, g *goroutine) {
		e.giveAway(st, fn, args)
		g.lasts, g.until = true, until
	}
	if c, ok := fn.(*closure); ok && e.worthRunning(g, c, args) {
		return e.fork(st, g, func(st *state, g *goroutine) { e.push(st, g, c, args, into) }, stay)
	}
	stay(st, g)
	return goOn
}

// spawnLasting starts a goroutine that is in such a call from the beginning.
func (e *explorer) spawnLasting(st *state, g *goroutine, site ssa.CallInstruction, fn value, args []value, until channel) outcome {
	if len(st.goroutines) >= e.limits.Goroutines {
		return dead
	}
	stay := func(st *state, _ *goroutine) {
		e.giveAway(st, fn, args)
		started := e.newGoroutine(st, site)
		started.lasts, started.until = true, until
	}
	if c, ok := fn.(*closure); ok && e.inlinable(c.fn) {
		return e.fork(st, g, func(st *state, _ *goroutine) { e.spawn(st, site, fn, args) }, stay)
	}
	stay(st, g)
	return goOn
}

// giveAway gives a function, and what it is passed, to code that is not seen.
func (e *explorer) giveAway(st *state, fn value, args []value) {
	e.escape(st, fn)
	if m, ok := fn.(method); ok {
		e.escape(st, m.recv)
	}
	for _, a := range args {
		e.escape(st, a)
	}
}

// lastingCall returns the call that g is in: that which started it, if it has no
// frame.
func (g *goroutine) lastingCall() ssa.Instruction {
	if len(g.frames) == 0 {
		return g.started
	}
	return g.instr()
}

// endLasting ends the call that g is in.
func (e *explorer) endLasting(st *state, g *goroutine) {
	g.lasts = false
	if len(g.frames) == 0 {
		e.finish(st, g)
		return
	}
	f := g.top()
	call := g.instr().(*ssa.Call)
	f.set(call, e.unknownResult(st, f, call))
	f.pc++
}

// unended records the goroutines in calls that end with a context which nobody can
// cancel any more. The function that is explored is not among them: who calls such
// a function in place wants to wait for it.
func (e *explorer) unended(st *state) {
	if !slices.ContainsFunc(st.goroutines, func(g *goroutine) bool { return g.lasts }) {
		return
	}
	r := newReach(st)
	for _, g := range st.goroutines {
		r.goroutine(g)
	}
	for _, g := range st.goroutines {
		if !g.lasts || g.started == nil || r.channels[g.until] {
			continue
		}
		done := st.channels[g.until]
		if done.closed || done.escaped || done.orphan {
			continue
		}
		fn := g.started.Parent()
		if len(g.frames) > 0 {
			fn = g.top().fn
		}
		leak := &Leak{
			Go: g.started, Op: g.lastingCall(), Fn: fn, Waits: Unended, Made: done.made, Left: st.last,
			Failed: st.failed, Fatal: st.fatal, Root: e.root,
		}
		leak.Doubt = e.doubted(leak, st.unsure.open(done.since))
		e.add(leak)
	}
}
