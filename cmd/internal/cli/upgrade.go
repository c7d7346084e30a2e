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
	"github.com/gomend/gomend/fixers/audit"
	"github.com/gomend/gomend/fixers/upgrade"
	"github.com/gomend/gomend/internal/rev"
	"github.com/gomend/gomend/internal/tree"
	"github.com/gomend/gomend/workspace"
)

// upgradeFlags are the flags of "gomend upgrade" and its steps.
type upgradeFlags struct {
	fixers     fixerFlags
	test       bool
	cover      bool
	audit      bool
	tags       []string
	testFlags  []string
	all        bool
	diff       bool
	outputs    []string
	allowDirty bool
	commit     bool
	branch     string
}

const upgradeText = `Upgrade moves a code base to a newer Go: all of its modules together, with go.work and the
places that name a version of Go outside of go.mod, as workflows and images. It notes what
builds, what vet says, which tests pass and what they cover; raises the lines, applies
codemods for what the newer Go has (see "gomend fix"), and looks again. Where something is
worse with a fix, the fix is found by bisection and taken back. What comes of the go lines
alone is told.

It also says which lines of the code behave differently under the new go lines: see "gomend
upgrade audit".`

func (a *app) upgradeCommand() *cobra.Command {
	var f upgradeFlags
	c := &cobra.Command{
		Use:   "upgrade go@VERSION",
		Short: "move all modules to a newer Go, and prove that nothing is worse",
		Long: upgradeText + `

Without a word before the version, it plans: all of this is done in copies of the code
base, and nothing is written to it.`,
		Example: `  gomend upgrade go@1.22
  gomend upgrade go@1.26 --diff
  gomend upgrade apply go@1.22 --commit
  gomend upgrade audit go@1.22`,
		Args: oneVersion,
		RunE: a.withFixers(func(c *cobra.Command, args []string) error { return a.upgrade(c.Context(), &f, args[0], false) }),
	}
	f.add(c)
	c.AddCommand(a.upgradePlanCommand(), a.upgradeApplyCommand(), a.upgradeAuditCommand(), a.upgradeBisectCommand(), a.upgradeStatusCommand(),
		a.finishCommand("continue"), a.finishCommand("abort"))
	return c
}

func (f *upgradeFlags) add(c *cobra.Command) {
	flags := c.Flags()
	f.fixers.add(c)
	flags.BoolVar(&f.test, "test", true, "run the tests before and after")
	flags.BoolVar(&f.cover, "cover", true, "compare what tests cover, and tell which fixes they run")
	flags.BoolVar(&f.audit, "audit", true, "tell which lines behave differently")
	flags.StringArrayVar(&f.testFlags, "test-flag", nil, "run tests with a further `flag` of go test, as -short (repeatable)")
	flags.StringSliceVar(&f.tags, "tags", nil, "set these build tags, a comma-separated `list`")
	flags.BoolVar(&f.all, "all", false, "list every place that is left as it is")
	flags.BoolVar(&f.diff, "diff", false, "show the changes as a diff, and write nothing")
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, "report in `FORMAT[=FILE]` (repeatable): text, the default, markdown or json")
}

// oneVersion refuses arguments that are not one version of Go.
func oneVersion(c *cobra.Command, args []string) error {
	if err := exactly("a version of Go, as go@1.22")(c, args); err != nil {
		return err
	}
	if !strings.HasPrefix(args[0], "go@") {
		return fmt.Errorf("%s: %q names no version of Go: write it as go@1.22", c.CommandPath(), args[0])
	}
	_, err := upgrade.GoLine(strings.TrimPrefix(args[0], "go@"))
	return err
}

func (a *app) upgradePlanCommand() *cobra.Command {
	var f upgradeFlags
	c := &cobra.Command{
		Use:   "plan go@VERSION",
		Short: "show what an upgrade comes to, and write nothing",
		Long: upgradeText + `

Plan does all of this in copies of the code base, and writes nothing to it.`,
		Args: oneVersion,
		RunE: a.withFixers(func(c *cobra.Command, args []string) error { return a.upgrade(c.Context(), &f, args[0], false) }),
	}
	f.add(c)
	return c
}

