package timerleak

import (
	"go/ast"
	"go/types"
	"time"

	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/analyzers/internal/timing"
)

// What a timer costs is 250 bytes and a place in the heap of timers, times how
// many are started while one runs. Below negligible a loop would have to turn
// 100,000 times a second to keep 10,000 of them; below short it takes thousands
// of turns a second. One timer that outlives its loop matters even less, and
// below long not at all.
const (
	negligible = 100 * time.Millisecond
	short      = 5 * time.Second
	long       = 10 * time.Second
)

// pace is how long a wait must be for the timers that pile up meanwhile not to
// matter: at ten a second, a duration of a minute keeps 600 of them, 150 kB.
const pace = 100 * time.Millisecond

// atLeast reports whether the timer's duration is at least d, or not known.
func (c *checker) atLeast(t *timer, d time.Duration) bool {
	period, ok := c.timing.Duration(t.period)
	return !ok || period >= d
}

// duration returns how long t runs, for a message.
func (c *checker) duration(t *timer, at inspector.Cursor) string {
	if d, ok := c.timing.Duration(t.period); ok {
		return d.String()
	}
	for _, arg := range at.Node().(*ast.CallExpr).Args {
		if s := types.ExprString(arg); timing.IsNamed(c.pass.TypesInfo.TypeOf(arg), "time", "Duration") && len(s) <= 40 {
			return s
		}
	}
	return "its whole duration"
}
