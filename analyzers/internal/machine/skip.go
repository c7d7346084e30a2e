package machine

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
)

// detour is what lies between a branch and the block in which all its ways meet
// again. Where nothing of it can concern a goroutine, the machine does not look
// which way is taken; that is most of any program.
type detour struct {
	meet    *ssa.BasicBlock
	from    *ssa.BasicBlock // a predecessor of meet, for the record
	matters bool            // something on the way always concerns goroutines
	inputs  []ssa.Value     // what concerns them if its value does
	values  []int32         // numbers of the values that the way computes
	merged  []ssa.Value     // for each phi of meet, its value if all ways agree on it
}

// skip moves g from its branch to where the branch's ways meet, if nothing on
// the way concerns a goroutine.
func (e *explorer) skip(st *state, g *goroutine) bool {
	f := g.top()
	d := e.detour(f.fn, f.info, f.block)
	if d.matters {
		return false
	}
	for _, v := range d.inputs {
		if x := f.get(v); x != nil && matters(x) {
			return false
		}
	}
	for _, n := range d.values {
		f.forget(n)
	}
	merged := make([]value, len(d.merged))
	for i, same := range d.merged {
		phi := d.meet.Instrs[i].(*ssa.Phi)
		if same != nil {
			merged[i] = e.eval(st, e.operand(f, same))
		} else {
			merged[i] = e.define(st, f, phi)
		}
	}
	for i, v := range merged {
		f.set(d.meet.Instrs[i].(*ssa.Phi), v)
	}
	if f.visits == nil {
		f.visits = make(map[int]int)
	}
	f.visits[d.meet.Index]++
	f.block, f.pc, f.from = d.meet, len(merged), d.from
	g.joining = true
	return true
}

func (m *Machine) detour(fn *ssa.Function, info *funcInfo, b *ssa.BasicBlock) *detour {
	if d, ok := info.detours[b]; ok {
		return d
	}
	d := m.findDetour(fn, info, b)
	info.detours[b] = d
	return d
}

func (m *Machine) findDetour(fn *ssa.Function, info *funcInfo, b *ssa.BasicBlock) *detour {
	meet := info.postDominator(fn, b)
	if meet == nil {
		return &detour{matters: true}
	}
	d := &detour{meet: meet}
	within := make(map[*ssa.BasicBlock]bool)
	var visit func(x *ssa.BasicBlock)
	visit = func(x *ssa.BasicBlock) {
		if x == meet || within[x] || vanishes(x) {
			return
		}
		within[x] = true
		for _, succ := range x.Succs {
			visit(succ)
		}
	}
	for _, succ := range b.Succs {
		visit(succ)
	}
	for _, pred := range meet.Preds {
		if pred == b || within[pred] {
			d.from = pred
		}
	}
	for _, instr := range meet.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			break
		}
		d.merged = append(d.merged, agreed(phi, b, within))
	}
	w := &way{m: m, d: d, within: within, seen: make(map[ssa.Value]bool)}
	for x := range within {
		for _, instr := range x.Instrs {
			if v, ok := instr.(ssa.Value); ok {
				d.values = append(d.values, info.number[v])
			}
			w.instruction(instr)
		}
	}
	return d
}

// agreed returns the value that a phi takes on all ways from b through within,
// nil if they differ or compute it on the way.
func agreed(phi *ssa.Phi, b *ssa.BasicBlock, within map[*ssa.BasicBlock]bool) ssa.Value {
	var same ssa.Value
	for i, pred := range phi.Block().Preds {
		if pred != b && !within[pred] {
			continue
		}
		v := phi.Edges[i]
		if instr, ok := v.(ssa.Instruction); ok && within[instr.Block()] || same != nil && v != same {
			return nil
		}
		same = v
	}
	return same
}

// vanishes reports whether paths through b end the process or panic, which no
// exploration follows.
func vanishes(b *ssa.BasicBlock) bool {
	exit := ssabuild.ExitOf(b)
	return exit == model.Panics || exit == model.EndsProcess
}

// way collects what of the blocks of a detour can concern goroutines.
type way struct {
	m      *Machine
	d      *detour
	within map[*ssa.BasicBlock]bool
	seen   map[ssa.Value]bool
}

