package report

import (
	"io"

	"github.com/gomend/gomend/profiles/bench"
	"github.com/gomend/gomend/profiles/compare"
)

type profileBenchDocument struct {
	Version    int                `json:"version"`
	Base       string             `json:"base"` // the commit
	View       string             `json:"view"`
	Benchmarks []benchmarkInJSON  `json:"benchmarks"`
	Regressed  []regressionInJSON `json:"regressed"`          // what fails
	Unmeasured []unmeasuredInJSON `json:"unmeasured"`         // packages and modules
	Unreached  int                `json:"unreached_packages"` // with benchmarks that the change can't reach
}

type benchmarkInJSON struct {
	Package         string                `json:"package"`
	Name            string                `json:"name"`
	State           string                `json:"state"` // measured, new, gone or same-program
	Error           string                `json:"error,omitempty"`
	AllocIterations int                   `json:"alloc_iterations,omitempty"`
	Iterations      int                   `json:"iterations,omitempty"`
	Compared        []benchComparedInJSON `json:"compared"`
	Time            *clockInJSON          `json:"time,omitempty"` // by the clock
}

type benchComparedInJSON struct {
	Type  string          `json:"type"` // of samples: alloc_objects, alloc_space or cpu
	Unit  string          `json:"unit"`
	Exact bool            `json:"exact"` // owes nothing to chance
	Total diffRowInJSON   `json:"total"`
	Rows  []diffRowInJSON `json:"rows"`
}

type clockInJSON struct {
	BaseSeconds float64 `json:"base_seconds"` // the median
	HeadSeconds float64 `json:"head_seconds"`
	P           float64 `json:"p"` // of such a difference by chance
}

type regressionInJSON struct {
	Package   string `json:"package"`
	Benchmark string `json:"benchmark"`
	Type      string `json:"type"`
	Row       string `json:"row"`
}

type unmeasuredInJSON struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

func (b *ProfileBench) writeJSON(w io.Writer) error {
	doc := profileBenchDocument{
		Version: 1, Base: b.Base, View: string(b.View), Unreached: b.Unreached,
		Benchmarks: []benchmarkInJSON{}, Regressed: []regressionInJSON{}, Unmeasured: []unmeasuredInJSON{},
	}
	for _, p := range b.Packages {
		if p.Err != nil {
			doc.Unmeasured = append(doc.Unmeasured, unmeasuredInJSON{p.ImportPath, p.Err.Error()})
		}
		for _, one := range p.Benchmarks {
			doc.Benchmarks = append(doc.Benchmarks, benchmarkDocument(one))
		}
	}
	for i := range b.Failures {
		doc.Unmeasured = append(doc.Unmeasured, unmeasuredInJSON{b.Failures[i].Module.Name(), b.Failures[i].Err.Error()})
	}
	for i := range b.BaseFailures {
		doc.Unmeasured = append(doc.Unmeasured, unmeasuredInJSON{b.BaseFailures[i].Module.Name(), "at the base: " + b.BaseFailures[i].Err.Error()})
	}
	for _, x := range b.Failed {
		doc.Regressed = append(doc.Regressed, regressionInJSON{x.Benchmark.Package, x.Benchmark.Name, x.In.Type, x.Row.Name})
	}
	return writeIndented(w, doc)
}

func benchmarkDocument(one *bench.Benchmark) benchmarkInJSON {
	out := benchmarkInJSON{
		Package: one.Package, Name: one.Name, State: one.State.String(),
		AllocIterations: one.AllocIterations, Iterations: one.Iterations, Compared: []benchComparedInJSON{},
	}
	if one.Err != nil {
		out.Error = one.Err.Error()
	}
	if one.Time != nil {
		out.Time = &clockInJSON{one.Time.Base, one.Time.Head, one.Time.P}
	}
	for _, r := range one.Compared() {
		d := &ProfileDiff{Result: r}
		c := benchComparedInJSON{r.Type, r.Unit, r.Exact, d.row(&r.Total), []diffRowInJSON{}}
		for _, row := range r.Rows {
			c.Rows = append(c.Rows, d.row(row))
		}
		out.Compared = append(out.Compared, c)
	}
	return out
}

// row returns a row; what was tested of it is there where chance had a part in it.
func (d *ProfileDiff) row(r *compare.Row) diffRowInJSON {
	out := diffRowInJSON{r.Name, r.Was, r.Verdict, r.Base.Flat, r.Head.Flat, r.Base.Cum, r.Head.Cum, r.Delta(), nil}
	if d.repeated() && !d.Exact {
		out.Test = &testInJSON{r.P, r.Q, r.Low, r.High, r.Noise, r.Smallest}
	}
	return out
}
