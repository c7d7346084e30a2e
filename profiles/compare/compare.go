package compare

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
)

// A Policy says what a change has to be to count.
type Policy struct {
	// Level is the share of false discoveries that is lived with; 0.05 if zero.
	Level float64

	// Threshold is the relative change of a row from which it counts, as 0.05; 0.05 if zero.
	Threshold float64

	// MinShare is the share of the total, on either side, from which a row is tested; 0.01
	// if zero. Rows below it are not told of, but with what they are as a whole.
	MinShare float64

	// Thresholds, if not nil, returns the threshold of a row that has one of its own: infinity
	// is for what never counts.
	Thresholds func(row string) (threshold float64, own bool)
}

func (p *Policy) fill() Policy {
	return Policy{cmp.Or(p.Level, 0.05), cmp.Or(p.Threshold, 0.05), cmp.Or(p.MinShare, 0.01), p.Thresholds}
}

// threshold returns the threshold of a row.
func (p *Policy) threshold(row *Row) float64 {
	if p.Thresholds != nil {
		if t, own := p.Thresholds(row.Name); own {
			return t
		}
	}
	return p.Threshold
}

// Counts returns from which change on a row counts.
func (p *Policy) Counts(row *Row) float64 {
	return p.threshold(row) * max(row.Base.Flat, row.Head.Flat)
}

// A Verdict is what can be said of a row.
type Verdict string

// The verdicts.
const (
	Regressed Verdict = "regressed"
	Improved  Verdict = "improved"
	// Unchanged means that a change that counts would have been seen.
	Unchanged Verdict = "unchanged"
	// Inconclusive means that it would not have been.
	Inconclusive Verdict = "inconclusive"
	// Moved means that what the row gained or lost, others of its package, of its caller or of
	// its module lost or gained.
	Moved Verdict = "moved"
	// Indicative means that there is one run of a side: what is noise is not known.
	Indicative Verdict = "indicative"
)

// A Stat is what a row costs on a side: the mean over runs, for each iteration where these are
// known.
type Stat struct{ Flat, Cum float64 }

// A Row is what differs in a row.
type Row struct {
	Name       string
	Base, Head Stat

	// Was is the name that the row's function had in the base, if it was another one.
	Was string

	Verdict Verdict

	// P is the probability of such a difference by chance, and Q the share of false
	// discoveries among rows with one as small; NaN where nothing was tested.
	P, Q float64

	// Low and High bound the change of Flat, with a confidence of 95 per cent; NaN with one
	// run of a side.
	Low, High float64

	// Noise is the change of Flat that the base shows against itself, and Smallest the least
	// that these runs could have shown; NaN with one run of a side.
	Noise, Smallest float64
}

// Delta returns the change of what the row has spent itself.
func (r *Row) Delta() float64 { return r.Head.Flat - r.Base.Flat }

// A Result is what differs between two sides.
type Result struct {
	Type, Unit string

	// PerIteration tells that values are for an iteration, and Exact that they owe nothing to
	// chance: see [CompareExact].
	PerIteration, Exact bool

	// Runs are how many each side has.
	BaseRuns, HeadRuns int

	// Total is that of all samples.
	Total Row

	// Rows are those that were tested, or with one run of a side all, sorted by how much
	// they change.
	Rows []*Row

	// Below is how many rows are below the least share, and BelowBase and BelowHead what
	// they are together.
	Below                int
	BelowBase, BelowHead float64

	Policy Policy
}

// Regressions returns the rows that regressed.
func (r *Result) Regressions() []*Row {
	return slices.DeleteFunc(slices.Clone(r.Rows), func(row *Row) bool { return row.Verdict != Regressed })
}

// GrowsSingle reports whether, with one run of a side, a row above the least share grows by the
// threshold: whether by more than noise is not known.
func (r *Result) GrowsSingle() bool {
	return slices.ContainsFunc(r.Rows, func(row *Row) bool {
		share := max(part(row.Base.Flat, r.Total.Base.Flat), part(row.Head.Flat, r.Total.Head.Flat))
		return row.Verdict == Indicative && share >= r.Policy.MinShare && row.Delta() > 0 && row.Delta() >= r.Policy.threshold(row)*row.Base.Flat
	})
}

// Compare compares the runs of two sides. All have to be of one type of samples.
func Compare(base, head []*Run, p Policy) (*Result, error) {
	if len(base) == 0 || len(head) == 0 {
		return nil, errors.New("a comparison needs a profile of each side")
	}
	c := &comparison{base: base, head: head, policy: p.fill()}
	first := base[0]
	c.perIteration = true
	for _, r := range slices.Concat(base, head) {
		if r.Type != first.Type || r.Unit != first.Unit {
			return nil, fmt.Errorf("%s has samples of type %s in %s, and %s of type %s in %s", first.Name, first.Type, first.Unit, r.Name, r.Type, r.Unit)
		}
		c.perIteration = c.perIteration && r.Iterations > 0
	}
	c.matchRenamed()
	return c.compare(), nil
}

