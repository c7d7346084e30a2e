package follow

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/alias"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
)

// branch returns the visits that follow the end of a block.
func (w *walker) branch(s *state, from *ssa.BasicBlock) []visit {
	branch, ok := from.Instrs[len(from.Instrs)-1].(*ssa.If)
	if !ok {
		return []visit{w.cross(s, from, 0)}
	}
	holds, decided := w.outcome(s, branch.Cond)
	if !decided && !s.sized && w.measures(s, branch.Cond, 4) {
		s = s.clone()
		s.sized = true
	}
	var next []visit
	if holds || !decided {
		next = append(next, w.cross(w.judge(w.assume(w.chosen(s, branch.Cond), branch.Cond, true), branch.Cond, true), from, 0))
	}
	if !holds || !decided {
		next = append(next, w.cross(w.judge(w.assume(s, branch.Cond, false), branch.Cond, false), from, 1))
	}
	return next
}

// measures reports whether a condition is about the capacity of the object, or
// about whether it is an empty slice.
func (w *walker) measures(s *state, cond ssa.Value, depth int) bool {
	if depth == 0 {
		return false
	}
	switch v := cond.(type) {
	case *ssa.BinOp:
		return w.asksEmpty(s, v) || w.measures(s, v.X, depth-1) || w.measures(s, v.Y, depth-1)
	case *ssa.UnOp:
		return v.Op == token.NOT && w.measures(s, v.X, depth-1)
	case *ssa.Call:
		callee := alias.CalleeOf(&v.Call)
		if callee.Builtin != "cap" && (callee.Func == nil || callee.Func.Name() != "Cap") || len(callee.Args) == 0 {
			return false
		}
		return s.get(callee.Args[0], 0).ref >= alias.Inside
	}
	return false
}

// asksEmpty reports whether a comparison tells whether the object is an empty
// slice: one that nothing was put into has nothing to hand on.
func (w *walker) asksEmpty(s *state, v *ssa.BinOp) bool {
	length, bound := v.X, v.Y
	if _, ok := length.(*ssa.Const); ok {
		length, bound = bound, length
	}
	c, ok := bound.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.ExactString() != "0" {
		return false
	}
	call, ok := length.(*ssa.Call)
	if !ok {
		return false
	}
	callee := alias.CalleeOf(&call.Call)
	return callee.Builtin == "len" && s.get(callee.Args[0], 0).ref >= alias.Inside
}

// cross returns the visit to a block's i'th successor: phis get the values of
// the edge, and what cannot be used there is dropped.
func (w *walker) cross(s *state, from *ssa.BasicBlock, i int) visit {
	to := from.Succs[i]
	edge := ssabuild.EdgeOf(from, i)
	next := s.unlearn(from, to)
	type phiTie struct {
		phi *ssa.Phi
		tie tie
	}
	var ties []phiTie
	for _, instr := range to.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			break
		}
		ties = append(ties, phiTie{phi, w.tie(s, phi.Edges[edge])})
		next = w.learnPhi(s, next, phi, phi.Edges[edge])
	}
	next = next.scope(to)
	for _, t := range ties {
		next = w.set(next, t.phi, 0, t.tie)
	}
	return visit{to, 0, next}
}

// learnPhi returns next with what s, the state before the edge, knows of the
// value that the phi takes.
func (w *walker) learnPhi(s, next *state, phi *ssa.Phi, value ssa.Value) *state {
	t, negated := w.about(phi)
	if t == nil || !t.matters {
		return next
	}
	var holds, decided bool
	if isBool(phi.Type()) {
		holds, decided = w.outcome(s, value)
	} else {
		holds, decided = w.isNilOn(s, value)
	}
	if decided {
		return w.learn(next, t, holds != negated)
	}
	c := next.clone()
	c.known = slices.DeleteFunc(slices.Clone(next.known), func(k known) bool { return k.test == t })
	return c
}

// selectStmt returns the states after a select statement. Which case was chosen
// is found at the branches that follow; a case without a body has no branch.
func (w *walker) selectStmt(s *state, sel *ssa.Select) []*state {
	states := one(s)
	for i, st := range sel.States {
		if ssabuild.CaseBlock(sel, i) == nil {
			states = append(states, w.caseChosen(s, sel, st))
		}
	}
	return w.distinct(states)
}

// caseChosen returns s after a case of a select was chosen: a send hands the
// object on, a receive may wait for who has it.
func (w *walker) caseChosen(s *state, sel *ssa.Select, st *ssa.SelectState) *state {
	if st.Dir == types.SendOnly {
		return w.send(s, sel, st.Send)
	}
	if w.start.Fails && endsWork(st.Chan) {
		s = s.clone()
		s.over = true
	}
	if tells(st.Chan) {
		return joined(s)
	}
	return s
}

// endsWork reports whether what is received from ch tells no more than that
// something happened, as the Done of a context does, after which one returns.
func endsWork(ch ssa.Value) bool {
	t, ok := ch.Type().Underlying().(*types.Chan)
	if !ok {
		return false
	}
	st, ok := t.Elem().Underlying().(*types.Struct)
	return ok && st.NumFields() == 0
}

// chosen returns s after a branch on whether a case of a select was chosen was
// taken.
func (w *walker) chosen(s *state, cond ssa.Value) *state {
	cmp, ok := cond.(*ssa.BinOp)
	if !ok || cmp.Op != token.EQL {
		return s
	}
	index, ok := cmp.X.(*ssa.Extract)
	if !ok || index.Index != 0 {
		return s
	}
	sel, ok := index.Tuple.(*ssa.Select)
	if !ok {
		return s
	}
	c, ok := cmp.Y.(*ssa.Const)
	if !ok || int(c.Int64()) >= len(sel.States) {
		return s
	}
	return w.caseChosen(s, sel, sel.States[c.Int64()])
}
