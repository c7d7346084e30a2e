package timerleak

import (
	"go/constant"
	"go/types"
	"strings"
	"time"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
)

// A checker looks at one package.
type checker struct {
	pass  *analysis.Pass
	ssa   *ssabuild.SSA
	root  inspector.Cursor
	calls *callers // of the package's functions; nil until somebody asks
}

// A timer is a call that starts a timer or ticker.
type timer struct {
	call   *ssa.Call
	kind   model.Timer
	period ssa.Value // how long until it fires; nil if the call does not say
	uses   uses
}

// timers returns the calls that start timers, outside of tests: what a test
// leaves behind goes with its process.
func (c *checker) timers() []*timer {
	var timers []*timer
	for _, fn := range c.ssa.Funcs {
		if fn.Pos().IsValid() && strings.HasSuffix(c.pass.Fset.File(fn.Pos()).Name(), "_test.go") {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(*ssa.Call)
				if !ok {
					continue
				}
				switch kind := model.TimerOf(callee(call)); kind {
				case model.NoTimer, model.Sleep:
				default:
					timers = append(timers, &timer{call: call, kind: kind, period: periodOf(call)})
				}
			}
		}
	}
	return timers
}

// callee returns the function or the interface's method that is called, or nil.
func callee(call ssa.CallInstruction) *types.Func {
	common := call.Common()
	if common.IsInvoke() {
		return common.Method
	}
	if fn := common.StaticCallee(); fn != nil {
		obj, _ := fn.Object().(*types.Func)
		return obj
	}
	return nil
}

// periodOf returns the first argument, which for all that start a timer is its
// duration, but for the receiver of a clock's method.
func periodOf(call ssa.CallInstruction) ssa.Value {
	for _, arg := range call.Common().Args {
		if named, ok := types.Unalias(arg.Type()).(*types.Named); ok && named.Obj().Name() == "Duration" {
			return arg
		}
	}
	return nil
}

// constantDuration returns the duration that v is on every path, if it is one.
func constantDuration(v ssa.Value) (time.Duration, bool) {
	switch v := v.(type) {
	case *ssa.Const:
		if v.Value != nil && v.Value.Kind() == constant.Int {
			n, exact := constant.Int64Val(v.Value)
			return time.Duration(n), exact
		}
	case *ssa.Convert:
		return constantDuration(v.X)
	case *ssa.ChangeType:
		return constantDuration(v.X)
	}
	return 0, false
}

// atLeast reports whether the timer's duration is at least d, or not known.
func (t *timer) atLeast(d time.Duration) bool {
	period, ok := constantDuration(t.period)
	return !ok || period >= d
}

// oneShot reports whether the timer is over once its value was received.
func (t *timer) oneShot() bool {
	return t.kind == model.After || t.kind == model.NewTimer || t.kind == model.AfterFunc
}
