package timerleak

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/timing"
)

// callers knows how often the package's functions run, as far as the package
// itself tells.
type callers struct {
	checker *checker
	calls   map[*ssa.Function][]ssa.CallInstruction // calls and go statements
	valued  map[*ssa.Function]bool                  // also used as a value
}

// callersOf returns who calls the package's functions; it is made once.
func (c *checker) callersOf() *callers {
	if c.calls == nil {
		c.calls = &callers{
			checker: c,
			calls:   make(map[*ssa.Function][]ssa.CallInstruction),
			valued:  make(map[*ssa.Function]bool),
		}
		for _, fn := range c.ssa.Funcs {
			c.calls.add(fn)
		}
		if init := c.ssa.Pkg.Func("init"); init != nil {
			c.calls.add(init)
		}
	}
	return c.calls
}

// add notes the functions that fn uses.
func (cs *callers) add(fn *ssa.Function) {
	var operands []*ssa.Value
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			var called *ssa.Function
			if call, ok := instr.(ssa.CallInstruction); ok {
				if called = timing.Static(call); called != nil {
					cs.calls[called] = append(cs.calls[called], call)
				}
			}
			operands = instr.Operands(operands[:0])
			for _, op := range operands {
				if used, ok := (*op).(*ssa.Function); ok && timing.Origin(used) != called && !isCalledClosure(instr) {
					cs.valued[timing.Origin(used)] = true
				}
			}
		}
	}
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

// oftenCalled reports whether fn runs once a request, or is called in an
// unbounded loop of the package, and returns that call if there is one.
func (cs *callers) oftenCalled(fn *ssa.Function) (loop ssa.CallInstruction, often bool) {
	if isHandler(fn.Signature) {
		return nil, true
	}
	for _, call := range cs.calls[fn] {
		if _, ok := call.(*ssa.Call); !ok || !call.Pos().IsValid() {
			continue
		}
		if cs.checker.timing.InTest(call.Pos()) {
			continue
		}
		at, ok := cs.checker.timing.CallAt(call.Pos())
		if ok && timing.InLoop(at) && cs.checker.timing.Unbounded(at) {
			return call, true
		}
	}
	return nil, false
}

// isHandler reports whether sig is that of an http.HandlerFunc.
func isHandler(sig *types.Signature) bool {
	return sig.Params().Len() == 2 &&
		timing.IsNamed(sig.Params().At(0).Type(), "net/http", "ResponseWriter") &&
		timing.IsNamed(timing.Deref(sig.Params().At(1).Type()), "net/http", "Request")
}

// endsProcess reports whether fn runs once and the process ends with it or soon
// after: main, and what only main calls, once. Nothing is left behind then.
func (cs *callers) endsProcess(fn *ssa.Function) bool {
	return cs.runsOnce(fn, make(map[*ssa.Function]bool))
}

func (cs *callers) runsOnce(fn *ssa.Function, seen map[*ssa.Function]bool) bool {
	if fn.Pkg == nil || fn.Pkg.Pkg.Name() != "main" || seen[fn] || cs.valued[fn] {
		return false
	}
	seen[fn] = true
	if fn.Parent() == nil && fn.Signature.Recv() == nil && fn.Name() == "main" {
		return true
	}
	if len(cs.calls[fn]) != 1 {
		return false
	}
	call := cs.calls[fn][0]
	at, ok := cs.checker.timing.CallAt(call.Pos())
	return ok && !timing.InLoop(at) && cs.runsOnce(call.Parent(), seen)
}
