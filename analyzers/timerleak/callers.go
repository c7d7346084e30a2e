package timerleak

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	index "github.com/gomend/gomend/analyzers/internal/callers"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// callers knows how often the package's functions run, as far as the package
// itself tells.
type callers struct {
	checker *checker
	*index.Index
}

// callersOf returns who calls the package's functions; it is made once.
func (c *checker) callersOf() *callers {
	if c.calls == nil {
		funcs := c.ssa.Funcs
		if init := c.ssa.Pkg.Func("init"); init != nil {
			funcs = append(slices.Clip(funcs), init)
		}
		c.calls = &callers{c, index.New(funcs, c.timing.InTest)}
	}
	return c.calls
}

// oftenCalled reports whether fn runs once a request, or is called in an
// unbounded loop of the package, and returns that call if there is one.
func (cs *callers) oftenCalled(fn *ssa.Function) (loop ssa.CallInstruction, often bool) {
	if isHandler(fn.Signature) {
		return nil, true
	}
	for _, call := range cs.Calls(fn) {
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
	if fn.Pkg == nil || fn.Pkg.Pkg.Name() != "main" || seen[fn] || cs.Valued(fn) {
		return false
	}
	seen[fn] = true
	if fn.Parent() == nil && fn.Signature.Recv() == nil && fn.Name() == "main" {
		return true
	}
	if len(cs.Calls(fn)) != 1 {
		return false
	}
	call := cs.Calls(fn)[0]
	at, ok := cs.checker.timing.CallAt(call.Pos())
	return ok && !timing.InLoop(at) && cs.runsOnce(call.Parent(), seen)
}
