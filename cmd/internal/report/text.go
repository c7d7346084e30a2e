package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/internal/edit"
)

// writeText writes each finding on one line,
//
//	file:line:column: severity: message (rule/kind)
//
// as compilers do and editors understand. With frames, the source lines follow,
// those of related places, and the fix that is offered. Lines that belong to a
// finding's frame begin with a space.
func writeText(w io.Writer, run *Run, o Options) error {
	t := textWriter{run: run, o: o, brush: brush(o.Color), sources: newSources(run)}
	shown, rest := t.limited()
	for i := range shown {
		if o.Frames && i > 0 {
			t.WriteString("\n")
		}
		t.finding(&shown[i])
	}
	if len(rest) > 0 {
		t.rest(rest)
	}
	_, err := io.WriteString(w, t.String())
	return err
}

type textWriter struct {
	strings.Builder
	brush
	run     *Run
	o       Options
	sources *sources
}

// limited returns the findings to show and those to count, both in file order.
func (t *textWriter) limited() (shown, rest []finding.Finding) {
	all := t.run.Findings
	if t.o.Limit <= 0 || len(all) <= t.o.Limit {
		return all, nil
	}
	best := ranked(all)
	shown, rest = best[:t.o.Limit], best[t.o.Limit:]
	finding.Sort(shown)
	finding.Sort(rest)
	return shown, rest
}

func (t *textWriter) finding(f *finding.Finding) {
	t.header(f)
	if !t.o.Frames {
		return
	}
	fr := frame{brush: t.brush, gutter: gutterFor(f)}
	fr.span(t.sources.file(f.File), f.Span, 1, severityPaint(f.Severity))
	for _, r := range f.Related {
		place := fmt.Sprintf("%s:%d:%d", t.o.path(r.File), r.Line, max(r.Column, 1))
		fmt.Fprintf(&fr, "%s %s %s\n", strings.Repeat(" ", fr.gutter), printable(oneLine(r.Message)), t.paint(dim, "("+place+")"))
		fr.span(t.sources.file(r.File), r.Span, 0, cyan)
	}
	for i := range f.Fixes {
		t.fix(&fr, &f.Fixes[i])
	}
	fmt.Fprintf(&fr, "%s %s\n", strings.Repeat(" ", fr.gutter), t.paint(dim, strings.Join(particulars(f), "; ")))
	t.WriteString(fr.String())
}

func (t *textWriter) header(f *finding.Finding) {
	place := fmt.Sprintf("%s:%d:%d:", printable(t.o.path(f.File)), f.Line, max(f.Column, 1))
	fmt.Fprintf(t, "%s %s %s %s\n",
		t.paint(bold, place),
		t.paint(severityPaint(f.Severity), string(f.Severity)+":"),
		t.paint(bold, printable(oneLine(f.Message))),
		t.paint(dim, label(f)))
}

// label returns what stands after the message: the finding's rule and kind, that tests
// confirm it, and what profiles saw there.
func label(f *finding.Finding) string {
	text := f.ID()
	if len(f.Evidence) > 0 {
		text += ", confirmed by tests"
	}
	if len(f.Weights) > 0 {
		text += "; " + weightText(&f.Weights[0])
	}
	return "(" + text + ")"
}

// fix writes what a fix would change, as the lines of a diff.
func (t *textWriter) fix(fr *frame, fix *finding.Fix) {
	fmt.Fprintf(fr, "%s %s %s\n", strings.Repeat(" ", fr.gutter), t.paint(green, fixLabel(fix)), printable(oneLine(fix.Message)))
	set := edit.NewSet(t.run.Read)
	if t.run.Read == nil || set.Add(edits(fix)...) != nil {
		return // a source that is gone or has changed shows nothing
	}
	for _, file := range set.Files() {
		diff, err := set.Diff(file, file)
		if err != nil {
			continue
		}
		if len(set.Files()) > 1 {
			fr.blank(t.paint(dim, t.o.path(file)))
		}
		t.diff(fr, diff)
	}
}

