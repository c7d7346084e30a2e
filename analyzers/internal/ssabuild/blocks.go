package ssabuild

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// InLoop reports whether a block can be reached from itself.
func InLoop(b *ssa.BasicBlock) bool {
	seen := make(map[*ssa.BasicBlock]bool)
	work := slices.Clone(b.Succs)
	for len(work) > 0 {
		next := work[len(work)-1]
		work = work[:len(work)-1]
		if next == b {
			return true
		}
		if !seen[next] {
			seen[next] = true
			work = append(work, next.Succs...)
		}
	}
	return false
}

// CaseBlock returns the block to which the select's case of the given index
// leads, nil if it leads nowhere of its own.
func CaseBlock(sel *ssa.Select, index int) *ssa.BasicBlock {
	for _, ref := range *sel.Referrers() {
		extract, ok := ref.(*ssa.Extract)
		if !ok || extract.Index != 0 {
			continue
		}
		for _, use := range *extract.Referrers() {
			cmp, ok := use.(*ssa.BinOp)
			if !ok || cmp.Op != token.EQL {
				continue
			}
			k, ok := cmp.Y.(*ssa.Const)
			if !ok || k.Int64() != int64(index) {
				continue
			}
			for _, branch := range *cmp.Referrers() {
				if b, ok := branch.(*ssa.If); ok {
					return b.Block().Succs[0]
				}
			}
		}
	}
	return nil
}
