// Package endpoint takes snapshots of running services over their own /debug/pprof,
// and keeps them in a directory: how many goroutines stand where, which of them the
// collector found leaked, what holds the heap, and the statistics of the memory and
// of the last collections' pauses.
//
// A [Client] has the limits, a [Target] is what the user names, and a [Service] is
// asked for one [Snapshot] after the other, as a [Pacer] says when:
//
//	target, err := endpoint.ParseTarget("cart.internal:6060")
//	…
//	service := client.Service(target)
//	snapshot, err := service.Snapshot(ctx)
//	…
//	err = endpoint.Directory("snapshots").Write(snapshot)
//
// A snapshot is two requests, and a third where the service has a goroutineleak
// profile:
//
//	goroutine              in pprof's format; the program is stopped for microseconds
//	                       to milliseconds
//	goroutineleak          runs a collection that looks for leaks
//	heap?gc=1&debug=1      runs a collection; the heap as of its end and the
//	                       statistics of the memory are one text, which also names
//	                       the functions. pprof's format would be a second request
//	                       and has no statistics.
//
// So each snapshot adds one or two forced collections to what it measures. A service
// with 10,000 goroutines and 90 MB of heap took 30 to 90 ms for the first and 45 ms for
// the last, on two cores. How long goroutines wait is only in goroutine?debug=2, for
// which the program is stopped as long as it takes to write all stacks: 0.1 s of those
// 10,000, and a second of 100,000. That is asked on demand only: see [Service.Waits].
//
// What may tell of persons or hold secrets is dropped before anything is returned or
// stored: profiler labels, the names of binaries and comments in profiles, and the
// arguments in dumps. Command lines are never asked for. Names of functions and
// source files stay, and so do build IDs.
//
// What is missing is told apart from what is not there: see [Snapshot].
package endpoint

import (
	"time"

	"github.com/google/pprof/profile"
)

// A Part is one of the things that a snapshot consists of. Its text is the name of the
// profile under /debug/pprof, but for Memory and Waits.
type Part string

// The parts.
const (
	Goroutines Part = "goroutine"
	Leaks      Part = "goroutineleak"
	Heap       Part = "heap"
	Memory     Part = "memstats" // comes with Heap
	Waits      Part = "waits"    // only by [Service.Waits]
)

// A Snapshot is what a service told at one time. A part that is nil was not measured:
// Errors or Absent say why, if it was wanted. It never means that there is nothing.
// Nothing has labels, and of the mappings only the addresses and build IDs.
type Snapshot struct {
	// Service is the [Target.Name] of the service, and the name of the folder where
	// it was read from a directory.
	Service string

	// Time is when the snapshot was begun, in UTC. Source says how that is known.
	Time   time.Time
	Source TimeSource

	// Took is how long the request for a part took, until all was read.
	Took map[Part]time.Duration

	// Goroutines has one sample for each stack: how many goroutines are there.
	Goroutines *profile.Profile

	// Leaked has the goroutines that the collector found leaked. One take misses
	// some; they appear in later ones.
	Leaked *profile.Profile

	// Heap has the sampled allocations as of a collection just before: what is in
	// use, and what was allocated since the start, in objects and bytes, scaled up
	// from the samples.
	Heap *profile.Profile

	// Memory are the statistics that were read with Heap.
	Memory *MemStats

	// Waits are how long goroutines have been waiting. They are empty if nobody
	// asked. If there is an error for them too, they are of a part of the
	// goroutines.
	Waits []Wait

	// Errors says for each part that is missing and was wanted what went wrong.
	Errors map[Part]error

	// Absent says for each part that the service does not have why, in a sentence.
	Absent map[Part]string
}

func newSnapshot(service string, at time.Time, source TimeSource) *Snapshot {
	return &Snapshot{
		Service: service,
		Time:    at.UTC(),
		Source:  source,
		Took:    make(map[Part]time.Duration),
		Errors:  make(map[Part]error),
		Absent:  make(map[Part]string),
	}
}

// Slowest returns how long the slowest request took.
func (s *Snapshot) Slowest() time.Duration {
	var slowest time.Duration
	for _, took := range s.Took {
		slowest = max(slowest, took)
	}
	return slowest
}

// A TimeSource says how the time of a snapshot is known.
type TimeSource string

// The sources, the most reliable first.
const (
	FromClock    TimeSource = "clock"    // taken by this package
	FromName     TimeSource = "name"     // a time in the names of the files
	FromProfile  TimeSource = "profile"  // what the service wrote into the profile
	FromModified TimeSource = "modified" // when the file was modified last
)
