package timerstale

import (
	"go/token"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/pathwalk"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// checkDrainedTwice reports a receive from a timer's channel, outside of any
// select, on a path on which the value was received before and the timer was
// not reset since: nothing will ever come.
func (c *checker) checkDrainedTwice() {
	for _, call := range c.timing.Calls() {
		if channels, local := channelsOf(call.Call); call.Kind == model.NewTimer && isTimer(call.Type()) && local {
			v := &twiceVisitor{}
			if pathwalk.Walk(call.Call, pathwalk.Subject{Value: call.Call, Parts: channels}, v) {
				c.reportDrainedTwice(v)
			}
		}
	}
	for _, fn := range c.ssa.Funcs {
		for _, param := range fn.Params {
			channels, local := channelsOf(param)
			if !isTimer(param.Type()) || !local || len(fn.Blocks) == 0 {
				continue
			}
			// The caller's timer may be reset by others, but hardly one
			// that this function stops.
			v := &twiceVisitor{onlyStopped: true}
			if pathwalk.WalkFunc(fn, pathwalk.Subject{Value: param, Parts: channels}, v) {
				c.reportDrainedTwice(v)
			}
		}
	}
}

func (c *checker) reportDrainedTwice(v *twiceVisitor) {
	if v.second == nil {
		return
	}
	recv, ok := c.receiveAt(v.second.Pos())
	if !ok || c.reported[v.second.Pos()] {
		return
	}
	c.reported[v.second.Pos()] = true
	var related []analysis.RelatedInformation
	if v.first != v.second.Pos() {
		related = []analysis.RelatedInformation{{Pos: v.first, Message: "it may have been received here"}}
	}
	c.report(drainTwice, recv.Pos(), recv.End(), "this blocks for ever if the timer's value was received before: no other comes until Reset", related)
}

// channelsOf returns the loads of the timer's channel, each with the value that
// it is loaded from. The timer is local if nothing but the function that has it
// can reset it.
func channelsOf(timer ssa.Value) (channels map[ssa.Value]ssa.Value, local bool) {
	f := &localTimer{channels: make(map[ssa.Value]ssa.Value), seen: make(map[ssa.Value]bool), local: true}
	f.follow(timer)
	return f.channels, f.local
}

// localTimer follows a timer through the variables of a function.
type localTimer struct {
	channels map[ssa.Value]ssa.Value
	seen     map[ssa.Value]bool
	local    bool
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

// Notes on a path.
const (
	markReceived uint32 = 1 << iota // the timer's value was received
	markStopped                     // and the timer stopped since
)

// twiceVisitor looks for a second receive.
type twiceVisitor struct {
	onlyStopped bool // after a Stop only

	first  token.Pos
	second *ssa.UnOp
}

func (v *twiceVisitor) Instr(instr ssa.Instruction, p *pathwalk.Path) bool {
	switch instr := instr.(type) {
	case *ssa.UnOp:
		if instr.Op != token.ARROW || !p.Holds(instr.X) {
			return true
		}
		if p.Marks&markReceived != 0 && (!v.onlyStopped || p.Marks&markStopped != 0) {
			if v.second == nil {
				v.second = instr
			}
			return false
		}
		v.received(instr.Pos(), p)
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
		v.received(sel.States[i].Pos, p)
	}
	return true
}

func (v *twiceVisitor) received(at token.Pos, p *pathwalk.Path) {
	p.Marks = markReceived
	if v.first == token.NoPos {
		v.first = at
	}
}
