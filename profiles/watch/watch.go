// Package watch tells from snapshots of a running service what it leaks: goroutines
// that the garbage collector proves leaked, stacks on which goroutines add up, and
// owners whose part of the heap grows.
//
// A [Watch] takes in the snapshots of one service in their order, and has a [Report]
// at any time. Which series grow is decided by package trend.
package watch

import (
	"slices"
	"time"

	"github.com/gomend/gomend/profiles/endpoint"
)

// A Watch is what the snapshots of one service have told so far.
type Watch struct {
	service    string
	times      []time.Time
	restarts   []time.Time
	goroutines series
	leaked     series
	heap       series
	memory     []*endpoint.MemStats // nil where it is not known
	processes  []process
	errors     map[endpoint.Part]Failed
	absent     map[endpoint.Part]string
}

// A Failed is what could not be measured in some snapshots.
type Failed struct {
	Times int   // in how many
	Last  error // why, the last time
}

// New returns a watch of the named service.
func New(service string) *Watch {
	return &Watch{
		service:    service,
		goroutines: newSeries(stackKey),
		leaked:     newSeries(stackKey),
		heap:       newSeries(ownerKey),
		errors:     make(map[endpoint.Part]Failed),
		absent:     make(map[endpoint.Part]string),
	}
}

// Add takes in the next snapshot, which has to be later than the one before.
func (w *Watch) Add(s *endpoint.Snapshot) {
	if earlier := w.lastMemory(); s.Memory != nil {
		if earlier != nil && !s.Memory.Follows(earlier) {
			w.restarts = append(w.restarts, s.Time)
			w.leaked.forget()
			earlier = nil
		}
		if earlier == nil {
			w.processes = append(w.processes, process{})
		}
		w.processes[len(w.processes)-1].add(s, earlier)
	}
	w.times = append(w.times, s.Time)
	w.memory = append(w.memory, s.Memory)
	w.goroutines.add(s.Goroutines)
	w.leaked.add(s.Leaked)
	w.heap.add(s.Heap)
	for part, err := range s.Errors {
		w.errors[part] = Failed{w.errors[part].Times + 1, err}
	}
	for part, why := range s.Absent {
		w.absent[part] = why
	}
}

// Missed takes in that a snapshot could not be had at all.
func (w *Watch) Missed(err error) {
	w.errors[endpoint.Goroutines] = Failed{w.errors[endpoint.Goroutines].Times + 1, err}
}

// lastMemory returns the statistics that were had last, or nil.
func (w *Watch) lastMemory() *endpoint.MemStats {
	for _, m := range slices.Backward(w.memory) {
		if m != nil {
			return m
		}
	}
	return nil
}

// Snapshots returns how many there were.
func (w *Watch) Snapshots() int { return len(w.times) }
