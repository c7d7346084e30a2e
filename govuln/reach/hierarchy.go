package reach

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"
)

// A hierarchy says what calls may reach, by the types of values alone: class hierarchy
// analysis, as x/tools' package cha does it for all of an SSA program (see
// https://doi.org/10.1007/3-540-49538-X_5).
type hierarchy struct {
	bySignature typeutil.Map               // functions, as []*ssa.Function
	methods     map[string][]*ssa.Function // by their types.Func.Id
	known       map[interfaceMethod][]*ssa.Function
}

type interfaceMethod struct {
	of *types.Interface
	id string
}

// newHierarchy returns that of some functions.
func newHierarchy(all map[*ssa.Function]bool) *hierarchy {
	h := &hierarchy{methods: make(map[string][]*ssa.Function), known: make(map[interfaceMethod][]*ssa.Function)}
	for f := range all {
		if f.Signature.Recv() == nil {
			if f.Name() == "init" && f.Synthetic == "package initializer" {
				continue // which is no value
			}
			same, _ := h.bySignature.At(f.Signature).([]*ssa.Function)
			h.bySignature.Set(f.Signature, append(same, f))
		} else if obj, ok := f.Object().(*types.Func); ok {
			h.methods[obj.Id()] = append(h.methods[obj.Id()], f)
		}
	}
	return h
}

// callees calls add with what the calls in a function may reach.
func (h *hierarchy) callees(f *ssa.Function, add func(*ssa.Function)) {
	for _, b := range f.Blocks {
		for _, instr := range b.Instrs {
			site, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			for _, callee := range h.of(site.Common()) {
				add(callee)
			}
		}
	}
}

func (h *hierarchy) of(c *ssa.CallCommon) []*ssa.Function {
	if c.IsInvoke() {
		return h.implementations(c.Value.Type().Underlying().(*types.Interface), c.Method.Id())
	}
	if f := c.StaticCallee(); f != nil {
		return []*ssa.Function{f}
	}
	if _, ok := c.Value.(*ssa.Builtin); ok {
		return nil
	}
	same, _ := h.bySignature.At(c.Signature()).([]*ssa.Function)
	return same
}

// implementations returns the methods by which types have a method of an interface.
func (h *hierarchy) implementations(of *types.Interface, id string) []*ssa.Function {
	key := interfaceMethod{of, id}
	if found, ok := h.known[key]; ok {
		return found
	}
	var found []*ssa.Function
	for _, f := range h.methods[id] {
		if types.Implements(f.Signature.Recv().Type(), of) {
			found = append(found, f)
		}
	}
	h.known[key] = found
	return found
}

// functions returns all functions of the program: those that packages declare, the methods
// of their exported types and of all types that become interfaces, and what these mention.
// It is what x/tools' ssautil.AllFunctions returns for a program that has no other packages.
func (p *program) functions() map[*ssa.Function]bool {
	all := make(map[*ssa.Function]bool)
	var todo []*ssa.Function
	add := func(f *ssa.Function) {
		if !all[f] {
			all[f] = true
			todo = append(todo, f)
		}
	}
	addMethods := func(t types.Type) {
		if types.IsInterface(t) {
			return
		}
		for sel := range p.ssa.MethodSets.MethodSet(t).Methods() {
			if sel.Obj().(*types.Func).Signature().TypeParams() == nil {
				add(p.ssa.MethodValue(sel))
			}
		}
	}
	for _, pkg := range p.packages {
		for _, member := range pkg.ssa.Members {
			switch m := member.(type) {
			case *ssa.Function:
				add(m)
			case *ssa.Type:
				if named, ok := m.Type().(*types.Named); ok && ast.IsExported(m.Name()) && named.TypeParams() == nil && !types.IsInterface(named) {
					addMethods(named)
					addMethods(types.NewPointer(named))
				}
			}
		}
	}
	for _, t := range p.ssa.RuntimeTypes() {
		if p.has(t) {
			addMethods(t)
		}
	}
	for len(todo) > 0 {
		f := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		mentions(f, add)
	}
	return all
}

// has reports whether a type with methods is of the program, and not of other packages that
// the loader keeps.
func (p *program) has(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Pointer:
		return p.has(t.Elem())
	case *types.Named:
		if pkg := t.Obj().Pkg(); pkg != nil && !p.within[pkg] {
			return false
		}
		for arg := range t.TypeArgs().Types() {
			if !p.has(arg) {
				return false
			}
		}
	case *types.Struct: // whose embedded fields bring methods
		for f := range t.Fields() {
			if f.Embedded() && !p.has(f.Type()) {
				return false
			}
		}
	}
	return true
}
