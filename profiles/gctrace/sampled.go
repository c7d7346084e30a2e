package gctrace

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// A Sample is what a program knows of its collections at one time, without a trace:
// runtime.MemStats, read just after a collection.
type Sample struct {
	At time.Time

	// NumGC counts the collections since the start of the program, and NumForced those
	// of them that somebody asked for. Asked is how many of these the taking of this
	// sample itself asked for.
	NumGC, NumForced, Asked uint64

	// Allocated are the bytes that were allocated since the start.
	Allocated uint64

	// Live is the heap after the collection and Goal what it may grow to before the
	// next, in bytes.
	Live, Goal int64

	// GCShare is the part that the collector took of the CPU time that there was since
	// the start, between 0 and 1 (runtime.MemStats.GCCPUFraction).
	GCShare float64
}

// HasGoal reports whether the heap has a goal. With GOGC=off and no memory limit it is
// beyond any memory, near the greatest number there is.
func (s *Sample) HasGoal() bool { return s.Goal < 1<<60 }

// A Stop is for how long a collection stopped the program, both of its stops together.
type Stop struct {
	Number uint64    // of the collection, from 1
	End    time.Time // of the collection
	Pause  time.Duration
}

// Sampled sums up samples of one process, for which there is no trace. Assists, phases
// and the peaks of the heap are in no sample.
type Sampled struct {
	// Samples are in the order of their times, and Span is the time from the first to
	// the last.
	Samples []Sample
	Span    time.Duration

	// Cycles is the number of collections in that time, and Rate how many there were
	// per second. Those that the samples asked for are in neither of them, and Forced
	// is the number of those that somebody else asked for.
	Cycles int
	Rate   float64
	Forced int

	// Pause is for how long each of the Stops stopped the program. The runtime keeps
	// the last 256 only: Lost is the number of those that it had forgotten when it was
	// asked.
	Pause Distribution[time.Duration]
	Stops []Stop
	Lost  int

	// GCShare is the part that the collector took of the CPU time that there was since
	// the start of the process, between 0 and 1.
	GCShare float64

	// Live is the heap after the collection that came before each sample, Goal what it
	// might grow to, in bytes, and GoalRatio the one over the other.
	Live, Goal Distribution[int64]
	GoalRatio  Distribution[float64]

	// AllocationRate is what the program allocated in bytes per second.
	AllocationRate float64
}

// Sum sums up the samples of one process, in the order of their times, and the stops of
// its collections that are known, of which the runtime has forgotten some.
func Sum(samples []Sample, stops []Stop, lost uint64) Sampled {
	s := Sampled{Samples: samples, Stops: stops, Lost: int(lost)}
	var pauses []time.Duration
	for _, stop := range stops {
		pauses = append(pauses, stop.Pause)
	}
	s.Pause = distribution(pauses)
	if len(samples) == 0 {
		return s
	}
	var live, goals []int64
	var ratios []float64
	var asked uint64
	for i, sample := range samples {
		live = append(live, sample.Live)
		if sample.HasGoal() {
			goals = append(goals, sample.Goal)
		}
		if sample.HasGoal() && sample.Live > 0 {
			ratios = append(ratios, float64(sample.Goal)/float64(sample.Live))
		}
		if i > 0 {
			asked += sample.Asked
		}
	}
	s.Live, s.Goal, s.GoalRatio = distribution(live), distribution(goals), distribution(ratios)
	first, last := &samples[0], &samples[len(samples)-1]
	s.Span = last.At.Sub(first.At)
	s.Cycles = less(last.NumGC-first.NumGC, asked)
	s.Forced = less(last.NumForced-first.NumForced, asked)
	s.Rate = ratio(float64(s.Cycles), s.Span.Seconds())
	s.GCShare = last.GCShare
	s.AllocationRate = ratio(float64(last.Allocated-first.Allocated), s.Span.Seconds())
	return s
}

// less returns n without the asked ones, of which there may be fewer than thought: a
// sample that somebody else took may have asked for no collection.
func less(n, asked uint64) int { return int(n - min(n, asked)) }

