package trend

import "math"

// Options tell what the values of a watch are, and which growth matters. Most use
// [Goroutines] or [HeapBytes] as they are.
type Options struct {
	// MinGrowth is the least growth from the first snapshot to the last that matters,
	// in the unit of the values, and MinGrowthShare the least as a share of the first
	// value. Growth below either is not told of.
	MinGrowth, MinGrowthShare float64

	// Grain is what makes up the values: 1 for counts. The noise of a value at a steady
	// load is taken to have the variance Grain times the value.
	Grain float64

	// Repeats tells that values stand still until they are measured anew. A snapshot
	// in which no series changed is passed over then, instead of taken for a value that
	// stays.
	Repeats bool
}

// Goroutines returns the options for counts of goroutines, and of anything else that is
// counted one by one in each snapshot. Growth matters from 5 on, which a few clients
// that come and stay do not reach, and from 10 % of the first value on. The number of
// requests in flight has the variance of its mean if they arrive independently, however
// long they take (the queue M/G/∞): the grain is 1.
func Goroutines() Options {
	return Options{MinGrowth: 5, MinGrowthShare: 0.1, Grain: 1}
}

// HeapBytes returns the options for bytes in use of a heap profile. Growth matters from
// 1 MB on, two samples at the default rate, and from 10 % of the first value on. The
// runtime samples every 512 KiB on average (runtime.MemProfileRate), so that a value is
// a number of samples times that, and the noise that of the number. The profile shows
// the heap as of a recent collection: between collections it stands still.
func HeapBytes() Options {
	return Options{MinGrowth: 1 << 20, MinGrowthShare: 0.1, Grain: 512 << 10, Repeats: true}
}

// The thresholds.
const (
	// minSnapshots is the least number that is judged. With fewer p cannot be as small as
	// maxP: it is 1/24 for 4 that always rise, and 1/120 for 5.
	minSnapshots = 5

	// falseDiscoveryRate bounds the expected share of the false ones among the series
	// that are told to grow, for noise that is independent.
	falseDiscoveryRate = 0.05

	// wideShare is the share of it for the series that spread by more than noise does, if
	// there are others too. There are fewer of these, and leaks among them; the others
	// are leaks that will be wide after some more snapshots.
	wideShare = 0.8

	// maxP bounds the false ones among all series where a watch has few that move: there
	// is next to nothing to correct for then, but many watches.
	maxP = 0.01

	// significance is for tests within a series that is not picked for them: of its
	// halves, of the load.
	significance = 0.05

	// maxFall is the share of the peak by which a leak may fall. Some of what leaked may
	// end, by time-outs; caches give up more at once. It errs towards silence.
	maxFall = 0.2

	// warmUp is the share of the snapshots at the beginning whose falls do not count:
	// what the start of a service needed is given back.
	warmUp = 0.2

	// minSteps is how often a leak rises from one snapshot to the next, at least. A pool
	// that is enlarged, or a table that doubles, does so a few times. It is what the
	// fewest snapshots can show, and errs towards silence for leaks that are rare.
	minSteps = minSnapshots - 1

	// A leak's slope in the second half of the watch is at least steadySlope times that
	// of the whole. What fills up comes to a level, and below settledSlope it has. Leaks
	// of a load that declines are in between, and it errs towards silence.
	steadySlope  = 0.5
	settledSlope = 0.1
)

// floor returns the least growth from a value that matters.
func (o Options) floor(from float64) float64 {
	return max(o.MinGrowth, o.MinGrowthShare*from)
}

// noise returns how far apart the least and the greatest of n values may be at a steady
// load around the given one: twice the bound of √(2 ln n) standard deviations on the
// expected maximum, which is 3.8 of them for 6 snapshots and 5.7 for 60.
func (o Options) noise(value float64, n int) float64 {
	return 2 * math.Sqrt(2*math.Log(float64(n))*o.Grain*value)
}
