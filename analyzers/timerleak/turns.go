package timerleak

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/pathwalk"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// An abandonment is a path on which a running timer is left behind.
type abandonment struct {
	at       ssa.Instruction // the call again, or the return
	deferred bool            // a deferred Stop runs as the function returns
	rare     bool            // something on the way waits each time, or happens once
	winner   *ssa.Select     // the last select that another case won; nil if there is none
	which    int             // the case that won
}

// ends reports whether the timers that pile up are stopped before long: a Stop is
// deferred, and the function has a way out.
func (a *abandonment) ends(exit *abandonment) bool { return a.deferred && exit != nil }

// abandonments are the ways on which a timer is left behind, at most one each.
type abandonments struct {
	again *abandonment // back at the call
	exit  *abandonment // out of the function
}

// Notes on a path.
const (
	markDeferred uint32 = 1 << iota
	markRare
)

// abandonmentsOf follows the paths from where the timer is started.
func (c *checker) abandonmentsOf(t *timer) (found abandonments, complete bool) {
	v := &turnVisitor{checker: c, timer: t}
	complete = pathwalk.Walk(t.call, pathwalk.Subject{Value: t.call, Parts: t.uses.channels}, v)
	return v.found, complete
}

// turnVisitor ends a path where the timer is over.
type turnVisitor struct {
	checker *checker
	timer   *timer
	found   abandonments
}

func (v *turnVisitor) Instr(instr ssa.Instruction, p *pathwalk.Path) bool {
	if instr == ssa.Instruction(v.timer.call) {
		v.again(instr, p)
		return false
	}
	if stopped, ok := v.timer.uses.stops[instr]; ok && (stopped == nil || p.Holds(stopped)) {
		if _, ok := instr.(*ssa.Defer); !ok {
			return false
		}
		p.Marks |= markDeferred
	}
	if lent, ok := v.timer.uses.lent[instr]; ok && v.timer.oneShot() && p.Holds(lent) {
		return false
	}
	switch instr := instr.(type) {
	case *ssa.UnOp:
		return instr.Op != token.ARROW || !v.over(instr.X, p)
	case *ssa.Call:
		if v.checker.sleeps(instr) {
			p.Marks |= markRare
		}
	case *ssa.Return:
		if isContinue(instr, p) {
			v.again(instr, p)
		} else {
			v.exit(instr, p)
		}
		return false
	}
	return true
}

func (v *turnVisitor) Case(sel *ssa.Select, i int, p *pathwalk.Path) bool {
	if i == len(sel.States) {
		return true
	}
	if v.over(sel.States[i].Chan, p) {
		return false
	}
	if ch := sel.States[i].Chan; v.checker.isSlow(ch) || timing.IsSignal(ch) {
		p.Marks |= markRare
	}
	return true
}

// over reports whether a value received from ch ends the timer.
func (v *turnVisitor) over(ch ssa.Value, p *pathwalk.Path) bool {
	return v.timer.uses.receives[ch] && v.timer.oneShot() && p.Holds(ch)
}

// again notes a path back to the call. One that is taken often says more.
func (v *turnVisitor) again(at ssa.Instruction, p *pathwalk.Path) {
	if found := v.abandonment(at, p); v.found.again == nil || v.found.again.rare && !found.rare {
		v.found.again = found
	}
}

// exit notes a path out of the function. One without a deferred Stop says more.
func (v *turnVisitor) exit(at ssa.Instruction, p *pathwalk.Path) {
	if found := v.abandonment(at, p); v.found.exit == nil || v.found.exit.deferred && !found.deferred {
		v.found.exit = found
	}
}

func (v *turnVisitor) abandonment(at ssa.Instruction, p *pathwalk.Path) *abandonment {
	a := &abandonment{
		at:       at,
		deferred: p.Marks&markDeferred != 0,
		rare:     p.Marks&markRare != 0,
	}
	for sel, which := range p.Choices() {
		if v.concerns(sel) {
			a.winner, a.which = sel, which
			break
		}
	}
	return a
}

// concerns reports whether the timer is one of the cases of sel.
func (v *turnVisitor) concerns(sel *ssa.Select) bool {
	for _, state := range sel.States {
		if v.timer.uses.receives[state.Chan] {
			return true
		}
	}
	return false
}

// isContinue reports whether ret goes on with the next turn of a range over a
// function, whose body go/ssa makes a function of its own.
func isContinue(ret *ssa.Return, p *pathwalk.Path) bool {
	fn := ret.Parent()
	return fn.Synthetic == "range-over-func yield" && len(ret.Results) == 1 && p.Constant(ret.Results[0], true)
}

// sleeps reports whether call waits for at least pace, or for as long as
// something that is not a constant says.
func (c *checker) sleeps(call *ssa.Call) bool {
	if model.TimerOf(timing.Callee(call)) != model.Sleep {
		return false
	}
	d, ok := c.timing.Duration(timing.Period(call))
	return !ok || d >= pace
}

// isSlow reports whether ch is the channel of a timer or ticker of the same
// function whose period is at least pace.
func (c *checker) isSlow(ch ssa.Value) bool {
	source, ok := timing.Source(ch)
	if !ok {
		return false
	}
	period, ok := c.timing.Duration(timing.Period(source))
	return ok && period >= pace
}
