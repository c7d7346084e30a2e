package trend

// A loadTest tells whether the rate of requests explains growth.
type loadTest int

const (
	loadUnknown  loadTest = iota // without a counter, or with too few requests
	loadExplains                 // the values rise as the rate does
	loadRuledOut                 // the rate does not rise, or the values rise faster
)

// testLoad tells whether the values rise because the rate of requests does. What serves
// requests is proportional to their rate: over the rate it has no trend. What leaks is
// proportional to their sum, and rises over any rate that does not grow exponentially.
// A rise over the rate by less than the given share does not count, as the rate is that
// of the time before a snapshot, and not that of its moment.
func (p points) testLoad(share float64) loadTest {
	rates, over := p.overRate()
	switch {
	case len(rates) < minSnapshots-1: // there is one interval less than snapshots
		return loadUnknown
	case !rises(rates):
		return loadRuledOut
	case rises(over) && over[len(over)-1] >= over[0]*(1+share):
		return loadRuledOut
	}
	return loadExplains
}

// overRate returns the rate of requests before each point, and the values over it. It
// passes over points before which there were none.
func (p points) overRate() (rates, over []float64) {
	for i := 1; i < len(p.requests); i++ {
		rate := (p.requests[i] - p.requests[i-1]) / (p.hours[i] - p.hours[i-1])
		if rate > 0 {
			rates = append(rates, rate)
			over = append(over, p.values[i]/rate)
		}
	}
	return rates, over
}

// rises reports whether the values have an upward trend.
func rises(values []float64) bool { return mannKendall(values).p() < significance }
