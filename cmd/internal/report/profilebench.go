package report

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/gomend/gomend/profiles/bench"
	"github.com/gomend/gomend/profiles/compare"
)

// ProfileBenchFormats returns the formats for comparisons of benchmarks.
func ProfileBenchFormats() []Format { return []Format{Text, JSON, Markdown} }

// ProfileBench is what a change does to benchmarks, and how it is written.
type ProfileBench struct {
	*bench.Result

	// Failed are the regressions that fail.
	Failed []bench.Regression
}

// WriteProfileBench writes what a change does to benchmarks, in one of the
// [ProfileBenchFormats].
func WriteProfileBench(w io.Writer, f Format, b *ProfileBench) error {
	switch f {
	case Text:
		return b.writeText(w)
	case JSON:
		return b.writeJSON(w)
	case Markdown:
		return b.writeMarkdown(w)
	}
	return fmt.Errorf("unknown format %q: use one of %s", f, joinFormats(ProfileBenchFormats()))
}

// measured returns the benchmarks of which there is something to compare.
func (b *ProfileBench) measured() []*bench.Benchmark {
	var all []*bench.Benchmark
	for _, p := range b.Packages {
		for _, one := range p.Benchmarks {
			if len(one.Compared()) > 0 || one.Time != nil {
				all = append(all, one)
			}
		}
	}
	return all
}

// A benchColumn is one of what is compared of each benchmark: values, and how they change.
type benchColumn struct {
	title string
	of    func(*bench.Benchmark) (values, change string)
}

// columns returns what was compared of any benchmark.
func (b *ProfileBench) columns() []benchColumn {
	all := []benchColumn{
		{"objects/op", func(one *bench.Benchmark) (string, string) { return totalText(one.Objects) }},
		{"bytes/op", func(one *bench.Benchmark) (string, string) { return totalText(one.Bytes) }},
		{"CPU/op", func(one *bench.Benchmark) (string, string) { return totalText(one.CPU) }},
		{"time/op", func(one *bench.Benchmark) (string, string) { return clockText(one.Time) }},
	}
	return slices.DeleteFunc(all, func(c benchColumn) bool {
		return !slices.ContainsFunc(b.measured(), func(one *bench.Benchmark) bool {
			values, _ := c.of(one)
			return values != ""
		})
	})
}

// clockText returns the times of both sides and whether they differ, in the way of benchstat.
func clockText(c *bench.Clock) (values, change string) {
	if c == nil {
		return "", ""
	}
	d := &ProfileDiff{Result: &compare.Result{Unit: "nanoseconds"}}
	row := &compare.Row{Base: compare.Stat{Flat: 1e9 * c.Base}, Head: compare.Stat{Flat: 1e9 * c.Head}}
	change = "~"
	if c.P < 0.05 {
		change = relative(row)
	}
	return d.value(row.Base.Flat) + " → " + d.value(row.Head.Flat), fmt.Sprintf("%s p=%.3f", change, c.P)
}

// totalText returns the total of both sides, or of one where they are the same.
func totalText(r *compare.Result) (values, change string) {
	if r == nil {
		return "", ""
	}
	d := &ProfileDiff{Result: r}
	row := &r.Total
	switch {
	case r.Exact && math.Abs(row.Delta()) <= row.Smallest:
		return d.value(row.Head.Flat), ""
	}
	values, change = d.value(row.Base.Flat)+" → "+d.value(row.Head.Flat), relative(row)
	if !r.Exact {
		change += " " + seen(r, row)
	}
	return values, change
}

// seen tells what runs have shown of a row: a change, or how small a one they could have.
func seen(r *compare.Result, row *compare.Row) string {
	switch {
	case row.Verdict != compare.Unchanged && row.Verdict != compare.Inconclusive:
		return string(row.Verdict)
	case row.Base.Flat == 0 && row.Head.Flat == 0:
		return string(row.Verdict)
	}
	return fmt.Sprintf("%s, could see ±%.1f%%", row.Verdict, 100*row.Smallest/max(row.Base.Flat, row.Head.Flat))
}

