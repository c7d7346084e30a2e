package watch

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/gomend/gomend/profiles/endpoint"
	"github.com/gomend/gomend/profiles/gctrace"
	"github.com/gomend/gomend/profiles/goroutine"
	"github.com/gomend/gomend/profiles/trend"
)

// A Kind is what a leak is of.
type Kind string

// The kinds.
const (
	Proven     Kind = "proven"     // goroutines that the collector found leaked
	Goroutines Kind = "goroutines" // a stack on which goroutines add up
	Timers     Kind = "timers"     // the heap of timers that one place makes grows
	Heap       Kind = "heap"       // the heap that one place allocated grows
)

// A Leak is something that a service loses. It is of the service's code, or of a library
// that it uses.
type Leak struct {
	Kind  Kind
	Stack []goroutine.Frame // the innermost call first
	Owner goroutine.Frame   // of the stack, the innermost call that is not of the standard library

	// Values are how many goroutines or bytes there were in each snapshot, from the
	// first on; NaN where that is not known.
	Values []float64
	Last   float64

	// Verdict tells of the growth. It has no meaning for what is proven.
	Verdict trend.Verdict

	// Wait is for how long the goroutines have been waiting, and where they were
	// started, if a dump told it.
	Wait *endpoint.Wait
}

// A Report is what the snapshots of a service tell.
type Report struct {
	Service  string
	Times    []time.Time // of the snapshots
	Restarts []time.Time

	// Leaks are the proven ones first, and the others by what they grow, the most
	// first, of each kind.
	Leaks []Leak

	// Unclear are what has grown so far, without the snapshots telling yet whether it
	// leaks: sorted as Leaks are, by how much more there is than at first.
	Unclear []Leak

	// Series counts the stacks and owners that were judged, by what they do.
	Series map[trend.Kind]int

	// Memory are the statistics of each snapshot; nil where they are not known.
	Memory []*endpoint.MemStats

	// LiveHeap tells how the heap as a whole moves, as far as Memory has it. It is no leak
	// of its own: what of it has an owner is.
	LiveHeap trend.Verdict

	// Collections are those of each process that the service was in its time: one, if
	// it was not restarted. With them stand the last ones from before the watch.
	Collections []gctrace.Sampled

	// Failed are the parts that could not be measured in some snapshots, and Absent
	// those that the service does not have, with the reason.
	Failed map[endpoint.Part]Failed
	Absent map[endpoint.Part]string
}

