package main

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// growth returns the heap's growth between collections, in percent.
func growth() int {
	now := debug.SetGCPercent(-1)
	debug.SetGCPercent(now)
	return now
}

// A heap that is no longer small is collected as usual.
func TestCollectSeldom(t *testing.T) {
	t.Setenv("GOGC", "")
	defer debug.SetGCPercent(debug.SetGCPercent(usualGrowth))
	collectSeldom()
	runtime.GC()
	if got := growth(); got != smallGrowth {
		t.Fatalf("a small heap grows by %d percent, want %d", got, smallGrowth)
	}
	large := make([]byte, smallHeap+1)
	for range 100 {
		runtime.GC()
		if growth() == usualGrowth {
			break
		}
		time.Sleep(10 * time.Millisecond) // cleanups run when they may
	}
	if got := growth(); got != usualGrowth {
		t.Errorf("a large heap grows by %d percent, want %d", got, usualGrowth)
	}
	runtime.KeepAlive(large)
}

// Who sets GOGC has it.
func TestCollectAsSet(t *testing.T) {
	t.Setenv("GOGC", "50")
	defer debug.SetGCPercent(debug.SetGCPercent(50))
	collectSeldom()
	if got := growth(); got != 50 {
		t.Errorf("the heap grows by %d percent, want 50", got)
	}
}
