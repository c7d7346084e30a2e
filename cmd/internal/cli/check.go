package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/cmd/internal/report"
)

// terminalLimit is how many findings are framed in a terminal on a first run.
// More than a screen or two are not read.
const terminalLimit = 10

// checkFlags are the flags of "gomend check".
type checkFlags struct {
	question
	outputs []string
	base    string
	diff    bool
	fix     bool
	unsafe  bool
}

func (a *app) checkCommand() *cobra.Command {
	var f checkFlags
	c := &cobra.Command{
		Use:   "check [PACKAGES | work]",
		Short: "find what will take the service down",
		Long: `Check analyses packages through the go command and reports what it finds.

Without arguments it checks the packages of the current directory and below; at
the root of a workspace, that is every module. "work" is every module from
anywhere. A package that cannot be analysed is named, and the exit code is 4.

Reports go to standard output, words for people to standard error. -o chooses
formats and files: text, json, jsonl, sarif, github, rdjsonl, markdown.`,
		Example: `  gomend check
  gomend check ./api/...
  gomend check --base origin/main          # only what is new
  gomend check -o text -o sarif=out.sarif  # to read, and to upload
  gomend check --diff                      # see what can be mended safely
  gomend check --fix                       # and mend it
  gomend check --profile goroutines.txt    # what production stands in comes first`,
		RunE: func(c *cobra.Command, args []string) error {
			f.patterns = args
			return a.check(c.Context(), &f)
		},
	}
	f.addFlags(c)
	flags := c.Flags()
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, "report in `FORMAT[=FILE]` (repeatable; the default is text)")
	flags.StringVar(&f.base, "base", "", "report only what is new since the history parted from that of `revision`")
	flags.BoolVar(&f.diff, "diff", false, "print the safe fixes as a diff instead of the findings, and write nothing")
	flags.BoolVar(&f.fix, "fix", false, "write the safe fixes, all or none, and report what is left")
	flags.BoolVar(&f.unsafe, "unsafe-fixes", false, "with --fix or --diff, take also the fixes that need a human's eye")
	flags.StringVar(&f.failOn, "fail-on", "", "exit with 1 from this `severity` on: error, warning or info")
	flags.StringArrayVar(&f.profiles, "profile", nil, "sort by what this profile, goroutine dump or `directory` of such saw at the findings' lines (repeatable)")
	flags.BoolVar(&f.cost, "stats", false, "report the time that each rule took")
	return c
}

func (a *app) check(ctx context.Context, f *checkFlags) error {
	outputs, err := a.outputs(f)
	if err != nil {
		return err
	}
	x, err := a.analyse(ctx, &f.question)
	if err != nil {
		return err
	}
	run := present(x)
	if f.base != "" {
		c, err := a.compare(ctx, x, &f.question, f.base)
		if err != nil {
			return err
		}
		run.Base = &report.Base{Revision: f.base, Comparison: c}
		run.Findings = c.New
	}
	baseline, err := readBaseline(x)
	if err != nil {
		return err
	}
	if baseline == nil && x.cfg.Baseline != "" {
		return noBaseline(x)
	}
	silence(run, baseline)
	switch {
	case f.diff:
		err = a.printFixes(x, run, f.unsafe)
	case f.fix:
		err = a.applyFixes(ctx, x, run, f.unsafe)
	}
	if err != nil {
		return err
	}
	run.Next = a.next(run, f, baseline != nil)
	if err := a.report(x, run, f, outputs, baseline != nil); err != nil {
		return err
	}
	return exitCode(run, x)
}

// outputs returns where reports go. Files are relative to the directory that the
// command works in.
func (a *app) outputs(f *checkFlags) ([]report.Output, error) {
	if f.unsafe && !f.fix && !f.diff {
		return nil, errors.New("--unsafe-fixes belongs to --fix or --diff")
	}
	specs := f.outputs
	if len(specs) == 0 && !f.diff {
		specs = []string{string(report.Text)}
	}
	outputs, err := report.ParseOutputs(specs, report.Formats())
	if err != nil {
		return nil, fmt.Errorf("-o: %w", err)
	}
	for i, out := range outputs {
		if out.File == "" {
			if f.diff {
				return nil, fmt.Errorf("--diff and -o %s both go to standard output: write -o %s=FILE", out.Format, out.Format)
			}
			continue
		}
		outputs[i].File = a.absolute(out.File)
		// Better said now than after the analysis.
		if _, err := os.Stat(filepath.Dir(outputs[i].File)); err != nil {
			return nil, fmt.Errorf("-o %s=%s: %w", out.Format, out.File, err)
		}
	}
	return outputs, nil
}

// report writes the reports, and then the summary for people.
func (a *app) report(x *analysis, run *report.Run, f *checkFlags, outputs []report.Output, hasBaseline bool) error {
	err := report.WriteAll(outputs, a.Out, run, func(out report.Output) report.Options {
		o := a.options(x, out)
		if o.Frames && !hasBaseline && f.base == "" && !a.verbose {
			o.Limit = terminalLimit
			o.SeeAll = a.command("check | less")
		}
		return o
	})
	if err != nil {
		return err
	}
	if a.quiet {
		for _, failed := range x.Failures {
			fmt.Fprintf(a.Err, "gomend: %v\n", &failed)
		}
		return nil
	}
	o := a.options(x, report.Output{Format: report.Text})
	o.Color = a.colors(a.terminal(a.Err))
	if a.terminal(a.Out) && a.terminal(a.Err) && len(run.Findings) > 0 {
		fmt.Fprintln(a.Err)
	}
	return report.Summary(a.Err, run, o)
}

// next returns what to type after a check.
func (a *app) next(run *report.Run, f *checkFlags, hasBaseline bool) []report.Step {
	if len(run.Findings) == 0 {
		return nil
	}
	steps := []report.Step{{
		Command: a.command("explain " + worst(run.Findings).Fingerprint),
		Does:    "why it happens, and how to mend it",
	}}
	if !f.diff && !f.fix && hasFix(run.Findings) {
		steps = append(steps, report.Step{Command: a.command("check --diff"), Does: "see the fixes"})
	}
	if f.base == "" && !hasBaseline {
		steps = append(steps, report.Step{Command: a.command("baseline create"), Does: "keep these quiet and hear of new ones"})
	}
	return steps
}

// command returns a command line that runs where this one does.
func (a *app) command(args string) string {
	if a.chdir == "" {
		return "gomend " + args
	}
	return "gomend -C " + a.chdir + " " + args
}

// worst returns the first of the most severe findings.
func worst(fs []finding.Finding) *finding.Finding {
	first := &fs[0]
	for i := range fs {
		if !first.Severity.AtLeast(fs[i].Severity) {
			first = &fs[i]
		}
	}
	return first
}

func hasFix(fs []finding.Finding) bool {
	for i := range fs {
		if _, ok := chooseFix(&fs[i], false); ok {
			return true
		}
	}
	return false
}
