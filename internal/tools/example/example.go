// Package example shows what gomend does on a copy of examples/payments.
package example

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
)

// Source is the code base that is copied, from the root of the repository.
const Source = "examples/payments"

// Main is the main function of a program that shows something: lay makes the copy, and steps are
// shown in it. The program's flag -gomend names the gomend that is shown.
func Main(name string, lay func(ctx context.Context, s *Shell, scratch string) error, steps ...Step) {
	log.SetFlags(0)
	log.SetPrefix(name + ": ")
	gomend := flag.String("gomend", "", "the `program`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *gomend, lay, steps); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, gomend string, lay func(ctx context.Context, s *Shell, scratch string) error, steps []Step) error {
	if gomend == "" {
		return errors.New("-gomend is needed")
	}
	gomend, err := filepath.Abs(gomend)
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "gomend-example-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	s := &Shell{gomend: gomend, Dir: filepath.Join(scratch, "payments"), Env: append(os.Environ(), "GOFLAGS=", "GOWORK=", "GOTOOLCHAIN=local")}
	if err := lay(ctx, s, scratch); err != nil {
		return err
	}
	return s.show(ctx, steps)
}

// A Step is a command that is shown, with the exit code that it is known to have.
type Step struct {
	Command string
	Code    int
}

// A Shell runs commands in the copy.
type Shell struct {
	Dir string // the copy
	Env []string

	gomend string // the program
}

// show runs commands and prints them with their output. It fails where one has another exit
// code.
func (s *Shell) show(ctx context.Context, steps []Step) error {
	for _, step := range steps {
		fmt.Println("$ " + step.Command)
		if err := s.run(ctx, step.Code, true, strings.Fields(step.Command)...); err != nil {
			return err
		}
		fmt.Println()
	}
	return nil
}

// Run runs a command that has to succeed.
func (s *Shell) Run(ctx context.Context, args ...string) error { return s.run(ctx, 0, false, args...) }

func (s *Shell) run(ctx context.Context, code int, show bool, args ...string) error {
	name := args[0]
	if name == "gomend" {
		name = s.gomend
	}
	cmd := exec.CommandContext(ctx, name, args[1:]...)
	cmd.Dir, cmd.Env = s.Dir, s.Env
	out, err := cmd.CombinedOutput()
	if show {
		os.Stdout.Write(out)
	}
	if got := cmd.ProcessState.ExitCode(); got != code {
		return fmt.Errorf("%s: exit code %d, not %d: %w\n%s", strings.Join(args, " "), got, code, err, out)
	}
	return nil
}

// Commit makes the copy a repository of one commit.
func (s *Shell) Commit(ctx context.Context, message string) error {
	for _, args := range [][]string{
		{"init", "-q", "-b", "main", "."},
		{"add", "."},
		{"-c", "user.name=dev", "-c", "user.email=dev@example.com", "commit", "-q", "-m", message},
	} {
		if err := s.Run(ctx, append([]string{"git"}, args...)...); err != nil {
			return err
		}
	}
	return nil
}

// Copy copies a directory into that of the shell, but for one directory below it.
func (s *Shell) Copy(from, but string) error {
	return filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if rel == but {
				return filepath.SkipDir
			}
			return os.MkdirAll(filepath.Join(s.Dir, rel), 0o777)
		}
		data, err := os.ReadFile(name)
		return cmp.Or(err, os.WriteFile(filepath.Join(s.Dir, rel), data, 0o666))
	})
}