func (a *app) upgradeApplyCommand() *cobra.Command {
	var f upgradeFlags
	c := &cobra.Command{
		Use:   "apply go@VERSION",
		Short: "upgrade all modules",
		Long: upgradeText + `

Apply writes it: all files, or none. Where git has changes that are not committed, it
refuses, so that the upgrade can be told from them. With --commit it makes a branch, and a
commit a step: the lines, the fixes that passing tests run, and those that were only
compiled.`,
		Args: oneVersion,
		RunE: a.withFixers(func(c *cobra.Command, args []string) error { return a.upgrade(c.Context(), &f, args[0], true) }),
	}
	f.add(c)
	flags := c.Flags()
	flags.BoolVar(&f.allowDirty, "allow-dirty", false, "write to a code base with changes that are not committed")
	flags.BoolVar(&f.commit, "commit", false, "commit each step, on a branch")
	flags.StringVar(&f.branch, "branch", "", "commit on a new branch of this `name`; gomend/go1.22 and so on without it")
	return c
}

func (a *app) upgrade(ctx context.Context, f *upgradeFlags, version string, apply bool) error {
	cfg := workspace.Config{Dir: a.Dir, Env: a.Environ, Tags: f.tags, Log: a.log}
	k, err := a.kit(ctx, cfg)
	if err != nil {
		return err
	}
	fixers, err := a.choose(k, &f.fixers)
	if err != nil {
		return err
	}
	outputs, err := a.parseOutputs(f.outputs, report.FixFormats())
	if err != nil {
		return err
	}
	code, err := workspace.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer code.Close()
	if err := a.noPending(ctx, code); err != nil {
		return err
	}
	var repo *rev.Repo
	if apply && !f.diff {
		if repo, err = a.clean(ctx, code, f); err != nil {
			return err
		}
	}
	step := a.newStep()
	r, err := upgrade.Plan(ctx, cfg, upgrade.Options{
		To: strings.TrimPrefix(version, "go@"), Fixers: fixers, Suggestions: f.fixers.unsafe, Test: f.test, Cover: f.cover && f.test,
		TestFlags: f.testFlags, NoAudit: !f.audit, Steps: f.commit, Step: step.show,
	})
	step.clear()
	if err != nil {
		return err
	}
	u := &report.Upgrade{
		Result: r, All: f.all, Quiet: a.quiet, Plan: !apply || f.diff,
		Path: func(file string) string { return displayName(a.Dir, file) },
	}
	switch {
	case f.diff:
		err = a.diffFiles(repositoryRoot(code.Root), r.Changes)
	case apply && f.commit && !r.Nothing():
		err = a.commitSteps(ctx, code, repo, f, r)
	case apply && !r.Nothing():
		err = a.write(ctx, code, "upgrade apply "+version, treeChanges(r.Changes))
	}
	if err == nil && (!f.diff || len(f.outputs) > 0) {
		err = report.WriteOutputs(outputs, a.Out, func(w io.Writer, out report.Output) error {
			return report.WriteUpgrade(w, out.Format, u)
		})
	}
	if err == nil {
		err = report.WriteUpgradeRemarks(a.Err, u)
	}
	switch {
	case err != nil:
		return err
	case r.Incomplete():
		return outcome(exitIncomplete)
	case f.diff && !r.Nothing():
		return outcome(exitFindings)
	}
	return nil
}

// clean returns the repository of the code base, or nil if it has none. It is an error if
// there are changes that are not committed.
func (a *app) clean(ctx context.Context, code *workspace.Workspace, f *upgradeFlags) (*rev.Repo, error) {
	repo, err := rev.Open(ctx, code.Root, a.log)
	var none *rev.NoRepoError
	if errors.As(err, &none) {
		if f.commit {
			return nil, fmt.Errorf("--commit: %w", err)
		}
		return nil, nil
	}
	if err != nil || f.allowDirty {
		return repo, err
	}
	dirty, err := repo.Dirty(ctx)
	if err == nil && dirty {
		err = fmt.Errorf("%s has changes that are not committed: commit or stash them first, or say --allow-dirty", displayName(a.Dir, repo.Root))
	}
	return repo, err
}

