package timerstale

import (
	"fmt"
	"go/ast"
	"go/token"
	"time"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/pathwalk"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// checkNeverFires reports timeouts that are started anew before they can fire.
func (c *checker) checkNeverFires() {
	for _, fn := range c.ssa.Funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.Select:
					if !instr.Blocking {
						c.checkDefault(instr)
					}
				case *ssa.Call:
					c.checkOvertaken(instr)
				}
			}
		}
	}
}

// checkDefault reports a case that waits for a timer that the select itself
// starts, beside a default case that does not wait.
func (c *checker) checkDefault(sel *ssa.Select) {
	for _, state := range sel.States {
		call, ok := state.Chan.(*ssa.Call)
		if !ok || state.Send != nil {
			continue
		}
		switch model.TimerOf(timing.Callee(call)) {
		case model.After, model.Tick:
		default:
			continue
		}
		recv, ok := c.receiveAt(state.Pos)
		if !ok || !c.takesTime(timing.Period(call)) {
			continue
		}
		if _, direct := ast.Unparen(recv.X).(*ast.CallExpr); direct {
			c.report(neverFires, recv.Pos(), recv.End(), "this never fires: the timer is started here and the default case does not wait for it", nil)
		}
	}
}

// takesTime reports whether a duration is not over at once: a constant of at
// least a millisecond, or a setting. What is left until a deadline may be.
func (c *checker) takesTime(d ssa.Value) bool {
	if known, ok := c.timing.Duration(d); ok {
		return known >= time.Millisecond
	}
	switch d := d.(type) {
	case *ssa.Parameter:
		return true
	case *ssa.UnOp:
		switch d.X.(type) {
		case *ssa.FieldAddr, *ssa.Global, *ssa.FreeVar:
			return d.Op == token.MUL
		}
	case *ssa.Convert:
		return c.takesTime(d.X)
	case *ssa.BinOp:
		return d.Op == token.MUL && (c.takesTime(d.X) || c.takesTime(d.Y))
	}
	return false
}

// checkOvertaken reports a timer of a constant duration that each turn of a loop
// starts anew, by time.After or Reset, though something sooner ends each wait.
func (c *checker) checkOvertaken(call *ssa.Call) {
	timer, ok := restarted(call)
	if !ok {
		return
	}
	limit, ok := c.timing.Duration(timing.Period(call))
	if !ok {
		return
	}
	v := &overtakenVisitor{checker: c, call: call, limit: limit}
	if !pathwalk.Walk(call, pathwalk.Subject{Value: timer, Parts: channelParts(timer)}, v) || v.winner == nil || v.survives {
		return
	}
	at, ok := c.timing.CallAt(call.Pos())
	if !ok {
		return
	}
	c.report(neverFires, at.Node().Pos(), at.Node().End(),
		fmt.Sprintf("this never fires: every turn of the loop starts it anew for %s, and another case wins after %s", limit, v.period),
		[]analysis.RelatedInformation{{Pos: v.winner.Pos, Message: "this case wins each time"}})
}

// restarted returns the timer or channel that a call starts anew.
func restarted(call *ssa.Call) (ssa.Value, bool) {
	callee := timing.Callee(call)
	if model.TimerOf(callee) == model.After {
		return call, true
	}
	if callee == nil || callee.Name() != "Reset" {
		return nil, false
	}
	timer := timing.Receiver(call.Common())
	if timer == nil || !timing.IsNamed(timing.Deref(timer.Type()), "time", "Timer") && !timing.IsNamed(timing.Deref(timer.Type()), "time", "Ticker") {
		return nil, false
	}
	if load, ok := timer.(*ssa.UnOp); ok {
		if stored := pathwalk.OnlyStored(load.X); stored != nil {
			return stored, true
		}
	}
	return timer, true
}

// channelParts returns the loads of the timer's channel.
func channelParts(timer ssa.Value) map[ssa.Value]ssa.Value {
	return variablesOf(timer).channels
}

// overtakenVisitor follows the turns of a loop that something sooner ends.
type overtakenVisitor struct {
	checker *checker
	call    *ssa.Call
	limit   time.Duration

	winner   *ssa.SelectState // the sooner case that leads back to the start
	period   time.Duration    // and how soon it is
	survives bool             // a sooner case leads to the next wait without a new start
}

// markWaited notes on a path that the timer was waited for.
const markWaited uint32 = 1

func (v *overtakenVisitor) Instr(instr ssa.Instruction, p *pathwalk.Path) bool {
	if instr != ssa.Instruction(v.call) {
		return true
	}
	for sel, which := range p.Choices() {
		if which == len(sel.States) {
			continue
		}
		if period, sooner := v.soonerThan(v.limit, sel.States[which].Chan); sooner && p.Marks&markWaited != 0 {
			v.winner, v.period = sel.States[which], period
			break
		}
	}
	return false
}

// Case follows, where a select waits for the timer, only what is sooner.
func (v *overtakenVisitor) Case(sel *ssa.Select, i int, p *pathwalk.Path) bool {
	waits := false
	for _, state := range sel.States {
		waits = waits || p.Holds(state.Chan)
	}
	if !waits {
		return true
	}
	if p.Marks&markWaited != 0 {
		v.survives = true
		return false
	}
	p.Marks |= markWaited
	if i == len(sel.States) || sel.States[i].Send != nil {
		return false
	}
	_, sooner := v.soonerThan(v.limit, sel.States[i].Chan)
	return sooner
}

// soonerThan returns the period of the ticker whose channel is ch, or of a timer
// that is started in the same turn, if it is constant and less than limit.
func (v *overtakenVisitor) soonerThan(limit time.Duration, ch ssa.Value) (time.Duration, bool) {
	source, ok := timing.Source(ch)
	if !ok {
		return 0, false
	}
	switch source.Kind {
	case model.NewTicker, model.Tick:
		if isReset(source) {
			return 0, false
		}
	case model.After:
		if source.Block() != v.call.Block() {
			return 0, false
		}
	default:
		return 0, false
	}
	period, ok := v.checker.timing.Duration(timing.Period(source))
	return period, ok && period < limit
}

// isReset reports whether a ticker's period is changed.
func isReset(ticker timing.Call) bool {
	for _, ref := range *ticker.Referrers() {
		call, ok := ref.(ssa.CallInstruction)
		if ok && timing.Receiver(call.Common()) == ssa.Value(ticker.Call) && timing.Callee(call).Name() == "Reset" {
			return true
		}
	}
	return false
}