// A comparison is one call of Compare.
type comparison struct {
	base, head   []*Run
	policy       Policy
	perIteration bool
	was          map[string]string // names of the base, by those of the head
}

// repeated reports whether both sides have runs enough to tell noise.
func (c *comparison) repeated() bool { return len(c.base) > 1 && len(c.head) > 1 }

// values returns what a row has spent in each run.
func (c *comparison) values(runs []*Run, value func(*Run) int64) []float64 {
	all := make([]float64, len(runs))
	for i, r := range runs {
		all[i] = float64(value(r))
		if c.perIteration {
			all[i] /= float64(r.Iterations)
		}
	}
	return all
}

func (c *comparison) compare() *Result {
	r := &Result{
		Type: c.base[0].Type, Unit: c.base[0].Unit, PerIteration: c.perIteration,
		BaseRuns: len(c.base), HeadRuns: len(c.head), Policy: c.policy,
	}
	total := func(run *Run) int64 { return run.Total }
	r.Total = Row{Name: "total"}
	r.Total.Base.Flat, r.Total.Head.Flat = mean(c.values(c.base, total)), mean(c.values(c.head, total))
	r.Total.Base.Cum, r.Total.Head.Cum = r.Total.Base.Flat, r.Total.Head.Flat
	for _, name := range c.names() {
		row := c.row(name)
		share := max(part(row.Base.Flat, r.Total.Base.Flat), part(row.Head.Flat, r.Total.Head.Flat))
		if c.repeated() && share < c.policy.MinShare {
			r.Below++
			r.BelowBase, r.BelowHead = r.BelowBase+row.Base.Flat, r.BelowHead+row.Head.Flat
			continue
		}
		r.Rows = append(r.Rows, row)
	}
	if c.repeated() {
		c.test(append(slices.Clip(r.Rows), &r.Total))
		c.moved(r.Rows)
	}
	slices.SortStableFunc(r.Rows, func(a, b *Row) int { return cmp.Compare(math.Abs(b.Delta()), math.Abs(a.Delta())) })
	return r
}

func part(value, total float64) float64 {
	if total == 0 {
		return 0
	}
	return math.Abs(value / total)
}

// names returns the names of all rows, sorted.
func (c *comparison) names() []string {
	names := make(map[string]bool)
	for _, r := range slices.Concat(c.base, c.head) {
		for name := range r.Rows {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func (c *comparison) row(name string) *Row {
	flat := func(r *Run) int64 { return r.Rows[name].Flat }
	cum := func(r *Run) int64 { return r.Rows[name].Cum }
	nan := math.NaN()
	return &Row{
		Name: name, Was: c.was[name], Verdict: Indicative, P: nan, Q: nan, Low: nan, High: nan, Noise: nan, Smallest: nan,
		Base: Stat{mean(c.values(c.base, flat)), mean(c.values(c.base, cum))},
		Head: Stat{mean(c.values(c.head, flat)), mean(c.values(c.head, cum))},
	}
}

// test tells which rows change, and which only seem to.
func (c *comparison) test(rows []*Row) {
	labels := newLabelings(len(c.base)+len(c.head), len(c.head))
	ps := make([]float64, len(rows))
	values := func(row *Row, runs []*Run) []float64 {
		if row.Name == "total" && row == rows[len(rows)-1] {
			return c.values(runs, func(r *Run) int64 { return r.Total })
		}
		return c.values(runs, func(r *Run) int64 { return r.Rows[row.Name].Flat })
	}
	for i, row := range rows {
		ps[i] = labels.p(values(row, c.base), values(row, c.head))
	}
	qs := adjust(ps)
	for i, row := range rows {
		base, head := values(row, c.base), values(row, c.head)
		row.P, row.Q = ps[i], qs[i]
		row.Low, row.High = interval(base, head, 0.95)
		row.Noise = noise(base, min(len(base), len(head)))
		row.Smallest = smallest(base, head, c.policy.Level/float64(len(rows)))
		row.Verdict = c.verdict(row, len(rows), labels)
	}
}

// verdict says what can be said of a row among m.
func (c *comparison) verdict(row *Row, m int, labels *labelings) Verdict {
	change := math.Abs(row.Delta())
	counts := c.policy.Counts(row)
	switch {
	case row.Q <= c.policy.Level && change >= counts && change >= row.Noise:
		if row.Delta() > 0 {
			return Regressed
		}
		return Improved
	case row.Smallest <= counts && c.canDiscover(m, labels):
		return Unchanged
	}
	return Inconclusive
}

// canDiscover reports whether so few runs could have shown a change of one row among m at all:
// the least probability that labels can give is that of one way among all, and of its mirror.
func (c *comparison) canDiscover(m int, labels *labelings) bool {
	return 2/float64(len(labels.heads)) <= c.policy.Level/float64(m)
}
