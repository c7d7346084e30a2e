package vettool

import (
	"runtime"
	"testing"
	"time"
)

func TestHeapGrowsToTheFloorThenByItsOwnSizeOrAStep(t *testing.T) {
	for _, inUse := range []uint64{1 << 20, 20 << 20, 63 << 20, 64 << 20, 100 << 20, 512 << 20, 1 << 30} {
		grown := inUse + inUse*uint64(percent(inUse))/100
		want := max(heapFloor, inUse+min(inUse, heapStep))
		if grown > want || grown < want-inUse/100 {
			t.Errorf("with %d MB in use, it is collected at %d MB, not at %d", inUse>>20, grown>>20, want>>20)
		}
	}
	if got := percent(0); got != 100 {
		t.Errorf("where the runtime does not tell, GOGC is %d", got)
	}
}

func TestAfterEachCollection(t *testing.T) {
	collected := make(chan bool)
	done := make(chan bool)
	defer close(done)
	afterCollection(func() {
		select {
		case collected <- true:
		case <-done:
		}
	})
	for i := range 3 {
		runtime.GC()
		select {
		case <-collected:
		case <-time.After(time.Minute):
			t.Fatalf("collection %d was not noticed", i+1)
		}
	}
	if heapInUse() == 0 {
		t.Error("the runtime does not tell how much of the heap is in use")
	}
}