func (b *ProfileBench) writeText(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	columns := b.columns()
	if len(columns) > 0 {
		line := "benchmark"
		for _, c := range columns {
			line += "\t" + c.title + "\t"
		}
		fmt.Fprintln(t, strings.TrimSuffix(line, "\t"))
	}
	for _, one := range b.measured() {
		line := printable(benchmarkName(one))
		for _, c := range columns {
			values, change := c.of(one)
			line += "\t" + values + "\t" + change
		}
		fmt.Fprintln(t, strings.TrimRight(line, "\t"))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, one := range b.measured() {
		changes := b.changes(one)
		if len(changes) == 0 {
			continue
		}
		fmt.Fprintf(w, "\n%s\n", printable(benchmarkName(one)))
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, c := range changes {
			fmt.Fprintf(t, "  %s\t%s\t%s %s\t%s\n", c.verdict, c.change, c.values, c.kind, printable(c.name))
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func benchmarkName(one *bench.Benchmark) string { return one.Package + " Benchmark" + one.Name }

// A benchChange is a row of a benchmark that changed.
type benchChange struct {
	verdict, change, values, kind, name string
}

// changes returns the rows that changed, the worst first.
func (b *ProfileBench) changes(one *bench.Benchmark) []benchChange {
	var all []benchChange
	for _, r := range one.Compared() {
		d := &ProfileDiff{Result: r}
		for _, row := range r.Rows {
			switch row.Verdict {
			case compare.Unchanged, compare.Inconclusive, compare.Varies:
				continue
			}
			verdict := string(row.Verdict)
			if row.Verdict == compare.Regressed && !b.fails(r, row) {
				verdict += ", not failing"
			}
			change := d.signed(row.Delta())
			if p := relative(row); p != "" {
				change += " " + p
			}
			all = append(all, benchChange{
				verdict: verdict, change: change, kind: kindName(r),
				values: d.value(row.Base.Flat) + " → " + d.value(row.Head.Flat), name: rowName(row),
			})
		}
	}
	order := func(c benchChange) int {
		return slices.Index([]string{"r", "m", "i"}, c.verdict[:1])
	}
	slices.SortStableFunc(all, func(x, y benchChange) int { return cmp.Compare(order(x), order(y)) })
	return all
}

func (b *ProfileBench) fails(in *compare.Result, row *compare.Row) bool {
	return slices.ContainsFunc(b.Failed, func(x bench.Regression) bool { return x.In == in && x.Row == row })
}

// kindName names what a comparison is of.
func kindName(r *compare.Result) string {
	switch r.Type {
	case "alloc_objects":
		return "objects"
	case "alloc_space":
		return "allocated"
	case "cpu":
		return "CPU"
	}
	return r.Type
}

func (b *ProfileBench) writeMarkdown(w io.Writer) error {
	var s strings.Builder
	s.WriteString("## gomend: benchmarks\n\n")
	columns := b.columns()
	if len(columns) > 0 {
		s.WriteString("| Benchmark |")
		rule := "| --- |"
		for _, c := range columns {
			s.WriteString(" " + c.title + " | |")
			rule += " ---: | --- |"
		}
		s.WriteString("\n" + rule + "\n")
	}
	for _, one := range b.measured() {
		s.WriteString("| " + escapeMarkdown(benchmarkName(one)) + " |")
		for _, c := range columns {
			values, change := c.of(one)
			s.WriteString(" " + values + " | " + change + " |")
		}
		s.WriteString("\n")
	}
	rows := false
	for _, one := range b.measured() {
		for _, c := range b.changes(one) {
			if !rows {
				s.WriteString("\n| | Change | | Function | Benchmark |\n| --- | ---: | ---: | --- | --- |\n")
				rows = true
			}
			fmt.Fprintf(&s, "| %s | %s | %s %s | %s | %s |\n", c.verdict, c.change, c.values, c.kind, escapeMarkdown(c.name), escapeMarkdown(benchmarkName(one)))
		}
	}
	s.WriteString("\n")
	for _, line := range append(b.unmeasured(), b.summary()...) {
		first, rest, more := strings.Cut(line, "\n")
		s.WriteString("- " + escapeMarkdown(first) + "\n")
		if more {
			s.WriteString("\n````\n" + rest + "\n````\n\n")
		}
	}
	_, err := io.WriteString(w, s.String())
	return err
}

// WriteProfileBenchSummary writes what was measured, and what was not, and why.
func WriteProfileBenchSummary(w io.Writer, b *ProfileBench) error {
	var s strings.Builder
	for _, line := range append(b.unmeasured(), b.summary()...) {
		s.WriteString(line + "\n")
	}
	_, err := io.WriteString(w, s.String())
	return err
}

// unmeasured tells what was not measured that should have been, and why.
func (b *ProfileBench) unmeasured() []string {
	var lines []string
	for i := range b.Failures {
		lines = append(lines, fmt.Sprintf("module %s can't be loaded: %s", b.Failures[i].Module.Name(), printable(b.Failures[i].Error())))
	}
	for i := range b.BaseFailures {
		lines = append(lines, fmt.Sprintf("at the base, module %s can't be loaded: %s", b.BaseFailures[i].Module.Name(), printable(b.BaseFailures[i].Error())))
	}
	for _, p := range b.Packages {
		if p.Err != nil {
			lines = append(lines, fmt.Sprintf("%s was not measured: %s", p.ImportPath, printableLines(p.Err.Error())))
		}
		for _, one := range p.Benchmarks {
			if one.Err != nil {
				lines = append(lines, fmt.Sprintf("%s was not measured: %s", printable(benchmarkName(one)), printableLines(one.Err.Error())))
			}
		}
	}
	return lines
}

// summary tells how much was measured.
func (b *ProfileBench) summary() []string {
	counts := make(map[bench.State]int)
	varying := make(map[string]bool)
	idle, coarse, fewest := 0, 0, fewIterations
	for _, p := range b.Packages {
		for _, one := range p.Benchmarks {
			if one.State != bench.Measured {
				counts[one.State]++
			}
			if one.Idle {
				idle++
			}
			if one.Objects != nil && one.AllocIterations < fewIterations {
				coarse++
				fewest = min(fewest, one.AllocIterations)
			}
			for _, r := range one.Compared() {
				for _, row := range r.Rows {
					if row.Verdict == compare.Varies {
						varying[row.Name] = true
					}
				}
			}
		}
	}
	line := fmt.Sprintf("compared with commit %.12s, view %s: %s of %s", b.Base, b.View, plural(len(b.measured()), "benchmark"), plural(len(b.Packages), "package"))
	for _, other := range []struct {
		state bench.State
		text  string
	}{{bench.New, "new"}, {bench.Gone, "gone"}, {bench.SameProgram, "the same program on both sides"}} {
		if n := counts[other.state]; n > 0 {
			line += fmt.Sprintf("; %d %s", n, other.text)
		}
	}
	if b.Unreached > 0 {
		line += fmt.Sprintf("; %s with benchmarks can't be reached by the change", plural(b.Unreached, "package"))
	}
	lines := []string{line}
	if len(varying) > 0 {
		lines = append(lines, fmt.Sprintf("allocations of %s are not the same for each iteration, and were left out: %s", plural(len(varying), "function"), firstNames(varying)))
	}
	if coarse > 0 {
		lines = append(lines, fmt.Sprintf("allocations of %s were counted in fewer than %d iterations, %d at least, as these take long: a few objects more are not seen", plural(coarse, "benchmark"), fewIterations, fewest))
	}
	if idle > 0 {
		lines = append(lines, plural(idle, "benchmark")+" without CPU time that a profile shows")
	}
	if len(b.Failed) > 0 {
		failing := make(map[*bench.Benchmark]bool)
		for _, x := range b.Failed {
			failing[x.Benchmark] = true
		}
		lines = append(lines, plural(len(failing), "benchmark")+" regressed")
	}
	return lines
}

// fewIterations is below how many iterations allocations are counted coarsely enough to say so.
const fewIterations = 20

// firstNames returns a few of some names, sorted.
func firstNames(names map[string]bool) string {
	const most = 5
	var all []string
	for name := range names {
		all = append(all, printable(name))
	}
	slices.Sort(all)
	if len(all) > most {
		return strings.Join(all[:most], ", ") + fmt.Sprintf(" and %d more", len(all)-most)
	}
	return strings.Join(all, ", ")
}
