package bench

import (
	"slices"

	"golang.org/x/perf/benchfmt"

	"github.com/gomend/gomend/profiles/compare"
	"github.com/gomend/gomend/workspace"
)

// A Result is what a change does to the benchmarks.
type Result struct {
	// Base is the commit that the work tree was compared with.
	Base string
	View workspace.View

	// Packages are those with benchmarks that the change can reach, sorted by import path, and
	// Unreached how many it can't.
	Packages  []*Package
	Unreached int

	// Failures are the modules that can't be loaded at the head, and BaseFailures those at the
	// base: of their packages nothing is known.
	Failures, BaseFailures []workspace.Failure
}

// A Package is a package with benchmarks.
type Package struct {
	ImportPath string

	// Same tells that the test binaries of both sides are the same.
	Same bool

	Benchmarks []*Benchmark

	// Err tells why its benchmarks were not measured: it can't be built on a side, say.
	Err error

	programs [2]*program
}

// A State is what became of a benchmark.
type State int

// The states.
const (
	Measured    State = iota
	New               // the base does not have it
	Gone              // the head does not have it
	SameProgram       // both sides' programs are the same
)

func (s State) String() string {
	switch s {
	case New:
		return "new"
	case Gone:
		return "gone"
	case SameProgram:
		return "same-program"
	}
	return "measured"
}

// A Benchmark is a benchmark, or a sub-benchmark.
type Benchmark struct {
	Package string
	Name    string // without "Benchmark"
	State   State

	// Err tells why it was not measured, or not all of it.
	Err error

	// AllocIterations is how many iterations the first run for the allocations had, and
	// Iterations how many each run for the CPU time.
	AllocIterations, Iterations int

	// Idle tells that it takes no CPU time that a profile shows, on either side.
	Idle bool

	// Objects and Bytes are what an iteration allocates, compared exactly, and CPU what it takes
	// of CPU time. They are nil where they were not measured.
	Objects, Bytes, CPU *compare.Result

	// Time is what an operation takes by the clock; nil if CPU time was not measured.
	Time *Clock

	results [2][]*benchfmt.Result
}

// toMeasure reports whether the benchmark is on both sides, and runs.
func (b *Benchmark) toMeasure() bool { return b.State == Measured && b.Err == nil }

// Results returns what the benchmark printed in its runs for CPU time, or without these for
// allocations, in the order of runs; "cpu-ns/op" is its CPU time by the profile.
func (b *Benchmark) Results(s compare.Side) []*benchfmt.Result { return b.results[s] }

// Compared returns the comparisons that there are.
func (b *Benchmark) Compared() []*compare.Result {
	return slices.DeleteFunc([]*compare.Result{b.Objects, b.Bytes, b.CPU}, func(r *compare.Result) bool { return r == nil })
}

// A Regression is a row that became worse for sure.
type Regression struct {
	Benchmark *Benchmark
	In        *compare.Result
	Row       *compare.Row
}

// Regressions returns what became worse for sure: allocations of functions, and CPU time, of a
// function or on the whole, where the runs could have seen as little as what counts.
func (r *Result) Regressions() []Regression {
	var all []Regression
	for _, p := range r.Packages {
		for _, b := range p.Benchmarks {
			for _, in := range b.Compared() {
				for _, row := range append(slices.Clip(in.Rows), &in.Total) {
					if row.Verdict == compare.Regressed && Gates(in, row) {
						all = append(all, Regression{b, in, row})
					}
				}
			}
		}
	}
	return all
}

// LeastRuns is how many runs a side CPU time needs to decide.
const LeastRuns = 8

// Gates reports whether what is said of a row may decide: it is exact and of a function, or the
// runs are enough and could have seen a change as small as counts. What grew in functions that
// have a threshold of their own does not make the whole decide.
func Gates(in *compare.Result, row *compare.Row) bool {
	whole := row == &in.Total
	if in.Exact {
		return !whole // which is the sum of the others
	}
	if in.BaseRuns < LeastRuns || in.HeadRuns < LeastRuns || row.Smallest > in.Policy.Counts(row) {
		return false
	}
	if !whole || in.Policy.Thresholds == nil {
		return true
	}
	rest := row.Delta()
	for _, one := range in.Rows {
		if _, own := in.Policy.Thresholds(one.Name); own {
			rest -= max(one.Delta(), 0)
		}
	}
	return rest >= in.Policy.Counts(row)
}

// Incomplete reports whether something was not measured that should have been.
func (r *Result) Incomplete() bool {
	return len(r.Failures)+len(r.BaseFailures) > 0 || slices.ContainsFunc(r.Packages, func(p *Package) bool {
		return p.Err != nil || slices.ContainsFunc(p.Benchmarks, func(b *Benchmark) bool { return b.Err != nil })
	})
}
