// Command twinsrun calls the drivers of the twins, which its test lists in
// another file, and fails if one of them does not end, leaves a goroutine
// behind, or loses one on the way.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"time"
)

const (
	calls = 20          // of each driver
	limit = time.Second // for one call and its goroutines, on average
)

type driver struct {
	name string
	call func()
}

func main() {
	lost := pprof.Lookup("goroutineleak")
	for _, d := range drivers {
		d.try(lost)
	}
	if lost == nil {
		fmt.Println("no goroutine leak profile in", runtime.Version())
	}
}

// try calls the driver and waits until all that it started has ended. A correct
// twin has no lost goroutine at any time: the profile is taken before the wait.
func (d driver) try(lost *pprof.Profile) {
	late := time.AfterFunc(calls*limit, func() { d.fail("does not end", lost) })
	defer late.Stop()
	for range calls {
		d.call()
	}
	if lost != nil && !empty(lost) {
		d.fail("loses a goroutine", lost)
	}
	for runtime.NumGoroutine() > 1 {
		time.Sleep(time.Millisecond)
	}
}

// empty reports whether the profile finds no goroutine.
func empty(lost *pprof.Profile) bool {
	var text strings.Builder
	if err := lost.WriteTo(&text, 1); err != nil {
		return false
	}
	return strings.HasPrefix(text.String(), "goroutineleak profile: total 0\n")
}

// fail ends the program with the stacks of all goroutines, the lost ones marked
// where the toolchain can tell.
func (d driver) fail(why string, lost *pprof.Profile) {
	fmt.Println(d.name, why)
	if lost == nil {
		lost = pprof.Lookup("goroutine")
	}
	lost.WriteTo(os.Stdout, 2)
	os.Exit(1)
}
