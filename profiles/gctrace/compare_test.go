package gctrace_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/gomend/gomend/profiles/gctrace"
)

func TestCompare(t *testing.T) {
	base, head := healthy(20), healthy(20)
	each(head, 1, func(c *gctrace.Cycle) {
		c.MarkTermination, c.HeapLive = 200_000, 50*mb
	})
	faster(head, 2)
	got := gctrace.Compare(base.Statistics(), head.Statistics())
	for _, want := range []gctrace.Change{
		{Name: "cycles", Unit: gctrace.PerSecond, Base: 1, Head: 2, Ratio: 2},
		{Name: "pause, median", Unit: gctrace.Seconds, Base: 0.00015, Head: 0.0003, Ratio: 2},
		{Name: "live heap, largest", Unit: gctrace.Bytes, Base: 100 * mb, Head: 50 * mb, Ratio: 0.5},
		{Name: "goal over live heap, median", Unit: gctrace.Ratio, Base: 2, Head: 4, Ratio: 2},
		{Name: "forced cycles' share", Unit: gctrace.Ratio},
	} {
		if !slices.Contains(got.Changes, want) {
			t.Errorf("there is no %+v in %+v", want, got.Changes)
		}
	}
}

func TestCompareCaveats(t *testing.T) {
	wide := healthy(20)
	each(wide, 1, func(c *gctrace.Cycle) { c.Procs = 8 })
	for _, test := range []struct {
		name       string
		base, head gctrace.Run
		want       []string
	}{
		{"two alike", healthy(20), healthy(20), []string{"indicative"}},
		{"few cycles", healthy(9), healthy(20), []string{"indicative", "The base has only 9 cycles"}},
		{"other processors", healthy(20), wide, []string{"indicative", "2 in the base and 8 in the head"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := gctrace.Compare(test.base.Statistics(), test.head.Statistics()).Caveats
			if !slices.EqualFunc(got, test.want, strings.Contains) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