func (w *way) instruction(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.Go, *ssa.Defer, *ssa.Send, *ssa.Select, *ssa.MakeChan, *ssa.MakeClosure,
		*ssa.Return, *ssa.Panic, *ssa.RunDefers:
		w.d.matters = true
	case *ssa.UnOp:
		if instr.Op == token.ARROW {
			w.d.matters = true
		}
	case *ssa.Store:
		w.input(instr.Addr)
		w.input(instr.Val)
	case *ssa.MapUpdate:
		w.input(instr.Key)
		w.input(instr.Value)
	case *ssa.Call:
		w.call(&instr.Call)
	}
}

func (w *way) call(call *ssa.CallCommon) {
	if call.IsInvoke() {
		if endsTest(method{name: call.Method.Name(), of: call.Value.Type()}) || w.m.neverReturns(call.Method) {
			w.d.matters = true
		}
		w.input(call.Value)
	} else {
		switch fn := call.Value.(type) {
		case *ssa.Builtin:
			if fn.Name() == "close" {
				w.d.matters = true
			}
		case *ssa.Function:
		default:
			w.input(fn)
		}
	}
	for _, a := range call.Args {
		w.input(a)
	}
}

// input notes the values from before the detour that v can be or lead to.
func (w *way) input(v ssa.Value) {
	if w.seen[v] || !mayCarry(v.Type()) {
		return
	}
	w.seen[v] = true
	switch v := v.(type) {
	case *ssa.Const, *ssa.Global, *ssa.Builtin, *ssa.Function:
		return
	case *ssa.Alloc:
		if w.within[v.Block()] {
			return // what is stored to it is looked at where it is stored
		}
	}
	instr, ok := v.(ssa.Instruction)
	if !ok || !w.within[instr.Block()] {
		w.d.inputs = append(w.d.inputs, v)
		return
	}
	var space [8]*ssa.Value
	for _, operand := range instr.Operands(space[:0]) {
		if *operand != nil {
			w.input(*operand)
		}
	}
}

// postDominator returns the block in which all ways from b meet again, nil if
// there is none. Blocks in which a path vanishes count as no way.
func (info *funcInfo) postDominator(fn *ssa.Function, b *ssa.BasicBlock) *ssa.BasicBlock {
	if info.postDom == nil {
		info.postDom = postDominators(fn)
	}
	return info.postDom[b.Index]
}

// postDominators computes the immediate post-dominator of each block with the
// algorithm of Cooper, Harvey and Kennedy ("A Simple, Fast Dominance
// Algorithm", 2001) on the reversed control-flow graph.
func postDominators(fn *ssa.Function) []*ssa.BasicBlock {
	n := len(fn.Blocks)
	exit := n // a virtual block that all returns lead to
	preds := make([][]int, n+1)
	succs := make([][]int, n+1)
	for _, b := range fn.Blocks {
		if vanishes(b) {
			continue
		}
		ways := 0
		for _, s := range b.Succs {
			if !vanishes(s) {
				succs[b.Index] = append(succs[b.Index], s.Index)
				preds[s.Index] = append(preds[s.Index], b.Index)
				ways++
			}
		}
		if ways == 0 {
			succs[b.Index] = append(succs[b.Index], exit)
			preds[exit] = append(preds[exit], b.Index)
		}
	}
	order := make([]int, 0, n+1) // reverse post-order of the reversed graph
	number := make([]int, n+1)
	visited := make([]bool, n+1)
	var visit func(int)
	visit = func(x int) {
		visited[x] = true
		for _, p := range preds[x] {
			if !visited[p] {
				visit(p)
			}
		}
		number[x] = len(order)
		order = append(order, x)
	}
	visit(exit)
	idom := make([]int, n+1)
	for i := range idom {
		idom[i] = -1
	}
	idom[exit] = exit
	for changed := true; changed; {
		changed = false
		for i := len(order) - 1; i >= 0; i-- {
			x := order[i]
			if x == exit {
				continue
			}
			best := -1
			for _, s := range succs[x] {
				if idom[s] < 0 {
					continue
				}
				if best < 0 {
					best = s
					continue
				}
				for a := s; a != best; {
					for number[a] < number[best] {
						a = idom[a]
					}
					for number[best] < number[a] {
						best = idom[best]
					}
				}
			}
			if idom[x] != best {
				idom[x] = best
				changed = true
			}
		}
	}
	out := make([]*ssa.BasicBlock, n)
	for i := range out {
		if d := idom[i]; d >= 0 && d < n {
			out[i] = fn.Blocks[d]
		}
	}
	return out
}
