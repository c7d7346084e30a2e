package gctrace

import (
	"cmp"
	"iter"
	"slices"
	"time"
)

// minInterval is the least time between two cycles for which the collector's share of
// the CPU is given on its own. Cycles begin at whole milliseconds, so that the share
// of a shorter one could be wrong by more than a tenth.
const minInterval = 10 * time.Millisecond

// Statistics sum up the cycles of a run. Figures that need two cycles in succession
// are zero if there are none: nothing is read into the gaps that lost lines leave.
type Statistics struct {
	// Cycles is the number of cycles the log tells of, and Missing the number of
	// those between the first and the last of them that it does not.
	Cycles, Missing int

	// Span is the time from the beginning of the first cycle to that of the last, and
	// Rate how many cycles began in it per second, the missing ones included.
	Span time.Duration
	Rate float64

	// Procs is GOMAXPROCS in the last cycle.
	Procs int

	// Pause is for how long each cycle stopped the program: the sum of
	// SweepTermination and MarkTermination, which follow apart.
	Pause            Distribution[time.Duration]
	SweepTermination Distribution[time.Duration]
	ConcurrentMark   Distribution[time.Duration]
	MarkTermination  Distribution[time.Duration]

	// GCShare is the part that the collector took of the CPU time that there was
	// from cycle to cycle, which is Procs times that time: between 0 and 1, without
	// idle marking. IntervalGCShare is the same for each time from the beginning of a
	// cycle to that of the next, where that is not too short to tell.
	GCShare         float64
	IntervalGCShare Distribution[float64]

	// AssistShare is the part of the collector's CPU time, without idle marking, that
	// assists took: between 0 and 1. Assists slow down the goroutines that allocate.
	AssistShare float64

	// Live and Peak are the lows and the highs of the heap's sawtooth in bytes: what
	// each cycle left as live, and the heap just before it was swept.
	Live, Peak Distribution[int64]

	// GoalRatio is the heap goal of each cycle over the live heap that the cycle
	// before left. It is about 2 with GOGC=100, and near 1 if there is no room.
	GoalRatio Distribution[float64]

	// AllocationRate is what the program allocated in bytes per second: the growth of
	// the heap during marking, and from a cycle's live heap to the start of the next.
	AllocationRate float64

	// Forced is the number of cycles that the program asked for, without those for
	// goroutineleak profiles, of which LeakChecks is the number.
	Forced, LeakChecks int

	run Run
}

// A Distribution tells how values spread. The percentiles are nearest-rank: P90 is
// the least value that at least 90 % of the values do not exceed, so each is one that
// occurred. With fewer than 100 values P99 is Max.
type Distribution[T cmp.Ordered] struct {
	Min, P50, P90, P99, Max T
}

// distribution sorts the values and returns how they spread.
func distribution[T cmp.Ordered](values []T) Distribution[T] {
	if len(values) == 0 {
		return Distribution[T]{}
	}
	slices.Sort(values)
	rank := func(percent int) T { return values[(percent*len(values)+99)/100-1] }
	return Distribution[T]{Min: values[0], P50: rank(50), P90: rank(90), P99: rank(99), Max: rank(100)}
}

// Statistics sums up the run. It keeps the cycles, which are not to be changed
// afterwards.
func (r Run) Statistics() Statistics {
	if len(r.Cycles) == 0 {
		return Statistics{}
	}
	first, last := &r.Cycles[0], &r.Cycles[len(r.Cycles)-1]
	begun := last.Number - first.Number
	span := last.At - first.At
	s := Statistics{
		Cycles:           len(r.Cycles),
		Missing:          begun + 1 - len(r.Cycles),
		Span:             span,
		Rate:             ratio(float64(begun), span.Seconds()),
		Procs:            last.Procs,
		Pause:            distribution(each(r, (*Cycle).Pause)),
		SweepTermination: distribution(each(r, func(c *Cycle) time.Duration { return c.SweepTermination })),
		ConcurrentMark:   distribution(each(r, func(c *Cycle) time.Duration { return c.ConcurrentMark })),
		MarkTermination:  distribution(each(r, func(c *Cycle) time.Duration { return c.MarkTermination })),
		AssistShare:      r.assistShare(),
		Live:             distribution(each(r, func(c *Cycle) int64 { return c.HeapLive })),
		Peak:             distribution(each(r, (*Cycle).peak)),
		Forced:           len(r.numbers((*Cycle).requested)),
		LeakChecks:       len(r.numbers(func(c *Cycle) bool { return c.LeakCheck })),
		run:              r,
	}
	s.sumIntervals(r)
	return s
}

