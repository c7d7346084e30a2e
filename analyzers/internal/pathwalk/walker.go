package pathwalk

import (
	"go/token"
	"go/types"
	"iter"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/ssabuild"
)

// A walker holds what is common to the paths of one walk.
type walker struct {
	subject Subject
	visitor Visitor
	index   map[ssa.Value]int // tracked values
	values  []ssa.Value
	live    []map[*ssa.BasicBlock]bool // by index, the blocks at whose start the value is still used
	seen    map[key]bool
	work    []step
}

type key struct {
	block *ssa.BasicBlock
	known string
	marks uint32
}

type step struct {
	path  *Path
	block *ssa.BasicBlock
}

func newWalker(fn *ssa.Function, subject Subject, v Visitor) *walker {
	w := &walker{
		subject: subject,
		visitor: v,
		index:   make(map[ssa.Value]int),
		seen:    make(map[key]bool),
	}
	w.track(fn)
	return w
}

// drain follows what is left to follow. It reports whether that was all.
func (w *walker) drain() (complete bool) {
	for len(w.work) > 0 {
		if len(w.seen) > maxStates {
			return false
		}
		next := w.work[len(w.work)-1]
		w.work = w.work[:len(w.work)-1]
		w.run(next.path, next.block, 0)
	}
	return true
}

// atBlock returns a path that begins in the block, and knows what the branches
// say that alone lead to it.
func (w *walker) atBlock(block *ssa.BasicBlock) *Path {
	p := &Path{w: w, known: w.nothing()}
	for b := block; b != nil; b = b.Idom() {
		if len(b.Preds) != 1 || !b.Dominates(block) {
			continue
		}
		pred := b.Preds[0]
		if branch, ok := pred.Instrs[len(pred.Instrs)-1].(*ssa.If); ok && pred.Succs[0] != pred.Succs[1] {
			p = p.assume(branch.Cond, pred.Succs[0] == b)
		}
	}
	return p
}

// nothing is the knowledge of nothing.
func (w *walker) nothing() string { return string(make([]byte, len(w.values))) }

// track chooses the values to keep track of: the select statements, the booleans
// that are asked for more than once, and the variables that may hold the
// subject.
func (w *walker) track(fn *ssa.Function) {
	for v := range askedTwice(fn) {
		w.add(v)
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch v := instr.(type) {
			case *ssa.Select:
				w.add(v)
			case *ssa.Phi:
				if _, known := w.index[v]; !known && (isBool(v.Type()) || w.canHold(v)) {
					w.add(v)
				}
			}
		}
	}
	w.live = make([]map[*ssa.BasicBlock]bool, len(w.values))
	for i, v := range w.values {
		w.live[i] = w.liveIn(v)
	}
}

func (w *walker) add(v ssa.Value) {
	w.index[v] = len(w.values)
	w.values = append(w.values, v)
}

// askedTwice returns the booleans that more than one branch asks for, in source
// order.
func askedTwice(fn *ssa.Function) iter.Seq[ssa.Value] {
	return func(yield func(ssa.Value) bool) {
		asked := make(map[ssa.Value]int)
		for _, b := range fn.Blocks {
			branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
			if !ok {
				continue
			}
			cond := branch.Cond
			for {
				not, ok := cond.(*ssa.UnOp)
				if !ok || not.Op != token.NOT {
					break
				}
				cond = not.X
			}
			switch cond.(type) {
			case *ssa.Const, *ssa.BinOp:
				continue
			}
			if asked[cond]++; asked[cond] == 2 && !yield(cond) {
				return
			}
		}
	}
}

func isBool(t types.Type) bool {
	basic, ok := t.Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsBoolean != 0
}

// canHold reports whether v can hold the subject or a part of it.
func (w *walker) canHold(v ssa.Value) bool {
	if w.subject.Value != nil && types.AssignableTo(w.subject.Value.Type(), v.Type()) {
		return true
	}
	for part := range w.subject.Parts {
		if types.AssignableTo(part.Type(), v.Type()) {
			return true
		}
	}
	return false
}

// run follows one path from the i'th instruction of block to the next branch.
func (w *walker) run(p *Path, block *ssa.BasicBlock, i int) {
	for ; i < len(block.Instrs); i++ {
		switch instr := block.Instrs[i].(type) {
		case *ssa.Select:
			w.fork(p, instr, i)
			return
		case *ssa.If:
			if !w.visitor.Instr(instr, p) {
				return
			}
			cond := p.eval(instr.Cond)
			if cond != isFalse {
				w.enter(p.assume(instr.Cond, true), block, 0)
			}
			if cond != isTrue {
				w.enter(p.assume(instr.Cond, false), block, 1)
			}
			return
		case *ssa.Jump:
			w.enter(p, block, 0)
			return
		case *ssa.Panic:
			return
		default:
			if !w.visitor.Instr(instr, p) {
				return
			}
			p.forget(instr)
		}
	}
}

// fork goes on with each outcome of the select that is block's i'th
// instruction.
func (w *walker) fork(p *Path, sel *ssa.Select, i int) {
	outcomes := len(sel.States)
	if !sel.Blocking {
		outcomes++
	}
	for n := range outcomes {
		q := *p
		if !w.visitor.Case(sel, n, &q) {
			continue
		}
		q.known = set(q.known, w.index[sel], outcomeOf(n))
		q.choice = &choice{sel, n, p.choice}
		w.run(&q, sel.Block(), i+1)
	}
}

// outcomeOf encodes a select's outcome. A select of more than 250 cases is not
// told apart.
func outcomeOf(n int) byte {
	if n > 250 {
		return unknown
	}
	return outcome + byte(n)
}

func set(known string, i int, what byte) string {
	b := []byte(known)
	b[i] = what
	return string(b)
}

// enter goes on at from's i'th successor, if it has not been there with the
// same knowledge.
func (w *walker) enter(p *Path, from *ssa.BasicBlock, i int) {
	block := from.Succs[i]
	known := []byte(p.known)
	edge := ssabuild.EdgeOf(from, i)
	for _, instr := range block.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			break
		}
		if n, ok := w.index[phi]; ok {
			// All phis of a block read the values from before it.
			known[n] = p.eval(phi.Edges[edge])
		}
	}
	for n := range known {
		if !w.live[n][block] {
			known[n] = unknown
		}
	}
	k := key{block, string(known), p.Marks}
	if w.seen[k] {
		return
	}
	w.seen[k] = true
	w.work = append(w.work, step{&Path{w: w, known: k.known, Marks: p.Marks, choice: p.choice}, block})
}
