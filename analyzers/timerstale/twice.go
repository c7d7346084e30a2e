package timerstale

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/pathwalk"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// checkDrainedTwice reports a receive from a timer's channel, outside of any
// select, after the value was received before and the timer was not reset since:
// nothing will ever come.
func (c *checker) checkDrainedTwice() {
	for _, call := range c.timing.Calls() {
		if f := variablesOf(call.Call); call.Kind == model.NewTimer && isTimer(call.Type()) && f.local {
			v := &twiceVisitor{made: call.Call, sooner: make(map[*ssa.UnOp]bool)}
			if pathwalk.Walk(call.Call, pathwalk.Subject{Value: call.Call, Parts: f.channels}, v) {
				c.reportDrainedTwice(v, f)
			}
		}
	}
	for _, fn := range c.ssa.Funcs {
		for _, param := range fn.Params {
			if !isTimer(param.Type()) || len(fn.Blocks) == 0 {
				continue
			}
			f := variablesOf(param)
			if !f.local {
				continue
			}
			// The caller's timer may be reset by others, but hardly one
			// that this function stops.
			v := &twiceVisitor{onlyStopped: true, sooner: make(map[*ssa.UnOp]bool)}
			if pathwalk.WalkFunc(fn, pathwalk.Subject{Value: param, Parts: f.channels}, v) {
				c.reportDrainedTwice(v, f)
			}
		}
	}
}

func (c *checker) reportDrainedTwice(v *twiceVisitor, f *localTimer) {
	p, ok := v.certain(func(v ssa.Value) bool { return f.seen[v] })
	if !ok {
		return
	}
	recv, ok := c.receiveAt(p.second.Pos())
	if !ok || c.reported[p.second.Pos()] {
		return
	}
	c.reported[p.second.Pos()] = true
	var related []analysis.RelatedInformation
	if p.first.pos != p.second.Pos() {
		related = []analysis.RelatedInformation{{Pos: p.first.pos, Message: "it may have been received here"}}
	}
	c.report(drainTwice, recv.Pos(), recv.End(), "this blocks for ever if the timer's value was received before: no other comes until Reset", related)
}

// variablesOf follows a timer through the variables of the function that has it.
func variablesOf(timer ssa.Value) *localTimer {
	f := &localTimer{channels: make(map[ssa.Value]ssa.Value), seen: make(map[ssa.Value]bool), local: true}
	f.follow(timer)
	return f
}

// localTimer is what a function does with a timer.
type localTimer struct {
	channels map[ssa.Value]ssa.Value // loads of its channel, each with the value that it is loaded from
	seen     map[ssa.Value]bool      // the variables that may hold it
	local    bool                    // nothing but the function can reset it
}

func (f *localTimer) follow(v ssa.Value) {
	if f.seen[v] || v.Referrers() == nil {
		return
	}
	f.seen[v] = true
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef, *ssa.BinOp:
		case *ssa.Phi:
			f.follow(ref)
		case *ssa.FieldAddr:
			f.channel(ref, v)
		case ssa.CallInstruction:
			if timing.Receiver(ref.Common()) != v {
				f.local = false
			}
		default:
			f.local = false
		}
	}
}

// channel notes the loads of the channel of v.
func (f *localTimer) channel(addr *ssa.FieldAddr, v ssa.Value) {
	for _, ref := range *addr.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef:
		case *ssa.UnOp:
			f.channels[ref] = v
		default:
			f.local = false
		}
	}
}

// A reception is where a timer's value is received: a receive, or the i'th case
// of a select.
type reception struct {
	at    ssa.Instruction
	state int
	pos   token.Pos
}

// Notes on a path: flags, and above them the position among the receptions, from
// 1, of the one that received the timer's value.
const (
	markStopped   uint32 = 1 << iota // the timer was stopped since its value was received
	markReception                    // the first of the higher bits
)

// twiceVisitor looks for receives that come after another.
type twiceVisitor struct {
	made        ssa.Instruction // the call that makes the timer, if it is known
	onlyStopped bool            // after a Stop only

	receptions []reception
	pairs      []pair             // in the order in which they were found
	sooner     map[*ssa.UnOp]bool // receives that may be the first to get the value
}

// A pair is a receive and a reception that may have got the value before.
type pair struct {
	first  reception
	second *ssa.UnOp
}

