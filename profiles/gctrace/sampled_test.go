package gctrace_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gomend/gomend/profiles/gctrace"
)

// samples returns n samples, ten seconds apart, of a program with 20 collections in
// between, one of which the sample asked for.
func samples(n int, change func(i int, s *gctrace.Sample)) []gctrace.Sample {
	var all []gctrace.Sample
	for i := range n {
		s := gctrace.Sample{
			At:        time.Date(2026, 11, 27, 12, 0, 10*i, 0, time.UTC),
			NumGC:     uint64(100 + 20*i),
			NumForced: uint64(5 + i),
			Asked:     1,
			Allocated: uint64(1000*i) * mb,
			Live:      100 * mb,
			Goal:      200 * mb,
			GCShare:   0.05,
		}
		if change != nil {
			change(i, &s)
		}
		all = append(all, s)
	}
	return all
}

func stops(pauses ...time.Duration) []gctrace.Stop {
	var all []gctrace.Stop
	for i, p := range pauses {
		all = append(all, gctrace.Stop{Number: uint64(i + 1), Pause: p})
	}
	return all
}

func TestSum(t *testing.T) {
	s := gctrace.Sum(samples(6, func(i int, s *gctrace.Sample) { s.Live = int64(100+i) * mb }), stops(ms, 5*ms, 2*ms), 7)
	for _, test := range []struct {
		name      string
		got, want any
	}{
		{"span", s.Span, 50 * time.Second},
		{"cycles without those that samples asked for", s.Cycles, 95},
		{"rate", s.Rate, 1.9},
		{"forced by somebody else", s.Forced, 0},
		{"pause", s.Pause, gctrace.Distribution[time.Duration]{Min: ms, P50: 2 * ms, P90: 5 * ms, P99: 5 * ms, Max: 5 * ms}},
		{"lost", s.Lost, 7},
		{"share", s.GCShare, 0.05},
		{"live", s.Live.Max, int64(105 * mb)},
		{"allocation", s.AllocationRate, float64(100 * mb)},
		{"worst", s.WorstPauses(1)[0].Number, uint64(2)},
	} {
		if test.got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, test.got, test.want)
		}
	}
	if worst := s.WorstPauses(9); len(worst) != 3 {
		t.Errorf("%d of 3 pauses are the worst 9", len(worst))
	}
}

// What is unknown is no figure, rather than a wrong one.
func TestSumOfLittle(t *testing.T) {
	if s := gctrace.Sum(nil, nil, 0); s.Cycles != 0 || s.Rate != 0 {
		t.Errorf("of nothing: %+v", s)
	}
	if s := gctrace.Sum(samples(1, nil), stops(ms), 0); s.Rate != 0 || s.Span != 0 || s.Live.P50 != 100*mb {
		t.Errorf("of one sample: %+v", s)
	}
	off := gctrace.Sum(samples(6, func(_ int, s *gctrace.Sample) { s.Goal = math.MaxInt64 - 1 }), nil, 0)
	if off.Goal.Max != 0 || off.GoalRatio.Max != 0 || len(off.Reasons()) > 0 {
		t.Errorf("with GOGC=off: %+v", off)
	}
	foreign := gctrace.Sum(samples(6, func(i int, s *gctrace.Sample) { s.NumGC, s.NumForced = 7, 0 }), nil, 0)
	if foreign.Cycles != 0 || foreign.Forced != 0 {
		t.Errorf("samples that asked for no collection: %+v", foreign)
	}
}

func TestReasonsOfSamples(t *testing.T) {
	near := func(_ int, s *gctrace.Sample) { s.Goal = 110 * mb }
	for _, test := range []struct {
		name   string
		count  int
		change func(int, *gctrace.Sample)
		want   []gctrace.Rule
	}{
		{"healthy", 6, nil, nil},
		{"four samples are too few", 4, near, nil},
		{"a goal near the live heap", 6, near, []gctrace.Rule{gctrace.GoalNearLive}},
		{"a goal near a small heap", 6, func(_ int, s *gctrace.Sample) { s.Live, s.Goal = 10*mb, 11*mb }, nil},
		{"the collector never rests", 6, func(i int, s *gctrace.Sample) { near(i, s); s.GCShare = 0.4 }, []gctrace.Rule{gctrace.MemoryLimitThrash}},
		{"the program asks", 6, func(i int, s *gctrace.Sample) { s.NumForced = uint64(11 * i) }, []gctrace.Rule{gctrace.ForcedCollections}},
		{"a tiny heap", 6, func(i int, s *gctrace.Sample) { s.Live, s.NumGC = 2*mb, uint64(200*i) }, []gctrace.Rule{gctrace.TinyHeap}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []gctrace.Rule
			for _, r := range gctrace.Sum(samples(test.count, test.change), nil, 0).Reasons() {
				if r.Text == "" || r.Advice == "" || len(r.Evidence) == 0 {
					t.Errorf("%+v", r)
				}
				got = append(got, r.Rule)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestCompareSampled(t *testing.T) {
	base := gctrace.Sum(samples(6, nil), stops(ms), 0)
	head := gctrace.Sum(samples(3, func(_ int, s *gctrace.Sample) { s.Live = 50 * mb }), stops(2*ms), 0)
	got := gctrace.CompareSampled(base, head)
	for _, want := range []gctrace.Change{
		{Name: "pause, median", Unit: gctrace.Seconds, Base: 0.001, Head: 0.002, Ratio: 2},
		{Name: "live heap, median", Unit: gctrace.Bytes, Base: 100 * mb, Head: 50 * mb, Ratio: 0.5},
	} {
		if !slices.Contains(got.Changes, want) {
			t.Errorf("there is no %+v in %+v", want, got.Changes)
		}
	}
	if !slices.EqualFunc(got.Caveats, []string{"indicative", "head there are only 3 samples"}, strings.Contains) {
		t.Errorf("got %q", got.Caveats)
	}
}
