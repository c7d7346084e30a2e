package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
)

// Summary writes what a person wants to know beside the findings: how many
// there are of what, what is not reported and why, what was looked at, what was
// not, and what to type next. It is for standard error, or below the findings
// in a terminal.
func Summary(w io.Writer, run *Run, o Options) error {
	s := summary{run: run, o: o, brush: brush(o.Color)}
	s.found()
	s.base()
	s.hidden()
	s.looked()
	s.notLooked()
	s.costs()
	s.next()
	_, err := io.WriteString(w, s.String())
	return err
}

type summary struct {
	strings.Builder
	brush
	run *Run
	o   Options
}

func (s *summary) line(format string, args ...any) {
	fmt.Fprintf(s, format+"\n", args...)
}

// found says how many findings there are, by severity and by rule.
func (s *summary) found() {
	fs := s.run.Findings
	if len(fs) == 0 {
		s.line("%s", s.paint(bold, noFindings(s.run)))
		return
	}
	s.line("%s (%s):", s.paint(bold, headline(s.run)), severities(fs))
	for _, c := range countBy(fs, (*finding.Finding).ID) {
		s.line("%6d  %s", c.n, c.name)
	}
}

// headline says how many findings there are.
func headline(run *Run) string {
	noun := "finding"
	if run.Base != nil {
		noun = "new finding"
	}
	text := plural(len(run.Findings), noun)
	if packages := countBy(run.Findings, packageOf); packages[0].name != "" {
		text += " in " + plural(len(packages), "package")
	}
	return text
}

func packageOf(f *finding.Finding) string { return strings.TrimSuffix(f.Package, "_test") }

func noFindings(run *Run) string {
	text := "no findings"
	if run.Base != nil {
		text = "no new findings"
	}
	if !run.Complete() {
		text += " in what could be looked at"
	}
	return text
}

// severities returns the number of findings of each severity.
func severities(fs []finding.Finding) string {
	var parts []string
	for _, sev := range []rule.Severity{rule.Error, rule.Warning, rule.Info} {
		n := 0
		for i := range fs {
			if fs[i].Severity == sev {
				n++
			}
		}
		switch {
		case n > 0 && sev == rule.Info:
			parts = append(parts, fmt.Sprintf("%d info", n))
		case n > 0:
			parts = append(parts, plural(n, string(sev)))
		}
	}
	return strings.Join(parts, ", ")
}

// base says what became of the findings of the other revision.
func (s *summary) base() {
	if s.run.Base != nil {
		s.line("%s", baseText(s.run.Base))
	}
}

func baseText(b *Base) string {
	return fmt.Sprintf("since %s: %d new, %d fixed, %d moved, %d as before",
		b.Revision, len(b.New), len(b.Fixed), len(b.Moved), len(b.Unchanged))
}

// hidden says what was found and is not reported.
func (s *summary) hidden() {
	if text := hiddenText(s.run); text != "" {
		s.line("not reported: %s", text)
	}
}

func hiddenText(run *Run) string {
	var parts []string
	add := func(n int, format string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf(format, n))
		}
	}
	sources := make(map[finding.SilenceSource]int)
	for _, s := range run.Suppressed {
		sources[s.By.Source]++
	}
	add(sources[finding.FromBaseline], "%d in the baseline")
	add(sources[finding.FromComment], "%d suppressed by comments")
	add(sources[finding.FromConfig], "%d excluded by the configuration")
	add(run.Hidden.LessSure, "%d less sure (--confidence low shows them)")
	add(run.Hidden.Generated, "%d in generated files")
	return strings.Join(parts, ", ")
}

// looked says what was looked at.
func (s *summary) looked() {
	s.line("looked at %s", lookedText(&s.run.Looked))
}

func lookedText(l *Looked) string {
	packages, files := 0, 0
	for _, m := range l.Modules {
		packages += m.Packages
		files += m.Files
	}
	text := fmt.Sprintf("%s, %s and %s", plural(len(l.Modules), "module"), plural(packages, "package"), plural(files, "file"))
	if len(l.Platforms) > 0 {
		text += ", for " + and(l.Platforms)
	}
	var views []string
	for _, v := range l.Views {
		switch v {
		case "work":
			views = append(views, "as developed together")
		case "release":
			views = append(views, "as each module ships")
		default:
			views = append(views, "in view "+v)
		}
	}
	if len(views) > 0 {
		text += ", " + and(views)
	}
	return text
}

// notLooked says what was not looked at: what should have been, and what was
// not asked for.
func (s *summary) notLooked() {
	if n := len(s.run.Failures); n > 0 {
		s.line("%s", s.paint(boldRed, "not looked at, though asked for:"))
		for i := range s.run.Failures {
			s.line("  %s", s.failure(&s.run.Failures[i]))
		}
	}
	for _, skipped := range s.run.Skipped {
		s.line("left out: %s (%s)", s.o.path(skipped.Dir), skipped.Reason)
	}
	if n := len(s.run.OtherPlatforms); n > 0 {
		s.line("left out: %s for other platforms", plural(n, "file"))
	}
}

func (s *summary) failure(f *Failure) string { return failureText(f, s.o.path) }

// failureText says what failed and why, after the place if one is known.
func failureText(f *Failure, path func(string) string) string {
	text := printable(oneLine(f.Message))
	if len(f.Platforms) > 0 {
		text += " (on " + and(f.Platforms) + ")"
	}
	if f.File == "" {
		return text
	}
	return fmt.Sprintf("%s:%d:%d: %s", path(f.File), max(f.Line, 1), max(f.Column, 1), text)
}

// costs says what each rule cost.
func (s *summary) costs() {
	if len(s.run.Costs) == 0 {
		return
	}
	s.line("time by rule, summed over packages when they were analysed:")
	for _, c := range s.run.Costs {
		s.line("%10s  %-20s %s", c.Time.Round(time.Millisecond), c.Name, plural(c.Findings, "finding"))
	}
}

func (s *summary) next() {
	if len(s.run.Next) == 0 {
		return
	}
	wide := 0
	for _, step := range s.run.Next {
		wide = max(wide, len(step.Command))
	}
	s.line("next:")
	for _, step := range s.run.Next {
		s.line("  %s  %s", s.paint(bold, fmt.Sprintf("%-*s", wide, step.Command)), step.Does)
	}
}
