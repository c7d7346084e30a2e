package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/internal/gocmd"
)

// The program that has the codemods, and the package that it is built from.
const (
	fixProgram = "gomend-fix"
	fixPackage = "github.com/gomend/gomend/cmd/" + fixProgram
)

// withFixers returns what runs a command that needs the codemods: the command itself in the
// program that has them, and that program elsewhere.
func (a *app) withFixers(run func(c *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	if a.Fixers != nil {
		return run
	}
	return func(c *cobra.Command, _ []string) error { return a.delegate(c.Context()) }
}

// delegate runs the command line in the program that has the codemods, and ends as that
// does. Where the system can, this process becomes that program: what is sent to the one
// reaches the other, and none goes on when the other was killed.
func (a *app) delegate(ctx context.Context) error {
	program, err := a.fixProgram(ctx)
	if err != nil {
		return err
	}
	if a.Out == os.Stdout && a.Err == os.Stderr && ctx.Err() == nil {
		if err := become(program, a.args, a.Environ); !errors.Is(err, errors.ErrUnsupported) {
			return fmt.Errorf("%s: %w", program, err)
		}
	}
	cmd := exec.CommandContext(ctx, program, a.args...)
	cmd.Dir, cmd.Env = a.started, a.Environ
	cmd.Stdout, cmd.Stderr = a.Out, a.Err
	// It has been interrupted, too, and ends in order.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = time.Minute
	err = cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() > 0:
		return outcome(exit.ExitCode())
	case err != nil:
		return fmt.Errorf("%s: %w", program, err)
	}
	return nil
}

// fixProgram finds the program: beside this one, or where it was built before. A released
// gomend has the go command build it at its own version.
func (a *app) fixProgram(ctx context.Context) (string, error) {
	name := fixProgram
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	if self, err = filepath.EvalSymlinks(self); err != nil {
		return "", err
	}
	beside := filepath.Join(filepath.Dir(self), name)
	if _, err := os.Stat(beside); err == nil {
		return beside, nil
	}
	version := thisBuild()
	if version.Version == "(devel)" || version.Revision != "" {
		return "", fmt.Errorf("%s is not beside %s: build both, as with go install ./cmd/gomend ./cmd/%s", fixProgram, self, fixProgram)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("%s is not beside %s, and there is no place to build it: %w", fixProgram, self, err)
	}
	dir := filepath.Join(cache, "gomend", "bin", version.Version+"-"+version.Go)
	built := filepath.Join(dir, name)
	if _, err := os.Stat(built); err == nil {
		return built, nil
	}
	if !a.quiet {
		fmt.Fprintf(a.Err, "building %s@%s, once\n", fixPackage, version.Version)
	}
	g := gocmd.Go{Dir: os.TempDir(), Base: a.Environ, Env: []string{"GOBIN=" + dir, "GOFLAGS=", "GOWORK=off", "GOOS=", "GOARCH="}, Log: a.log}
	if _, err := g.Run(ctx, nil, "install", fixPackage+"@"+version.Version); err != nil {
		return "", fmt.Errorf("%s is not beside %s, and can't be built: %w", fixProgram, self, err)
	}
	return built, nil
}
