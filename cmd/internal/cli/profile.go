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
		Short: "say what a program's own records show, and what a change does to them",
		Long: `Profile reads what a running program has recorded of itself, compares profiles, and runs
benchmarks for them.`,
		Args: unknownCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.profileBenchCommand(), a.profileDiffCommand(), a.profileGCCommand())
	return c
}

func (a *app) profileGCCommand() *cobra.Command {
	var outputs []string
	var run int
	c := &cobra.Command{
		Use:   "gc TRACE|DIR [BASE]",
		Short: "say what garbage collections did to a program, and why",
		Long: `Gc reads the lines that a Go program prints with GODEBUG=gctrace=1, from any log that
has them, and says for how long the program was stopped, what the collector cost, how
the heap moved, what stands out, and what to do about it. "-" is standard input.

In place of a log it takes a directory with the snapshots of a service, as
"gomend leaks watch --out" keeps them. They tell less, but of a service as it runs: the
pauses, the collections, the live heap and its goal.

With a second log or directory it sets the two side by side. One run of each is
indicative: whether a difference is more than noise is not said.

Of a log with several processes, one after the other, the one with the most collections
is shown, or that of --run; of a service that was restarted the one with the most
snapshots.`,
		Example: `  GODEBUG=gctrace=1 ./service 2>service.log
  gomend profile gc service.log
  kubectl logs pod | gomend profile gc -
  gomend profile gc -o html=gc.html after.log before.log
  gomend profile gc snapshots/cart_6060`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return fmt.Errorf("%s needs a log with GC lines or a directory of snapshots, and takes a second to compare with; it was given %d arguments", c.CommandPath(), len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return a.profileGC(args, outputs, run) },
	}
	flags := c.Flags()
	flags.StringArrayVarP(&outputs, "output", "o", nil, "report in `FORMAT[=FILE]` (repeatable): text, the default, json, markdown or html")
	flags.IntVar(&run, "run", 0, "show the `N`th process")
	return c
}

func (a *app) profileGC(args, specs []string, run int) error {
	outputs, err := a.parseOutputs(specs, report.GCFormats())
	if err != nil {
		return err
	}
	var collections []*collections
	for _, name := range args {
		c, err := a.readCollections(name)
		if err != nil {
			return err
		}
		collections = append(collections, c)
	}
	gc, err := reportGC(collections, run)
	if err != nil {
		return err
	}
	return report.WriteOutputs(outputs, a.Out, func(w io.Writer, out report.Output) error {
		return report.WriteGC(w, out.Format, gc)
	})
}

// collections are those of the processes that a log or a service's snapshots tell of.
type collections struct {
	name    string
	trace   *gctrace.Trace    // of a log, or nil
	sampled []gctrace.Sampled // of snapshots
}

// process returns the process with the number, or the one that is known best if it is 0.
func (c *collections) process(number int) (report.Process, error) {
	p := report.Process{Source: c.name, Number: number, Of: len(c.sampled)}
	if c.trace != nil {
		p.Of = len(c.trace.Runs)
	}
	if number < 0 || number > p.Of {
		return p, fmt.Errorf("--run %d: %s has %d", number, c.name, p.Of)
	}
	switch {
	case number > 0:
	case c.trace != nil:
		p.Number = c.trace.Longest()
	default:
		for i := range c.sampled {
			if p.Number == 0 || len(c.sampled[i].Samples) > len(c.sampled[p.Number-1].Samples) {
				p.Number = i + 1
			}
		}
	}
	return p, nil
}

// reportGC returns the report on the first of the collections, beside the second, if
// there are two.
func reportGC(of []*collections, run int) (*report.GC, error) {
	head := of[0]
	p, err := head.process(run)
	if err != nil {
		return nil, err
	}
	var from report.Process
	var baseRun *gctrace.Run
	var baseSampled *gctrace.Sampled
	if len(of) == 2 {
		base := of[1]
		if (base.trace == nil) != (head.trace == nil) {
			return nil, fmt.Errorf("%s, %s: a log and snapshots tell of different things: compare two of the same kind", head.name, base.name)
		}
		if from, err = base.process(0); err != nil {
			return nil, err
		}
		if base.trace != nil {
			baseRun = &base.trace.Runs[from.Number-1]
		} else {
			baseSampled = &base.sampled[from.Number-1]
		}
	}
	if head.trace != nil {
		return report.TracedGC(head.trace, p, baseRun, from), nil
	}
	return report.SampledGC(&head.sampled[p.Number-1], p, baseSampled, from), nil
}

// readCollections reads a log, or a directory with the snapshots of one service.
func (a *app) readCollections(name string) (*collections, error) {
	if info, err := os.Stat(a.absolute(name)); err != nil || !info.IsDir() {
		trace, err := a.readGCTrace(name)
		return &collections{name: name, trace: trace}, err
	}
	services, err := readSnapshots(a.absolute(name))
	if err != nil {
		return nil, err
	}
	if len(services) > 1 {
		return nil, fmt.Errorf("%s has the snapshots of %d services: name the folder of one, as in %s", name, len(services), filepath.Join(name, services[0].Service))
	}
	if len(services[0].Collections) == 0 {
		return nil, fmt.Errorf("%s: no snapshot in it tells of collections: those of gomend leaks watch do, and heap?debug=1 as text", name)
	}
	return &collections{name: name, sampled: services[0].Collections}, nil
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
