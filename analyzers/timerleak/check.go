package timerleak

import (
	"fmt"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/goversion"
	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/pathwalk"
	"github.com/gomend/gomend/analyzers/internal/timing"
	"github.com/gomend/gomend/analyzers/rule"
)

// checkTimer reports t if it is left behind.
func (c *checker) checkTimer(t *timer) {
	at, ok := c.timing.CallAt(t.call.Pos())
	if !ok {
		return
	}
	fn := t.call.Parent()
	switch t.kind {
	case model.After:
		t.uses = usesOf(t.call, channel, fn)
		c.checkOneShot(t, at)
	case model.NewTimer:
		t.uses = usesOf(t.call, handle, fn)
		c.checkOneShot(t, at)
	case model.Tick:
		t.uses = usesOf(t.call, channel, fn)
		c.checkTick(t, at)
	case model.NewTicker:
		t.uses = usesOf(t.call, handle, fn)
		c.checkTicker(t, at)
	case model.AfterFunc:
		t.uses = usesOf(t.call, handle, fn)
		c.checkAfterFunc(t, at)
	}
}

// checkOneShot reports a timer that fires once.
func (c *checker) checkOneShot(t *timer, at inspector.Cursor) {
	if t.uses.escapes || t.uses.stoppedElsewhere || len(t.uses.receives) == 0 || !c.atLeast(t, negligible) {
		return
	}
	left, complete := c.abandonmentsOf(t)
	if !complete {
		return
	}
	switch {
	case left.again != nil && !left.again.rare && !left.again.ends(left.exit) && c.timing.Unbounded(at):
		c.reportPileUp(t, at, left.again)
	case left.again == nil && (left.exit == nil || left.exit.deferred) || !c.atLeast(t, long):
	case left.exit != nil && c.callersOf().endsProcess(t.call.Parent()):
	default:
		c.reportOutlives(t, at, left)
	}
}

// reportPileUp reports timers that are started faster than they end.
func (c *checker) reportPileUp(t *timer, at inspector.Cursor, again *abandonment) {
	kind := afterInLoop
	message := fmt.Sprintf("each turn of this loop that another case wins leaves a timer in memory for %s", c.duration(t, at))
	switch {
	case !c.atLeast(t, short):
		kind = shortAfter
	case t.kind == model.NewTimer && again.deferred:
		kind = timerInLoop
		message = fmt.Sprintf("each turn of this loop leaves a timer in memory: the deferred Stop waits for the function to return, and the timer runs for %s", c.duration(t, at))
	case t.kind == model.NewTimer:
		kind = timerInLoop
		message = fmt.Sprintf("each turn of this loop that ends without Stop leaves a timer in memory for %s", c.duration(t, at))
	case t.uses.kept:
		kind = afterDropped
		message = fmt.Sprintf("the timer whose channel was here still runs when the next is started: it stays in memory for %s", c.duration(t, at))
	}
	c.report(kind, at.Node(), message, c.winner(again), c.stopFixes(t, at)...)
}

// reportOutlives reports a timer that stays behind when its function ends, or a
// bounded number of timers.
func (c *checker) reportOutlives(t *timer, at inspector.Cursor, left abandonments) {
	if left.exit != nil && !left.exit.deferred && !left.exit.rare {
		if loop, often := c.callersOf().oftenCalled(t.call.Parent()); often {
			message := fmt.Sprintf("each call of this function that another case wins leaves a timer in memory for %s", c.duration(t, at))
			related := c.winner(left.exit)
			if loop != nil {
				related = append(related, analysis.RelatedInformation{Pos: loop.Pos(), Message: "it is called in this loop"})
			}
			c.report(afterPerCall, at.Node(), message, related, c.stopFixes(t, at)...)
			return
		}
	}
	if !timing.InLoop(at) && left.again == nil {
		return
	}
	why, message := left.exit, "the timer stays in memory for %s after this loop has ended"
	if left.again != nil {
		why, message = left.again, "each turn of this loop that another case wins leaves a timer in memory for %s"
	}
	c.report(afterOutlives, at.Node(), fmt.Sprintf(message, c.duration(t, at)), c.winner(why), c.stopFixes(t, at)...)
}

