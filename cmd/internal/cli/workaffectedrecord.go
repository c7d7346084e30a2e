package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/internal/tree"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/affected"
)

// testInputsName is the file at the root of the code base in which it is recorded what
// tests open, if no other is named.
const testInputsName = "gomend-test-inputs.json"

// recordFlags are the flags of "gomend work affected record".
type recordFlags struct {
	selection
	testInputs string
}

func (a *app) workAffectedRecordCommand() *cobra.Command {
	var f recordFlags
	c := &cobra.Command{
		Use:   "record [PACKAGES | work] [-- FLAGS OF GO TEST]",
		Short: "run tests, and record what they open",
		Long: `Record runs tests as "go test" does, prints what that prints, and records which files and
directories of the code base the tests open, or ask about, and which environment variables.
"gomend work affected" tells by that which tests a change of such a file reaches.

The record is gomend-test-inputs.json at the root, or the file that --test-inputs names.
It names files relative to the root, so that it holds in any checkout, and is the same for
the same code: keep it where other jobs find it, or commit it. Of packages that are not
tested in this run it stays as it is.

Use it in place of "go test" where all is tested. The go command remembers the results, so
that recording again runs no tests but those that changes reach; it does not remember them
for a plain "go test", nor use those of one.

Files outside of the code base, in the module cache and in testdata are not recorded, nor
what programs open that tests run. The exit code is 1 if tests fail, and 4 if it is not
known, or not all, what some tests open: because they can't be built, or panic. Of tests
that fail, what was recorded before is kept as well.`,
		Example: `  gomend work affected record
  gomend work affected record work -- -race
  gomend work affected record --test-inputs .cache/inputs.json ./api/...`,
		RunE: func(c *cobra.Command, args []string) error {
			var flags []string
			if at := c.ArgsLenAtDash(); at >= 0 {
				args, flags = args[:at], args[at:]
			}
			return a.workAffectedRecord(c.Context(), args, flags, &f)
		},
	}
	f.addPlaceFlags(c)
	c.Flags().StringVar(&f.testInputs, "test-inputs", "", "record in this `file` instead of "+testInputsName)
	return c
}

func (a *app) workAffectedRecord(ctx context.Context, args, testFlags []string, f *recordFlags) error {
	x, err := a.openConfigured(ctx, &f.selection)
	if err != nil {
		return err
	}
	defer x.code.Close()
	patterns, err := f.patterns(x.code, args)
	if err != nil {
		return err
	}
	file := a.testInputsFile(x.code, f.testInputs)
	record, err := a.readTestInputs(file, false)
	if err != nil {
		return err
	}
	if record == nil {
		record = new(affected.Record)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	recording, err := record.Update(ctx, affected.Side{Code: x.code, Config: x.cfg}, affected.RecordOptions{
		View: workspace.View(f.view), Patterns: patterns, TestFlags: testFlags,
		Observer: []string{self, "work", "affected", "observe", "--"},
		Ended:    func(run *affected.TestRun) { fmt.Fprint(a.Out, run.Output) },
	})
	if err != nil {
		return err
	}
	data, err := record.Encode()
	if err != nil {
		return err
	}
	if err := tree.Replace(file, data); err != nil {
		return err
	}
	if err := report.WriteRecordSummary(a.Err, recording, slashPath(a.Dir, file), a.quiet); err != nil {
		return err
	}
	return recordOutcome(recording)
}

// recordOutcome returns what the exit code of a recording says.
func recordOutcome(r *affected.Recording) error {
	var err error
	if len(r.Failures) > 0 {
		return outcome(exitIncomplete)
	}
	for _, run := range r.Runs {
		switch {
		case run.Unknown != "":
			return outcome(exitIncomplete)
		case run.Failed:
			err = outcome(exitFindings)
		}
	}
	return err
}

// testInputsFile returns the file in which it is recorded what tests open: the one that a
// flag names, or that at the root.
func (a *app) testInputsFile(code *workspace.Workspace, given string) string {
	if given != "" {
		return a.absolute(given)
	}
	return filepath.Join(code.Root, testInputsName)
}

// readTestInputs reads a record, nil if there is none and it may be missing.
func (a *app) readTestInputs(file string, must bool) (*affected.Record, error) {
	data, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !must:
		return nil, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("--test-inputs: there is no %s: `gomend work affected record --test-inputs %[1]s` makes it", displayName(a.Dir, file))
	case err != nil:
		return nil, err
	}
	r, err := affected.ParseRecord(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: remove it, and make it with `gomend work affected record`", displayName(a.Dir, file), err)
	}
	return r, nil
}

// killAlone has the test killed when the go command is gone that started it: nobody would
// wait for it any more. Where a process keeps the number of a parent that is gone, the
// test goes on to its end.
func killAlone(signals chan<- os.Signal) {
	parent := os.Getppid()
	for os.Getppid() == parent {
		time.Sleep(time.Second)
	}
	signals <- os.Kill
}

// workAffectedObserveCommand is run by the go command in the place of a test, see
// [affected.Observe].
func (a *app) workAffectedObserveCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "observe -- SCOPE TEST [ARG...]",
		Short:  "run a test, and tell what it opens",
		Hidden: true,
		Args:   cobra.MinimumNArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			signals := make(chan os.Signal, 1)
			// The go command sends the last to tests that take too long.
			signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT)
			defer signal.Stop(signals)
			go killAlone(signals)
			cmd := exec.Command(args[1], args[2:]...)
			cmd.Stdout, cmd.Stderr = a.Out, a.Err
			err := affected.Observe(cmd, args[0], a.Out, signals)
			exit, ok := errors.AsType[*exec.ExitError](err)
			switch {
			case !ok:
				return err
			case !exit.Exited():
				fmt.Fprintln(a.Err, exit) // as "go test" does of a signal
				return outcome(exitFindings)
			}
			return outcome(exit.ExitCode())
		},
	}
}
