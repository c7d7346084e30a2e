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
)

func (a *app) vulnBinaryCommand() *cobra.Command {
	var databases databaseFlags
	var outputs []string
	var failOn string
	var all bool
	c := &cobra.Command{
		Use:   "binary FILE...",
		Short: "report the known vulnerabilities in programs that were built",
		Long: `Binary looks at programs that Go has built: which modules, packages and functions the linker
has left in them. "Called" means here that a vulnerable function is in the program: it may
never run, and what runs by reflection is seen, which "gomend vuln" does not see.

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
			return a.vulnBinary(c.Context(), args, &databases, outputs, failOn, all)
		},
	}
	databases.add(c)
	flags := c.Flags()
	flags.StringVar(&failOn, "fail-on", govuln.Called.String(), "fail from this `level` on: called, imported or required")
	flags.BoolVar(&all, "all", false, "show what is only required, and every vulnerable function")
	flags.StringArrayVarP(&outputs, "output", "o", nil, "report in `FORMAT[=FILE]` (repeatable): text, the default, or json")
	return c
}

func (a *app) vulnBinary(ctx context.Context, files []string, databases *databaseFlags, specs []string, failOn string, all bool) error {
	outputs, err := a.parseOutputs(specs, report.VulnBinaryFormats())
	if err != nil {
		return err
	}
	var least govuln.Level
	if err := least.UnmarshalText([]byte(failOn)); err != nil {
		return fmt.Errorf("--fail-on: %w", err)
	}
	b := &report.Binaries{All: all, Path: func(file string) string { return slashPath(a.Dir, file) }}
	if b.Databases, err = a.openDatabases(ctx, databases); err != nil {
		return err
	}
	defer closeAll(b.Databases)
	failed, unknown := false, false
	for _, file := range files {
		if !filepath.IsAbs(file) {
			file = filepath.Join(a.Dir, file)
		}
		p, err := govuln.ScanBinary(ctx, file, b.Databases)
		if err != nil {
			return err
		}
		b.Programs = append(b.Programs, p)
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
