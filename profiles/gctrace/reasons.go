package gctrace

import (
	"fmt"
	"time"
)

// A Rule names what was found, for programs to tell reasons apart.
type Rule string

// The rules. See the thresholds below for when each applies.
const (
	ForcedCollections Rule = "forced"         // the program asks for collections
	MemoryLimitThrash Rule = "memory-limit"   // the live heap nearly fills the memory limit
	GoalNearLive      Rule = "goal-near-live" // the goal leaves little room above the live heap
	AssistsOverPauses Rule = "assists"        // goroutines wait for marking rather than for pauses
	SlowStop          Rule = "slow-stop"      // it takes long until the program is stopped
	TinyHeap          Rule = "tiny-heap"      // a tiny heap is collected all the time
)

// A Reason is something about a run that costs time, and what to do about it. It
// follows from rules of thumb: it says where to look first, and proves nothing.
type Reason struct {
	Rule     Rule
	Text     string   // what was seen, a sentence
	Advice   string   // what to do, in sentences
	Evidence []Figure // what it rests on
	Cycles   []int    // the numbers of the cycles that show it; none if samples do
}

// The thresholds.
const (
	// minCycles is the least number of cycles for any reason: the first ones of a
	// program are not like the rest. It errs towards silence.
	minCycles = 10

	// Something has to be in minShare of the cycles and in minTimes of them to be
	// more than an incident, as the collection that a heap profile asks for is. It
	// errs towards silence in runs of which only a part is bad.
	minShare = 0.1
	minTimes = 3

	// nearRatio is the goal over the live heap below which there is little room. GOGC
	// below 20 gives less. GOGC=20 itself is told of if there are few stacks and
	// globals, as these raise the goal.
	nearRatio = 1.2

	// judgedHeap is the live heap from which on nearRatio is told: sizes are rounded
	// down to MB, which moves the ratio of two by up to 1/16 then. Smaller heaps are
	// passed over.
	judgedHeap = 16 << 20

	// usualShare is the part of the cycles in which the goal has to be near, so that
	// a peak of the live heap does not count as a goal that is set too low.
	usualShare = 0.5

	// thrashShare is the collector's share of the CPU from which on a near goal means
	// that it hardly rests. Background marking takes a quarter while it goes on, so
	// this is marking four fifths of the time. It errs towards the milder reason. The
	// rate of cycles does not tell, as the cycles of a large heap take long.
	thrashShare = 0.2

	// manyAssists is the part of the collector's CPU time from which on assists are
	// many. The pacer aims at none in a steady program; bursts make some. It errs
	// towards silence where only one kind of request allocates in bursts.
	manyAssists = 0.2

	// shortPause is what nine of ten pauses have to stay below for assists to be the
	// likelier cause of latency. On machines that are short of CPU pauses are longer,
	// and it errs towards silence.
	shortPause = time.Millisecond

	// feltShare is the collector's share of the CPU below which assists are not felt,
	// however large their part in it is. It errs towards silence, too.
	feltShare = 0.02

	// A stop is slow from lateStop on if it is also lateRatio times the one at the
	// end of marking. Before that one each processor has been asked to reach a safe
	// point while the program runs (gcMarkDone in runtime/mgc.go), so that goroutines
	// which are late make only the first stop longer. Where both are long it errs
	// towards silence.
	lateStop  = time.Millisecond
	lateRatio = 5

	// A heap is tiny if what is live stays below tinyLive in nine of ten cycles, twice
	// the least goal that GOGC=100 gives. A cycle costs a tenth of a millisecond or
	// more even then, so that from manyPerSecond on it begins to be felt. It errs
	// towards telling it of programs that live for a moment only.
	tinyLive      = 8 << 20
	manyPerSecond = 10
)

// Reasons returns what stands out in the statistics, the weightiest first, and none
// of fewer than 10 cycles.
func (s Statistics) Reasons() []Reason {
	if s.Cycles < minCycles {
		return nil
	}
	var reasons []Reason
	for _, rule := range []func(Statistics) (Reason, bool){
		Statistics.goalNearLive,
		Statistics.forcedCollections,
		Statistics.assistsOverPauses,
		Statistics.slowStop,
		Statistics.tinyHeap,
	} {
		if r, ok := rule(s); ok {
			reasons = append(reasons, r)
		}
	}
	return reasons
}

// recur reports whether so many cycles are more than an incident.
func (s Statistics) recur(cycles []int) bool {
	return len(cycles) >= minTimes && s.share(cycles) >= minShare
}

// share returns the part of all cycles that these are.
func (s Statistics) share(cycles []int) float64 {
	return ratio(float64(len(cycles)), float64(s.Cycles))
}

// goalNearLive gives the reason for a goal close to the live heap, which is the memory
// limit where the collector hardly rests.
func (s Statistics) goalNearLive() (Reason, bool) {
	near, judged := s.run.nearGoal()
	if judged < minCycles || float64(len(near)) < usualShare*float64(judged) {
		return Reason{}, false
	}
	r := nearGoalReason(fmt.Sprintf("in %d of %d cycles", len(near), judged), s.GCShare, []Figure{
		{"cycles with a goal near the live heap", float64(len(near)), Count},
		s.goalFigure(), s.rateFigure(), s.shareFigure(),
	})
	r.Cycles = near
	return r, true
}

