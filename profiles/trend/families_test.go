package trend_test

import (
	"testing"

	"github.com/gomend/gomend/profiles/trend"
)

// The package comment has a table of how many series of a family may move.
func TestJudgeFamilies(t *testing.T) {
	wide := func(n int) []float64 { return series(n, func(i int) float64 { return float64(60 * ((i + 1) % 2)) }) }
	narrow := func(n int) []float64 { return series(n, func(i int) float64 { return float64(1000 + 110*((i+1)%2)) }) }
	for _, test := range []struct {
		name        string
		n, most     int
		first, step float64
		other       []float64 // a series of the other family
		fill        func(n int) []float64
	}{
		{"only one, 5", 5, 6, 0, 10, nil, wide},
		{"only one, 6", 6, 36, 0, 10, nil, wide},
		{"only one, 7", 7, 252, 0, 10, nil, wide},
		{"spread widely, 5", 5, 4, 0, 10, narrow(5), wide},
		{"spread widely, 6", 6, 28, 0, 10, narrow(6), wide},
		{"spread widely, 7", 7, 201, 0, 10, narrow(7), wide},
		{"the rest, 5", 5, 1, 1000, 25, wide(5), narrow},
		{"the rest, 6", 6, 7, 1000, 22, wide(6), narrow},
		{"the rest, 7", 7, 50, 1000, 18, wide(7), narrow},
	} {
		t.Run(test.name, func(t *testing.T) {
			all := [][]float64{line(test.n, test.first, test.step)}
			if test.other != nil {
				all = append(all, test.other)
			}
			with := len(all) - 1
			for len(all) < test.most+with {
				all = append(all, test.fill(test.n))
			}
			if got := judge(t, all...)[0]; got.Kind != trend.Growing {
				t.Errorf("among %d: got %+v", test.most, got)
			}
			if got := judge(t, append(all, test.fill(test.n))...)[0]; got.Kind != trend.Unclear {
				t.Errorf("among one more: got %+v", got)
			}
		})
	}
}
