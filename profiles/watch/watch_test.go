package watch_test

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/pprof/profile"

	"github.com/gomend/gomend/profiles/endpoint"
	"github.com/gomend/gomend/profiles/goroutine"
	"github.com/gomend/gomend/profiles/trend"
	"github.com/gomend/gomend/profiles/watch"
)

// A sample is a value with its stack, the innermost function first.
type sample struct {
	value int64
	stack []string
}

// profileOf returns a profile of the samples. The line of a call is its function's
// length.
func profileOf(kind string, samples ...sample) *profile.Profile {
	p := &profile.Profile{SampleType: []*profile.ValueType{{Type: kind, Unit: "count"}}}
	for _, s := range samples {
		var at []*profile.Location
		for _, fn := range s.stack {
			f := &profile.Function{Name: fn, Filename: "/src/a.go"}
			at = append(at, &profile.Location{Line: []profile.Line{{Function: f, Line: int64(len(fn))}}})
		}
		p.Sample = append(p.Sample, &profile.Sample{Value: []int64{s.value}, Location: at})
	}
	return p
}

var (
	idle    = []string{"runtime.gopark", "net/http.(*conn).serve"}
	sending = []string{"runtime.gopark", "runtime.chansend", "shop/queue.push", "shop/queue.Serve.func1"}
	filling = []string{"bytes.growSlice", "bytes.(*Buffer).Write", "shop/cache.Put", "main.handle"}
	timing  = []string{"time.newTimer", "time.NewTimer", "time.After", "shop/poll.run"}
)