func (a *app) upgradeAuditCommand() *cobra.Command {
	var (
		all       bool
		test      bool
		tags      []string
		testFlags []string
		outputs   []string
		view      string
	)
	c := &cobra.Command{
		Use:   "audit go@VERSION [packages]",
		Short: "tell which lines behave differently under a newer go line",
		Long: `Audit tells which lines of the code behave differently once its go lines rise to a
version, why, and how that is known: the compiler makes other code of them, tests were seen
to run them, they can be reached, or they look like it. Of loops whose variables are new in
each turn since Go 1.22 only those count in which one outlives its turn; of the GODEBUG
settings that go by the go line those that the code's own lines have to do with.

It also tells what a program ships with today because of an old go line, as TLS 1.0, which
files are pinned to older Go by their build constraints, and which settings are gone in
newer toolchains. Nothing is written. The exit code is 1 if there are findings.`,
		Args: func(c *cobra.Command, args []string) error { return oneVersion(c, args[:min(1, len(args))]) },
		RunE: func(c *cobra.Command, args []string) error {
			v, err := workspace.ParseView(view)
			if err != nil {
				return fmt.Errorf("--view: %w", err)
			}
			formats, err := a.parseOutputs(outputs, report.FixFormats())
			if err != nil {
				return err
			}
			step := a.newStep()
			r, err := audit.Run(c.Context(), workspace.Config{Dir: a.Dir, Env: a.Environ, Tags: tags, Log: a.log}, audit.Options{
				To: strings.TrimPrefix(args[0], "go@"), View: v, Patterns: args[1:], Test: test, TestFlags: testFlags, Step: step.show,
			})
			step.clear()
			if err != nil {
				return err
			}
			d := &report.Audit{Report: r, All: all, Quiet: a.quiet, Path: func(file string) string { return displayName(a.Dir, file) }}
			err = report.WriteOutputs(formats, a.Out, func(w io.Writer, out report.Output) error {
				return report.WriteAudit(w, out.Format, d)
			})
			if err == nil {
				err = report.WriteAuditRemarks(a.Err, d)
			}
			switch {
			case err != nil:
				return err
			case len(r.Undone) > 0:
				return outcome(exitIncomplete)
			case len(r.Findings) > 0:
				return outcome(exitFindings)
			}
			return nil
		},
	}
	flags := c.Flags()
	flags.BoolVar(&all, "all", false, "list places without an expected difference, too")
	flags.BoolVar(&test, "test", true, "run the tests, to see which places they run")
	flags.StringArrayVar(&testFlags, "test-flag", nil, "run tests with a further `flag` of go test, as -short (repeatable)")
	flags.StringSliceVar(&tags, "tags", nil, "set these build tags, a comma-separated `list`")
	flags.StringVar(&view, "view", string(workspace.Work), "resolve what modules require in this `view`: work or release")
	flags.StringArrayVarP(&outputs, "output", "o", nil, "report in `FORMAT[=FILE]` (repeatable): text, the default, markdown or json")
	return c
}

