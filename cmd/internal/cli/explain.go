package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/internal/edit"
)

func (a *app) explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "explain RULE | RULE/KIND | FILE:LINE | ID",
		Short: "show a rule's page, or all about one finding",
		Long: `Explain shows a rule's page: the incident behind it, what is reported and what
is not, wrong and right code.

Of a finding it shows the source, the places that belong to it and what each has
to do with it, what mends it, and how to suppress it. It finds those too that a
check does not report: suppressed, excluded, or less sure.`,
		Example: `  gomend explain timerleak
  gomend explain goroutineleak/abandoned-send
  gomend explain api/server.go:42
  gomend explain 4f1c9a03`,
		Args: exactly("what to explain: a rule, a rule's kind, a finding's file and line, or its ID"),
		RunE: func(c *cobra.Command, args []string) error {
			if _, ok := parseReference(args[0]); ok {
				return a.explainFinding(c.Context(), args[0])
			}
			r, kind, err := findRule(allRules(), args[0])
			if err != nil {
				return err
			}
			return a.explainRule(r, kind)
		},
	}
}

// explainRule prints the page of a rule, below what is to be said of the kind
// that was asked for.
func (a *app) explainRule(r *rule.Rule, kind *rule.Kind) error {
	var b strings.Builder
	if kind != nil {
		fmt.Fprintf(&b, "%s/%s\n\n", r.Name(), kind.Name)
		writeKind(&b, kind)
		fmt.Fprintln(&b)
	}
	page := strings.TrimSpace(r.Page)
	if !strings.HasPrefix(page, "# ") {
		page = "# " + r.Name() + "\n\n" + page
	}
	b.WriteString(wrap(page+"\n", a.pageWidth()))
	_, err := io.WriteString(a.Out, b.String())
	return err
}

// pageWidth returns the width at which text is wrapped for who reads it: lines
// of more than a hundred characters are hard to read; programs want no wrapping.
func (a *app) pageWidth() int { return min(a.width(a.Out), 100) }

// writeKind writes what the rule's table says of a kind.
func writeKind(b *strings.Builder, k *rule.Kind) {
	fmt.Fprintf(b, "  %s\n", k.Summary)
	fmt.Fprintf(b, "  confidence %s, severity %s", k.Confidence, k.Severity)
	switch k.Fix {
	case rule.Safe:
		fmt.Fprint(b, ", the fix is safe")
	case rule.Proven:
		fmt.Fprint(b, ", the fix is safe if what the message states holds")
	case rule.Unsafe:
		fmt.Fprint(b, ", the fix needs a human's eye")
	}
	if k.When != rule.Always {
		fmt.Fprintf(b, "\n  true of programs that run with %s", k.When)
	}
	fmt.Fprintln(b)
}

func (a *app) explainFinding(ctx context.Context, text string) error {
	x, err := a.analyse(ctx, a.questionAbout(text))
	if err != nil {
		return err
	}
	found, err := x.findAll(a, text)
	if err != nil {
		return err
	}
	for i := range found {
		if i > 0 {
			fmt.Fprintln(a.Out)
		}
		if err := a.explainOne(x, &found[i]); err != nil {
			return err
		}
	}
	return nil
}

// explainOne prints all about a finding.
func (a *app) explainOne(x *analysis, f *finding.Finding) error {
	framed := *f
	framed.Fixes = nil // shown as a diff below
	run := present(x)
	run.Findings = []finding.Finding{framed}
	o := a.options(x, report.Output{Format: report.Text})
	o.Frames = true
	if err := report.Write(a.Out, report.Text, run, o); err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\nIn %s", f.Package)
	if f.Symbol != "" {
		fmt.Fprintf(&b, ", %s", f.Symbol)
	}
	fmt.Fprintln(&b, ".")
	for _, p := range f.Covered {
		fmt.Fprintf(&b, "The tests of %s pass here %s, and leave nothing behind that was proven.\n", p.Package, times(p.Times))
	}
	status, err := x.status(f)
	if err != nil {
		return err
	}
	if status != "" {
		fmt.Fprintf(&b, "Not reported: %s.\n", status)
	}
	if r, kind, err := findRule(allRules(), f.ID()); err == nil && kind != nil {
		fmt.Fprintf(&b, "\n%s: %s\n", f.ID(), r.Title)
		writeKind(&b, kind)
		if said := kindSection(r.Page, kind.Name); said != "" {
			fmt.Fprintf(&b, "\n%s", wrap(said+"\n", a.pageWidth()))
		}
		fmt.Fprintf(&b, "\n`gomend explain %s` shows the rule's page.\n", f.Rule)
	}
	if err := a.writeFixes(&b, x, f); err != nil {
		return err
	}
	fmt.Fprintf(&b, "\nTo keep it from being reported, with a reason:\n\n  %s --reason \"…\"\n", a.command("suppress "+f.Fingerprint))
	_, err = io.WriteString(a.Out, b.String())
	return err
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// writeFixes writes the finding's fixes, each as a diff.
func (a *app) writeFixes(b *strings.Builder, x *analysis, f *finding.Finding) error {
	for i := range f.Fixes {
		set := edit.NewSet(x.source)
		if err := set.Add(edits(&f.Fixes[i])...); err != nil {
			return err
		}
		fmt.Fprintf(b, "\nTo mend it (%s): %s\n\n", f.Fixes[i].Safety, f.Fixes[i].Message)
		if err := printDiff(b, x, set); err != nil {
			return err
		}
	}
	return nil
}

// status says why a check does not report the finding; it is empty if it does.
func (x *analysis) status(f *finding.Finding) (string, error) {
	same := func(g finding.Finding) bool { return g.Fingerprint == f.Fingerprint }
	for _, s := range slices.Concat(x.suppressed, x.Excluded) {
		if same(s.Finding) {
			return fmt.Sprintf("suppressed at %s:%d: %s", s.By.File, s.By.Line, s.By.Reason), nil
		}
	}
	switch {
	case slices.ContainsFunc(x.Generated, same):
		return "it stands in a generated file", nil
	case slices.ContainsFunc(x.Off, same):
		return "the configuration turns it off", nil
	case slices.ContainsFunc(x.LessSure, same):
		return fmt.Sprintf("its confidence is %s; --confidence %s shows it", f.Confidence, f.Confidence), nil
	}
	baseline, err := readBaseline(x)
	if err != nil || baseline == nil {
		return "", err
	}
	_, known := baseline.Filter(x.Shown)
	if slices.ContainsFunc(known, func(s finding.Suppressed) bool { return same(s.Finding) }) {
		return "it is in the baseline", nil
	}
	return "", nil
}