func (v *twiceVisitor) Instr(instr ssa.Instruction, p *pathwalk.Path) bool {
	if instr == v.made {
		return false // another timer
	}
	switch instr := instr.(type) {
	case *ssa.UnOp:
		if instr.Op != token.ARROW || !p.Holds(instr.X) {
			return true
		}
		if n := p.Marks / markReception; n > 0 && (!v.onlyStopped || p.Marks&markStopped != 0) {
			if found := (pair{v.receptions[n-1], instr}); !slices.Contains(v.pairs, found) {
				v.pairs = append(v.pairs, found)
			}
			return false
		}
		v.sooner[instr] = true
		v.received(reception{at: instr, pos: instr.Pos()}, p)
	case *ssa.Call:
		if receiver := timing.Receiver(instr.Common()); receiver != nil && p.Holds(receiver) {
			if timing.Callee(instr).Name() == "Stop" {
				p.Marks |= markStopped
			} else {
				p.Marks = 0
			}
		}
	}
	return true
}

func (v *twiceVisitor) Case(sel *ssa.Select, i int, p *pathwalk.Path) bool {
	if i < len(sel.States) && sel.States[i].Send == nil && p.Holds(sel.States[i].Chan) {
		v.received(reception{sel, i, sel.States[i].Pos}, p)
	}
	return true
}

func (v *twiceVisitor) received(r reception, p *pathwalk.Path) {
	n := slices.Index(v.receptions, r)
	if n < 0 {
		n = len(v.receptions)
		v.receptions = append(v.receptions, r)
	}
	p.Marks = uint32(n+1) * markReception
}

// certain returns the first pair whose second receive blocks for certain once
// control gets there or, if the timer fires, once it gets to the first. That a
// path leads from one to the other is not enough: what the program knows may
// decide that the timer runs wherever it is drained.
func (v *twiceVisitor) certain(holds func(ssa.Value) bool) (pair, bool) {
	for _, p := range v.pairs {
		if !v.sooner[p.second] || inevitable(p, holds) {
			return p, true
		}
	}
	return pair{}, false
}

// inevitable reports whether all ways from the first receive of a pair lead to the
// second, and none to the end of the function or to a Reset. A Stop in between
// reports false, as the timer is over.
func inevitable(p pair, timer func(ssa.Value) bool) bool {
	seen := make(map[*ssa.BasicBlock]bool)
	reached := false
	// from reports whether the ways from the i'th instruction of a block lead
	// there, or nowhere.
	var from func(b *ssa.BasicBlock, i int) bool
	from = func(b *ssa.BasicBlock, i int) bool {
		for _, instr := range b.Instrs[i:] {
			switch instr := instr.(type) {
			case *ssa.Return:
				return false
			case *ssa.UnOp:
				if instr == p.second {
					reached = true
					return true
				}
			case *ssa.Call:
				if receiver := timing.Receiver(instr.Common()); receiver != nil && timer(receiver) && timing.Callee(instr).Name() != "Stop" {
					return false
				}
			case *ssa.If:
				if stopped, negated := stopResult(instr.Cond, timer); stopped {
					b = b.Succs[bit(!negated)]
					return visit(seen, b) || from(b, 0)
				}
			}
		}
		for _, next := range b.Succs {
			if !visit(seen, next) && !from(next, 0) {
				return false
			}
		}
		return true
	}
	block, i := p.first.after()
	return from(block, i) && reached
}

// visit reports whether b was seen, and notes that it was.
func visit(seen map[*ssa.BasicBlock]bool, b *ssa.BasicBlock) bool {
	before := seen[b]
	seen[b] = true
	return before
}

// after returns where control goes on after a reception: for a case of a select,
// its body, or what follows the select if it has none.
func (r reception) after() (block *ssa.BasicBlock, i int) {
	sel, ok := r.at.(*ssa.Select)
	if !ok {
		return r.at.Block(), 1 + slices.Index(r.at.Block().Instrs, r.at)
	}
	if body := ssabuild.CaseBlock(sel, r.state); body != nil {
		return body, 0
	}
	return sel.Block(), 1 + slices.Index(sel.Block().Instrs, r.at)
}

// stopResult reports whether a condition is what the timer's Stop reports, or the
// contrary.
func stopResult(cond ssa.Value, timer func(ssa.Value) bool) (is, negated bool) {
	if not, ok := cond.(*ssa.UnOp); ok && not.Op == token.NOT {
		is, negated = stopResult(not.X, timer)
		return is, !negated
	}
	call, ok := cond.(*ssa.Call)
	if !ok {
		return false, false
	}
	receiver := timing.Receiver(call.Common())
	return receiver != nil && timer(receiver) && timing.Callee(call).Name() == "Stop", false
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
