package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/align"
	"github.com/gomend/gomend/workspace/doctor"
)

// doctorFlags are the flags of "gomend work doctor".
type doctorFlags struct {
	checks  []string
	all     bool
	failOn  string
	outputs []string

	fix bool
	alignFlags
}

func (a *app) workDoctorCommand() *cobra.Command {
	var f doctorFlags
	var b strings.Builder
	for _, c := range doctor.Checks() {
		name := c.Name
		if c.Slow {
			name += ", with --all"
		}
		fmt.Fprintf(&b, "  %-24s %s\n", name, c.Title)
	}
	c := &cobra.Command{
		Use:   "doctor",
		Short: "find what is green in the workspace and broken for users",
		Long: `Doctor looks at the modules as they are developed together and as each ships, and reports
where users get something else than what was tested. It looks for

` + b.String() + `
and calls "broken" what fails for some user, now or with the next release, "risky" what
works, and not as the tests have seen it, and "untidy" what is not as the go command would
have it. From --fail-on on, the exit code is 1.

--fix tidies all modules, if that makes nothing worse; what else is wrong needs a
decision.`,
		Example: `  gomend work doctor
  gomend work doctor --all -o markdown
  gomend work doctor --fix --diff
  gomend work doctor --check tidy --check skew --fail-on untidy`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if f.fix {
				return a.align(c.Context(), &f.alignFlags, "work doctor --fix", align.Tidy)
			}
			if f.diff || f.test {
				return errors.New("--diff and --test belong to --fix")
			}
			return a.workDoctor(c.Context(), &f)
		},
	}
	flags := c.Flags()
	flags.StringArrayVar(&f.checks, "check", nil, "look only for this (`name`; repeatable)")
	flags.BoolVar(&f.all, "all", false, "look for what takes long, too: build everything in both views, and ask the module proxy")
	flags.StringVar(&f.failOn, "fail-on", string(doctor.Risky), "fail from this `level` on: broken, risky or untidy")
	flags.BoolVar(&f.fix, "fix", false, "tidy the modules, in place of the report")
	f.add(c)
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, "report in `FORMAT[=FILE]` (repeatable): text, the default, json or markdown")
	return c
}

func (a *app) workDoctor(ctx context.Context, f *doctorFlags) error {
	outputs, err := a.parseOutputs(f.outputs, report.DoctorFormats())
	if err != nil {
		return err
	}
	names, err := f.names()
	if err != nil {
		return err
	}
	levels := []doctor.Level{doctor.Broken, doctor.Risky, doctor.Untidy}
	least := slices.Index(levels, doctor.Level(f.failOn))
	if least < 0 {
		return fmt.Errorf("--fail-on %q: use broken, risky or untidy", f.failOn)
	}
	step := a.newStep()
	r, err := doctor.Examine(ctx, workspace.Config{Dir: a.Dir, Env: a.Environ, Log: a.log}, doctor.Options{
		Checks: names,
		Step:   func(check string) { step.show("looking for " + check) },
	})
	step.clear()
	if err != nil {
		return err
	}
	d := &report.Doctor{Report: r, Path: func(file string) string { return slashPath(a.Dir, file) }}
	err = report.WriteOutputs(outputs, a.Out, func(w io.Writer, out report.Output) error {
		shown := *d
		shown.Color = out.File == "" && a.colors(a.terminal(a.Out))
		return report.WriteDoctor(w, out.Format, &shown)
	})
	if err == nil && !a.quiet {
		err = report.WriteDoctorSummary(a.Err, d, r.Modules)
	}
	switch {
	case err != nil:
		return err
	case len(r.Failures) > 0 || len(r.Undone) > 0:
		return outcome(exitIncomplete)
	case slices.ContainsFunc(r.Findings, func(f doctor.Finding) bool { return slices.Index(levels, f.Level) <= least }):
		return outcome(exitFindings)
	}
	return nil
}

// names returns the checks that are asked for; none means those that are not slow.
func (f *doctorFlags) names() ([]string, error) {
	var known []string
	for _, c := range doctor.Checks() {
		known = append(known, c.Name)
	}
	for _, name := range f.checks {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("--check: there is no check %q: %s", name, didYouMean(name, known, "`gomend work doctor --help` lists them"))
		}
	}
	if f.all && len(f.checks) == 0 {
		return known, nil
	}
	return f.checks, nil
}
