package trend

import (
	"fmt"
	"slices"
)

// The rules tell what a series is, other than a leak, and why. They return an empty
// kind if they do not apply. Each may rely on those before it in
// [candidate.verdict] not having applied.

// tooFew applies to series that cannot be judged.
func (c *candidate) tooFew() (Kind, string) {
	if c.len() >= minSnapshots {
		return "", ""
	}
	if c.options.Repeats {
		return Unclear, fmt.Sprintf("it was measured anew in only %d snapshots of one process, and %d are needed: take them after a collection, and keep watching", c.len(), minSnapshots)
	}
	return Unclear, fmt.Sprintf("there are only %d snapshots of one process, and %d are needed: keep watching", c.len(), minSnapshots)
}

// still applies to series that do not move by an amount that matters.
func (c *candidate) still() (Kind, string) {
	if c.moves {
		return "", ""
	}
	return Flat, "it hardly moves"
}

// fallen applies to series that fall by more than a leak would.
func (c *candidate) fallen() (Kind, string) {
	peak := slices.Max(c.values)
	most := max(maxFall*peak, c.options.noise(peak, c.len()))
	if c.fall() <= most {
		return "", ""
	}
	if largestRise(c.values) > most {
		return Burst, fmt.Sprintf("it rises and falls, by up to %.0f %% of its peak", 100*c.figures.Fall)
	}
	return Falling, fmt.Sprintf("it falls by %.0f %% of its peak", 100*c.figures.Fall)
}

// level applies to series that stay at a level, under noise.
func (c *candidate) level() (Kind, string) {
	if c.figures.Growth < c.options.floor(c.first()) {
		return Flat, "it ends about where it began"
	}
	if c.figures.P >= significance {
		return Flat, "no trend stands out from its noise"
	}
	return "", ""
}

// settling applies to series that rise less and less, as what fills up does.
func (c *candidate) settling() (Kind, string) {
	_, second := c.halves()
	now, whole := second.slope().Value, c.figures.Slope.Value
	switch {
	case now <= settledSlope*whole:
		return Flat, "it rose to a level and stays there"
	case now < steadySlope*whole:
		return Unclear, "it rises more slowly than before: it may be filling up, keep watching"
	}
	return "", ""
}

// unsteady applies to series that rise in a part of the time only, or in a few steps.
func (c *candidate) unsteady() (Kind, string) {
	if up, _ := steps(c.values); up < minSteps {
		return Unclear, fmt.Sprintf("it rose in %d steps only, which may lead to a new level: keep watching", up)
	}
	first, second := c.halves()
	if first.growing() && second.growing() {
		return "", ""
	}
	return Unclear, "it does not rise in both halves of the watch: keep watching"
}

// growing reports whether there is an upward trend: as clear as few points allow.
func (p points) growing() bool {
	k := mannKendall(p.values)
	return k.s > 0 && (k.p() < significance || k.s == k.untied())
}

// unproven applies to series whose growth may be chance among so many.
func (c *candidate) unproven() (Kind, string) {
	if c.figures.P <= maxP && c.figures.Adjusted <= falseDiscoveryRate {
		return "", ""
	}
	return Unclear, fmt.Sprintf("among so many series one that rises like it may be chance (p = %.2g, adjusted for all of them %.2g): keep watching", c.figures.P, c.figures.Adjusted)
}

// loaded applies to series that rise because there is more to do.
func (c *candidate) loaded() (Kind, string) {
	if c.load != loadExplains {
		return "", ""
	}
	return Load, "it rises as the rate of requests does, not with their sum"
}
