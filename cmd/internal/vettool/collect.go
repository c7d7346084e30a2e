package vettool

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// heapFloor is how large the heap may grow before garbage is collected. The tool
// looks at one package and ends: what is collected before is work for nothing,
// and by the runtime's own measure, which is made for servers, that was a third of
// the CPU time. Most packages need less in all. The Go compiler does the same.
const heapFloor = 128 << 20

// heapStep bounds by how much a large heap grows before it is collected again.
// The go command runs a tool for each processor: to twice of what is in use, as a
// server may grow, would take gigabytes on the largest packages.
const heapStep = 512 << 20

// collectLate lets the heap grow to heapFloor before it is collected, and from
// there on as ever, to twice of what is in use, or by heapStep. Who sets GOGC or
// GOMEMLIMIT decides otherwise.
func collectLate() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	// The first collection comes at 4 MB times GOGC/100.
	debug.SetGCPercent(heapFloor / (4 << 20) * 100)
	afterCollection(func() { debug.SetGCPercent(percent(heapInUse())) })
}

// percent returns the GOGC value by which a heap of which so much is in use next
// is collected when it has grown to the floor, or by as much again but no more
// than heapStep.
func percent(inUse uint64) int {
	switch {
	case inUse == 0:
		return 100
	case inUse < heapFloor/2:
		return int((heapFloor - inUse) * 100 / inUse)
	}
	return int(min(inUse, heapStep) * 100 / inUse)
}

// heapInUse returns the bytes that the last collection left.
func heapInUse() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0 // a runtime that does not tell
	}
	return sample[0].Value.Uint64()
}

// afterCollection calls f soon after each collection: an object that nothing leads
// to is one that a collection finds.
func afterCollection(f func()) {
	type sentinel struct{ _ *byte } // with a pointer, lest it share its place with others
	var arm func()
	arm = func() {
		runtime.AddCleanup(&sentinel{}, func(struct{}) { arm(); f() }, struct{}{})
	}
	arm()
}