// nearGoalReason returns the reason for a goal that is close to the live heap as often as
// the words say, with the collector's share of the CPU.
func nearGoalReason(often string, share float64, evidence []Figure) Reason {
	r := Reason{
		Rule: GoalNearLive,
		Text: fmt.Sprintf("%s the heap goal was less than %g times the live heap", often, nearRatio),
		Advice: "Raise GOGC if it is set below 100. If a memory limit (GOMEMLIMIT, debug.SetMemoryLimit) holds the goal down, " +
			"raise it, or keep less alive: the closer the live heap comes to it, the more often it is collected.",
		Evidence: evidence,
	}
	if share >= thrashShare {
		r.Rule = MemoryLimitThrash
		r.Text += fmt.Sprintf(", and the collector took %.0f %% of the CPU", 100*share)
		r.Advice = "The live heap nearly fills the memory limit (GOMEMLIMIT, debug.SetMemoryLimit), or GOGC is far too low. " +
			"Raise the limit to what the container grants, less what is not Go's; or keep less alive (a heap profile tells what is). " +
			"Until then up to half of the CPU goes into collections that free little."
	}
	return r
}

// nearGoal returns the cycles whose goal left little room above the live heap before
// it, and the number of those that can be judged.
func (r Run) nearGoal() (near []int, judged int) {
	for i := range r.Intervals() {
		if i.From.HeapLive < judgedHeap {
			continue
		}
		judged++
		if i.goalRatio() < nearRatio {
			near = append(near, i.To.Number)
		}
	}
	return near, judged
}

// forcedCollections gives the reason for cycles that the program asked for. The
// runtime's own, every two minutes if nothing else starts one, are not marked as forced.
func (s Statistics) forcedCollections() (Reason, bool) {
	forced := s.run.numbers((*Cycle).requested)
	if !s.recur(forced) {
		return Reason{}, false
	}
	r := forcedReason(len(forced), s.Cycles, []Figure{
		{"forced cycles", float64(len(forced)), Count},
		s.forcedFigure(), s.shareFigure(),
	})
	r.Cycles = forced
	return r, true
}

func forcedReason(forced, cycles int, evidence []Figure) Reason {
	return Reason{
		Rule: ForcedCollections,
		Text: fmt.Sprintf("%d of %d cycles were asked for by the program", forced, cycles),
		Advice: "Look for calls of runtime.GC and debug.FreeOSMemory, in libraries too, and remove them: the caller waits for the whole cycle. " +
			"Heap profiles taken with ?gc=1 ask for one each, and package testing does before each benchmark.",
		Evidence: evidence,
	}
}

// assistsOverPauses gives the reason for a program whose goroutines are slowed down by
// assists while its pauses are short.
func (s Statistics) assistsOverPauses() (Reason, bool) {
	if s.AssistShare < manyAssists || s.Pause.P90 >= shortPause || s.GCShare < feltShare {
		return Reason{}, false
	}
	return Reason{
		Rule: AssistsOverPauses,
		Text: fmt.Sprintf("assists took %.0f %% of the collector's CPU time, while 9 of 10 pauses are at most %v", 100*s.AssistShare, s.Pause.P90),
		Advice: "Latency that comes from collections comes from goroutines that have to mark when they allocate, not from pauses. " +
			"Allocate less on the path that is slow (an allocation profile tells where), avoid bursts, " +
			"or raise GOGC, where memory allows it, so that there are fewer cycles.",
		Evidence: []Figure{s.assistFigure(), s.pauseFigure(), s.shareFigure()},
		Cycles:   s.run.numbers(func(c *Cycle) bool { return c.assistShare() >= manyAssists }),
	}, true
}

// slowStop gives the reason for a program that is late to stop.
func (s Statistics) slowStop() (Reason, bool) {
	slow := s.run.numbers((*Cycle).stoppedSlowly)
	if !s.recur(slow) {
		return Reason{}, false
	}
	return Reason{
		Rule: SlowStop,
		Text: fmt.Sprintf("in %d of %d cycles it took at least %v to stop the program for sweep termination, %d times mark termination or more", len(slow), s.Cycles, lateStop, lateRatio),
		Advice: "Some goroutines are late to stop. The CPU may be scarce: compare GOMAXPROCS with the container's CPU quota " +
			"(Go before 1.25 does not) and look for throttling. Or they cannot be preempted: look for GODEBUG=asyncpreemptoff=1, " +
			"assembly and long copies of memory. An execution trace (runtime/trace) tells which goroutine ran until then.",
		Evidence: []Figure{
			{"cycles that were slow to stop", float64(len(slow)), Count},
			seconds("sweep termination, 90th percentile", s.SweepTermination.P90),
			seconds("mark termination, 90th percentile", s.MarkTermination.P90),
		},
		Cycles: slow,
	}, true
}

// stoppedSlowly reports whether goroutines were late to stop when the cycle began.
func (c *Cycle) stoppedSlowly() bool {
	return c.SweepTermination >= lateStop && c.SweepTermination/lateRatio >= c.MarkTermination
}

// tinyHeap gives the reason for a heap that is collected often because it is tiny.
func (s Statistics) tinyHeap() (Reason, bool) {
	if s.Live.P90 >= tinyLive || s.Rate < manyPerSecond {
		return Reason{}, false
	}
	r := tinyHeapReason(s.Rate, []Figure{
		s.rateFigure(),
		{"live heap, 90th percentile", float64(s.Live.P90), Bytes},
		s.shareFigure(),
	})
	r.Cycles = s.run.numbers(func(c *Cycle) bool { return c.HeapLive < tinyLive })
	return r, true
}

func tinyHeapReason(rate float64, evidence []Figure) Reason {
	return Reason{
		Rule: TinyHeap,
		Text: fmt.Sprintf("a live heap below %d MB was collected %.0f times a second", tinyLive>>20, rate),
		Advice: "Memory is cheap here: raise GOGC to 400 or more, which also raises the least heap goal of 4 MB by as much, " +
			"and set GOMEMLIMIT as a bound should the heap grow. A ballast is not needed.",
		Evidence: evidence,
	}
}
