package cli

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/govuln/sbom"
	"github.com/gomend/gomend/internal/memo"
	"github.com/gomend/gomend/workspace"
)

func (a *app) vulnBinaryCommand() *cobra.Command {
	var databases databaseFlags
	var outputs []string
	var failOn, view string
	var all, code bool
	c := &cobra.Command{
		Use:   "binary FILE...",
		Short: "report the known vulnerabilities in programs that were built",
		Long: `Binary looks at programs that Go has built: which modules, packages and functions the linker
has left in them. "Called" means here that a vulnerable function is in the program: it may
never run, and what runs by reflection is seen, which "gomend vuln" does not see.

With --code, each program is compared with its code, in whose workspace the command runs:
what is called in the one alone is told, with what that may come from.

Of a program that is stripped only the modules are known: nothing in it is called.

The exit code is 1 if an advisory of the level --fail-on is found, and 4 if a module with
advisories is in a program at a version that nobody knows.`,
		Example: `  gomend vuln binary bin/api bin/worker
  gomend vuln binary --db vulndb.zip -o json bin/api`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("%s needs the files of programs", c.CommandPath())
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			o := &binaryOptions{files: args, failOn: failOn, all: all, code: code}
			var err error
			if o.view, err = workspace.ParseView(view); err != nil {
				return fmt.Errorf("--view: %w", err)
			}
			return a.vulnBinary(c.Context(), o, &databases, outputs)
		},
	}
	databases.add(c)
	flags := c.Flags()
	flags.StringVar(&failOn, "fail-on", govuln.Called.String(), "fail from this `level` on: called, imported or required")
	flags.BoolVar(&code, "code", false, "compare with what is found in the code")
	flags.StringVar(&view, "view", string(workspace.Release), "compare with the code in this `view`, work or release")
	flags.BoolVar(&all, "all", false, "show what is only required, and every vulnerable function")
	flags.StringArrayVarP(&outputs, "output", "o", nil, "report in `FORMAT[=FILE]` (repeatable): text, the default, or json")
	return c
}

// binaryOptions say what to make of programs.
type binaryOptions struct {
	files     []string
	failOn    string
	all, code bool
	view      workspace.View
}

func (a *app) vulnBinary(ctx context.Context, o *binaryOptions, databases *databaseFlags, specs []string) error {
	outputs, err := a.parseOutputs(specs, report.VulnBinaryFormats())
	if err != nil {
		return err
	}
	var least govuln.Level
	if err := least.UnmarshalText([]byte(o.failOn)); err != nil {
		return fmt.Errorf("--fail-on: %w", err)
	}
	b := &report.Binaries{Differences: make(map[*govuln.Binary][]govuln.Difference), All: o.all, Path: func(file string) string { return slashPath(a.Dir, file) }}
	if b.Databases, err = a.openDatabases(ctx, databases); err != nil {
		return err
	}
	defer closeAll(b.Databases)
	failed, unknown := false, false
	for _, file := range o.files {
		if !filepath.IsAbs(file) {
			file = filepath.Join(a.Dir, file)
		}
		p, err := govuln.ScanBinary(ctx, file, b.Databases)
		if err != nil {
			return err
		}
		b.Programs = append(b.Programs, p)
		if o.code {
			if err := a.compareWithCode(ctx, b, p, o.view); err != nil {
				return err
			}
		}
		unknown = unknown || len(p.Unknown) > 0
		failed = failed || slices.ContainsFunc(p.Findings, func(f *govuln.BinaryFinding) bool { return f.Level >= least })
	}
	err = report.WriteOutputs(outputs, a.Out, func(w io.Writer, out report.Output) error {
		shown := *b
		shown.Color = out.File == "" && a.colors(a.terminal(a.Out))
		return report.WriteBinaries(w, out.Format, &shown)
	})
	if err == nil && !a.quiet {
		err = report.WriteBinarySummary(a.Err, b)
	}
	switch {
	case err != nil:
		return err
	case unknown:
		return outcome(exitIncomplete)
	case failed:
		return outcome(exitFindings)
	}
	return nil
}

// compareWithCode looks at the code of a program's main package, for what the program is of.
func (a *app) compareWithCode(ctx context.Context, b *report.Binaries, p *govuln.Binary, view workspace.View) error {
	built, err := sbom.ReadBinary(p.File)
	if err != nil {
		return err
	}
	cache, err := memo.Dir(a.getenv)
	if err != nil {
		a.log.Debug("nothing is remembered", "error", err)
	}
	step := a.newStep()
	code, err := govuln.Scan(ctx, built.Config(workspace.Config{Dir: a.Dir, Env: a.Environ, Log: a.log}), govuln.Options{
		Databases: b.Databases, Views: []workspace.View{view}, Patterns: []string{built.Path}, GoVersion: p.Go, Cache: cache, Step: step.show,
	})
	step.clear()
	if err != nil {
		return fmt.Errorf("the code of %s: %w", p.File, err)
	}
	for i := range code.Failures {
		return fmt.Errorf("the code of %s: %w", p.File, &code.Failures[i])
	}
	b.Differences[p] = p.CompareWithCode(code)
	return nil
}
