package pathwalk

import (
	"golang.org/x/tools/go/ssa"
)

// liveIn returns the blocks at whose start v may still be used. Knowledge of a
// value that is not is dropped, so that paths that differ in it alone meet.
func (w *walker) liveIn(v ssa.Value) map[*ssa.BasicBlock]bool {
	live := make(map[*ssa.BasicBlock]bool)
	var def *ssa.BasicBlock // nil for a parameter
	if instr, ok := v.(ssa.Instruction); ok {
		def = instr.Block()
	}
	_, isPhi := v.(*ssa.Phi)
	var mark func(b *ssa.BasicBlock)
	mark = func(b *ssa.BasicBlock) {
		if b == def {
			live[b] = isPhi // assigned as the block is entered
			return
		}
		if live[b] {
			return
		}
		live[b] = true
		for _, pred := range b.Preds {
			mark(pred)
		}
	}
	seen := make(map[ssa.Value]bool)
	var uses func(v ssa.Value)
	uses = func(v ssa.Value) {
		if seen[v] || v.Referrers() == nil {
			return
		}
		seen[v] = true
		for part, whole := range w.subject.Parts {
			if whole == v {
				uses(part)
			}
		}
		for _, ref := range *v.Referrers() {
			if phi, ok := ref.(*ssa.Phi); ok {
				for i, edge := range phi.Edges {
					if edge == v {
						mark(phi.Block().Preds[i])
					}
				}
				continue
			}
			mark(ref.Block())
			// What eval looks through carries the value on.
			switch ref := ref.(type) {
			case *ssa.UnOp, *ssa.BinOp, *ssa.Extract, *ssa.ChangeType:
				uses(ref.(ssa.Value))
			case *ssa.Store:
				for _, load := range *ref.Addr.Referrers() {
					if load, ok := load.(*ssa.UnOp); ok {
						uses(load)
					}
				}
			}
		}
	}
	uses(v)
	return live
}
