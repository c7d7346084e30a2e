package gctrace_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/gomend/gomend/profiles/gctrace"
)

// healthy returns n cycles of a program of which there is nothing to say: one each
// second, each of 10 ms of CPU time on two processors.
func healthy(n int) gctrace.Run {
	var run gctrace.Run
	for i := range n {
		run.Cycles = append(run.Cycles, gctrace.Cycle{
			Number: i + 1, At: time.Duration(i) * time.Second, Procs: 2,
			SweepTermination: 100 * time.Microsecond, MarkTermination: 50 * time.Microsecond,
			AssistCPU: ms / 2, BackgroundCPU: 19 * ms / 2,
			HeapStart: 190 * mb, HeapEnd: 195 * mb, HeapLive: 100 * mb, Goal: 200 * mb,
		})
	}
	return run
}

// faster makes the cycles of a run begin that many times as often.
func faster(run gctrace.Run, times int) {
	for i := range run.Cycles {
		run.Cycles[i].At /= time.Duration(times)
	}
}

// each changes the cycles of a run from the given number on.
func each(run gctrace.Run, from int, change func(*gctrace.Cycle)) {
	for i := from - 1; i < len(run.Cycles); i++ {
		change(&run.Cycles[i])
	}
}

func rules(reasons []gctrace.Reason) []gctrace.Rule {
	var all []gctrace.Rule
	for _, r := range reasons {
		all = append(all, r.Rule)
	}
	return all
}

func TestReasons(t *testing.T) {
	force := func(c *gctrace.Cycle) { c.Forced = true }
	lateStop := func(c *gctrace.Cycle) { c.SweepTermination = 2 * ms }
	nearGoal := func(c *gctrace.Cycle) { c.Goal = 110 * mb }
	assists := func(c *gctrace.Cycle) { c.AssistCPU = 100 * ms }
	tiny := func(c *gctrace.Cycle) { c.HeapStart, c.HeapEnd, c.HeapLive, c.Goal = 3*mb, 4*mb, 1*mb, 4*mb }

	for _, test := range []struct {
		name   string
		change func(gctrace.Run)
		want   []gctrace.Rule
	}{
		{"healthy", func(gctrace.Run) {}, nil},

		{"forced collections", func(r gctrace.Run) { each(r, 18, force) }, []gctrace.Rule{gctrace.ForcedCollections}},
		{"two forced collections are an incident", func(r gctrace.Run) { each(r, 19, force) }, nil},
		{"goroutineleak profiles", func(r gctrace.Run) {
			each(r, 11, func(c *gctrace.Cycle) { c.Forced, c.LeakCheck = true, true })
		}, nil},

		{"goal close to the live heap", func(r gctrace.Run) { each(r, 11, nearGoal) }, []gctrace.Rule{gctrace.GoalNearLive}},
		{"goal close to the live heap at a peak", func(r gctrace.Run) { each(r, 12, nearGoal) }, nil},
		{"goal close to a heap too small to judge", func(r gctrace.Run) {
			each(r, 1, func(c *gctrace.Cycle) { c.HeapLive, c.Goal = 15*mb, 16*mb })
		}, nil},
		{"memory limit", func(r gctrace.Run) {
			each(r, 1, nearGoal)
			faster(r, 50)
		}, []gctrace.Rule{gctrace.MemoryLimitThrash}},

		{"assists", func(r gctrace.Run) { each(r, 1, assists) }, []gctrace.Rule{gctrace.AssistsOverPauses}},
		{"assists, but the pauses are long", func(r gctrace.Run) {
			each(r, 1, assists)
			each(r, 11, func(c *gctrace.Cycle) { c.MarkTermination = 2 * ms })
		}, nil},
		{"assists that nobody feels", func(r gctrace.Run) {
			each(r, 1, func(c *gctrace.Cycle) { c.AssistCPU = 20 * ms })
		}, nil},

		{"slow to stop", func(r gctrace.Run) { each(r, 18, lateStop) }, []gctrace.Rule{gctrace.SlowStop}},
		{"slow to stop twice", func(r gctrace.Run) { each(r, 19, lateStop) }, nil},
		{"slow to stop at both ends", func(r gctrace.Run) {
			each(r, 1, lateStop)
			each(r, 1, func(c *gctrace.Cycle) { c.MarkTermination = 2 * ms })
		}, nil},

		{"a tiny heap", func(r gctrace.Run) {
			each(r, 1, tiny)
			faster(r, 20)
		}, []gctrace.Rule{gctrace.TinyHeap}},
		{"a tiny heap, rarely collected", func(r gctrace.Run) { each(r, 1, tiny) }, nil},
		{"a large heap, often collected", func(r gctrace.Run) { faster(r, 20) }, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			run := healthy(20)
			test.change(run)
			reasons := run.Statistics().Reasons()
			if got := rules(reasons); !reflect.DeepEqual(got, test.want) {
				t.Fatalf("got %v, want %v", got, test.want)
			}
			for _, r := range reasons {
				if r.Text == "" || r.Advice == "" || len(r.Evidence) == 0 || len(r.Cycles) == 0 {
					t.Errorf("something is missing: %+v", r)
				}
			}
		})
	}
}

