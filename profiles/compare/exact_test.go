package compare_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gomend/gomend/profiles/compare"
)

// iterated is a run of n iterations, each of which spends what is given, beside setting up.
func iterated(t *testing.T, n, setUp int64, spent map[string]int64) *compare.Run {
	t.Helper()
	var stacks []stack
	for name, v := range spent {
		stacks = append(stacks, stack{n * v, []string{"runtime.mallocgc", name, "example.com/a.BenchmarkX"}})
	}
	stacks = append(stacks, stack{setUp, []string{"runtime.mallocgc", "example.com/a.setUp"}})
	p := newProfile(stacks...)
	compare.SetIterations(p, n)
	r, err := compare.Fold("test", p, &compare.Options{SampleType: "cpu", Modules: []string{"example.com/a"}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What setting up costs is in no slope, whatever it costs.
func TestSlope(t *testing.T) {
	fewer := iterated(t, 100, 7000, map[string]int64{"example.com/a.F": 3})
	more := iterated(t, 300, 7000, map[string]int64{"example.com/a.F": 3})
	s := compare.Slope(fewer, more)
	if got := rows(s); !slices.Contains(got, "example.com/a.F 600 600") || !slices.Contains(got, "example.com/a.setUp 0 0") {
		t.Errorf("the slope is %v", got)
	}
	if s.Iterations != 200 || s.Total != 600 {
		t.Errorf("it is of %d iterations and %d in all", s.Iterations, s.Total)
	}
	if got := fewer.Rows["example.com/a.F"].Flat; got != 300 {
		t.Errorf("what it was made of has changed, to %d", got)
	}
}

func TestCompareExact(t *testing.T) {
	never := func(row string) (float64, bool) { return math.Inf(1), strings.HasPrefix(row, "example.com/a.Old") }
	for name, test := range map[string]struct {
		base, head []map[string]int64 // what an iteration spends in each run
		slack      float64
		policy     compare.Policy
		want       []string
	}{
		"one more": {
			base: []map[string]int64{{"example.com/a.F": 1000, "example.com/a.G": 5}},
			head: []map[string]int64{{"example.com/a.F": 1002, "example.com/a.G": 5}},
			want: []string{"example.com/a.F regressed", "example.com/a.G unchanged", "total regressed"},
		},
		"as much as is allowed": {
			base:   []map[string]int64{{"example.com/a.F": 1000, "example.com/a.G": 5}},
			head:   []map[string]int64{{"example.com/a.F": 1050, "example.com/a.G": 6}},
			policy: compare.Policy{Threshold: 0.05},
			want:   []string{"example.com/a.F unchanged", "example.com/a.G regressed", "total regressed"},
		},
		"up to slack": {
			base:  []map[string]int64{{"example.com/a.F": 5}, {"example.com/a.F": 6}},
			head:  []map[string]int64{{"example.com/a.F": 6}, {"example.com/a.F": 6}},
			slack: 1,
			want:  []string{"example.com/a.F unchanged", "total unchanged"},
		},
		"one that varies is not in the total": {
			base: []map[string]int64{{"example.com/a.F": 5, "example.com/a.G": 5}, {"example.com/a.F": 7, "example.com/a.G": 5}},
			head: []map[string]int64{{"example.com/a.F": 9, "example.com/a.G": 5}, {"example.com/a.F": 9, "example.com/a.G": 5}},
			want: []string{"example.com/a.F varies", "example.com/a.G unchanged", "total unchanged"},
		},
		"one that varies, and is far above": {
			base: []map[string]int64{{"example.com/a.F": 5}, {"example.com/a.F": 7}},
			head: []map[string]int64{{"example.com/a.F": 10}, {"example.com/a.F": 99}},
			want: []string{"example.com/a.F regressed", "total regressed"},
		},
		"from one function to another": {
			base: []map[string]int64{{"example.com/a.F": 5, "example.com/a.G": 1}},
			head: []map[string]int64{{"example.com/a.F": 2, "example.com/a.G": 4}},
			want: []string{"example.com/a.F moved", "example.com/a.G moved", "total unchanged"},
		},
		"from one to another, and one more": {
			base: []map[string]int64{{"example.com/a.F": 5, "example.com/a.G": 1}},
			head: []map[string]int64{{"example.com/a.F": 2, "example.com/a.G": 5}},
			want: []string{"example.com/a.F improved", "example.com/a.G regressed", "total regressed"},
		},
		"new and gone": {
			base: []map[string]int64{{"example.com/a.F": 5}},
			head: []map[string]int64{{"example.com/a.G": 500}},
			want: []string{"example.com/a.F improved", "example.com/a.G regressed", "total regressed"},
		},
		"what never counts": {
			base:   []map[string]int64{{"example.com/a.Old": 5}},
			head:   []map[string]int64{{"example.com/a.Old": 9, "example.com/a.Older": 1}},
			policy: compare.Policy{Thresholds: never},
			want:   []string{"example.com/a.Old unchanged", "example.com/a.Older unchanged", "total regressed"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var sides [2][]*compare.Run
			for i, some := range [][]map[string]int64{test.base, test.head} {
				for _, spent := range some {
					sides[i] = append(sides[i], compare.Slope(iterated(t, 100, 7, spent), iterated(t, 200, 7, spent)))
				}
			}
			r, err := compare.CompareExact(sides[0], sides[1], test.slack, test.policy)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, row := range append(r.Rows, &r.Total) {
				got = append(got, fmt.Sprintf("%s %s", row.Name, row.Verdict))
			}
			slices.Sort(got)
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if len(r.Regressions()) > 0 != strings.Contains(strings.Join(test.want[:len(test.want)-1], " "), "regressed") {
				t.Errorf("regressions are %v", r.Regressions())
			}
		})
	}
}

func TestCompareExactNeedsIterations(t *testing.T) {
	known := iterated(t, 10, 0, nil)
	unknown := run(t, compare.Options{SampleType: "cpu"}, stack{1, []string{"example.com/a.F"}})
	for _, sides := range [][2][]*compare.Run{{{known}, {unknown}}, {{unknown}, {known}}, {{known}, nil}} {
		if _, err := compare.CompareExact(sides[0], sides[1], 0, compare.Policy{}); err == nil {
			t.Errorf("%v are compared", sides)
		}
	}
}
