package model

import "go/types"

// Timer is what a call does with the clock.
type Timer int

const (
	NoTimer   Timer = iota
	After           // returns the channel of a timer that nobody can stop
	Tick            // returns the channel of a ticker that nobody can stop
	NewTimer        // returns a timer with a channel
	NewTicker       // returns a ticker
	AfterFunc       // returns a timer that calls a function
	Sleep           // waits
)

// TimerOf returns what a call to fn does with the clock. It knows package time
// and the clocks that wrap it so that tests can turn the hands; in production
// those call package time.
func TimerOf(fn *types.Func) Timer {
	if fn == nil || fn.Pkg() == nil {
		return NoTimer
	}
	if t, ok := timers[fn.Pkg().Path()][Name(fn)]; ok {
		return t
	}
	return clockMethod(fn)
}

// clockMethod recognises the two methods of a clock that cannot be anything
// else by their shape: After and Tick, from a duration to a channel of times.
// Many modules have such an interface of their own.
func clockMethod(fn *types.Func) Timer {
	sig := fn.Signature()
	if sig.Recv() == nil || sig.Params().Len() != 1 || sig.Results().Len() != 1 ||
		!isTime(sig.Params().At(0).Type(), "Duration") {
		return NoTimer
	}
	ch, ok := sig.Results().At(0).Type().Underlying().(*types.Chan)
	if !ok || ch.Dir() == types.SendOnly || !isTime(ch.Elem(), "Time") {
		return NoTimer
	}
	switch fn.Name() {
	case "After":
		return After
	case "Tick":
		return Tick
	}
	return NoTimer
}

// isTime reports whether t is package time's type of the given name.
func isTime(t types.Type, name string) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Name() == name && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "time"
}

// timers lists the calls by package and name.
//
// Sources: the packages' documentation. A method of an interface and the same
// method of the type that reads the real clock are both listed.
var timers = map[string]map[string]Timer{
	"time": {
		"After": After, "Tick": Tick, "NewTimer": NewTimer, "NewTicker": NewTicker,
		"AfterFunc": AfterFunc, "Sleep": Sleep,
	},
	"k8s.io/utils/clock": {
		"Clock.After": After, "Clock.NewTimer": NewTimer, "Clock.Sleep": Sleep, "Clock.Tick": Tick,
		"WithTicker.NewTicker": NewTicker, "WithDelayedExecution.AfterFunc": AfterFunc,
		"RealClock.After": After, "RealClock.NewTimer": NewTimer, "RealClock.Sleep": Sleep, "RealClock.Tick": Tick,
		"RealClock.NewTicker": NewTicker, "RealClock.AfterFunc": AfterFunc,
	},
	"k8s.io/apimachinery/pkg/util/clock": {
		"Clock.After": After, "Clock.NewTimer": NewTimer, "Clock.Sleep": Sleep,
		"Clock.NewTicker": NewTicker, "RealClock.After": After, "RealClock.NewTimer": NewTimer,
		"RealClock.Sleep": Sleep, "RealClock.NewTicker": NewTicker,
	},
	"github.com/benbjohnson/clock": {
		"Clock.After": After, "Clock.Tick": Tick, "Clock.Timer": NewTimer, "Clock.Ticker": NewTicker,
		"Clock.AfterFunc": AfterFunc, "Clock.Sleep": Sleep,
	},
	"github.com/jonboulle/clockwork": {
		"Clock.After": After, "Clock.NewTimer": NewTimer, "Clock.NewTicker": NewTicker,
		"Clock.AfterFunc": AfterFunc, "Clock.Sleep": Sleep,
	},
	"code.cloudfoundry.org/clock": {
		"Clock.After": After, "Clock.NewTimer": NewTimer, "Clock.NewTicker": NewTicker, "Clock.Sleep": Sleep,
	},
}

// ImportsClock reports whether pkg imports a package of which [TimerOf] knows
// functions.
func ImportsClock(pkg *types.Package) bool {
	for _, imp := range pkg.Imports() {
		if _, ok := timers[imp.Path()]; ok {
			return true
		}
	}
	return false
}