// A run too short for any reason is silent, whatever is in it.
func TestReasonsOfFewCycles(t *testing.T) {
	for n, want := range map[int]int{9: 0, 10: 1} {
		run := healthy(n)
		each(run, 1, func(c *gctrace.Cycle) { c.Forced = true })
		if got := run.Statistics().Reasons(); len(got) != want {
			t.Errorf("%d cycles: got %v, want %d reasons", n, got, want)
		}
	}
}

func TestReasonEvidence(t *testing.T) {
	run := healthy(20)
	each(run, 18, func(c *gctrace.Cycle) { c.Forced = true })
	r := run.Statistics().Reasons()[0]
	if want := "3 of 20 cycles were asked for by the program"; r.Text != want {
		t.Errorf("got %q, want %q", r.Text, want)
	}
	if want := []int{18, 19, 20}; !slices.Equal(r.Cycles, want) {
		t.Errorf("got cycles %v, want %v", r.Cycles, want)
	}
	want := []gctrace.Figure{
		{Name: "forced cycles", Value: 3, Unit: gctrace.Count},
		{Name: "forced cycles' share", Value: 0.15, Unit: gctrace.Ratio},
		{Name: "collector's share of the CPU", Value: 0.005, Unit: gctrace.Ratio},
	}
	for i, f := range r.Evidence {
		f.Value = float64(int(f.Value*1e6+0.5)) / 1e6
		if f != want[i] {
			t.Errorf("got %+v, want %+v", f, want[i])
		}
	}
}

// limited is what Go 1.26 printed of a program with 60 MB live under a limit of 70 MB,
// from its tenth cycle on.
const limited = `gc 10 @0.375s 35%: 0.22+37+0.009 ms clock, 0.45+21/15/0.099+0.018 ms cpu, 65->71->65 MB, 65 MB goal, 0 MB stacks, 0 MB globals, 2 P
gc 11 @0.417s 35%: 0.28+38+0.007 ms clock, 0.56+20/16/0.092+0.015 ms cpu, 65->74->68 MB, 65 MB goal, 0 MB stacks, 0 MB globals, 2 P
gc 12 @0.459s 36%: 0.28+38+0.009 ms clock, 0.57+19/18/0.11+0.018 ms cpu, 68->75->65 MB, 68 MB goal, 0 MB stacks, 0 MB globals, 2 P
gc 13 @0.502s 37%: 0.24+37+0.008 ms clock, 0.49+17/18/0.23+0.017 ms cpu, 65->72->65 MB, 65 MB goal, 0 MB stacks, 0 MB globals, 2 P
gc 14 @0.548s 36%: 0.088+38+0.008 ms clock, 0.17+3.8/16/18+0.017 ms cpu, 65->72->65 MB, 65 MB goal, 0 MB stacks, 0 MB globals, 2 P
gc 15 @0.591s 35%: 0.044+37+0.008 ms clock, 0.088+6.9/17/12+0.016 ms cpu, 65->71->65 MB, 65 MB goal, 0 MB stacks, 0 MB globals, 2 P
gc 16 @0.632s 36%: 0.077+37+0.009 ms clock, 0.15+19/17/0+0.018 ms cpu, 65->71->65 MB, 65 MB goal, 0 MB stacks, 0 MB globals, 2 P
gc 17 @0.676s 36%: 0.27+39+0.009 ms clock, 0.55+15/22/0.25+0.018 ms cpu, 65->71->65 MB, 65 MB goal, 0 MB stacks, 0 MB globals, 2 P
gc 18 @0.719s 36%: 0.25+39+0.008 ms clock, 0.50+21/16/0.12+0.016 ms cpu, 65->72->65 MB, 65 MB goal, 0 MB stacks, 0 MB globals, 2 P
gc 19 @0.762s 37%: 0.28+40+0.009 ms clock, 0.56+18/20/0.25+0.018 ms cpu, 65->72->65 MB, 65 MB goal, 0 MB stacks, 0 MB globals, 2 P
gc 20 @0.807s 37%: 0.29+39+0.008 ms clock, 0.59+24/14/0.10+0.017 ms cpu, 65->74->67 MB, 65 MB goal, 0 MB stacks, 0 MB globals, 2 P
gc 21 @0.850s 38%: 0.065+39+0.008 ms clock, 0.13+17/21/0+0.016 ms cpu, 67->74->65 MB, 67 MB goal, 0 MB stacks, 0 MB globals, 2 P
`

func TestReasonsOfMemoryLimit(t *testing.T) {
	trace := parse(t, limited)
	got := rules(trace.Runs[trace.Longest()-1].Statistics().Reasons())
	want := []gctrace.Rule{gctrace.MemoryLimitThrash, gctrace.AssistsOverPauses}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
