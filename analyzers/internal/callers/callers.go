// Package callers tells where the functions of a package are called, as far as the
// package itself tells.
package callers

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/timing"
)

// An Index holds the static calls in some functions. Instances of a generic function
// are that function.
type Index struct {
	calls  map[*ssa.Function][]ssa.CallInstruction
	valued map[*ssa.Function]bool
}

// New returns the index of the calls in funcs, but for those at positions that skip
// chooses, as those in tests.
func New(funcs []*ssa.Function, skip func(token.Pos) bool) *Index {
	x := &Index{
		calls:  make(map[*ssa.Function][]ssa.CallInstruction),
		valued: make(map[*ssa.Function]bool),
	}
	for _, fn := range funcs {
		x.add(fn, skip)
	}
	return x
}

// Calls returns the calls, go statements and defer statements that name fn.
func (x *Index) Calls(fn *ssa.Function) []ssa.CallInstruction { return x.calls[fn] }

// Valued reports whether fn is also used as a value, so that others may call it.
func (x *Index) Valued(fn *ssa.Function) bool { return x.valued[fn] }

// add notes the functions that fn uses.
func (x *Index) add(fn *ssa.Function, skip func(token.Pos) bool) {
	var operands []*ssa.Value
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if skip(position(instr)) {
				continue
			}
			var called *ssa.Function
			if call, ok := instr.(ssa.CallInstruction); ok {
				if called = timing.Static(call); called != nil {
					x.calls[called] = append(x.calls[called], call)
				}
			}
			operands = instr.Operands(operands[:0])
			for _, op := range operands {
				if used, ok := (*op).(*ssa.Function); ok && timing.Origin(used) != called && !isCalledClosure(instr) {
					x.valued[timing.Origin(used)] = true
				}
			}
		}
	}
}

// position returns the position of an instruction or, if it stores the initial value
// of a package variable, of that variable.
func position(instr ssa.Instruction) token.Pos {
	if store, ok := instr.(*ssa.Store); ok {
		if variable, ok := store.Addr.(*ssa.Global); ok && !store.Pos().IsValid() {
			return variable.Pos()
		}
	}
	return instr.Pos()
}

// isCalledClosure reports whether instr makes a closure that is only called,
// where add sees the call.
func isCalledClosure(instr ssa.Instruction) bool {
	made, ok := instr.(*ssa.MakeClosure)
	if !ok {
		return false
	}
	for _, ref := range *made.Referrers() {
		call, ok := ref.(ssa.CallInstruction)
		if !ok || call.Common().Value != made {
			return false
		}
	}
	return true
}