// sumIntervals fills in the figures that come from two cycles in succession.
func (s *Statistics) sumIntervals(r Run) {
	var time, available, collector, allocated float64
	var shares, goals []float64
	for i := range r.Intervals() {
		time += i.Length().Seconds()
		available += i.available()
		collector += i.From.CPU().Seconds()
		allocated += i.allocated()
		if share, ok := i.GCShare(); ok {
			shares = append(shares, share)
		}
		if i.From.HeapLive > 0 {
			goals = append(goals, i.goalRatio())
		}
	}
	s.GCShare = ratio(collector, available)
	s.IntervalGCShare = distribution(shares)
	s.GoalRatio = distribution(goals)
	s.AllocationRate = ratio(max(allocated, 0), time)
}

// WorstPauses returns the k cycles that stopped the program for longest, the worst
// first and the earlier first of two that are equal.
func (s Statistics) WorstPauses(k int) []Cycle {
	worst := slices.Clone(s.run.Cycles)
	slices.SortStableFunc(worst, func(a, b Cycle) int { return cmp.Compare(b.Pause(), a.Pause()) })
	return worst[:min(max(k, 0), len(worst))]
}

// assistShare returns the part of the collector's CPU time that assists took.
func (r Run) assistShare() float64 {
	var assists, all float64
	for i := range r.Cycles {
		assists += r.Cycles[i].AssistCPU.Seconds()
		all += r.Cycles[i].CPU().Seconds()
	}
	return ratio(assists, all)
}

// numbers returns the numbers of the cycles for which the condition holds.
func (r Run) numbers(condition func(*Cycle) bool) []int {
	var numbers []int
	for i := range r.Cycles {
		if c := &r.Cycles[i]; condition(c) {
			numbers = append(numbers, c.Number)
		}
	}
	return numbers
}

// requested reports whether the program asked for the cycle, and not merely for a
// goroutineleak profile.
func (c *Cycle) requested() bool { return c.Forced && !c.LeakCheck }

// An Interval is the time from the beginning of a cycle to that of the next.
type Interval struct {
	From, To *Cycle
}

// Intervals yields those of the cycles in succession: none where the log lacks some.
func (r Run) Intervals() iter.Seq[Interval] {
	return func(yield func(Interval) bool) {
		for n := 1; n < len(r.Cycles); n++ {
			i := Interval{&r.Cycles[n-1], &r.Cycles[n]}
			if i.To.Number == i.From.Number+1 && !yield(i) {
				return
			}
		}
	}
}

// Length returns how long the interval is.
func (i Interval) Length() time.Duration { return i.To.At - i.From.At }

// GCShare returns the part that the collector took of the CPU time that there was,
// between 0 and 1, and false if the interval is too short to tell.
func (i Interval) GCShare() (share float64, ok bool) {
	if i.Length() < minInterval {
		return 0, false
	}
	return ratio(i.From.CPU().Seconds(), i.available()), true
}

// available returns the CPU time that there was, in seconds.
func (i Interval) available() float64 { return float64(i.From.Procs) * i.Length().Seconds() }

// allocated returns how much was allocated, in bytes. Sizes are rounded down to MB,
// so that it may be below zero for a single interval.
func (i Interval) allocated() float64 {
	marking := i.From.HeapEnd - i.From.HeapStart
	after := i.To.HeapStart - i.From.HeapLive
	return float64(marking) + float64(after)
}

// goalRatio returns the heap goal over the live heap from which the pacer derived it.
func (i Interval) goalRatio() float64 { return float64(i.To.Goal) / float64(i.From.HeapLive) }

// each returns a value of each cycle.
func each[T any](r Run, value func(*Cycle) T) []T {
	values := make([]T, len(r.Cycles))
	for i := range r.Cycles {
		values[i] = value(&r.Cycles[i])
	}
	return values
}

// ratio returns a/b, and 0 where there is none.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
