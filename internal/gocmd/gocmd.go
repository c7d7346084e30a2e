// Package gocmd runs the go command.
//
// A [Go] is a value: where the command runs, in which environment, with which
// build flags. Its methods run one command each, stream standard output, and
// turn a failure into an [*Error] that says what kind of failure it was, where
// the go command saw it, and all that it wrote to standard error.
package gocmd

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// waitDelay is how long the go command may take to stop its own children after
// an interrupt, before it is killed.
const waitDelay = 5 * time.Second

// A Go says how to run the go command. The zero value runs the go of the
// caller's PATH in the current directory with the caller's environment.
type Go struct {
	// Path is the go command; "go" if empty.
	Path string

	// Dir is the directory to run in; the current one if empty.
	Dir string

	// Base is the environment to start from, as [os.Environ] returns it, which
	// is also what nil means.
	Base []string

	// Env are variables, each "NAME=value", added to Base. A later one wins.
	Env []string

	// Tags are the build tags.
	Tags []string

	// OS and Arch are the platform to build for; the caller's if empty.
	OS, Arch string

	// Overlay names a file in the format of the -overlay flag.
	Overlay string

	// Log receives each command and its outcome at level debug. Nil discards.
	Log *slog.Logger

	// Stderr, if not nil, receives a copy of what the commands write to
	// standard error, as it comes.
	Stderr io.Writer
}

// buildVerbs are the commands that take build flags ("go help build"; "go help
// fix" and "go help vet" refer to it).
var buildVerbs = []string{"build", "clean", "fix", "generate", "get", "install", "list", "run", "test", "vet"}

// Run runs a command and copies its standard output to stdout, which may be nil.
// What the command wrote to standard error is returned whether or not it failed.
// A failure is an [*Error].
func (g Go) Run(ctx context.Context, stdout io.Writer, verb string, args ...string) (stderr string, err error) {
	c := g.command(ctx, verb, args)
	c.cmd.Stdout = stdout
	if err := c.start(); err != nil {
		return "", err
	}
	err = c.wait()
	return c.stderr.String(), err
}

// Output runs a command and returns its standard output.
func (g Go) Output(ctx context.Context, verb string, args ...string) ([]byte, error) {
	var out bytes.Buffer
	_, err := g.Run(ctx, &out, verb, args...)
	return out.Bytes(), err
}

// Decode runs a command that prints JSON values one after the other, as "go
// list -json" does, and yields each as it comes. A failure of the command or of
// the decoding is yielded last. Leaving the loop early stops the command.
func Decode[T any](ctx context.Context, g Go, verb string, args ...string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		var zero T
		c := g.command(ctx, verb, args)
		stdout, err := c.cmd.StdoutPipe()
		if err != nil {
			yield(zero, c.fail(err))
			return
		}
		if err := c.start(); err != nil {
			yield(zero, err)
			return
		}
		dec := json.NewDecoder(stdout)
		for {
			var v T
			err := dec.Decode(&v)
			if err == io.EOF {
				break
			}
			if err != nil {
				// The command's own failure explains a cut-off stream
				// better than the decoder does.
				io.Copy(io.Discard, stdout)
				if werr := c.wait(); werr != nil {
					err = werr
				} else {
					err = fmt.Errorf("go %s: reading its JSON output: %w", verb, err)
				}
				yield(zero, err)
				return
			}
			if !yield(v, nil) {
				cancel()
				io.Copy(io.Discard, stdout)
				c.wait()
				return
			}
		}
		if err := c.wait(); err != nil {
			yield(zero, err)
		}
	}
}

// Getenv returns what "go env" says of the named variables, where it says
// anything: GOWORK, GOVERSION, GOPROXY and so on. It takes into account what was
// set by "go env -w".
func (g Go) Getenv(ctx context.Context, names ...string) (map[string]string, error) {
	out, err := g.Output(ctx, "env", append([]string{"-json"}, names...)...)
	if err != nil {
		return nil, err
	}
	env := make(map[string]string)
	if err := json.Unmarshal(out, &env); err != nil {
		return nil, fmt.Errorf("go env -json: %w", err)
	}
	return env, nil
}

