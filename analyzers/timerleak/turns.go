package timerleak

import (
	"go/token"
	"go/types"
	"regexp"
	"time"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/pathwalk"
)

// An abandonment is a path on which a running timer is left behind.
type abandonment struct {
	at       ssa.Instruction // the call again, or the return
	deferred bool            // a deferred Stop runs as the function returns
	rare     bool            // something on the way waits each time, or happens once
	winner   *ssa.Select     // the last select that another case won; nil if there is none
	which    int             // the case that won
}

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

// pace is how long a wait must be for the timers that pile up meanwhile not to
// matter: at ten a second, a duration of a minute keeps 600 of them, 120 kB.
const pace = 100 * time.Millisecond

// abandonmentsOf follows the paths from where the timer is started.
func abandonmentsOf(t *timer) (found abandonments, complete bool) {
	v := &turnVisitor{timer: t}
	complete = pathwalk.Walk(t.call, t.call, v)
	return v.found, complete
}

// turnVisitor ends a path where the timer is over.
type turnVisitor struct {
	timer *timer
	found abandonments
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
		if sleeps(instr) {
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
	if period, ok := tickerPeriod(sel.States[i].Chan); ok && period >= pace || signalsEnd(sel.States[i].Chan) {
		p.Marks |= markRare
	}
	return true
}

// over reports whether a value received from ch ends the timer.
func (v *turnVisitor) over(ch ssa.Value, p *pathwalk.Path) bool {
	from, ok := v.timer.uses.receives[ch]
	return ok && v.timer.oneShot() && p.Holds(from)
}

// ending are the names of channels and functions that tell that something ends.
var ending = regexp.MustCompile(`(?i)done|quit|stop|clos|dying|dead|exit|shutdown|cancel|kill|term`)

// signalsEnd reports whether a receive from ch tells that something is over, as
// ctx.Done() does: it happens once, or the loop would spin from then on.
func signalsEnd(ch ssa.Value) bool {
	elem := ch.Type().Underlying().(*types.Chan).Elem()
	if s, ok := elem.Underlying().(*types.Struct); !ok || s.NumFields() > 0 {
		return false
	}
	switch v := ch.(type) {
	case *ssa.Call:
		fn := callee(v)
		return fn != nil && ending.MatchString(fn.Name())
	case *ssa.Parameter:
		return ending.MatchString(v.Name())
	case *ssa.UnOp:
		switch addr := v.X.(type) {
		case *ssa.FieldAddr:
			field := fieldOf(addr)
			return field != nil && ending.MatchString(field.Name())
		case *ssa.Global, *ssa.FreeVar:
			return ending.MatchString(addr.Name())
		case *ssa.Alloc:
			return ending.MatchString(addr.Comment)
		}
	}
	return false
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
		if _, ok := v.timer.uses.receives[state.Chan]; ok {
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
func sleeps(call *ssa.Call) bool {
	if model.TimerOf(callee(call)) != model.Sleep {
		return false
	}
	d, ok := constantDuration(periodOf(call))
	return !ok || d >= pace
}

// tickerPeriod returns the constant period at which ch, the channel of a ticker
// or of a timer that is started in the same function, can be received from.
func tickerPeriod(ch ssa.Value) (time.Duration, bool) {
	if load, ok := ch.(*ssa.UnOp); ok && load.Op == token.MUL {
		field, ok := load.X.(*ssa.FieldAddr)
		if !ok || !isChannelField(field) {
			return 0, false
		}
		ch = field.X
		if load, ok := ch.(*ssa.UnOp); ok && load.Op == token.MUL {
			ch = pathwalk.OnlyStored(load.X)
		}
	}
	call, ok := ch.(*ssa.Call)
	if !ok {
		return 0, false
	}
	switch model.TimerOf(callee(call)) {
	case model.After, model.Tick, model.NewTimer, model.NewTicker:
		return constantDuration(periodOf(call))
	}
	return 0, false
}