// diff writes the changed lines of a unified diff.
func (t *textWriter) diff(fr *frame, diff string) {
	hunks := 0
	for line := range strings.Lines(diff) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case strings.HasPrefix(line, "@@"):
			if hunks++; hunks > 1 {
				fr.blank("...")
			}
		case strings.HasPrefix(line, "---"), strings.HasPrefix(line, "+++"):
		case strings.HasPrefix(line, "-"):
			fr.blank(t.paint(red, "-"+newRow(line[1:]).text))
		case strings.HasPrefix(line, "+"):
			fr.blank(t.paint(green, "+"+newRow(line[1:]).text))
		}
	}
}

func edits(fix *finding.Fix) []edit.Edit {
	var all []edit.Edit
	for _, e := range fix.Edits {
		all = append(all, edit.Edit{File: e.File, Start: e.Start, End: e.End, New: e.New})
	}
	return all
}

// fixLabel says what may be expected of a fix.
func fixLabel(fix *finding.Fix) string {
	switch fix.Safety {
	case rule.Safe:
		return "fix:"
	case rule.Proven:
		return "fix, if what the message states holds:"
	}
	return "unsafe fix:"
}

// particulars returns under which circumstances a finding holds, and its ID.
func particulars(f *finding.Finding) []string {
	all := append(evidence(f), weights(f)...)
	if f.When != rule.Always {
		all = append(all, conditionText(f))
	}
	if len(f.Platforms) > 0 {
		all = append(all, "on "+and(f.Platforms))
	}
	if f.Generated {
		all = append(all, "in a generated file")
	}
	if f.Confidence != rule.High && f.Confidence != "" {
		all = append(all, string(f.Confidence)+" confidence")
	}
	return append(all, "ID "+f.Fingerprint)
}

// evidence says what tests showed of a finding.
func evidence(f *finding.Finding) []string {
	var all []string
	for _, e := range f.Evidence {
		text := fmt.Sprintf("confirmed by tests: %s left for ever", plural(e.Goroutines, "goroutine"))
		if e.Kind != "proven" {
			text = fmt.Sprintf("confirmed by tests: adding up, to %s", plural(e.Goroutines, "goroutine"))
		}
		if len(e.Tests) > 0 {
			text += " by " + e.Tests[0]
		}
		if more := len(e.Tests) - 1; more > 0 {
			text += fmt.Sprintf(" and %s", plural(more, "more test"))
		}
		all = append(all, text)
	}
	return all
}

// weights says what profiles saw at a finding's lines.
func weights(f *finding.Finding) []string {
	var all []string
	for i := range f.Weights {
		w := &f.Weights[i]
		text := weightText(w)
		if w.File != f.File || w.Line != f.Line {
			text += fmt.Sprintf(" at line %d", w.Line)
		}
		all = append(all, text)
	}
	return all
}

// weightText says what profiles saw.
func weightText(w *finding.Weight) string {
	switch w.Metric {
	case "goroutine":
		if w.Value == 1 {
			return "1 goroutine stands here"
		}
		return thousands(w.Value) + " goroutines stand here"
	case "inuse_space":
		return size(w.Value) + " of the heap were allocated here"
	case "cpu":
		return fmt.Sprintf("%s of the CPU time", percent(w.Share))
	}
	return fmt.Sprintf("%s of %s", percent(w.Share), w.Metric)
}

// thousands returns a number with commas, as in "31,204".
func thousands(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// conditionText says in which programs a finding holds.
func conditionText(f *finding.Finding) string {
	text := "with " + string(f.When)
	if len(f.Mains) > 0 {
		text += " in " + and(f.Mains)
	}
	return text
}

// rest counts the findings that are not shown.
func (t *textWriter) rest(rest []finding.Finding) {
	fmt.Fprintf(t, "\n%s, less severe or less sure:\n", t.paint(bold, plural(len(rest), "more finding")))
	for _, c := range countBy(rest, (*finding.Finding).ID) {
		fmt.Fprintf(t, "%6d  %s\n", c.n, c.name)
	}
	if t.o.SeeAll != "" {
		fmt.Fprintf(t, "To see them: %s\n", t.o.SeeAll)
	}
}
