package timerleak

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// checkFields reports timers that are kept in a field: channels of time.After
// that are overwritten while the timer runs, and tickers and timers of
// time.AfterFunc that no function of the package stops. It is silent where other
// packages can reach the field.
func (c *checker) checkFields(timers []*timer) {
	kept := make(map[*types.Var][]*timer)
	var order []*types.Var
	for _, t := range timers {
		for _, store := range t.uses.fields {
			field := timing.Field(store.Addr.(*ssa.FieldAddr))
			if field == nil || field.Exported() && ownerOf(store).Exported() {
				continue
			}
			if kept[field.Origin()] == nil {
				order = append(order, field.Origin())
			}
			kept[field.Origin()] = append(kept[field.Origin()], t)
		}
	}
	if len(order) == 0 {
		return
	}
	accesses := c.accessesOf(kept)
	for _, field := range order {
		for _, t := range kept[field] {
			switch t.kind {
			case model.After:
				c.checkAfterField(t, field, accesses[field])
			case model.NewTicker:
				c.checkNeverStopped(t, tickerField, "this ticker, %s neither: it runs for ever", accesses[field])
			case model.AfterFunc:
				if c.atLeast(t, long) {
					c.checkNeverStopped(t, afterFuncField, "this timer, %s neither: its function is called although the object is closed", accesses[field])
				}
			}
		}
	}
}

// ownerOf returns the type whose field is stored to.
func ownerOf(store *ssa.Store) *types.TypeName {
	t := types.Unalias(timing.Deref(store.Addr.(*ssa.FieldAddr).X.Type()))
	if named, ok := t.(*types.Named); ok {
		return named.Obj()
	}
	return types.NewTypeName(token.NoPos, nil, "_", nil)
}

// accessesOf returns the places where the package takes the fields' addresses.
func (c *checker) accessesOf(fields map[*types.Var][]*timer) map[*types.Var][]*ssa.FieldAddr {
	accesses := make(map[*types.Var][]*ssa.FieldAddr)
	for _, fn := range c.ssa.Funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				addr, ok := instr.(*ssa.FieldAddr)
				if !ok {
					continue
				}
				if field := timing.Field(addr); field != nil && fields[field.Origin()] != nil {
					accesses[field.Origin()] = append(accesses[field.Origin()], addr)
				}
			}
		}
	}
	return accesses
}

// checkAfterField reports a time.After whose channel is kept in a field that is
// overwritten somewhere without the timer having fired.
func (c *checker) checkAfterField(t *timer, field *types.Var, accesses []*ssa.FieldAddr) {
	if !c.atLeast(t, negligible) {
		return
	}
	var dropped *ssa.Store
	for _, addr := range accesses {
		for _, ref := range *addr.Referrers() {
			switch ref := ref.(type) {
			case *ssa.DebugRef:
			case *ssa.UnOp:
				if !onlyReceived(ref) {
					return
				}
			case *ssa.Store:
				if ref.Val == addr {
					return
				}
				if dropped == nil && dropsTimer(ref, addr, field) {
					dropped = ref
				}
			default:
				return
			}
		}
	}
	at, ok := c.timing.CallAt(t.call.Pos())
	if dropped == nil || !ok || c.callersOf().endsProcess(t.call.Parent()) {
		return
	}
	kind := afterDropped
	if !c.atLeast(t, short) {
		kind = shortAfter
	}
	message := fmt.Sprintf("the channel kept in %s is overwritten while its timer runs: each time, a timer stays in memory for %s", field.Name(), c.duration(t, at))
	c.report(kind, at.Node(), message, []analysis.RelatedInformation{{Pos: dropped.Pos(), Message: "here the running timer is dropped"}})
}