// watched returns the report on n snapshots a minute apart, as snapshot makes them.
func watched(t *testing.T, n int, snapshot func(i int, s *endpoint.Snapshot)) *watch.Report {
	t.Helper()
	w := watch.New("shop")
	for i := range n {
		s := &endpoint.Snapshot{Time: time.Date(2026, 11, 27, 12, i, 0, 0, time.UTC)}
		snapshot(i, s)
		w.Add(s)
	}
	r, err := w.Report(nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func kinds(r *watch.Report) []watch.Kind {
	var all []watch.Kind
	for _, l := range r.Leaks {
		all = append(all, l.Kind)
	}
	return all
}

func TestGrowingGoroutines(t *testing.T) {
	r := watched(t, 6, func(i int, s *endpoint.Snapshot) {
		s.Goroutines = profileOf("goroutine", sample{7, idle}, sample{int64(10 * (i + 1)), sending})
	})
	if !slices.Equal(kinds(r), []watch.Kind{watch.Goroutines}) {
		t.Fatalf("got %v", kinds(r))
	}
	l := r.Leaks[0]
	if l.Owner.Func != "shop/queue.push" || l.Last != 60 || l.Verdict.Kind != trend.Growing || l.Verdict.Slope.Value != 600 {
		t.Errorf("got %+v", l)
	}
	if r.Series[trend.Flat] != 1 || r.Series[trend.Growing] != 1 {
		t.Errorf("got %v", r.Series)
	}
}

func TestFiveSnapshotsAreNeeded(t *testing.T) {
	r := watched(t, 4, func(i int, s *endpoint.Snapshot) {
		s.Goroutines = profileOf("goroutine", sample{int64(100 * (i + 1)), sending})
	})
	if len(r.Leaks) > 0 || r.Series[trend.Unclear] != 1 {
		t.Errorf("got %v, %v", kinds(r), r.Series)
	}
	if len(r.Unclear) != 1 || r.Unclear[0].Kind != watch.Goroutines || r.Unclear[0].Growth() != 300 {
		t.Errorf("unclear is %+v", r.Unclear)
	}
}

// Days of snapshots are judged by some of them, from the first to the last.
func TestManySnapshots(t *testing.T) {
	const n = 2000
	r := watched(t, n, func(i int, s *endpoint.Snapshot) {
		s.Goroutines = profileOf("goroutine", sample{int64(7 + i%5), idle}, sample{int64(i + 1), sending})
	})
	if !slices.Equal(kinds(r), []watch.Kind{watch.Goroutines}) {
		t.Fatalf("got %v", kinds(r))
	}
	l := r.Leaks[0]
	if l.Last != n || len(l.Values) != n || l.Verdict.Snapshots > 256 || l.Verdict.Growth < n-10 || math.Round(l.Verdict.Slope.Value) != 60 {
		t.Errorf("got last %v, %d values, %+v", l.Last, len(l.Values), l.Verdict)
	}
}

// What the collector proves needs no trend, and is not told again where it has one.
func TestProven(t *testing.T) {
	r := watched(t, 6, func(i int, s *endpoint.Snapshot) {
		s.Goroutines = profileOf("goroutine", sample{int64(10 * (i + 1)), sending})
		s.Leaked = profileOf("goroutineleak", sample{int64(10 * (i + 1)), sending})
	})
	if !slices.Equal(kinds(r), []watch.Kind{watch.Proven}) || r.Leaks[0].Last != 60 {
		t.Errorf("got %v", r.Leaks)
	}
	r = watched(t, 1, func(_ int, s *endpoint.Snapshot) { s.Leaked = profileOf("goroutineleak", sample{1, sending}) })
	if !slices.Equal(kinds(r), []watch.Kind{watch.Proven}) {
		t.Errorf("got %v of one snapshot", kinds(r))
	}
}

// Memory belongs to the code that asked the library for it, and timers are told apart.
func TestOwnersOfTheHeap(t *testing.T) {
	r := watched(t, 8, func(i int, s *endpoint.Snapshot) {
		s.Heap = profileOf("inuse_space", sample{int64(i+1) << 23, filling}, sample{int64(i+1) << 22, timing}, sample{1 << 20, idle})
	})
	if !slices.Equal(kinds(r), []watch.Kind{watch.Timers, watch.Heap}) {
		t.Fatalf("got %v", kinds(r))
	}
	if r.Leaks[0].Owner.Func != "shop/poll.run" || r.Leaks[1].Owner.Func != "shop/cache.Put" {
		t.Errorf("got %v and %v", r.Leaks[0].Owner, r.Leaks[1].Owner)
	}
}

// A restart begins anew, and what could not be measured is not zero.
func TestRestartsAndGaps(t *testing.T) {
	memory := func(collections uint32) *endpoint.MemStats {
		return &endpoint.MemStats{NumGC: uint64(collections), TotalAlloc: uint64(collections) << 20}
	}
	r := watched(t, 12, func(i int, s *endpoint.Snapshot) {
		s.Goroutines = profileOf("goroutine", sample{int64(10 * (i%6 + 1)), sending})
		s.Memory = memory(uint32(i%6 + 1))
		if i == 3 || i == 8 {
			s.Goroutines = nil
			s.Errors = map[endpoint.Part]error{endpoint.Goroutines: errors.New("timeout")}
		}
	})
	if !slices.Equal(kinds(r), []watch.Kind{watch.Goroutines}) || len(r.Restarts) != 1 || !r.Restarts[0].Equal(r.Times[6]) {
		t.Errorf("got %v, restarts %v", kinds(r), r.Restarts)
	}
	if f := r.Failed[endpoint.Goroutines]; f.Times != 2 || f.Last == nil {
		t.Errorf("got %+v", f)
	}
}

func TestWaits(t *testing.T) {
	w := watch.New("shop")
	w.Add(&endpoint.Snapshot{Time: time.Now(), Leaked: profileOf("goroutineleak", sample{2, sending})})
	r, err := w.Report(nil)
	if err != nil {
		t.Fatal(err)
	}
	frames := []goroutine.Frame{
		{Func: "shop/queue.push", File: "/src/a.go", Line: len("shop/queue.push")},
		{Func: "shop/queue.Serve.func1", File: "/src/a.go", Line: len("shop/queue.Serve.func1")},
	}
	if !r.Suspect(&goroutine.Goroutine{Stack: frames}) || r.Suspect(&goroutine.Goroutine{Stack: frames[1:]}) {
		t.Error("the suspects are others")
	}
	r, err = w.Report([]endpoint.Wait{{State: "chan send", Stack: frames, Longest: time.Hour}})
	if err != nil || r.Leaks[0].Wait == nil || r.Leaks[0].Wait.Longest != time.Hour {
		t.Errorf("got %+v, %v", r.Leaks, err)
	}
}

func TestDiff(t *testing.T) {
	before := &endpoint.Snapshot{Heap: profileOf("inuse_space", sample{1 << 20, filling}, sample{1 << 22, timing})}
	after := &endpoint.Snapshot{Heap: profileOf("inuse_space", sample{1 << 23, filling}, sample{1 << 22, timing})}
	d, err := watch.Diff(before, after)
	if err != nil {
		t.Fatal(err)
	}
	if d.Part != endpoint.Heap || len(d.Rows) != 1 || d.Rows[0].Growth() != 7<<20 || d.Rows[0].Owner.Func != "shop/cache.Put" || d.Proven() {
		t.Errorf("got %+v", d)
	}
	leaked := &endpoint.Snapshot{Leaked: profileOf("goroutineleak", sample{2, sending})}
	if d, err = watch.Diff(&endpoint.Snapshot{Leaked: profileOf("goroutineleak")}, leaked); err != nil || !d.Proven() {
		t.Errorf("got %+v, %v", d, err)
	}
	if _, err := watch.Diff(before, leaked); err == nil {
		t.Error("a heap was compared with goroutines")
	}
}

// Each process has its own collections, and those that snapshots ask for are no load.
func TestCollections(t *testing.T) {
	r := watched(t, 6, func(i int, s *endpoint.Snapshot) {
		m := &endpoint.MemStats{NumGC: uint64(10*(i%3) + 10), TotalAlloc: uint64(i%3+1) << 30, HeapAlloc: 1 << 20, NextGC: 2 << 20}
		for n := range m.NumGC {
			m.PauseNs[n], m.PauseEnd[n] = 1000*(n+1), uint64(i/3*1000)+n+1
		}
		s.Memory, s.Leaked = m, profileOf("goroutineleak")
	})
	if r.LiveHeap.Kind != trend.Unclear { // three snapshots of a process are too few
		t.Errorf("the heap is %+v", r.LiveHeap)
	}
	if len(r.Collections) != 2 {
		t.Fatalf("got %d processes", len(r.Collections))
	}
	for _, c := range r.Collections {
		if len(c.Samples) != 3 || c.Cycles != 20-2*2 || len(c.Stops) != 30 || c.Lost != 0 || c.Pause.Max != 30*time.Microsecond || c.AllocationRate != (2<<30)/120. {
			t.Errorf("got %+v", c)
		}
	}
}

func TestLiveHeap(t *testing.T) {
	r := watched(t, 6, func(i int, s *endpoint.Snapshot) {
		s.Memory = &endpoint.MemStats{NumGC: uint64(i), HeapAlloc: uint64(10+i) << 20}
	})
	if r.LiveHeap.Kind != trend.Growing || math.Round(r.LiveHeap.Slope.Value/(1<<20)) != 60 || len(r.Leaks) > 0 {
		t.Errorf("got %+v and leaks %v", r.LiveHeap, kinds(r))
	}
}
