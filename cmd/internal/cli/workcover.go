package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/cover"
)

// coverFlags are the flags of "gomend work cover".
type coverFlags struct {
	selection
	base      string
	across    bool
	data      []string
	profiles  []string
	generated bool
	outputs   []string
}

func (a *app) workCoverCommand() *cobra.Command {
	var f coverFlags
	c := &cobra.Command{
		Use:   "cover [PACKAGES | work] [-- FLAGS OF GO TEST]",
		Short: "measure the coverage of all modules, and whether a change lowers it",
		Long: `Cover runs the tests of all modules and tells how many statements they cover, by module
and package. A package without tests counts with all of its statements. A package whose
tests fail is unknown, not uncovered: it is named, and the exit code is 4.

With --base it tells of a change how many of its own statements are covered, and whether
coverage dropped: whether statements that the change did not touch were covered before
and are not any more, or more statements are uncovered than before. Percentages, which
rise and fall when code is deleted, do not decide. Where it seems to have dropped, the
tests are run once more, as some do not cover the same every time. If it did the exit
code is 1.

--covdata adds what programs covered that were built with "go build -cover" and run with
GOCOVERDIR. -o profile writes all of it as one profile, for "go tool cover" and others.`,
		Example: `  gomend work cover
  gomend work cover --base origin/main -o markdown=coverage.md
  gomend work cover --covdata e2e/cover -o profile=cover.out ./... -- -short`,
		RunE: func(c *cobra.Command, args []string) error {
			var flags []string
			if at := c.ArgsLenAtDash(); at >= 0 {
				args, flags = args[:at], args[at:]
			}
			return a.workCover(c.Context(), args, flags, &f)
		},
	}
	f.addPlaceFlags(c)
	flags := c.Flags()
	flags.StringVar(&f.base, "base", "", "compare with where the history parted from that of `revision`")
	flags.BoolVar(&f.across, "across", false, "count for each package what the tests of all packages cover, rather than its own")
	flags.StringArrayVar(&f.data, "covdata", nil, "add what programs wrote to this `directory` with GOCOVERDIR (repeatable)")
	flags.StringArrayVar(&f.profiles, "coverprofile", nil, "read this profile `file` instead of running tests (repeatable)")
	flags.BoolVar(&f.generated, "generated", false, "count generated files, too")
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, "report in `FORMAT[=FILE]` (repeatable): text, the default, json, markdown or profile")
	return c
}

func (a *app) workCover(ctx context.Context, args, testFlags []string, f *coverFlags) error {
	outputs, err := a.parseOutputs(f.outputs, report.CoverFormats())
	if err != nil {
		return err
	}
	cfg := workspace.Config{Dir: a.Dir, Env: a.Environ, Tags: f.tags, Log: a.log}
	o := cover.Options{
		View: workspace.View(f.view), Patterns: args, Across: f.across, TestFlags: testFlags,
		WithoutGenerated: !f.generated, WithoutIgnored: true, Again: true,
	}
	if o.Patterns, err = a.patternsIn(ctx, cfg, &f.selection, args); err != nil {
		return err
	}
	for _, name := range f.data {
		o.Data = append(o.Data, a.absolute(name))
	}
	for _, name := range f.profiles {
		o.Profiles = append(o.Profiles, a.absolute(name))
	}
	step := a.newStep()
	step.show("running the tests")
	d := &report.Cover{}
	if f.base == "" {
		d.Coverage, err = cover.Measure(ctx, cfg, o)
	} else if d.Comparison, err = cover.Since(ctx, cfg, f.base, o); err == nil {
		d.Coverage = d.Comparison.Head
	}
	step.clear()
	if err != nil {
		return err
	}
	err = report.WriteOutputs(outputs, a.Out, func(w io.Writer, out report.Output) error {
		return report.WriteCover(w, out.Format, d)
	})
	if err == nil && !a.quiet {
		err = report.WriteCoverRemarks(a.Err, d)
	}
	switch {
	case err != nil:
		return err
	case !d.Coverage.Known() || d.Comparison != nil && len(d.Comparison.Unknown()) > 0:
		return outcome(exitIncomplete)
	case d.Comparison != nil && d.Comparison.Verdict() == cover.Dropped:
		return outcome(exitFindings)
	}
	return nil
}

// patternsIn returns the patterns of packages that arguments and -m name in a code base.
func (a *app) patternsIn(ctx context.Context, cfg workspace.Config, s *selection, args []string) ([]string, error) {
	code, err := workspace.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer code.Close()
	return s.patterns(code, args)
}
