package compare

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
)

// Varies is the verdict on a row that should owe nothing to chance, and of which the values of
// a side differ all the same, so that what a change does to it can't be told.
const Varies Verdict = "varies"

// Slope returns what the iterations cost by which one run has more than another: what both
// have spent besides, as on setting up, cancels.
func Slope(fewer, more *Run) *Run {
	r := *more
	r.Total -= fewer.Total
	r.Iterations -= fewer.Iterations
	r.Rows = maps.Clone(more.Rows)
	for name, c := range fewer.Rows {
		r.Rows[name] = Cell{r.Rows[name].Flat - c.Flat, r.Rows[name].Cum - c.Cum}
	}
	return &r
}

// CompareExact compares two sides of which the values owe next to nothing to chance, as the
// allocations of a deterministic benchmark. What an iteration costs has to be the same in all
// runs of a side, up to slack: what setting up may cost more one time than another, as maps are
// seeded anew each time, for an iteration, and a thousandth of the row. Else the row varies,
// unless all of the head is above all of the base, or below, by more than the base varies.
// A row regressed or improved if it changed by more than slack and the policy's threshold, a
// share of the base, which may be zero; its Level and MinShare are not looked at. The total is
// that of the rows that do not vary.
//
// All runs have to be of one type of samples and to tell their iterations.
func CompareExact(base, head []*Run, slack float64, p Policy) (*Result, error) {
	if len(base) == 0 || len(head) == 0 {
		return nil, errors.New("a comparison needs a run of each side")
	}
	for _, r := range slices.Concat(base, head) {
		if r.Type != base[0].Type || r.Unit != base[0].Unit {
			return nil, fmt.Errorf("%s has samples of type %s in %s, and %s of type %s in %s", base[0].Name, base[0].Type, base[0].Unit, r.Name, r.Type, r.Unit)
		}
		if r.Iterations <= 0 {
			return nil, fmt.Errorf("%s does not tell how many iterations it is of", r.Name)
		}
	}
	c := &comparison{base: base, head: head, perIteration: true, policy: p}
	c.matchRenamed()
	return c.compareExact(slack), nil
}

func (c *comparison) compareExact(slack float64) *Result {
	r := &Result{
		Type: c.base[0].Type, Unit: c.base[0].Unit, PerIteration: true, Exact: true,
		BaseRuns: len(c.base), HeadRuns: len(c.head), Policy: c.policy,
	}
	r.Total = Row{Name: "total"}
	for _, name := range c.names() {
		row := c.row(name)
		value := func(run *Run) int64 { return run.Rows[name].Flat }
		c.judge(row, c.values(c.base, value), c.values(c.head, value), slack)
		if row.Verdict != Varies {
			r.Total.Base.Flat += row.Base.Flat
			r.Total.Head.Flat += row.Head.Flat
		}
		if row.Base.Flat != 0 || row.Head.Flat != 0 {
			r.Rows = append(r.Rows, row)
		}
	}
	r.Total.Base.Cum, r.Total.Head.Cum = r.Total.Base.Flat, r.Total.Head.Flat
	c.judge(&r.Total, []float64{r.Total.Base.Flat}, []float64{r.Total.Head.Flat}, slack)
	c.moved(r.Rows)
	slices.SortStableFunc(r.Rows, func(a, b *Row) int { return cmp.Compare(math.Abs(b.Delta()), math.Abs(a.Delta())) })
	return r
}

// judge says what can be said of a row, of which the values are known.
func (c *comparison) judge(row *Row, base, head []float64, slack float64) {
	row.P, row.Q = math.NaN(), math.NaN()
	slack = max(slack, max(math.Abs(row.Base.Flat), math.Abs(row.Head.Flat))/1000)
	limit := max(slack, c.limit(row))
	varies := func(side []float64) bool { return slices.Max(side)-slices.Min(side) > slack }
	if varies(base) {
		limit += slices.Max(base) - slices.Min(base)
	}
	row.Low, row.High, row.Noise, row.Smallest = row.Delta(), row.Delta(), 0, slack
	switch {
	case slices.Min(head) > slices.Max(base)+limit: // however much they vary
		row.Verdict = Regressed
	case slices.Max(head) < slices.Min(base)-limit:
		row.Verdict = Improved
	case varies(base), varies(head):
		row.Verdict = Varies
	default:
		row.Verdict = Unchanged
	}
	if row.Verdict == Varies {
		row.Low, row.High, row.Noise, row.Smallest = math.NaN(), math.NaN(), math.NaN(), math.NaN()
	}
}

// limit returns up to which change a row is unchanged. What never counts has none, even where
// the base has none of it.
func (c *comparison) limit(row *Row) float64 {
	t := c.policy.threshold(row)
	if math.IsInf(t, 1) {
		return t
	}
	return t * row.Base.Flat
}
