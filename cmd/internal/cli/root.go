package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

// An app is what the commands of one command line share.
type app struct {
	World

	chdir     string
	quiet     bool
	verbose   bool
	logFormat string

	log *slog.Logger
}

// New returns the command tree over the world w.
func New(w World) *cobra.Command {
	a := &app{World: w}
	root := &cobra.Command{
		Use:   "gomend",
		Short: "find the defects that take Go services down",
		Long: `Gomend finds the defects that take Go services down, in one module or in a
workspace of many: leaked goroutines, deadlocks, timers that pile up, misused
pools.

Alone, it says what this code base is and what to do next, from its go.mod and
go.work files.`,
		Args:              unknownCommand,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
		PersistentPreRunE: func(*cobra.Command, []string) error { return a.prepare() },
		RunE: func(c *cobra.Command, _ []string) error {
			return a.overview(c.Context())
		},
	}
	root.SetOut(w.Out)
	root.SetErr(w.Err)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return fmt.Errorf("%w; %s --help lists the flags", err, c.CommandPath())
	})

	flags := root.PersistentFlags()
	flags.StringVarP(&a.chdir, "chdir", "C", "", "work in `dir` instead of the current directory")
	flags.BoolVarP(&a.quiet, "quiet", "q", false, "say nothing but what was asked for")
	flags.BoolVarP(&a.verbose, "verbose", "v", false, "log what is run and decided, on standard error")
	flags.StringVar(&a.logFormat, "log-format", "text", "write the log in a `format`: text or json")

	root.AddCommand(
		a.checkCommand(),
		a.fixCommand(),
		a.upgradeCommand(),
		a.explainCommand(),
		a.rulesCommand(),
		a.suppressCommand(),
		a.baselineCommand(),
		a.leaksCommand(),
		a.workCommand(),
		a.continueCommand(),
		a.abortCommand(),
		a.profileCommand(),
		a.vulnCommand(),
		a.sbomCommand(),
		a.configCommand(),
		a.versionCommand(),
	)
	return root
}

// prepare turns the flags that every command has into what commands use.
func (a *app) prepare() error {
	if a.quiet && a.verbose {
		return errors.New("-q and -v exclude each other")
	}
	if a.chdir != "" {
		dir := a.chdir
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(a.Dir, dir)
		}
		switch info, err := os.Stat(dir); {
		case err != nil:
			return fmt.Errorf("-C: %w", err)
		case !info.IsDir():
			return fmt.Errorf("-C: %s is not a directory", a.chdir)
		}
		a.Dir = filepath.Clean(dir)
	}
	log, err := newLog(a.Err, a.logFormat, a.verbose)
	a.log = log
	return err
}

// noArguments refuses arguments.
func noArguments(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes no arguments; it was given %q", c.CommandPath(), args[0])
	}
	return nil
}

// exactly returns a check that there is one argument, described by what.
func exactly(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch len(args) {
		case 0:
			return fmt.Errorf("%s needs an argument: %s", c.CommandPath(), what)
		case 1:
			return nil
		}
		return fmt.Errorf("%s takes one argument, not %d: %s", c.CommandPath(), len(args), what)
	}
}

// unknownCommand refuses the arguments of a command that only has commands
// below it.
func unknownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, sub := range c.Commands() {
		names = append(names, sub.Name())
	}
	return fmt.Errorf("unknown command %q: %s", args[0], didYouMean(args[0], names, c.CommandPath()+" --help lists the commands"))
}
