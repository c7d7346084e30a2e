package timerstale

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/pathwalk"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// checkNilChannels reports receives from the channel of a timer that
// time.AfterFunc has made. Only NewTimer makes a channel.
func (c *checker) checkNilChannels() {
	fields := c.funcTimerFields()
	c.receives(func(channel ssa.Value, pos token.Pos, waits bool) {
		if !waits {
			return // a drain that is not needed, and does no harm
		}
		timer, ok := timerOf(channel)
		if !ok || !isFuncTimer(timer, fields, make(map[ssa.Value]bool)) {
			return
		}
		recv, ok := c.receiveAt(pos)
		if !ok {
			return
		}
		c.reported[pos] = true
		c.report(nilChannel, recv.Pos(), recv.End(), "this blocks for ever: a timer of time.AfterFunc has no channel, its C is nil", nil)
	})
}

// timerOf returns the *time.Timer whose channel is received from.
func timerOf(channel ssa.Value) (ssa.Value, bool) {
	load, ok := channel.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return nil, false
	}
	addr, ok := load.X.(*ssa.FieldAddr)
	if !ok || !isTimer(addr.X.Type()) {
		return nil, false
	}
	return addr.X, true
}

// isTimer reports whether t is *time.Timer.
func isTimer(t types.Type) bool {
	_, isPointer := t.Underlying().(*types.Pointer)
	return isPointer && timing.IsNamed(timing.Deref(t), "time", "Timer")
}

// isFuncTimer reports whether v can only be the result of time.AfterFunc, or
// nil.
func isFuncTimer(v ssa.Value, fields map[*types.Var]bool, seen map[ssa.Value]bool) bool {
	switch v := v.(type) {
	case *ssa.Call:
		return model.TimerOf(timing.Callee(v)) == model.AfterFunc
	case *ssa.Phi:
		if seen[v] {
			return true
		}
		seen[v] = true
		made := false
		for _, edge := range v.Edges {
			if k, ok := edge.(*ssa.Const); ok && k.IsNil() {
				continue
			}
			if !isFuncTimer(edge, fields, seen) {
				return false
			}
			made = true
		}
		return made
	case *ssa.UnOp:
		if v.Op != token.MUL {
			return false
		}
		if addr, ok := v.X.(*ssa.FieldAddr); ok {
			return fields[timing.Field(addr)]
		}
		stored := pathwalk.OnlyStored(v.X)
		return stored != nil && isFuncTimer(stored, fields, seen)
	}
	return false
}

// funcTimerFields returns the package's fields that can only hold timers of
// time.AfterFunc: unexported, and nothing else is stored in them, nor their
// address taken.
func (c *checker) funcTimerFields() map[*types.Var]bool {
	fields := make(map[*types.Var]bool)
	for _, fn := range c.ssa.Funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				addr, ok := instr.(*ssa.FieldAddr)
				if !ok {
					continue
				}
				field := timing.Field(addr)
				if field == nil || field.Exported() || !isTimer(field.Type()) {
					continue
				}
				if was, known := fields[field]; known && !was {
					continue
				}
				holds, known := onlyFuncTimers(addr)
				if known {
					fields[field] = holds
				}
			}
		}
	}
	return fields
}

// onlyFuncTimers reports whether what is stored at addr are timers of
// time.AfterFunc, known being false if nothing is.
func onlyFuncTimers(addr *ssa.FieldAddr) (holds, known bool) {
	for _, ref := range *addr.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef, *ssa.UnOp:
		case *ssa.Store:
			if k, ok := ref.Val.(*ssa.Const); ok && k.IsNil() {
				continue
			}
			if ref.Val == ssa.Value(addr) || !isFuncTimer(ref.Val, nil, make(map[ssa.Value]bool)) {
				return false, true
			}
			holds, known = true, true
		default:
			return false, true
		}
	}
	return holds, known
}
