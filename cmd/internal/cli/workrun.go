package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/affected"
	"github.com/gomend/gomend/workspace/run"
)

// workRunFlags are the flags of "gomend work run".
type workRunFlags struct {
	selection
	parallel  int
	keepGoing bool
	base      string
	outputs   []string
}

func (a *app) workRunCommand() *cobra.Command {
	var f workRunFlags
	c := &cobra.Command{
		Use:   "run [-- COMMAND]",
		Short: "run a command in each module",
		Long: `Run runs a command in the directory of each module, several at a time: a module waits
for those that it requires. What the command writes is shown when it has ended, module by
module, and a summary at the end names the modules that are not done.

In the view "release" the command runs with GOWORK=off, as the module is built by who
requires it; siblings that are not released yet are taken from the tree.

The command gets GOMEND_MODULE, the module's path, GOMEND_MODULE_DIR, its directory below
the root, and GOMEND_VIEW. It is run as it stands; for pipes write -- sh -c '…'.

With --base it is run only in modules of which the changes since a revision reach a
package, as "gomend work affected" tells.`,
		Example: `  gomend work run -- go mod tidy -diff
  gomend work run --view release -- go build ./...
  gomend work run --base origin/main -- make lint
  gomend work run --keep-going -p 4 -o json=tests.json -- go test ./...`,
		Args: func(c *cobra.Command, args []string) error {
			if at := c.ArgsLenAtDash(); at != 0 || len(args) == 0 {
				return errors.New(`"gomend work run" needs a command after "--", as in: gomend work run -- go mod tidy`)
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return a.workRun(c.Context(), args, &f) },
	}
	f.addPlaceFlags(c)
	flags := c.Flags()
	flags.IntVarP(&f.parallel, "parallel", "p", 1, "run the command in up to `N` modules at a time")
	flags.BoolVar(&f.keepGoing, "keep-going", false, "go on after a failure, but for modules that require the one that failed")
	flags.StringVar(&f.base, "base", "", "run it only in modules that changes reach since the history parted from that of `revision`")
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, "report in `FORMAT[=FILE]` (repeatable): text, the default, or json")
	return c
}

func (a *app) workRun(ctx context.Context, command []string, f *workRunFlags) error {
	outputs, err := a.parseOutputs(f.outputs, report.WorkRunFormats())
	if err != nil {
		return err
	}
	if f.parallel < 1 {
		return fmt.Errorf("-p %d: at least one module has to be run at a time", f.parallel)
	}
	sel, closeAll, err := a.loadModules(ctx, &f.selection)
	if err != nil {
		return err
	}
	defer closeAll()
	cfg := run.Config{Command: command, Selection: sel, Env: a.Environ, Parallel: f.parallel, KeepGoing: f.keepGoing}
	if f.base != "" {
		if cfg.Only, err = a.reached(ctx, sel, f); err != nil {
			return err
		}
	}
	text := slices.ContainsFunc(outputs, func(o report.Output) bool { return o.Format == report.Text && o.File == "" })
	if text {
		cfg.Ended = func(r *run.Result) {
			err = errors.Join(err, report.WriteModuleRun(a.Out, r, a.colors(a.terminal(a.Out))))
		}
	}
	began := time.Now()
	results, interrupted := run.Modules(ctx, cfg)
	if err := cmp.Or(err, interrupted); err != nil {
		return err
	}
	if !a.quiet {
		if err := report.WriteRunSummary(a.Err, results, time.Since(began)); err != nil {
			return err
		}
	}
	outputs = slices.DeleteFunc(outputs, func(o report.Output) bool { return o.Format == report.Text && o.File == "" })
	err = report.WriteOutputs(outputs, a.Out, func(w io.Writer, out report.Output) error {
		if out.Format == report.JSON {
			return report.WriteRunJSON(w, string(sel.View), command, results)
		}
		for i := range results {
			if err := report.WriteModuleRun(w, &results[i], false); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return runOutcome(&cfg, results)
}

// reached returns the modules that the changes since a revision reach, and those of which
// that is not known.
func (a *app) reached(ctx context.Context, sel *workspace.Selection, f *workRunFlags) (func(*workspace.Module) bool, error) {
	x, err := a.openConfigured(ctx, &f.selection)
	if err != nil {
		return nil, err
	}
	defer x.code.Close()
	o := affected.Options{View: sel.View, Comments: true, Inputs: x.settings.Inputs(x.code.Root).Rules}
	if o.Record, err = a.readTestInputs(a.testInputsFile(x.code, ""), false); err != nil {
		return nil, err
	}
	r, err := affected.Since(ctx, affected.Side{Code: x.code, Config: x.cfg}, f.base, o)
	if err != nil {
		return nil, err
	}
	dirs := make(map[string]bool)
	for _, m := range r.Modules {
		dirs[m.Dir] = true
	}
	for i := range r.Failures {
		dirs[r.Failures[i].Module.Dir] = true
	}
	return func(m *workspace.Module) bool { return dirs[m.Dir] }, nil
}

// runOutcome returns what the exit code of a run says.
func runOutcome(cfg *run.Config, results []run.Result) error {
	unloadable := func(f workspace.Failure) bool { return cfg.Only == nil || cfg.Only(f.Module) }
	switch {
	case slices.ContainsFunc(cfg.Selection.Failures, unloadable):
		return outcome(exitIncomplete)
	case slices.ContainsFunc(results, func(r run.Result) bool { return !r.OK() }):
		return outcome(exitFindings)
	}
	return nil
}

// loadModules loads all modules of the code base, or those that flags name, in the view
// that they say. The function that is returned has to be called in the end.
func (a *app) loadModules(ctx context.Context, s *selection) (*workspace.Selection, func(), error) {
	code, err := a.openWorkspace(ctx)
	if err != nil {
		return nil, nil, err
	}
	patterns, err := s.patterns(code, nil)
	if len(patterns) == 0 {
		patterns = []string{"work"}
	}
	view := workspace.Work
	if err == nil && s.view != "" {
		if view, err = workspace.ParseView(s.view); err != nil {
			err = fmt.Errorf("--view: %w", err)
		}
	}
	var sel *workspace.Selection
	if err == nil {
		sel, err = code.Load(ctx, view, patterns...)
	}
	if err != nil {
		code.Close()
		return nil, nil, err
	}
	return sel, func() { code.Close() }, nil
}