// winner relates the case that wins when the timer is left behind.
func (c *checker) winner(a *abandonment) []analysis.RelatedInformation {
	if a.winner == nil || a.which >= len(a.winner.States) {
		return nil
	}
	state := a.winner.States[a.which]
	message := "when this case wins, the timer goes on"
	if state.Dir == types.SendOnly {
		message = "when this send wins, the timer goes on"
	}
	return []analysis.RelatedInformation{{Pos: state.Pos, Message: message}}
}

// checkTick reports a ticker that nobody can stop.
func (c *checker) checkTick(t *timer, at inspector.Cursor) {
	if t.uses.escapes {
		return
	}
	left, complete := c.abandonmentsOf(t)
	switch {
	case !complete:
	case left.again != nil:
		c.report(tickInLoop, at.Node(), "each turn of this loop starts a ticker that runs for ever: nobody can stop the ticker of time.Tick", nil)
	case left.exit == nil || c.endless(t) || c.callersOf().endsProcess(t.call.Parent()):
	default:
		c.report(tick, at.Node(), "the ticker of time.Tick runs for ever, also after this function has ended", nil, c.tickFix(t, at)...)
	}
}

// checkTicker reports a ticker that is not stopped.
func (c *checker) checkTicker(t *timer, at inspector.Cursor) {
	if t.uses.escapes || t.uses.stoppedElsewhere {
		return
	}
	left, complete := c.abandonmentsOf(t)
	switch {
	case !complete:
	case left.again != nil && left.again.deferred:
		c.report(tickInLoop, at.Node(), "each turn of this loop starts a ticker: the deferred Stop waits for the function to return", nil)
	case left.again != nil:
		c.report(tickInLoop, at.Node(), "each turn of this loop starts a ticker that is not stopped: it runs for ever", nil)
	case left.exit == nil || left.exit.deferred || c.endless(t) || c.callersOf().endsProcess(t.call.Parent()):
	case len(t.uses.stops) == 0:
		c.report(tickerNotStopped, at.Node(), "nothing stops this ticker: it runs for ever, also after its function has ended", nil, c.tickerFix(t, at)...)
	default:
		related := []analysis.RelatedInformation{{Pos: left.exit.at.Pos(), Message: "here the function returns without it"}}
		c.report(tickerNotStopped, at.Node(), "this ticker is not stopped on every way out of the function: it then runs for ever", related, c.tickerFix(t, at)...)
	}
}

// endless reports whether the ticker is received from by closures alone, of
// which none returns: it is meant to run for ever.
func (c *checker) endless(t *timer) bool {
	if len(t.uses.receivers) == 0 || t.uses.receivers[t.call.Parent()] {
		return false
	}
	for fn := range t.uses.receivers {
		if canReturn(fn) {
			return false
		}
	}
	return true
}

// canReturn reports whether a path through fn ends it.
func canReturn(fn *ssa.Function) bool {
	var v returnVisitor
	return !pathwalk.WalkFunc(fn, pathwalk.Subject{}, &v) || v.returns
}

// returnVisitor notes whether a function returns.
type returnVisitor struct{ returns bool }

func (v *returnVisitor) Instr(instr ssa.Instruction, _ *pathwalk.Path) bool {
	_, ok := instr.(*ssa.Return)
	v.returns = v.returns || ok
	return !v.returns
}

func (v *returnVisitor) Case(*ssa.Select, int, *pathwalk.Path) bool { return !v.returns }

// report reports a diagnostic of the given kind, if its condition holds.
func (c *checker) report(kind string, at ast.Node, message string, related []analysis.RelatedInformation, fixes ...analysis.SuggestedFix) {
	when := rule.Always
	for _, k := range kinds {
		if k.Name == kind {
			when = k.When
		}
	}
	if !goversion.WithTimers(c.pass, when) {
		return
	}
	if when == rule.OldTimers {
		message += " (Go before 1.23)"
	}
	c.pass.Report(analysis.Diagnostic{
		Pos:            at.Pos(),
		End:            at.End(),
		Category:       kind,
		Message:        message,
		Related:        related,
		SuggestedFixes: fixes,
	})
}
