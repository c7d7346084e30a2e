package pathwalk

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

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

// assume returns the path on which cond is b, as on one side of a branch.
func (p *Path) assume(cond ssa.Value, b bool) *Path {
	what := boolean(b)
	switch v := cond.(type) {
	case *ssa.UnOp:
		if v.Op == token.NOT {
			return p.assume(v.X, !b)
		}
	case *ssa.BinOp:
		if k, ok := v.Y.(*ssa.Const); ok && k.IsNil() && (v.Op == token.EQL) == b && (v.Op == token.EQL || v.Op == token.NEQ) {
			cond, what = v.X, isNil
		}
	}
	i, ok := p.w.index[cond]
	if !ok || p.known[i] != unknown {
		return p
	}
	q := *p
	q.known = set(q.known, i, what)
	return &q
}

// forget drops what is known of an instruction's value from before, as it is
// computed again. A phi was, as its block was entered.
func (p *Path) forget(instr ssa.Instruction) {
	v, ok := instr.(ssa.Value)
	if _, isPhi := instr.(*ssa.Phi); isPhi || !ok {
		return
	}
	if i, ok := p.w.index[v]; ok && p.known[i] != unknown {
		p.known = set(p.known, i, unknown)
	}
}

// OnlyStored returns the value of a local variable that lives in memory because
// a closure shares it, given its address in either function, if it is set exactly
// once, by the function that declares it.
func OnlyStored(addr ssa.Value) ssa.Value {
	alloc, ok := declared(addr)
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

// declared returns the variable at addr, where it is declared.
func declared(addr ssa.Value) (*ssa.Alloc, bool) {
	for {
		switch v := addr.(type) {
		case *ssa.Alloc:
			return v, true
		case *ssa.FreeVar:
			if addr = bindingOf(v); addr == nil {
				return nil, false
			}
		default:
			return nil, false
		}
	}
}

// bindingOf returns what the free variable of a closure is bound to where the
// function around makes the closure.
func bindingOf(free *ssa.FreeVar) ssa.Value {
	fn := free.Parent()
	i := slices.Index(fn.FreeVars, free)
	for _, b := range fn.Parent().Blocks {
		for _, instr := range b.Instrs {
			if made, ok := instr.(*ssa.MakeClosure); ok && made.Fn == ssa.Value(fn) {
				return made.Bindings[i]
			}
		}
	}
	return nil
}