// onlyReceived reports whether a channel that was loaded from a field is only
// received from, or compared with nil.
func onlyReceived(load *ssa.UnOp) bool {
	for _, ref := range *load.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef, *ssa.Select, *ssa.BinOp:
		case *ssa.UnOp:
			if ref.Op != token.ARROW {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// dropsTimer reports whether the store may overwrite the channel of a running
// timer: not where the object is made, not right after a receive from the field,
// and not where the field was found to be nil.
func dropsTimer(store *ssa.Store, addr *ssa.FieldAddr, field *types.Var) bool {
	if _, fresh := addr.X.(*ssa.Alloc); fresh {
		return false
	}
	for _, b := range store.Parent().Blocks {
		if (fires(b, field) || isNilHere(b, field)) && b.Dominates(store.Block()) {
			return false
		}
	}
	return true
}

// fires reports whether control is in b because a value was received from the
// field, or b itself receives it.
func fires(b *ssa.BasicBlock, field *types.Var) bool {
	for _, instr := range b.Instrs {
		if recv, ok := instr.(*ssa.UnOp); ok && recv.Op == token.ARROW && isLoadOf(recv.X, field) {
			return true
		}
	}
	cond, taken := conditionOf(b)
	eq, ok := cond.(*ssa.BinOp)
	if !ok || !taken || eq.Op != token.EQL {
		return false
	}
	index, ok := eq.X.(*ssa.Extract)
	if !ok || index.Index != 0 {
		return false
	}
	sel, ok := index.Tuple.(*ssa.Select)
	which, isConst := eq.Y.(*ssa.Const)
	return ok && isConst && isLoadOf(sel.States[which.Int64()].Chan, field)
}

// isNilHere reports whether control is in b because the field is nil.
func isNilHere(b *ssa.BasicBlock, field *types.Var) bool {
	cond, taken := conditionOf(b)
	cmp, ok := cond.(*ssa.BinOp)
	if !ok || (cmp.Op == token.EQL) != taken || cmp.Op != token.EQL && cmp.Op != token.NEQ {
		return false
	}
	k, ok := cmp.Y.(*ssa.Const)
	return ok && k.IsNil() && isLoadOf(cmp.X, field)
}

// conditionOf returns the condition of the branch that alone leads to b, and
// which way it went.
func conditionOf(b *ssa.BasicBlock) (cond ssa.Value, taken bool) {
	if len(b.Preds) != 1 {
		return nil, false
	}
	pred := b.Preds[0]
	branch, ok := pred.Instrs[len(pred.Instrs)-1].(*ssa.If)
	if !ok {
		return nil, false
	}
	return branch.Cond, pred.Succs[0] == b
}

func isLoadOf(v ssa.Value, field *types.Var) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return false
	}
	addr, ok := load.X.(*ssa.FieldAddr)
	if !ok {
		return false
	}
	f := timing.Field(addr)
	return f != nil && f.Origin() == field
}

// checkNeverStopped reports a timer that is kept in a field and that no function
// of the package stops, though the type that keeps it can be closed.
func (c *checker) checkNeverStopped(t *timer, kind, message string, accesses []*ssa.FieldAddr) {
	closer := closerOf(ownerOf(t.uses.fields[0]))
	if closer == nil {
		return
	}
	for _, addr := range accesses {
		for _, ref := range *addr.Referrers() {
			switch ref := ref.(type) {
			case *ssa.DebugRef:
			case *ssa.Store:
				if ref.Val == addr {
					return
				}
			case *ssa.UnOp:
				if u := usesOf(ref, handle, ref.Parent()); u.escapes || len(u.stops) > 0 || u.stoppedElsewhere {
					return
				}
			default:
				return
			}
		}
	}
	at, ok := c.timing.CallAt(t.call.Pos())
	if !ok {
		return
	}
	c.report(kind, at.Node(), "nothing in this package stops "+fmt.Sprintf(message, closer.Name()), []analysis.RelatedInformation{{Pos: closer.Pos(), Message: "here it could be stopped"}})
}

// closerOf returns the method that ends the life of a type's objects, or nil.
func closerOf(owner *types.TypeName) *types.Func {
	named, ok := owner.Type().(*types.Named)
	if !ok {
		return nil
	}
	for m := range named.Origin().Methods() {
		switch m.Name() {
		case "Close", "close", "Stop", "stop", "Shutdown", "shutdown", "Destroy", "Dispose", "Terminate":
			return m
		}
	}
	return nil
}
