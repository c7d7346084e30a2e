package machine

import (
	"math/big"

	"golang.org/x/tools/go/ssa"
)

// funcInfo is what the machine needs to know of a function's body: a number
// for each of its values, and which of them are live where.
type funcInfo struct {
	number map[ssa.Value]int32
	liveIn []*big.Int // by block index: the values live at the block's start, phis included
	exact  map[ssa.Instruction]*big.Int

	making  []bool // by block index: whether something is made in the block or after
	detours map[*ssa.BasicBlock]*detour
	postDom []*ssa.BasicBlock // nil until needed
}

func (m *Machine) info(fn *ssa.Function) *funcInfo {
	if info, ok := m.infos[fn]; ok {
		return info
	}
	info := &funcInfo{
		number:  make(map[ssa.Value]int32),
		liveIn:  make([]*big.Int, len(fn.Blocks)),
		exact:   make(map[ssa.Instruction]*big.Int),
		detours: make(map[*ssa.BasicBlock]*detour),
	}
	m.infos[fn] = info
	add := func(v ssa.Value) { info.number[v] = int32(len(info.number)) }
	for _, p := range fn.Params {
		add(p)
	}
	for _, v := range fn.FreeVars {
		add(v)
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if v, ok := instr.(ssa.Value); ok {
				add(v)
			}
		}
	}
	info.making = m.makingAfter(fn)
	for i := range info.liveIn {
		info.liveIn[i] = new(big.Int)
	}
	for changed := true; changed; {
		changed = false
		for i := len(fn.Blocks) - 1; i >= 0; i-- {
			b := fn.Blocks[i]
			live := info.liveOut(b)
			for j := len(b.Instrs) - 1; j >= 0; j-- {
				info.backward(live, b.Instrs[j])
			}
			if live.Cmp(info.liveIn[i]) != 0 {
				info.liveIn[i] = live
				changed = true
			}
		}
	}
	return info
}

// liveOut returns the values live at the end of b: those live at the start of
// its successors less their phis, which take their operands along the edge.
func (info *funcInfo) liveOut(b *ssa.BasicBlock) *big.Int {
	live := new(big.Int)
	for _, succ := range b.Succs {
		in := new(big.Int).Set(info.liveIn[succ.Index])
		for _, instr := range succ.Instrs {
			phi, ok := instr.(*ssa.Phi)
			if !ok {
				break
			}
			in.SetBit(in, int(info.number[phi]), 0)
		}
		live.Or(live, in)
		for _, instr := range succ.Instrs {
			phi, ok := instr.(*ssa.Phi)
			if !ok {
				break
			}
			for i, pred := range succ.Preds {
				if pred == b {
					info.use(live, phi.Edges[i])
				}
			}
		}
	}
	return live
}

// backward turns the values live after instr into those live before it. A phi
// stays as it is: it is live at its block's start if it is used at all.
func (info *funcInfo) backward(live *big.Int, instr ssa.Instruction) {
	if _, ok := instr.(*ssa.Phi); ok {
		return
	}
	if v, ok := instr.(ssa.Value); ok {
		live.SetBit(live, int(info.number[v]), 0)
	}
	var space [8]*ssa.Value
	for _, operand := range instr.Operands(space[:0]) {
		info.use(live, *operand)
	}
}

func (info *funcInfo) use(live *big.Int, v ssa.Value) {
	if n, ok := info.number[v]; ok {
		live.SetBit(live, int(n), 1)
	}
}

// liveBefore returns the values live before the instruction at index pc of b.
func (info *funcInfo) liveBefore(b *ssa.BasicBlock, pc int) *big.Int {
	instr := b.Instrs[pc]
	if live, ok := info.exact[instr]; ok {
		return live
	}
	live := info.liveOut(b)
	for j := len(b.Instrs) - 1; j >= pc; j-- {
		info.backward(live, b.Instrs[j])
	}
	info.exact[instr] = live
	return live
}

// makingAfter tells for each block of fn whether something that goroutines wait
// for can be made in it or in a block that follows.
func (m *Machine) makingAfter(fn *ssa.Function) []bool {
	making := make([]bool, len(fn.Blocks))
	var back func(b *ssa.BasicBlock)
	back = func(b *ssa.BasicBlock) {
		if making[b.Index] {
			return
		}
		making[b.Index] = true
		for _, pred := range b.Preds {
			back(pred)
		}
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if !making[b.Index] && m.making(instr) {
				back(b)
			}
		}
	}
	return making
}
