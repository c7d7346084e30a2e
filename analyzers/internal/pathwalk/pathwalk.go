// Package pathwalk follows the paths of an SSA function from the instruction
// that makes a value, and knows on each path which variables still hold it.
//
// It decides a branch where the path so far decides it: on the outcome of a
// select statement, on a boolean variable that was set to a constant, on a
// comparison with nil. So it does not take "the timer fired" together with
// "fired is false", which a walk over the bare control flow graph does.
package pathwalk

import (
	"go/constant"
	"go/token"
	"go/types"
	"iter"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// maxStates bounds a walk. A function that needs more is not one whose defects
// can be told with confidence.
const maxStates = 4000

// A Visitor is told what lies on the paths. A path ends where it answers false.
type Visitor interface {
	// Instr is called for each instruction that is not a select.
	Instr(instr ssa.Instruction, p *Path) (goOn bool)

	// Case is called for each outcome of a select: the i'th of its states,
	// or len(sel.States) for its default case.
	Case(sel *ssa.Select, i int, p *Path) (goOn bool)
}

// A Subject is what a walk keeps track of.
type Subject struct {
	Value ssa.Value

	// Parts maps values that stand for the subject, such as the channel that
	// was loaded from a timer, to the values that they are taken from. A part
	// is the subject's if what it is taken from is the subject. It is not nil.
	Parts map[ssa.Value]ssa.Value
}

// Walk follows the paths that begin after the instruction start, which is often
// the one that makes the subject. It reports whether it has seen all paths.
func Walk(start ssa.Instruction, subject Subject, v Visitor) (complete bool) {
	w := newWalker(start.Parent(), subject, v)
	block := start.Block()
	w.run(&Path{w: w, known: w.nothing()}, block, slices.Index(block.Instrs, start)+1)
	return w.drain()
}

// WalkFunc follows the paths through the whole of fn. The subject may be one of
// its parameters, or nothing.
func WalkFunc(fn *ssa.Function, subject Subject, v Visitor) (complete bool) {
	w := newWalker(fn, subject, v)
	w.run(&Path{w: w, known: w.nothing()}, fn.Blocks[0], 0)
	return w.drain()
}

// Path is a path up to the instruction that the visitor is called for. It is
// valid during the call.
type Path struct {
	w      *walker
	known  string // by index of the tracked values, what each is
	Marks  uint32 // the visitor's own notes; paths with different notes are kept apart
	choice *choice
}

// A choice is the outcome of a select statement on a path.
type choice struct {
	sel    *ssa.Select
	which  int
	before *choice
}

// Choices returns the outcomes of the select statements on the path, the last
// first.
func (p *Path) Choices() iter.Seq2[*ssa.Select, int] {
	return func(yield func(*ssa.Select, int) bool) {
		for c := p.choice; c != nil; c = c.before {
			if !yield(c.sel, c.which) {
				return
			}
		}
	}
}

// Holds reports whether v is the subject, or a part of it, on this path.
func (p *Path) Holds(v ssa.Value) bool {
	what := p.eval(v)
	return what == isSubject || what == isPart
}

// Constant reports whether v is the boolean b on this path.
func (p *Path) Constant(v ssa.Value, b bool) bool { return p.eval(v) == boolean(b) }

// What a value is on a path: one of these, or outcome plus the outcome of a
// select.
const (
	unknown byte = iota
	isSubject
	isPart
	isNil
	isFalse
	isTrue
	outcome
)

func boolean(b bool) byte {
	if b {
		return isTrue
	}
	return isFalse
}

// eval returns what v is on the path.
func (p *Path) eval(v ssa.Value) byte {
	if v == p.w.subject.Value {
		return isSubject
	}
	if i, ok := p.w.index[v]; ok {
		return p.known[i]
	}
	if whole, ok := p.w.subject.Parts[v]; ok {
		if p.eval(whole) == isSubject {
			return isPart
		}
		return unknown
	}
	switch v := v.(type) {
	case *ssa.Const:
		return constantOf(v)
	case *ssa.ChangeType:
		return p.eval(v.X)
	case *ssa.UnOp:
		return p.evalUnary(v)
	case *ssa.Extract:
		return p.evalExtract(v)
	case *ssa.BinOp:
		return p.evalComparison(v)
	}
	return unknown
}

func constantOf(c *ssa.Const) byte {
	switch {
	case c.IsNil():
		return isNil
	case c.Value != nil && c.Value.Kind() == constant.Bool:
		return boolean(constant.BoolVal(c.Value))
	}
	return unknown
}

func (p *Path) evalUnary(v *ssa.UnOp) byte {
	switch v.Op {
	case token.NOT:
		switch p.eval(v.X) {
		case isTrue:
			return isFalse
		case isFalse:
			return isTrue
		}
	case token.MUL:
		// A variable that closures share but that is set only once, where
		// it is declared, is its value.
		if stored := OnlyStored(v.X); stored != nil {
			return p.eval(stored)
		}
	}
	return unknown
}

// evalExtract returns what a part of a tuple is: which case of a select was
// chosen, or whether a value was received. Nobody closes the channel of a timer,
// so a range over it does not end.
func (p *Path) evalExtract(v *ssa.Extract) byte {
	switch tuple := v.Tuple.(type) {
	case *ssa.Select:
		if v.Index == 0 {
			return p.known[p.w.index[tuple]]
		}
	case *ssa.UnOp:
		if tuple.Op == token.ARROW && v.Index == 1 && isTimerChannel(tuple.X.Type()) {
			return isTrue
		}
	}
	return unknown
}

// isTimerChannel reports whether t is a channel of times that can only be
// received from, as those of package time are.
func isTimerChannel(t types.Type) bool {
	ch, ok := t.Underlying().(*types.Chan)
	if !ok || ch.Dir() != types.RecvOnly {
		return false
	}
	elem, ok := types.Unalias(ch.Elem()).(*types.Named)
	return ok && elem.Obj().Name() == "Time" && elem.Obj().Pkg() != nil && elem.Obj().Pkg().Path() == "time"
}

func (p *Path) evalComparison(v *ssa.BinOp) byte {
	if v.Op != token.EQL && v.Op != token.NEQ {
		return unknown
	}
	if e, ok := v.X.(*ssa.Extract); ok {
		if sel, ok := e.Tuple.(*ssa.Select); ok && e.Index == 0 {
			chosen := p.known[p.w.index[sel]]
			c, ok := v.Y.(*ssa.Const)
			if chosen == unknown || !ok {
				return unknown
			}
			return boolean((int64(chosen-outcome) == c.Int64()) == (v.Op == token.EQL))
		}
	}
	x, y := p.eval(v.X), p.eval(v.Y)
	if x == unknown || y == unknown {
		return unknown
	}
	return boolean((x == y) == (v.Op == token.EQL))
}

// OnlyStored returns the value of a local variable that lives in memory because
// a closure shares it, given its address, if it is set exactly once, by
// the function that declares it.
func OnlyStored(addr ssa.Value) ssa.Value {
	alloc, ok := addr.(*ssa.Alloc)
	if !ok {
		return nil
	}
	var stored ssa.Value
	var visit func(addr ssa.Value) bool
	visit = func(addr ssa.Value) bool {
		for _, ref := range *addr.Referrers() {
			switch ref := ref.(type) {
			case *ssa.Store:
				if ref.Val == addr || stored != nil || addr != ssa.Value(alloc) {
					return false
				}
				stored = ref.Val
			case *ssa.UnOp, *ssa.DebugRef:
			case *ssa.MakeClosure:
				for i, bound := range ref.Bindings {
					if bound == addr && !visit(ref.Fn.(*ssa.Function).FreeVars[i]) {
						return false
					}
				}
			default:
				return false
			}
		}
		return true
	}
	if !visit(alloc) {
		return nil
	}
	return stored
}

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

// nothing is the knowledge at the start of a walk.
func (w *walker) nothing() string { return string(make([]byte, len(w.values))) }

// track chooses the values to keep track of: the select statements, the boolean
// variables, and the variables that may hold the subject.
func (w *walker) track(fn *ssa.Function) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch v := instr.(type) {
			case *ssa.Select:
				w.add(v)
			case *ssa.Phi:
				if isBool(v.Type()) || w.canHold(v) {
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
				w.enter(p, block, 0)
			}
			if cond != isTrue {
				w.enter(p, block, 1)
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
	edge := edgeOf(from, i)
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

// edgeOf returns the position among its successor's predecessors of the edge to
// from's i'th successor. Both successors of a branch can be the same block.
func edgeOf(from *ssa.BasicBlock, i int) int {
	to := from.Succs[i]
	skip := 0
	for _, s := range from.Succs[:i] {
		if s == to {
			skip++
		}
	}
	for n, pred := range to.Preds {
		if pred == from {
			if skip == 0 {
				return n
			}
			skip--
		}
	}
	return 0
}

// liveIn returns the blocks at whose start v may still be used. Knowledge of a
// value that is not is dropped, so that paths that differ in it alone meet.
func (w *walker) liveIn(v ssa.Value) map[*ssa.BasicBlock]bool {
	live := make(map[*ssa.BasicBlock]bool)
	def := v.(ssa.Instruction).Block()
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
