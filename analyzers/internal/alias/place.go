package alias

import (
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A Place is where a value is stored: a root, and the steps that lead from it
// to the place. Places are comparable. Two of them that are equal are the same
// memory as long as nothing that the steps lead through is assigned; two that
// differ may still be the same.
type Place struct {
	Root  ssa.Value // an Alloc, Global, Parameter, or any other pointer
	Steps string    // ".1" selects a field, "*" loads a pointer, "[]" indexes
}

// PlaceOf returns the place that the pointer addr points to. A variable that a
// function literal captures is the variable around it, and one that is assigned
// once is what it was assigned.
func PlaceOf(addr ssa.Value) Place { return placeOf(addr, 16) }

func placeOf(addr ssa.Value, depth int) Place {
	if depth == 0 {
		return Place{Root: addr}
	}
	depth--
	switch addr := addr.(type) {
	case *ssa.FieldAddr:
		p := placeOf(addr.X, depth)
		p.Steps += "." + strconv.Itoa(addr.Field)
		return p
	case *ssa.IndexAddr:
		p := placeOf(addr.X, depth)
		p.Steps += elementStep(addr.Index)
		return p
	case *ssa.Slice:
		if startsAtZero(addr) { // else its elements have other numbers
			return placeOf(addr.X, depth)
		}
	case *ssa.ChangeType:
		return placeOf(addr.X, depth)
	case *ssa.Convert:
		if sharesMemory(addr.X.Type(), addr.Type()) {
			return placeOf(addr.X, depth)
		}
	case *ssa.FreeVar:
		if b := binding(addr); b != nil {
			return placeOf(b, depth)
		}
	case *ssa.UnOp:
		if addr.Op != token.MUL {
			break
		}
		p := placeOf(addr.X, depth)
		if stored := onlyStored(p); stored != nil {
			return placeOf(stored, depth)
		}
		p.Steps += "*"
		return p
	}
	return Place{Root: addr}
}

// startsAtZero reports whether a slice begins where what it is cut from does.
func startsAtZero(cut *ssa.Slice) bool {
	if cut.Low == nil {
		return true
	}
	c, ok := cut.Low.(*ssa.Const)
	return ok && isZero(c)
}

// Target returns the place that the pointer stored in the variable at addr points
// to.
func Target(addr ssa.Value) Place {
	p := PlaceOf(addr)
	if stored := onlyStored(p); stored != nil {
		return PlaceOf(stored)
	}
	p.Steps += "*"
	return p
}

// elementStep returns the step to an element: by its number if that is constant.
func elementStep(index ssa.Value) string {
	if c, ok := index.(*ssa.Const); ok && c.Value != nil {
		return "[" + c.Value.ExactString() + "]"
	}
	return "[]"
}

// Contains reports whether q is p or a part of what is stored in p.
func (p Place) Contains(q Place) bool {
	if p.Root != q.Root {
		return false
	}
	rest, ok := strings.CutPrefix(q.Steps, p.Steps)
	return ok && (rest == "" || strings.ContainsRune(".*[", rune(rest[0])))
}

// IsExact reports whether the place is one piece of memory rather than any
// element of an array or a slice.
func (p Place) IsExact() bool { return !strings.Contains(p.Steps, "[]") }

// IsLocal reports whether the place is part of a variable of a function or of
// an object that the function made.
func (p Place) IsLocal() bool {
	_, ok := p.Root.(*ssa.Alloc)
	return ok && !strings.Contains(p.Steps, "*")
}

// Object returns the package variable or the struct field that the place is, or
// nil if it is neither.
func Object(addr ssa.Value) *types.Var {
	switch addr := addr.(type) {
	case *ssa.Global:
		v, _ := addr.Object().(*types.Var)
		return v
	case *ssa.FieldAddr:
		return FieldOf(addr)
	}
	return nil
}

// FieldOf returns the field that addr selects, as its generic type declares it.
func FieldOf(addr *ssa.FieldAddr) *types.Var {
	t := addr.X.Type().Underlying()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem().Underlying()
	}
	s, ok := t.(*types.Struct)
	if !ok {
		return nil
	}
	return s.Field(addr.Field).Origin()
}

// binding returns what the free variable is bound to, if there is one function
// literal that binds it.
func binding(v *ssa.FreeVar) ssa.Value {
	fn := v.Parent()
	outer := fn.Parent()
	if outer == nil {
		return nil
	}
	var bound ssa.Value
	for _, b := range outer.Blocks {
		for _, instr := range b.Instrs {
			mc, ok := instr.(*ssa.MakeClosure)
			if !ok || mc.Fn != fn {
				continue
			}
			for i, fv := range fn.FreeVars {
				if fv == v {
					if bound != nil && bound != mc.Bindings[i] {
						return nil
					}
					bound = mc.Bindings[i]
				}
			}
		}
	}
	return bound
}

// onlyStored returns the pointer that a variable holds, if it is a variable of a
// function that is assigned once and whose address only its closures have.
func onlyStored(p Place) ssa.Value {
	alloc, ok := p.Root.(*ssa.Alloc)
	if !ok || p.Steps != "" {
		return nil
	}
	if _, ok := alloc.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Pointer); !ok {
		return nil
	}
	var stored ssa.Value
	if !storesOf(alloc, &stored) {
		return nil
	}
	return stored
}

// AssignedOnce reports whether p is a local variable that is assigned once, and so
// holds the same value wherever it has one.
func AssignedOnce(p Place) bool {
	alloc, ok := p.Root.(*ssa.Alloc)
	if !ok || p.Steps != "" {
		return false
	}
	var stored ssa.Value
	return storesOf(alloc, &stored)
}

// storesOf finds the one value stored at addr. It reports false if there may be
// others.
func storesOf(addr ssa.Value, stored *ssa.Value) bool {
	refs := addr.Referrers()
	if refs == nil {
		return false
	}
	for _, ref := range *refs {
		switch ref := ref.(type) {
		case *ssa.Store:
			if ref.Addr != addr || *stored != nil {
				return false
			}
			*stored = ref.Val
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.MakeClosure:
			fn := ref.Fn.(*ssa.Function)
			for i, b := range ref.Bindings {
				if b == addr && !storesOf(fn.FreeVars[i], stored) {
					return false
				}
			}
		default:
			return false
		}
	}
	return true
}
