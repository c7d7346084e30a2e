package cli

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/govuln/remedy"
	"github.com/gomend/gomend/internal/memo"
	"github.com/gomend/gomend/workspace"
)

// vulnFixFlags are the flags of "gomend vuln fix".
type vulnFixFlags struct {
	vulnFlags
	levels     map[govuln.Level]*bool
	advisories []string
	diff       bool
	test, vet  bool
	partial    bool
}

func (a *app) vulnFixCommand() *cobra.Command {
	f := vulnFixFlags{levels: make(map[govuln.Level]*bool)}
	c := &cobra.Command{
		Use:   "fix",
		Short: "make the least upgrade that ends vulnerabilities, and prove it",
		Long: `Fix finds the least versions that modules have to require for advisories to end, in all
modules of the code base together. The go command builds with the greatest version that
anything requires; so each advisory asks for a floor, and a floor that another one brings
about is left out. Where a later version of a dependency asks for less than the one that
mends it, that one is taken. What each advisory costs beside the others is told: which
modules move for it alone, and which go line it needs.

The upgrade is tried beside the tree: the modules are tidied, scanned again, built, vetted
and tested before and after, as they are developed together and as each ships. The tree
changes only if nothing is worse, and in one go. What changes in the packages that the code
imports of moved dependencies is listed.

Advisories of the standard library end with a release of Go: fix says which one, and where
the repository pins an earlier one.

The exit code is 1 if an advisory that is to end does not, as there is no version without it,
or as something else would be worse.`,
		Example: `  gomend vuln fix --diff
  gomend vuln fix --imported
  gomend vuln fix --advisory GO-2024-2611 --db vulndb.zip`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.vulnFix(c.Context(), &f) },
	}
	flags := c.Flags()
	f.databases.add(c)
	for _, level := range []govuln.Level{govuln.Called, govuln.Imported, govuln.Required} {
		f.levels[level] = flags.Bool(level.String(), false, "end what is at least "+level.String())
	}
	c.MarkFlagsMutuallyExclusive(govuln.Called.String(), govuln.Imported.String(), govuln.Required.String())
	flags.StringArrayVar(&f.advisories, "advisory", nil, "end this `advisory`, by its ID or an alias, and no others (repeatable)")
	flags.StringArrayVarP(&f.modules, "module", "m", nil, "mend only the `module` of this path or directory (repeatable)")
	flags.StringArrayVar(&f.platforms, "platform", nil, "look at what is built for this `GOOS/GOARCH` (repeatable)")
	flags.StringSliceVar(&f.tags, "tags", nil, "set these build tags, a comma-separated `list`")
	flags.BoolVar(&f.tests, "in-tests", false, "end what only tests import and call, too")
	flags.StringVar(&f.goVersion, "go", "", "judge the standard library as of this Go `release`, not that of the go command")
	flags.BoolVar(&f.diff, "diff", false, "show the changes as a diff, and write nothing")
	flags.BoolVar(&f.partial, "partial", false, "leave out what does harm, and make the rest")
	flags.BoolVar(&f.test, "test", true, "run the tests before and after")
	flags.BoolVar(&f.vet, "vet", true, "compare what vet says before and after")
	flags.BoolVar(&f.all, "all", false, "list every module that moves and every change of what is exported")
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, "report in `FORMAT[=FILE]` (repeatable): text, the default, markdown or json")
	return c
}

func (a *app) vulnFix(ctx context.Context, f *vulnFixFlags) error {
	outputs, err := a.parseOutputs(f.outputs, report.RemedyFormats())
	if err != nil {
		return err
	}
	scan, err := f.options()
	if err != nil {
		return err
	}
	cfg := workspace.Config{Dir: a.Dir, Env: a.Environ, Tags: f.tags, Log: a.log}
	policy, _, err := a.vulnPolicy(ctx, cfg, &f.vulnFlags, scan)
	if err != nil {
		return err
	}
	a.sweep()
	code, err := workspace.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer code.Close()
	if err := a.noPending(ctx, code); err != nil {
		return err
	}
	if scan.Cache, err = memo.Dir(a.getenv); err != nil {
		a.log.Debug("nothing is remembered", "error", err)
	}
	if scan.Databases, err = a.openDatabases(ctx, &f.databases); err != nil {
		return err
	}
	defer closeAll(scan.Databases)
	step := a.newStep()
	r, err := remedy.Find(ctx, cfg, remedy.Options{
		Scan: *scan, Level: f.level(policy.FailOn), Skip: f.skip(policy), Partial: f.partial, Test: f.test, SkipVet: !f.vet, Step: step.show,
	})
	step.clear()
	if err != nil {
		return err
	}
	if err := f.checkFound(r); err != nil {
		return err
	}
	written := !f.diff && r.Sound() && len(r.Proof.Changes) > 0
	if f.diff && r.Proof != nil {
		err = a.diffFiles(repositoryRoot(code.Root), r.Proof.Changes)
	} else if written {
		err = a.write(ctx, code, "vuln fix", treeChanges(r.Proof.Changes))
	}
	if err != nil {
		return err
	}
	v := &report.Remedy{
		Remedy: r, Databases: scan.Databases, All: f.all, Written: written, Tested: f.test, Vetted: f.vet,
		Path: func(file string) string { return slashPath(a.Dir, file) },
	}
	err = report.WriteOutputs(outputs, a.Out, func(w io.Writer, out report.Output) error {
		if f.diff && out.File == "" && out.Format == report.Text {
			w = a.Err // where the diff is not
		}
		shown := *v
		shown.Color = out.File == "" && a.colors(a.terminal(a.Out))
		return report.WriteRemedy(w, out.Format, &shown)
	})
	if err == nil && !a.quiet {
		err = report.WriteRemedySummary(a.Err, v)
	}
	switch {
	case err != nil:
		return err
	case len(r.Before.Failures) > 0 || r.Proof != nil && len(r.Proof.Failures) > 0:
		return outcome(exitIncomplete)
	case len(r.Stays) > 0 || r.Proof != nil && !r.Sound():
		return outcome(exitFindings)
	}
	return nil
}

// level returns the level that was asked for, or the one that fails.
func (f *vulnFixFlags) level(fails govuln.Level) govuln.Level {
	for level, asked := range f.levels {
		if *asked {
			return level
		}
	}
	if len(f.advisories) > 0 {
		return govuln.Required
	}
	return fails
}

// skip returns what reports whether a finding may stay: it is accepted, or others were named.
func (f *vulnFixFlags) skip(p *govuln.Policy) func(*govuln.Finding) bool {
	return func(x *govuln.Finding) bool {
		if len(f.advisories) > 0 {
			return !f.names(x)
		}
		return p.Judge([]*govuln.Finding{x}).Accepted[x] != nil
	}
}

func (f *vulnFixFlags) names(x *govuln.Finding) bool {
	return slices.ContainsFunc(f.advisories, x.Advisory.Named)
}

// checkFound returns an error if an advisory that was named is not found.
func (f *vulnFixFlags) checkFound(r *remedy.Remedy) error {
	for _, name := range f.advisories {
		if !slices.ContainsFunc(r.Before.Findings, func(x *govuln.Finding) bool { return x.Advisory.Named(name) }) {
			return fmt.Errorf("--advisory %s: nothing is found of it", name)
		}
	}
	return nil
}
