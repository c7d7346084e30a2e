package access

import (
	"go/token"

	"golang.org/x/tools/go/ssa"
)

// variable returns the value that v is bound to in the functions around it, if
// v is a free variable, and v itself otherwise.
func variable(v ssa.Value) ssa.Value {
	for {
		fv, ok := v.(*ssa.FreeVar)
		if !ok {
			return v
		}
		binding := bindingOf(fv)
		if binding == nil {
			return v
		}
		v = binding
	}
}

// keyValue returns the value that a key is, if it is a variable that is assigned
// once, so that the same key has the same value wherever it is read.
func keyValue(v ssa.Value) ssa.Value {
	for range maxDepth {
		switch w := v.(type) {
		case *ssa.Convert:
			v = w.X
			continue
		case *ssa.ChangeType:
			v = w.X
			continue
		case *ssa.UnOp:
			if stored := onlyStore(variable(w.X)); w.Op == token.MUL && stored != nil {
				v = stored
				continue
			}
		case *ssa.FreeVar:
			if u := variable(w); u != v {
				v = u
				continue
			}
		}
		break
	}
	return v
}

// bindingOf returns the value that a free variable captures.
func bindingOf(fv *ssa.FreeVar) ssa.Value {
	fn := fv.Parent()
	closure := onlyClosure(fn)
	if closure == nil {
		return nil
	}
	for i, v := range fn.FreeVars {
		if v == fv && i < len(closure.Bindings) {
			return closure.Bindings[i]
		}
	}
	return nil
}

// onlyClosure returns the one instruction that makes a closure of fn.
func onlyClosure(fn *ssa.Function) *ssa.MakeClosure {
	refs := fn.Referrers()
	if refs == nil {
		return nil
	}
	var closure *ssa.MakeClosure
	for _, ref := range *refs {
		if mc, ok := ref.(*ssa.MakeClosure); ok && mc.Fn == fn {
			if closure != nil {
				return nil
			}
			closure = mc
		}
	}
	return closure
}

// onlyArgument returns the argument for a parameter of a function literal that
// is called where it stands and nowhere else.
func onlyArgument(p *ssa.Parameter) ssa.Value {
	fn := p.Parent()
	if fn.Parent() == nil {
		return nil
	}
	var value ssa.Value = fn
	if mc := onlyClosure(fn); mc != nil {
		value = mc
	}
	refs := value.Referrers()
	if refs == nil || len(*refs) != 1 {
		return nil
	}
	call, ok := (*refs)[0].(ssa.CallInstruction)
	if !ok || call.Common().Value != value || call.Common().IsInvoke() {
		return nil
	}
	for i, param := range fn.Params {
		if param == p && i < len(call.Common().Args) {
			return call.Common().Args[i]
		}
	}
	return nil
}

// onlyStore returns the value of the one assignment to the variable at addr, an
// allocation whose address goes nowhere else than into loads, selections and
// function literals. It returns nil if there are several, or none.
func onlyStore(addr ssa.Value) ssa.Value {
	alloc, ok := addr.(*ssa.Alloc)
	if !ok {
		return nil
	}
	s := stores{budget: maxReferrers}
	if !s.collect(alloc) || s.count != 1 {
		return nil
	}
	return s.value
}

// stores counts the assignments to a variable.
type stores struct {
	value  ssa.Value
	count  int
	budget int
}

// collect counts the assignments to the variable at addr, in the function
// literals that capture it too. It reports false if it cannot see them all.
func (s *stores) collect(addr ssa.Value) bool {
	refs := addr.Referrers()
	if refs == nil {
		return false
	}
	for _, ref := range *refs {
		if s.budget--; s.budget < 0 {
			return false
		}
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Addr != addr {
				return false // the address itself is stored
			}
			s.value = ref.Val
			s.count++
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.FieldAddr:
			if !onlyLoaded(ref) {
				return false
			}
		case *ssa.MakeClosure:
			fn := ref.Fn.(*ssa.Function)
			for i, binding := range ref.Bindings {
				if binding == addr && !s.collect(fn.FreeVars[i]) {
					return false
				}
			}
		default:
			return false
		}
	}
	return true
}

// onlyLoaded reports whether the field at addr, part of a variable, is never
// assigned by itself.
func onlyLoaded(addr *ssa.FieldAddr) bool {
	for _, ref := range *addr.Referrers() {
		switch ref := ref.(type) {
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.FieldAddr:
			if !onlyLoaded(ref) {
				return false
			}
		default:
			return false
		}
	}
	return true
}
