package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
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
	checks   []string
	all      bool
	generate bool
	archived string
	failOn   string
	outputs  []string

	fix bool
	alignFlags
}

func (a *app) workDoctorCommand() *cobra.Command {
	var f doctorFlags
	c := &cobra.Command{
		Use:   "doctor",
		Short: "find what is green in the workspace and broken for users",
		Long: `Doctor looks at the modules as they are developed together and as each ships, and reports
where users get something else than what was tested. It looks for

` + doctorChecks() + `
and calls "broken" what fails for some user, now or with the next release, "risky" what
works, and not as the tests have seen it, and "untidy" what is not as the go command would
have it. From --fail-on on, the exit code is 1.

--fix mends what needs no decision, as the report says of each finding, and tidies all
modules. What builds, and what vet says, is compared before and after, as the modules are
developed together and as each ships: a mend that makes something worse is left out, named,
and makes the exit code 4. With --check, only what these checks find is mended.

--generate runs what the //go:generate lines say, in a copy of the tree, and reports the
files that come out otherwise. What could not be run is named, and makes the exit code 4.`,
		Example: `  gomend work doctor
  gomend work doctor --all -o markdown
  gomend work doctor --fix --diff
  gomend work doctor --check tidy --check skew --fail-on untidy`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if f.fix {
				return a.fixDoctor(c.Context(), &f)
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
	flags.BoolVar(&f.generate, "generate", false, "run the generators, too, in a copy of the tree")
	flags.StringVar(&f.archived, "archived", "", "report dependencies that this `FILE` lists: a module or repository a line, and why")
	flags.StringVar(&f.failOn, "fail-on", string(doctor.Risky), "fail from this `level` on: broken, risky or untidy")
	flags.BoolVar(&f.fix, "fix", false, "mend what needs no decision, in place of the report")
	f.add(c)
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, "report in `FORMAT[=FILE]` (repeatable): text, the default, json or markdown")
	return c
}

// doctorChecks lists the checks, each with what its findings have in common.
func doctorChecks() string {
	var b strings.Builder
	for _, c := range doctor.Checks() {
		name := c.Name
		switch {
		case c.Slow:
			name += ", with --all"
		case c.Runs:
			name += ", with --generate"
		}
		fmt.Fprintf(&b, "  %-28s %s\n", name, c.Title)
	}
	return b.String()
}

func (a *app) workDoctor(ctx context.Context, f *doctorFlags) error {
	outputs, err := a.parseOutputs(f.outputs, report.DoctorFormats())
	if err != nil {
		return err
	}
	o, err := a.doctorOptions(f)
	if err != nil {
		return err
	}
	levels := []doctor.Level{doctor.Broken, doctor.Risky, doctor.Untidy}
	least := slices.Index(levels, doctor.Level(f.failOn))
	if least < 0 {
		return fmt.Errorf("--fail-on %q: use broken, risky or untidy", f.failOn)
	}
	step := a.newStep()
	o.Step = step.show
	a.sweep()
	r, err := doctor.Examine(ctx, workspace.Config{Dir: a.Dir, Env: a.Environ, Log: a.log}, *o)
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

// doctorOptions returns what is to be looked for.
func (a *app) doctorOptions(f *doctorFlags) (*doctor.Options, error) {
	o := &doctor.Options{Checks: f.checks}
	var known []string
	for _, c := range doctor.Checks() {
		known = append(known, c.Name)
		if len(f.checks) == 0 && (f.all || !c.Slow) && (f.generate || !c.Runs) {
			o.Checks = append(o.Checks, c.Name)
		}
	}
	for _, name := range f.checks {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("--check: there is no check %q: %s", name, didYouMean(name, known, "`gomend work doctor --help` lists them"))
		}
	}
	if f.archived == "" {
		return o, nil
	}
	name := f.archived
	if !filepath.IsAbs(name) {
		name = filepath.Join(a.Dir, name)
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("--archived: %w", err)
	}
	defer file.Close()
	if o.Archived, err = doctor.ReadArchived(file); err != nil {
		return nil, fmt.Errorf("--archived: %s: %w", f.archived, err)
	}
	return o, nil
}

// fixDoctor mends what can be mended without a decision.
func (a *app) fixDoctor(ctx context.Context, f *doctorFlags) error {
	o, err := a.doctorOptions(f)
	if err != nil {
		return err
	}
	var fixed *doctor.Fixed
	err = a.align(ctx, &f.alignFlags, "work doctor --fix", func(ctx context.Context, cfg workspace.Config, how align.Options) (*align.Result, error) {
		o.Step = how.Step
		if fixed, err = doctor.Fix(ctx, cfg, *o, how); err != nil {
			return nil, err
		}
		return fixed.Result, nil
	})
	if fixed == nil {
		return err
	}
	if writing := report.WriteDoctorUndone(a.Err, fixed); writing != nil {
		return writing
	}
	if err == nil && len(fixed.Undone) > 0 {
		return outcome(exitIncomplete)
	}
	return err
}
