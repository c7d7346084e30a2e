package gctrace_test

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/gomend/gomend/profiles/gctrace"
)

const ms, mb = time.Millisecond, 1 << 20

// sample are four cycles, of which the last but one is missing.
var sample = gctrace.Run{Cycles: []gctrace.Cycle{
	{
		Number: 1, At: 100 * ms, SweepTermination: 1 * ms, ConcurrentMark: 10 * ms, MarkTermination: 1 * ms,
		SweepTerminationCPU: 2 * ms, AssistCPU: 4 * ms, BackgroundCPU: 12 * ms, IdleCPU: 50 * ms, MarkTerminationCPU: 2 * ms,
		HeapStart: 100 * mb, HeapEnd: 110 * mb, HeapLive: 50 * mb, Goal: 100 * mb, Procs: 2,
	},
	{
		Number: 2, At: 200 * ms, SweepTermination: 2 * ms, ConcurrentMark: 20 * ms, MarkTermination: 1 * ms,
		SweepTerminationCPU: 2 * ms, BackgroundCPU: 6 * ms, IdleCPU: 9 * ms, MarkTerminationCPU: 2 * ms,
		HeapStart: 90 * mb, HeapEnd: 90 * mb, HeapLive: 60 * mb, Goal: 125 * mb, Procs: 2, Forced: true,
	},
	{
		Number: 3, At: 600 * ms, SweepTermination: 1 * ms, ConcurrentMark: 30 * ms, MarkTermination: 4 * ms,
		SweepTerminationCPU: 2 * ms, AssistCPU: 4 * ms, BackgroundCPU: 2 * ms, MarkTerminationCPU: 2 * ms,
		HeapStart: 120 * mb, HeapEnd: 130 * mb, HeapLive: 40 * mb, Goal: 120 * mb, Procs: 2, Forced: true, LeakCheck: true,
	},
	{
		Number: 5, At: 1100 * ms, SweepTermination: 1 * ms, ConcurrentMark: 40 * ms,
		AssistCPU: 2 * ms, BackgroundCPU: 8 * ms,
		HeapStart: 80 * mb, HeapEnd: 70 * mb, HeapLive: 45 * mb, Goal: 80 * mb, Procs: 4,
	},
}}

func TestStatistics(t *testing.T) {
	s := sample.Statistics()
	for _, test := range []struct {
		name      string
		got, want any
	}{
		{"cycles", s.Cycles, 4},
		{"missing", s.Missing, 1},
		{"span", s.Span, 1000 * ms},
		{"procs", s.Procs, 4},
		{"pause", s.Pause, gctrace.Distribution[time.Duration]{Min: 1 * ms, P50: 2 * ms, P90: 5 * ms, P99: 5 * ms, Max: 5 * ms}},
		{"sweep termination", s.SweepTermination, gctrace.Distribution[time.Duration]{Min: 1 * ms, P50: 1 * ms, P90: 2 * ms, P99: 2 * ms, Max: 2 * ms}},
		{"concurrent mark", s.ConcurrentMark, gctrace.Distribution[time.Duration]{Min: 10 * ms, P50: 20 * ms, P90: 40 * ms, P99: 40 * ms, Max: 40 * ms}},
		{"mark termination", s.MarkTermination, gctrace.Distribution[time.Duration]{P50: 1 * ms, P90: 4 * ms, P99: 4 * ms, Max: 4 * ms}},
		{"live heap", s.Live, gctrace.Distribution[int64]{Min: 40 * mb, P50: 45 * mb, P90: 60 * mb, P99: 60 * mb, Max: 60 * mb}},
		{"peak", s.Peak, gctrace.Distribution[int64]{Min: 80 * mb, P50: 90 * mb, P90: 130 * mb, P99: 130 * mb, Max: 130 * mb}},
		{"goal over live heap", s.GoalRatio, gctrace.Distribution[float64]{Min: 2, P50: 2, P90: 2.5, P99: 2.5, Max: 2.5}},
		{"forced", s.Forced, 1},
		{"leak checks", s.LeakChecks, 1},
	} {
		if !reflect.DeepEqual(test.got, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, test.got, test.want)
		}
	}
	for _, test := range []struct {
		name      string
		got, want float64
	}{
		{"rate", s.Rate, 4},
		{"GC share, 30 ms of 1 s", s.GCShare, 0.03},
		{"GC share of an interval, least", s.IntervalGCShare.Min, 0.0125},
		{"GC share of an interval, most", s.IntervalGCShare.Max, 0.1},
		{"assist share, 10 ms of 50 ms", s.AssistShare, 0.2},
		{"allocation rate, 110 MB in 0.5 s", s.AllocationRate, 220 * mb},
	} {
		if math.Abs(test.got-test.want) > 1e-9*test.want {
			t.Errorf("%s: got %v, want %v", test.name, test.got, test.want)
		}
	}
}

// Nearest-rank is told from other definitions by its values being ones that occurred.
func TestStatisticsPercentiles(t *testing.T) {
	for _, test := range []struct {
		cycles        int
		p50, p90, p99 time.Duration
	}{
		{1, 1, 1, 1},
		{2, 1, 2, 2},
		{10, 5, 9, 10},
		{100, 50, 90, 99},
		{101, 51, 91, 100},
	} {
		var run gctrace.Run
		for n := range test.cycles {
			run.Cycles = append(run.Cycles, gctrace.Cycle{Number: n + 1, MarkTermination: time.Duration(test.cycles - n)})
		}
		want := gctrace.Distribution[time.Duration]{Min: 1, P50: test.p50, P90: test.p90, P99: test.p99, Max: time.Duration(test.cycles)}
		if got := run.Statistics().Pause; got != want {
			t.Errorf("%d cycles: got %+v, want %+v", test.cycles, got, want)
		}
	}
}

// What needs two cycles in succession is not told of one, and nothing divides by zero.
func TestStatisticsOfFew(t *testing.T) {
	for name, run := range map[string]gctrace.Run{
		"none":               {},
		"one":                {Cycles: sample.Cycles[:1]},
		"two with a gap":     {Cycles: sample.Cycles[2:]},
		"two in the same ms": {Cycles: []gctrace.Cycle{{Number: 1}, {Number: 2}}},
	} {
		s := run.Statistics()
		if s.Cycles != len(run.Cycles) || s.GCShare != 0 || s.AllocationRate != 0 || s.IntervalGCShare.Max != 0 {
			t.Errorf("%s: got %+v", name, s)
		}
	}
}

// The share of an interval that is short by the clock's measure is not told, but it
// is in the sum.
func TestStatisticsShortInterval(t *testing.T) {
	run := gctrace.Run{Cycles: []gctrace.Cycle{
		{Number: 1, At: 1 * ms, BackgroundCPU: 1 * ms, Procs: 1},
		{Number: 2, At: 3 * ms, Procs: 1},
	}}
	if s := run.Statistics(); s.GCShare != 0.5 || s.IntervalGCShare.Max != 0 {
		t.Errorf("got a share of %v and %v of the interval, want 0.5 and none", s.GCShare, s.IntervalGCShare.Max)
	}
}

func TestWorstPauses(t *testing.T) {
	s := sample.Statistics()
	for _, test := range []struct {
		k    int
		want []int
	}{
		{-1, nil},
		{2, []int{3, 2}},
		{9, []int{3, 2, 1, 5}},
	} {
		var got []int
		for _, c := range s.WorstPauses(test.k) {
			got = append(got, c.Number)
		}
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("the worst %d: got cycles %v, want %v", test.k, got, test.want)
		}
	}
}
