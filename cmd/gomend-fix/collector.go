package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// A heap below smallHeap may grow to the fifth of its size between collections.
const (
	smallHeap   = 256 << 20
	smallGrowth = 400
	usualGrowth = 100
)

// collectSeldom has the garbage collector leave a small heap alone for longer, as the
// compiler does: of the fixes of a small module, a third of the time would be the
// collector's. Who sets GOGC has decided otherwise.
func collectSeldom() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(smallGrowth)
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	var afterCollection func()
	afterCollection = func() {
		metrics.Read(live)
		if live[0].Value.Uint64() > smallHeap {
			debug.SetGCPercent(usualGrowth)
			return
		}
		onCollection(afterCollection)
	}
	onCollection(afterCollection)
}

// onCollection calls a function after the next collection.
func onCollection(do func()) {
	runtime.AddCleanup(&struct{ _ [64]byte }{}, func(do func()) { do() }, do)
}
