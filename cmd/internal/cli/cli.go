// Package cli is gomend's command line. Each file holds a command: its flags,
// the call of the library that does the work, and what is made of the result.
// Nothing here analyses, compares or formats by itself.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/gomend/gomend/fixers/fix"
)

// A World is what a command sees of the system around it.
type World struct {
	// Out receives what was asked for, Err everything else: progress,
	// remarks, errors.
	Out, Err io.Writer

	// Environ is the environment, as [os.Environ] returns it. Child
	// processes get it too.
	Environ []string

	// Dir is the absolute name of the working directory.
	Dir string

	// Fixers returns the codemods. It is nil in a program that does not have them: it runs
	// the one that has, where they are needed.
	Fixers func() []*fix.Fixer

	args    []string // the command line as it was typed
	started string   // the directory that it was typed in
}

// System returns the world of this process.
func System() (World, error) {
	dir, err := os.Getwd()
	if err != nil {
		return World{}, err
	}
	return World{Out: os.Stdout, Err: os.Stderr, Environ: os.Environ(), Dir: dir}, nil
}

// getenv returns the value of a variable, the last one where it is set twice.
func (w World) getenv(name string) string {
	for _, entry := range slices.Backward(w.Environ) {
		if key, value, ok := strings.Cut(entry, "="); ok && key == name {
			return value
		}
	}
	return ""
}

// terminal reports whether out is a terminal that understands escapes.
func (w World) terminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	return ok && term.IsTerminal(int(file.Fd())) && w.getenv("TERM") != "dumb"
}

// width returns the columns of the terminal out, or 0 where it is none.
func (w World) width(out io.Writer) int {
	if !w.terminal(out) {
		return 0
	}
	columns, _, err := term.GetSize(int(out.(*os.File).Fd()))
	if err != nil {
		return 0
	}
	return columns
}

// The exit codes.
const (
	exitClean      = 0
	exitFindings   = 1
	exitUsage      = 2 // nothing could start
	exitIncomplete = 4 // part was not done; wins over exitFindings
)

// An outcome is the error of a command that has already said all there is to
// say and only needs an exit code other than 0.
type outcome int

func (o outcome) Error() string { return fmt.Sprintf("exit code %d", int(o)) }

// Run runs the command line args, without the program's name, and returns the
// exit code.
func Run(ctx context.Context, args []string, w World) int {
	w.args, w.started = args, w.Dir
	root := New(w)
	root.SetArgs(doubleDashes(root, args))
	err := root.ExecuteContext(ctx)
	var o outcome
	switch {
	case err == nil:
		return exitClean
	case errors.As(err, &o):
		return int(o)
	case ctx.Err() != nil:
		fmt.Fprintln(w.Err, "gomend: interrupted")
		return exitIncomplete
	}
	fmt.Fprintf(w.Err, "gomend: %v\n", err)
	return exitUsage
}

// doubleDashes turns -name and -name=value, the go command's way, into --name
// wherever name is a flag of some command, up to a "--".
func doubleDashes(root *cobra.Command, args []string) []string {
	long := longFlags(root)
	args = slices.Clone(args)
	for i, arg := range args {
		if arg == "--" {
			break
		}
		single, ok := strings.CutPrefix(arg, "-")
		if name, _, _ := strings.Cut(single, "="); ok && len(name) > 1 && long[name] {
			args[i] = "-" + arg
		}
	}
	return args
}

// longFlags returns the names of the flags of a command and those below it.
func longFlags(c *cobra.Command) map[string]bool {
	names := make(map[string]bool)
	note := func(f *pflag.Flag) { names[f.Name] = true }
	c.Flags().VisitAll(note)
	c.PersistentFlags().VisitAll(note)
	for _, sub := range c.Commands() {
		maps.Copy(names, longFlags(sub))
	}
	return names
}

// newLog returns the logger that the commands and the libraries write to.
// Without -v it passes warnings alone.
func newLog(w io.Writer, format string, verbose bool) (*slog.Logger, error) {
	options := &slog.HandlerOptions{Level: slog.LevelWarn}
	if verbose {
		options.Level = slog.LevelDebug
	}
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(w, options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, options)), nil
	}
	return nil, fmt.Errorf("unknown log format %q: use text or json", format)
}
