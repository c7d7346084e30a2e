package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/profiles/gctrace"
)

func (a *app) profileCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "profile",
		Short: "say what a program's own records show",
		Long:  `Profile reads what a running program has recorded of itself.`,
		Args:  unknownCommand,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.profileGCCommand())
	return c
}

// worstPauses is how many of the longest pauses are told.
const worstPauses = 5

func (a *app) profileGCCommand() *cobra.Command {
	var outputs []string
	var run int
	c := &cobra.Command{
		Use:   "gc TRACE [BASE]",
		Short: "say what garbage collections did to a program, and why",
		Long: `Gc reads the lines that a Go program prints with GODEBUG=gctrace=1, from any log that
has them, and says for how long the program was stopped, what the collector cost, how
the heap moved, what stands out, and what to do about it. "-" is standard input.

With a second log it sets the two side by side. One run of each is indicative: whether
a difference is more than noise is not said.

Of a log with several processes, one after the other, the one with the most collections
is shown, or that of --run.`,
		Example: `  GODEBUG=gctrace=1 ./service 2>service.log
  gomend profile gc service.log
  kubectl logs pod | gomend profile gc -
  gomend profile gc -o markdown after.log before.log`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return fmt.Errorf("%s needs a log with GC lines, and takes a second to compare with; it was given %d arguments", c.CommandPath(), len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return a.profileGC(args, outputs, run) },
	}
	flags := c.Flags()
	flags.StringArrayVarP(&outputs, "output", "o", nil, "report in `FORMAT[=FILE]` (repeatable): text, the default, json or markdown")
	flags.IntVar(&run, "run", 0, "show the `N`th process of the log")
	return c
}

func (a *app) profileGC(args, specs []string, run int) error {
	outputs, err := a.parseOutputs(specs, report.GCFormats())
	if err != nil {
		return err
	}
	trace, err := a.readGCTrace(args[0])
	if err != nil {
		return err
	}
	gc := &report.GC{Trace: trace, Run: run}
	if gc.Run == 0 {
		gc.Run = trace.Longest()
	}
	if gc.Run < 1 || gc.Run > len(trace.Runs) {
		return fmt.Errorf("--run %d: %s has %d", run, args[0], len(trace.Runs))
	}
	gc.Statistics = trace.Runs[gc.Run-1].Statistics()
	gc.Reasons, gc.Worst = gc.Statistics.Reasons(), gc.Statistics.WorstPauses(worstPauses)
	if len(args) == 2 {
		base, err := a.readGCTrace(args[1])
		if err != nil {
			return err
		}
		c := gctrace.Compare(base.Runs[base.Longest()-1].Statistics(), gc.Statistics)
		gc.Comparison = &c
	}
	return report.WriteOutputs(outputs, a.Out, func(w io.Writer, out report.Output) error {
		return report.WriteGC(w, out.Format, gc)
	})
}

func (a *app) readGCTrace(name string) (*gctrace.Trace, error) {
	var in io.Reader = os.Stdin
	if name != "-" {
		f, err := os.Open(a.absolute(name))
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	trace, err := gctrace.Parse(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return trace, nil
}

// absolute returns a file's name, which is relative to where the user stands, as an
// absolute one. No name stays none.
func (a *app) absolute(name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(a.Dir, name)
}
