package watch

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/gomend/gomend/profiles/endpoint"
	"github.com/gomend/gomend/profiles/goroutine"
)

// A Difference is what two snapshots of a service have of the same kind: goroutines by
// stack, or the heap by owner. A pair proves nothing, however large the difference is:
// a burst and a leak look alike in it. What the collector found leaked is a leak.
type Difference struct {
	Part          endpoint.Part // Goroutines, Leaks or Heap
	Before, After time.Time
	Rows          []Row // those that differ, what grew most first
}

// A Row is what there was of a stack or owner.
type Row struct {
	Stack         []goroutine.Frame
	Owner         goroutine.Frame
	Before, After float64 // goroutines, or bytes

	// Wait is of the goroutines after, if they were read from a dump.
	Wait *endpoint.Wait
}

// Growth returns how much more there was after.
func (r *Row) Growth() float64 { return r.After - r.Before }

// Leaked reports whether the collector found goroutines of the row leaked.
func (r *Row) Leaked() bool { return r.Wait != nil && r.Wait.Leaked }

// Diff compares two snapshots that have a part in common; of several it is the first of
// goroutines, leaked goroutines and the heap.
func Diff(before, after *endpoint.Snapshot) (*Difference, error) {
	d := &Difference{Before: before.Time, After: after.Time}
	var s series
	switch {
	case before.Goroutines != nil && after.Goroutines != nil:
		d.Part, s = endpoint.Goroutines, newSeries(stackKey)
		s.add(before.Goroutines)
		s.add(after.Goroutines)
	case before.Leaked != nil && after.Leaked != nil:
		d.Part, s = endpoint.Leaks, newSeries(stackKey)
		s.add(before.Leaked)
		s.add(after.Leaked)
	case before.Heap != nil && after.Heap != nil:
		d.Part, s = endpoint.Heap, newSeries(ownerKey)
		s.add(before.Heap)
		s.add(after.Heap)
	default:
		return nil, errors.New("the two are not of the same kind: give two profiles of goroutines, of leaked goroutines, or of the heap")
	}
	for i, values := range s.values {
		if values[0] != values[1] {
			row := Row{Stack: s.stacks[i], Owner: owner(s.stacks[i]), Before: values[0], After: values[1]}
			if d.Part != endpoint.Heap {
				row.Wait = waitOn(row.Stack, after.Waits)
			}
			d.Rows = append(d.Rows, row)
		}
	}
	slices.SortStableFunc(d.Rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(b.Growth(), a.Growth()), cmp.Compare(stackKey(a.Stack), stackKey(b.Stack)))
	})
	return d, nil
}

// Proven reports whether the difference has goroutines that the collector found leaked.
func (d *Difference) Proven() bool {
	return slices.ContainsFunc(d.Rows, func(r Row) bool {
		return r.After > 0 && (d.Part == endpoint.Leaks || r.Leaked())
	})
}