// Release returns the Go release that builds, as "go1.26.1": where a toolchain was selected, it
// is still the one that the directory's own lines ask for.
func (g Go) Release(ctx context.Context) (string, error) {
	g.Env = slices.DeleteFunc(slices.Clone(g.Env), func(v string) bool { return strings.HasPrefix(v, "GOTOOLCHAIN=") })
	env, err := g.Getenv(ctx, "GOVERSION")
	if err != nil {
		return "", err
	}
	return env["GOVERSION"], nil
}

// Environ returns the environment that the commands run in.
func (g Go) Environ() []string {
	env := g.Base
	if env == nil {
		env = os.Environ()
	}
	env = slices.Clip(env)
	if g.Dir != "" {
		// The go command names files by PWD, which keeps the user's
		// spelling of a directory that is reached through a symbolic link.
		if abs, err := filepath.Abs(g.Dir); err == nil {
			env = append(env, "PWD="+abs)
		}
	}
	if g.OS != "" {
		env = append(env, "GOOS="+g.OS)
	}
	if g.Arch != "" {
		env = append(env, "GOARCH="+g.Arch)
	}
	return append(env, g.Env...)
}

// arguments returns the command line after "go".
func (g Go) arguments(verb string, args []string) []string {
	line := []string{verb}
	if slices.Contains(buildVerbs, verb) {
		if len(g.Tags) > 0 {
			line = append(line, "-tags="+strings.Join(g.Tags, ","))
		}
		if g.Overlay != "" {
			line = append(line, "-overlay="+g.Overlay)
		}
	}
	return append(line, args...)
}

// A command is one run of the go command.
type command struct {
	ctx    context.Context
	cmd    *exec.Cmd
	log    *slog.Logger
	args   []string
	stderr bytes.Buffer
	began  time.Time
}

func (g Go) command(ctx context.Context, verb string, args []string) *command {
	c := &command{ctx: ctx, log: g.Log, args: g.arguments(verb, args)}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	c.cmd = exec.CommandContext(ctx, cmp.Or(g.Path, "go"), c.args...)
	c.cmd.Dir = g.Dir
	c.cmd.Env = g.Environ()
	c.cmd.Stderr = &c.stderr
	if g.Stderr != nil {
		c.cmd.Stderr = io.MultiWriter(&c.stderr, g.Stderr)
	}
	// An interrupted go command stops its compilers and vet tools and removes
	// its temporary files; a killed one does neither.
	c.cmd.Cancel = func() error {
		if err := c.cmd.Process.Signal(os.Interrupt); err != nil {
			return c.cmd.Process.Kill()
		}
		return nil
	}
	c.cmd.WaitDelay = waitDelay
	return c
}

func (c *command) start() error {
	c.began = time.Now()
	if err := c.cmd.Start(); err != nil {
		return c.fail(err)
	}
	return nil
}

func (c *command) wait() error {
	err := c.cmd.Wait()
	c.log.DebugContext(c.ctx, "go command",
		"args", c.args, "dir", c.cmd.Dir, "duration", time.Since(c.began).Round(time.Millisecond),
		"exit", c.cmd.ProcessState.ExitCode(), "stderr", c.stderr.String())
	if err != nil {
		return c.fail(err)
	}
	return nil
}

// fail returns the error for a command that ended with err.
func (c *command) fail(err error) error {
	e := &Error{Args: c.args, Dir: c.cmd.Dir, Stderr: c.stderr.String(), Err: err}
	switch cause := context.Cause(c.ctx); {
	case cause != nil:
		e.Kind, e.Err = Canceled, cause
	case errors.Is(err, exec.ErrNotFound):
		e.Kind = NotInstalled
	default:
		e.Problems = parseProblems(e.Stderr, e.Dir)
		e.Kind = Classify(e.Stderr)
	}
	return e
}