// WorstPauses returns the k collections that stopped the program for longest, the worst
// first and the earlier first of two that are equal.
func (s Sampled) WorstPauses(k int) []Stop {
	worst := slices.Clone(s.Stops)
	slices.SortStableFunc(worst, func(a, b Stop) int { return cmp.Compare(b.Pause, a.Pause) })
	return worst[:min(max(k, 0), len(worst))]
}

// minSamples is the least number of samples for the reasons that rest on the heap as
// they have it. It errs towards silence.
const minSamples = 5

// Reasons returns what stands out, the weightiest first: what can be told without a
// trace, and nothing of fewer than 5 samples.
func (s Sampled) Reasons() []Reason {
	if len(s.Samples) < minSamples {
		return nil
	}
	var reasons []Reason
	for _, rule := range []func(Sampled) (Reason, bool){
		Sampled.goalNearLive,
		Sampled.forcedCollections,
		Sampled.tinyHeap,
	} {
		if r, ok := rule(s); ok {
			reasons = append(reasons, r)
		}
	}
	return reasons
}

func (s Sampled) goalNearLive() (Reason, bool) {
	judged, near := 0, 0
	for _, sample := range s.Samples {
		if sample.Live < judgedHeap {
			continue
		}
		judged++
		if float64(sample.Goal) < nearRatio*float64(sample.Live) {
			near++
		}
	}
	if judged < minSamples || float64(near) < usualShare*float64(judged) {
		return Reason{}, false
	}
	return nearGoalReason(fmt.Sprintf("in %d of %d samples", near, judged), s.GCShare, []Figure{
		{"samples with a goal near the live heap", float64(near), Count},
		s.goalFigure(), s.rateFigure(), s.shareFigure(),
	}), true
}

func (s Sampled) forcedCollections() (Reason, bool) {
	if s.Cycles < minCycles || s.Forced < minTimes || ratio(float64(s.Forced), float64(s.Cycles)) < minShare {
		return Reason{}, false
	}
	return forcedReason(s.Forced, s.Cycles, []Figure{
		{"forced cycles", float64(s.Forced), Count},
		s.forcedFigure(), s.shareFigure(),
	}), true
}

func (s Sampled) tinyHeap() (Reason, bool) {
	if s.Live.P90 >= tinyLive || s.Rate < manyPerSecond {
		return Reason{}, false
	}
	return tinyHeapReason(s.Rate, []Figure{
		s.rateFigure(),
		{"live heap, 90th percentile", float64(s.Live.P90), Bytes},
		s.shareFigure(),
	}), true
}

func (s Sampled) rateFigure() Figure { return Figure{"cycles", s.Rate, PerSecond} }

func (s Sampled) shareFigure() Figure {
	return Figure{"collector's share of the CPU since the start", s.GCShare, Ratio}
}

func (s Sampled) goalFigure() Figure {
	return Figure{"goal over live heap, median", s.GoalRatio.P50, Ratio}
}

func (s Sampled) forcedFigure() Figure {
	return Figure{"forced cycles' share", ratio(float64(s.Forced), float64(s.Cycles)), Ratio}
}

// figures returns what two processes are compared by.
func (s Sampled) figures() []Figure {
	return []Figure{
		s.rateFigure(),
		s.shareFigure(),
		seconds("pause, median", s.Pause.P50),
		seconds("pause, 90th percentile", s.Pause.P90),
		seconds("pause, 99th percentile", s.Pause.P99),
		seconds("pause, longest", s.Pause.Max),
		{"live heap, median", float64(s.Live.P50), Bytes},
		{"live heap, largest", float64(s.Live.Max), Bytes},
		s.goalFigure(),
		{"allocation", s.AllocationRate, BytesPerSecond},
		s.forcedFigure(),
	}
}

// CompareSampled is [Compare] for processes that are known by samples.
func CompareSampled(base, head Sampled) Comparison {
	c := Comparison{Changes: changes(base.figures(), head.figures()), Caveats: []string{indicative}}
	for _, side := range []struct {
		name    string
		samples int
	}{{"base", len(base.Samples)}, {"head", len(head.Samples)}} {
		if side.samples < minSamples {
			c.Caveats = append(c.Caveats, fmt.Sprintf("Of the %s there are only %d samples.", side.name, side.samples))
		}
	}
	return c
}