// Report judges what the snapshots have told so far. The waits, if there are any, are
// joined with the goroutines that they are of.
func (w *Watch) Report(waits []endpoint.Wait) (*Report, error) {
	r := &Report{
		Service: w.service, Times: w.times, Restarts: w.restarts,
		Series: make(map[trend.Kind]int),
		Memory: w.memory,
		Failed: w.errors, Absent: w.absent,
	}
	for _, p := range w.processes {
		r.Collections = append(r.Collections, gctrace.Sum(p.samples, p.stops, p.lost))
	}
	proven := make(map[string]bool)
	for i, stack := range w.leaked.stacks {
		if last := w.leaked.last(i); last > 0 {
			r.Leaks = append(r.Leaks, Leak{Kind: Proven, Stack: stack, Owner: owner(stack), Values: w.leaked.values[i], Last: last})
			proven[stackKey(stack)] = true
		}
	}
	goroutines, err := w.judge(r, &w.goroutines, trend.Goroutines())
	if err != nil {
		return nil, err
	}
	for _, l := range goroutines {
		if !proven[stackKey(l.Stack)] {
			l.Kind = Goroutines
			r.add(l)
		}
	}
	heap, err := w.judge(r, &w.heap, trend.HeapBytes())
	if err != nil {
		return nil, err
	}
	for _, l := range heap {
		l.Kind = Heap
		if ofTimer(l.Stack) {
			l.Kind = Timers
		}
		r.add(l)
	}
	if r.LiveHeap, err = w.judgeHeap(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(r.Leaks, compareLeaks)
	slices.SortStableFunc(r.Unclear, compareLeaks)
	for i := range r.Leaks {
		r.Leaks[i].wait(waits)
	}
	return r, nil
}

// add adds what grows, or may.
func (r *Report) add(l Leak) {
	if l.Verdict.Kind == trend.Growing {
		r.Leaks = append(r.Leaks, l)
	} else {
		r.Unclear = append(r.Unclear, l)
	}
}

// patience is the number of snapshots from which on a series has to look like a leak
// twice in succession. Who looks again and again is bound to see one by chance: of
// simulated healthy watches of 30 snapshots, 15 % had one at some look, and 3 % at two
// in succession.
const patience = 7

// judge returns the keys of a series that grow, or have grown and can't be told yet, and
// counts what all do.
func (w *Watch) judge(r *Report, s *series, o trend.Options) ([]Leak, error) {
	verdicts, err := w.verdicts(s, o, len(w.times))
	if err != nil {
		return nil, err
	}
	before := verdicts
	if len(w.times) >= patience {
		if before, err = w.verdicts(s, o, len(w.times)-1); err != nil {
			return nil, err
		}
	}
	var all []Leak
	for i, v := range verdicts {
		if v.Kind == trend.Growing && before[i].Kind != trend.Growing {
			v.Kind = trend.Unclear
		}
		r.Series[v.Kind]++
		if v.Kind == trend.Growing || v.Kind == trend.Unclear && growth(s.values[i]) > 0 {
			all = append(all, Leak{Stack: s.stacks[i], Owner: owner(s.stacks[i]), Values: s.values[i], Last: s.last(i), Verdict: v})
		}
	}
	return all, nil
}

// mostJudged is how many snapshots are judged. What that takes grows with their square,
// and a day at one a minute would take seconds for each stack that moves. A leak is as
// plain in every tenth snapshot.
const mostJudged = 256

// verdicts judges the first n snapshots of a series, or evenly chosen ones of them with
// the last among them.
func (w *Watch) verdicts(s *series, o trend.Options, n int) ([]trend.Verdict, error) {
	stride := (n + mostJudged - 1) / mostJudged
	var times []time.Time
	values := make([][]float64, len(s.values))
	for at := (n - 1) % max(stride, 1); at < n; at += stride {
		times = append(times, w.times[at])
		for i := range values {
			values[i] = append(values[i], s.values[i][at])
		}
	}
	return trend.Watch{Times: times, Series: values, Restarts: w.restarts}.Judge(o)
}

// judgeHeap judges the heap as a whole.
func (w *Watch) judgeHeap() (trend.Verdict, error) {
	var live []float64
	for _, m := range w.memory {
		if m == nil {
			live = append(live, math.NaN())
		} else {
			live = append(live, float64(m.HeapAlloc))
		}
	}
	all := series{values: [][]float64{live}}
	verdicts, err := w.verdicts(&all, trend.HeapBytes(), len(live))
	if err != nil {
		return trend.Verdict{}, err
	}
	return verdicts[0], nil
}

func compareLeaks(a, b Leak) int {
	order := []Kind{Proven, Goroutines, Timers, Heap}
	return cmp.Or(
		cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)),
		cmp.Compare(b.Verdict.Slope.Value, a.Verdict.Slope.Value),
		cmp.Compare(b.Growth(), a.Growth()),
		cmp.Compare(b.Last, a.Last),
		cmp.Compare(stackKey(a.Stack), stackKey(b.Stack)),
	)
}

// Growth returns how much more there is at last than there was at first, as far as both
// are known.
func (l *Leak) Growth() float64 { return growth(l.Values) }

func growth(values []float64) float64 {
	known := slices.DeleteFunc(slices.Clone(values), math.IsNaN)
	if len(known) == 0 {
		return 0
	}
	return known[len(known)-1] - known[0]
}

// wait joins the leak with the wait of most goroutines on its stack.
func (l *Leak) wait(waits []endpoint.Wait) {
	if l.Kind != Proven && l.Kind != Goroutines {
		return
	}
	l.Wait = waitOn(l.Stack, waits)
}

// waitOn returns the first of the waits, which is that of most goroutines, on a stack,
// or nil.
func waitOn(stack []goroutine.Frame, waits []endpoint.Wait) *endpoint.Wait {
	key := visibleKey(stack)
	i := slices.IndexFunc(waits, func(w endpoint.Wait) bool { return visibleKey(w.Stack) == key })
	if i < 0 {
		return nil
	}
	return &waits[i]
}

// visibleKey is stackKey for stacks of dumps, which leave out what profiles have of the
// runtime.
func visibleKey(stack []goroutine.Frame) string {
	return stackKey(slices.DeleteFunc(slices.Clone(stack), goroutine.Frame.Runtime))
}

// Suspect reports whether a goroutine of a dump is on the stack of one of the leaks, so
// that its wait is worth knowing.
func (r *Report) Suspect(g *goroutine.Goroutine) bool {
	key := visibleKey(g.Stack)
	return slices.ContainsFunc(r.Leaks, func(l Leak) bool {
		return (l.Kind == Proven || l.Kind == Goroutines) && visibleKey(l.Stack) == key
	})
}
