package trend

import (
	"fmt"
	"slices"
)

// A candidate is a series that is being judged.
type candidate struct {
	points
	options Options
	figures Verdict // what is known of it before it is judged
	moves   bool    // it would matter if the values were in ascending order
	wide    bool    // and they spread by more than noise does
	load    loadTest
}

// newCandidate measures the series. Whether it moves and is wide must not depend on the
// order of the values: see the package comment.
func newCandidate(p points, o Options) candidate {
	c := candidate{points: p, options: o, figures: Verdict{Snapshots: p.len()}}
	if p.len() < minSnapshots {
		return c
	}
	sorted := slices.Sorted(slices.Values(p.values))
	least, median, greatest := sorted[0], sorted[len(sorted)/2], sorted[len(sorted)-1]
	c.moves = greatest-least >= o.floor(least)
	c.wide = greatest-least >= o.noise(median, p.len())
	test := mannKendall(p.values)
	c.figures.S = test.s
	c.figures.Growth = p.last() - p.first()
	if greatest > 0 {
		c.figures.Fall = c.fall() / greatest
	}
	if c.moves {
		c.test(test)
	}
	return c
}

// test fills in what takes time and is of use only for series that move.
func (c *candidate) test(k kendall) {
	c.figures.Slope = c.slope()
	c.figures.P = k.p()
	if k.n > maxExact {
		c.figures.P = c.dependentP(k)
	}
	if c.requests != nil {
		c.figures.PerRequest = theilSen(c.requests, c.values)
		c.load = c.testLoad(c.options.MinGrowthShare)
	}
}

// dependentP returns p for values that depend on those before. They may do so by coming
// back to a level, which makes the Mann-Kendall statistic vary more; a slow leak under
// noise is found in spite of that. Or they wander, as sums of chances do, and then only
// the steps tell: what leaks by chance never steps down. The smaller p is doubled, as
// there are two to choose from.
func (c *candidate) dependentP(k kendall) float64 {
	around := k.normal(inflation(c.residuals(c.figures.Slope.Value)))
	return min(2*min(around, stepsP(c.values)), 1)
}

// fall returns the largest fall after the warm-up.
func (c *candidate) fall() float64 {
	return largestFall(c.values[int(warmUp*float64(c.len())):])
}

// verdict returns that of the first rule that applies.
func (c *candidate) verdict() Verdict {
	v := c.figures
	for _, rule := range []func(*candidate) (Kind, string){
		(*candidate).tooFew,
		(*candidate).still,
		(*candidate).fallen,
		(*candidate).level,
		(*candidate).settling,
		(*candidate).unsteady,
		(*candidate).unproven,
		(*candidate).loaded,
	} {
		if v.Kind, v.Reason = rule(c); v.Kind != "" {
			return v
		}
	}
	v.Kind, v.Reason, v.Confidence = Growing, c.growth(), c.confidence()
	return v
}

// growth tells how a series grows that no rule explains otherwise.
func (c *candidate) growth() string {
	text := fmt.Sprintf("it grows in both halves of %d snapshots (p = %.2g, adjusted for all series %.2g)", c.len(), c.figures.P, c.figures.Adjusted)
	if c.load == loadRuledOut {
		return text + ", and not as the rate of requests does"
	}
	return text + "; a load that rises all the time would look the same, as no counter of requests tells otherwise"
}

func (c *candidate) confidence() Confidence {
	known := 0
	if c.load == loadRuledOut {
		known++
	}
	if c.len() > maxExact {
		known++
	}
	return []Confidence{Low, Medium, High}[known]
}
