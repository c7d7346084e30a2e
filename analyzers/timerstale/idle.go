package timerstale

import (
	"go/ast"
	"go/token"
	"regexp"
	"time"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/pathwalk"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// Below seldom, an event often enough keeps a periodic task from running for
// some moments only.
const seldom = 30 * time.Second

// checkIdle reports a time.After in a loop that each event starts anew, where
// the code says that it is meant as a limit for the whole wait, or as the period
// of a task. A test's timeout is there for the day the test fails, and need not be
// exact.
func (c *checker) checkIdle() {
	for _, call := range c.timing.Calls() {
		sel, ok := onlySelect(call)
		if call.Kind != model.After || !ok || c.timing.InTest(call.Pos()) {
			continue
		}
		at, ok := c.timing.CallAt(call.Pos())
		if !ok || !timing.InLoop(at) || !c.timing.Unbounded(at) || mayBeLeft(timing.Period(call)) || meansIdle(at) {
			continue
		}
		v := &idleVisitor{checker: c, call: call.Call, sel: sel}
		if !pathwalk.Walk(call.Call, pathwalk.Subject{Value: call.Call}, v) || v.event == nil || madeInTurn(v.event.Chan) {
			continue
		}
		period, known := c.timing.Duration(timing.Period(call))
		related := []analysis.RelatedInformation{{Pos: v.event.Pos, Message: "this case does"}}
		call := at.Node()
		switch {
		case v.leavesOnTime && v.leavesOnEvent && !v.goesOnOnTime:
			c.report(idleReset, call.Pos(), call.End(), "each event that does not end this loop starts the timeout anew: it does not limit the whole wait", related)
		case v.goesOnOnTime && (!known || period >= seldom) && hasOwnTask(at):
			c.report(idleReset, call.Pos(), call.End(), "each event starts this wait anew: a busy loop never gets to what it is for", related)
		}
	}
}

// madeInTurn reports whether a channel is made anew at each turn of the loop: what
// comes from it answers what this turn asked, and the limit is meant for that.
func madeInTurn(ch ssa.Value) bool {
	switch ch := ch.(type) {
	case *ssa.MakeChan:
		return ssabuild.InLoop(ch.Block())
	case *ssa.ChangeType:
		return madeInTurn(ch.X)
	case *ssa.UnOp:
		variable, ok := ch.X.(*ssa.Alloc)
		return ok && ch.Op == token.MUL && ssabuild.InLoop(variable.Block())
	}
	return false
}

// mayBeLeft reports whether a duration may be what is left until some time, which
// is started anew rightly: a function tells it, or it is a difference.
func mayBeLeft(d ssa.Value) bool {
	switch d := d.(type) {
	case *ssa.Call:
		return timing.IsNamed(d.Type(), "time", "Duration")
	case *ssa.Extract:
		return true
	case *ssa.Convert:
		return mayBeLeft(d.X)
	case *ssa.BinOp:
		return d.Op == token.SUB || mayBeLeft(d.X) || mayBeLeft(d.Y)
	case *ssa.Phi:
		return true
	}
	return false
}

// onlySelect returns the select that alone uses the channel.
func onlySelect(call timing.Call) (*ssa.Select, bool) {
	var sel *ssa.Select
	for _, ref := range *call.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef:
		case *ssa.Select:
			if sel != nil {
				return nil, false
			}
			sel = ref
		default:
			return nil, false
		}
	}
	return sel, sel != nil && sel.Blocking
}

// hasOwnTask reports whether the timer's case does something that the others do
// not.
func hasOwnTask(call inspector.Cursor) bool {
	for clause := range call.Enclosing((*ast.CommClause)(nil)) {
		return len(clause.Node().(*ast.CommClause).Body) > 0
	}
	return false
}

// idle are the words for a wait that events are meant to start anew.
var idle = regexp.MustCompile(`(?i:idle|inactiv|quiet|debounce|linger|flush|batch|keep_?alive|heartbeat|stale|silen|settle|coalesc|throttl)|^ping|Ping`)

// meansIdle reports whether the duration, the function or the timer's case speak
// of such a wait.
func meansIdle(call inspector.Cursor) bool {
	for at := range call.Enclosing((*ast.CommClause)(nil), (*ast.FuncDecl)(nil)) {
		var said ast.Node = at.Node()
		if fn, ok := said.(*ast.FuncDecl); ok {
			said = fn.Name
		}
		if speaksOf(idle, said) {
			return true
		}
	}
	return false
}

// speaksOf reports whether a name or a string in n matches.
func speaksOf(word *regexp.Regexp, n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			found = found || word.MatchString(n.Name)
		case *ast.BasicLit:
			found = found || word.MatchString(n.Value)
		}
		return !found
	})
	return found
}

// Notes on a path.
const (
	markTimer uint32 = 1 << iota // the timer has won
	markEvent                    // another case has won
	markDoubt                    // a branch asked for an error, or whether the channel is closed
)

// idleVisitor looks where the cases of the select lead.
type idleVisitor struct {
	checker *checker
	call    *ssa.Call
	sel     *ssa.Select

	event         *ssa.SelectState // a case that leads to the next turn
	goesOnOnTime  bool             // the timer's case leads to the next turn
	leavesOnTime  bool             // the timer's case leads out of the function
	leavesOnEvent bool             // another case leads out of the function, and not for an error
}

func (v *idleVisitor) Instr(instr ssa.Instruction, p *pathwalk.Path) bool {
	switch instr := instr.(type) {
	case *ssa.If:
		if v.asksForEnd(instr.Cond) {
			p.Marks |= markDoubt
		}
	case *ssa.Return:
		v.leavesOnTime = v.leavesOnTime || p.Marks&markTimer != 0
		v.leavesOnEvent = v.leavesOnEvent || p.Marks&(markEvent|markDoubt) == markEvent
	case *ssa.Call:
		if instr != v.call {
			return true
		}
		v.goesOnOnTime = v.goesOnOnTime || p.Marks&markTimer != 0
		if p.Marks&markEvent != 0 && v.event == nil {
			for sel, which := range p.Choices() {
				if sel == v.sel {
					v.event = sel.States[which]
					break
				}
			}
		}
		return false
	}
	return true
}

func (v *idleVisitor) Case(sel *ssa.Select, i int, p *pathwalk.Path) bool {
	if sel != v.sel {
		return true
	}
	state := sel.States[i]
	if state.Chan == ssa.Value(v.call) {
		p.Marks |= markTimer
		return true
	}
	p.Marks |= markEvent
	_, isTimer := timing.Source(state.Chan)
	return state.Send == nil && !isTimer && !timing.IsSignal(state.Chan)
}

// asksForEnd reports whether a condition compares an error with nil, or asks
// whether the select has received something.
func (v *idleVisitor) asksForEnd(cond ssa.Value) bool {
	switch cond := cond.(type) {
	case *ssa.UnOp:
		return cond.Op == token.NOT && v.asksForEnd(cond.X)
	case *ssa.Extract:
		return cond.Tuple == ssa.Value(v.sel) && cond.Index == 1
	case *ssa.BinOp:
		return cond.X.Type().String() == "error"
	}
	return false
}
