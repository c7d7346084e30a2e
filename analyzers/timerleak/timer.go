package timerleak

import (
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// A checker looks at one package.
type checker struct {
	pass   *analysis.Pass
	ssa    *ssabuild.SSA
	root   inspector.Cursor
	timing *timing.Package
	calls  *callers // of the package's functions; nil until somebody asks
}

// A timer is a call that starts a timer or ticker.
type timer struct {
	call   *ssa.Call
	kind   model.Timer
	period ssa.Value // how long until it fires
	uses   uses
}

// timers returns the calls that start timers, outside of tests: what a test
// leaves behind goes with its process.
func (c *checker) timers() []*timer {
	var timers []*timer
	for _, call := range c.timing.Calls() {
		if call.Kind != model.Sleep && !c.timing.InTest(call.Pos()) {
			timers = append(timers, &timer{call: call.Call, kind: call.Kind, period: timing.Period(call)})
		}
	}
	return timers
}

// oneShot reports whether the timer is over once its value was received.
func (t *timer) oneShot() bool { return t.kind == model.After || t.kind == model.NewTimer }
