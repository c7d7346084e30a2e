package machine

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// chanUse is what a function literal does with a channel that it captured.
type chanUse struct{ sends, receives bool }

func (u chanUse) with(more chanUse) chanUse {
	return chanUse{u.sends || more.sends, u.receives || more.receives}
}

// lend gives a closure to code that the machine does not see. That code can run it,
// no more: of a channel with which the literal only communicates, it can make the
// one end appear, not the other, and it can't close it. What else the closure
// captured is within its reach.
func (e *explorer) lend(st *state, r *reach, c *closure) {
	for i, bound := range c.binds {
		ch, ok := heldChannel(st, bound)
		if !ok || !e.inlinable(c.fn) || i >= len(c.fn.FreeVars) {
			r.value(bound)
			continue
		}
		use, ok := usesOfChan(c.fn.FreeVars[i])
		if !ok {
			r.value(bound)
			continue
		}
		st.lent(ch, use)
		if p, ok := bound.(pointer); ok {
			variable := st.object(p.object)
			variable.lent = variable.lent.with(use)
		}
	}
}

// lent notes that code that is not seen may use ch.
func (st *state) lent(ch channel, use chanUse) {
	if old := st.channels[ch].lent; old.with(use) != old {
		st.channel(ch).lent = old.with(use)
	}
}

// heldChannel returns the channel that a captured value, or the variable that it
// points to, holds.
func heldChannel(st *state, bound value) (channel, bool) {
	if p, ok := bound.(pointer); ok && st.heap[p.object] != nil {
		bound = st.heap[p.object].parts[p.path]
	}
	ch, ok := bound.(channel)
	return ch, ok
}

// usesOfChan returns what is done with the channel that v is, or points to. It
// reports false if that is more than to communicate on it and to ask how full it is.
func usesOfChan(v ssa.Value) (chanUse, bool) {
	var all chanUse
	for _, instr := range *v.Referrers() {
		use, ok := useOfChan(v, instr)
		if !ok {
			return chanUse{}, false
		}
		all = all.with(use)
	}
	return all, true
}

func useOfChan(v ssa.Value, instr ssa.Instruction) (chanUse, bool) {
	switch instr := instr.(type) {
	case *ssa.DebugRef:
		return chanUse{}, true
	case *ssa.UnOp:
		switch instr.Op {
		case token.ARROW:
			return chanUse{receives: true}, true
		case token.MUL:
			return usesOfChan(instr)
		}
	case *ssa.ChangeType:
		return usesOfChan(instr)
	case *ssa.Send:
		return chanUse{sends: true}, instr.X != v
	case *ssa.Select:
		var use chanUse
		for _, s := range instr.States {
			switch {
			case s.Send == v:
				return chanUse{}, false
			case s.Chan == v && s.Dir == types.SendOnly:
				use.sends = true
			case s.Chan == v:
				use.receives = true
			}
		}
		return use, true
	case *ssa.MakeClosure:
		var all chanUse
		for i, bound := range instr.Bindings {
			if bound != v {
				continue
			}
			use, ok := usesOfChan(instr.Fn.(*ssa.Function).FreeVars[i])
			if !ok {
				return chanUse{}, false
			}
			all = all.with(use)
		}
		return all, true
	case *ssa.Call:
		builtin, ok := instr.Call.Value.(*ssa.Builtin)
		return chanUse{}, ok && (builtin.Name() == "len" || builtin.Name() == "cap")
	}
	return chanUse{}, false
}
