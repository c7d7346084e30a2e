package bench

import (
	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchmath"

	"github.com/gomend/gomend/profiles/compare"
)

// A Clock is the time that an operation takes by the clock, as benchstat compares it. It decides
// nothing: where a machine is shared, it varies far more than CPU time. But waiting takes no
// other time.
type Clock struct {
	// Base and Head are the medians, in seconds.
	Base, Head float64

	// P is the probability of such a difference by chance (Mann and Whitney's U test).
	P float64
}

// newClock compares the times of results, or returns nil where these have none.
func newClock(results [2][]*benchfmt.Result) *Clock {
	var samples [2]*benchmath.Sample
	for s, some := range results {
		var values []float64
		for _, r := range some {
			if v, ok := r.Value("sec/op"); ok {
				values = append(values, v)
			}
		}
		if len(values) == 0 {
			return nil
		}
		samples[s] = benchmath.NewSample(values, &benchmath.DefaultThresholds)
	}
	base, head := samples[compare.Base], samples[compare.Head]
	center := func(s *benchmath.Sample) float64 { return benchmath.AssumeNothing.Summary(s, 0.95).Center }
	return &Clock{center(base), center(head), benchmath.AssumeNothing.Compare(base, head).P}
}
