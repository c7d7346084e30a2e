package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"github.com/spf13/cobra"

	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/internal/tree"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/align"
)

// alignFlags are the flags of commands that change what modules require.
type alignFlags struct {
	diff bool
	test bool
}

func (f *alignFlags) add(c *cobra.Command) {
	c.Flags().BoolVar(&f.diff, "diff", false, "show the changes as a diff, and write nothing")
	c.Flags().BoolVar(&f.test, "test", false, "run the tests, too, before and after")
}

func (a *app) workGetCommand() *cobra.Command {
	var f alignFlags
	c := &cobra.Command{
		Use:   "get MODULE@VERSION",
		Short: "raise a dependency in every module that requires it",
		Long: `Get raises one dependency in every module of the code base that requires it, tidies these
modules and those that require them, in order, and compares what builds and what vet says
before and after, as the modules are developed together and as each ships. If something
is worse, nothing is written and the exit code is 1.

The version may be a query, such as latest. Everything is tried beside the tree, which
changes only at the end, in one go.`,
		Example: `  gomend work get golang.org/x/net@latest
  gomend work get example.com/driver@v1.4.0 --diff --test`,
		Args: exactly("the module to raise, and its version: golang.org/x/net@latest"),
		RunE: func(c *cobra.Command, args []string) error {
			path, query, ok := strings.Cut(args[0], "@")
			if !ok || path == "" || query == "" {
				return fmt.Errorf("%q names no version: write %s@latest, or another one", args[0], args[0])
			}
			return a.align(c.Context(), &f, "work get "+args[0], func(ctx context.Context, cfg workspace.Config, o align.Options) (*align.Result, error) {
				return align.Get(ctx, cfg, path, query, o)
			})
		},
	}
	f.add(c)
	return c
}

func (a *app) workSyncCommand() *cobra.Command {
	var f alignFlags
	c := &cobra.Command{
		Use:   "sync",
		Short: "make all modules require what they are developed with",
		Long: `Sync makes each module require the versions that the workspace has chosen for all modules
together, so that what ships is what was tested, and tidies the modules in the order of
what they require of each other. Unlike "go work sync" it ends in a state that is proven:
what builds, and what vet says, is compared before and after, as the modules are developed
together and as each ships. A dependency that makes something worse is left out, in all
modules, and named; if tidying alone does, nothing is written and the exit code is 1.

A dependency that is left out, and a module that can't be tidied, make the exit code 4.`,
		Example: `  gomend work sync --diff
  gomend work sync --test`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.align(c.Context(), &f, "work sync", align.Sync) },
	}
	f.add(c)
	return c
}

// align changes what modules require, as the function does, if that makes nothing worse.
func (a *app) align(ctx context.Context, f *alignFlags, command string, change func(context.Context, workspace.Config, align.Options) (*align.Result, error)) error {
	a.sweep()
	code, err := a.openWorkspace(ctx)
	if err != nil {
		return err
	}
	defer code.Close()
	if err := a.noPending(ctx, code); err != nil {
		return err
	}
	step := a.newStep()
	r, err := change(ctx, workspace.Config{Dir: a.Dir, Env: a.Environ, Log: a.log}, align.Options{Test: f.test, Step: step.show})
	step.clear()
	if err != nil {
		return err
	}
	if f.diff {
		err = a.diffFiles(repositoryRoot(code.Root), r.Changes)
	} else if len(r.Worse) == 0 {
		err = a.write(ctx, code, command, treeChanges(r.Changes))
	}
	if err == nil {
		err = report.WriteAlign(a.Out, a.Err, &report.Align{Result: r, Quiet: a.quiet, Diff: f.diff})
	}
	switch {
	case err != nil:
		return err
	case len(r.Failures) > 0 || len(r.Left) > 0:
		return outcome(exitIncomplete)
	case len(r.Worse) > 0:
		return outcome(exitFindings)
	}
	return nil
}

func treeChanges(changes []align.Change) []tree.Change {
	var all []tree.Change
	for _, c := range changes {
		if c.New == nil && c.Old != nil {
			all = append(all, tree.Change{Op: tree.Remove, File: c.File, Old: c.Old})
			continue
		}
		all = append(all, change(c.File, c.Old, c.New))
	}
	return all
}

// diffFiles prints changes as one unified diff, with names relative to root.
func (a *app) diffFiles(root string, changes []align.Change) error {
	for _, c := range changes {
		name := slashPath(root, c.File)
		from, to := "a/"+name, "b/"+name
		if c.Old == nil {
			from = "/dev/null"
		}
		if c.New == nil {
			to = "/dev/null"
		}
		if _, err := io.WriteString(a.Out, udiff.Unified(from, to, string(c.Old), string(c.New))); err != nil {
			return err
		}
	}
	return nil
}