func (a *app) upgradeBisectCommand() *cobra.Command {
	var (
		tags      []string
		testFlags []string
		view      string
	)
	c := &cobra.Command{
		Use:   "bisect go@VERSION PACKAGE TEST",
		Short: "find what makes a test fail under a newer go line",
		Long: `Bisect finds the loops and GODEBUG settings that make a test fail once the go lines rise to
a version: the compiler and the library have the behaviour of either version, loop by loop
and setting by setting, whatever the lines say. The code base still has the lines with
which the test passes. For each culprit it says what is the smallest change that keeps the
old behaviour. The exit code is 1 if something was found.`,
		Example: `  gomend upgrade bisect go@1.22 ./cart TestTotals
  gomend upgrade bisect go@1.26 example.com/shop/cart TestTotals/empty`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 3 {
				return fmt.Errorf("%s needs a version of Go, a package and a test of it, as go@1.22 ./cart TestTotals", c.CommandPath())
			}
			return oneVersion(c, args[:1])
		},
		RunE: func(c *cobra.Command, args []string) error {
			v, err := workspace.ParseView(view)
			if err != nil {
				return fmt.Errorf("--view: %w", err)
			}
			cfg := workspace.Config{Dir: a.Dir, Env: a.Environ, Tags: tags, Log: a.log}
			step := a.newStep()
			path, err := packagePath(c.Context(), cfg, v, args[1])
			if err != nil {
				return err
			}
			b := upgrade.Blame{Package: path, Test: args[2]}
			b.Culprits, err = audit.Bisect(c.Context(), cfg, audit.BisectOptions{
				To: strings.TrimPrefix(args[0], "go@"), View: v, Package: path, Test: args[2], TestFlags: testFlags, Step: step.show,
			})
			step.clear()
			if err == nil {
				err = report.WriteBlame(a.Out, &b, func(file string) string { return displayName(a.Dir, file) })
			}
			if err == nil && len(b.Culprits) > 0 {
				err = outcome(exitFindings)
			}
			return err
		},
	}
	flags := c.Flags()
	flags.StringArrayVar(&testFlags, "test-flag", nil, "run the test with a further `flag` of go test, as -timeout=1m (repeatable)")
	flags.StringSliceVar(&tags, "tags", nil, "set these build tags, a comma-separated `list`")
	flags.StringVar(&view, "view", string(workspace.Work), "resolve what modules require in this `view`: work or release")
	return c
}

// packagePath returns the import path of the package that a pattern names.
func packagePath(ctx context.Context, cfg workspace.Config, view workspace.View, pattern string) (string, error) {
	code, err := workspace.Open(ctx, cfg)
	if err != nil {
		return "", err
	}
	defer code.Close()
	sel, err := code.Load(ctx, view, pattern)
	if err != nil {
		return "", err
	}
	if len(sel.Packages) != 1 {
		return "", fmt.Errorf("%s names %s: name one", pattern, count(len(sel.Packages), "package", "packages"))
	}
	return sel.Packages[0].ImportPath, nil
}

func (a *app) upgradeStatusCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "tell what an upgrade that was killed has left",
		Long: `Status tells whether a command that was killed while it wrote has left its work, and the
go lines of the modules. The exit code is 1 if there is something to finish.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return a.upgradeStatus(c.Context()) },
	}
}

func (a *app) upgradeStatus(ctx context.Context) error {
	code, err := workspace.Open(ctx, workspace.Config{Dir: a.Dir, Env: a.Environ, Log: a.log})
	if err != nil {
		return err
	}
	defer code.Close()
	lines := make(map[string][]string)
	for _, m := range code.Modules {
		lines[m.GoVersion()] = append(lines[m.GoVersion()], m.Rel)
	}
	var versions []string
	for v := range lines {
		versions = append(versions, v)
	}
	slices.Sort(versions)
	for _, v := range versions {
		name := "go " + v
		if v == "" {
			name = "no go line"
		}
		fmt.Fprintf(a.Out, "%s: %s\n", name, strings.Join(lines[v], ", "))
	}
	j, err := tree.Pending(ctx, code.Root)
	if err != nil || j == nil {
		return err
	}
	fmt.Fprintf(a.Out, "%q was killed while it wrote: %s new, %s old; \"gomend upgrade continue\" or \"gomend upgrade abort\" finishes it\n",
		j.Command, count(len(j.New), "file is", "files are"), count(len(j.Old), "is", "are"))
	return outcome(exitFindings)
}

// finishCommand returns "gomend upgrade continue" or "abort", which are those of all commands.
func (a *app) finishCommand(name string) *cobra.Command {
	c := a.continueCommand()
	if name == "abort" {
		c = a.abortCommand()
	}
	return c
}
