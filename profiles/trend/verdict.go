package trend

// A Kind is what a series does.
type Kind string

// The kinds. Only Growing is a leak.
const (
	Growing Kind = "growing" // it rises steadily
	Load    Kind = "load"    // it rises as the rate of requests does
	Burst   Kind = "burst"   // it rises and falls, once or again and again
	Flat    Kind = "flat"    // it is there to stay: a pool, idle connections, noise around a level
	Falling Kind = "falling" // it falls
	Unclear Kind = "unclear" // the snapshots do not tell yet
)

// A Confidence is how much else than a leak would explain growth.
type Confidence string

// The confidences.
const (
	// High: the rate of requests does not explain it, nor do values that depend on
	// those before.
	High Confidence = "high"

	// Medium: one of the two is not known.
	Medium Confidence = "medium"

	// Low: there is no counter of requests, and there are too few snapshots to estimate
	// how values depend on those before: at most 10.
	Low Confidence = "low"
)

// A Verdict is what the snapshots tell of one series. With fewer than 5 snapshots all
// figures are zero. So are P, Adjusted, Slope and PerRequest for series that hardly
// move, which are not tested.
type Verdict struct {
	Kind   Kind
	Reason string // why it is of the kind, a sentence

	// Confidence is that in a leak, and empty if Kind is not Growing.
	Confidence Confidence

	// Snapshots is the number of those judged: of one process, with a value that is
	// known and measured anew.
	Snapshots int

	// Growth is the last value less the first, in the unit of the values.
	Growth float64

	// Fall is the largest fall to a later value, as a share of the greatest value. The
	// first fifth of the snapshots is passed over.
	Fall float64

	// S is the Mann-Kendall statistic: the number of pairs of snapshots of which the
	// later has the greater value, less that of those where it has the smaller one.
	S int

	// P is the probability of an S as great for a series without a trend (one-sided). It
	// is exact for up to 10 snapshots, and allows for values that depend on those before
	// for more. Adjusted is P for all series of the watch (Benjamini-Hochberg). What
	// grows has a P of at most 0.01 and an Adjusted of at most 0.05.
	P, Adjusted float64

	// Slope is the growth per hour: the median over all pairs of snapshots (Theil-Sen).
	Slope Estimate

	// PerRequest is the growth per request, likewise, if there is a counter of these:
	// of 100 requests that leak a goroutine each time, 1.
	PerRequest Estimate
}

// An Estimate is a value with its confidence interval of 95 %, for noise that is
// independent.
type Estimate struct {
	Value, Low, High float64
}
