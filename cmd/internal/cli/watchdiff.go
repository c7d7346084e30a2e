package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/profiles/endpoint"
	"github.com/gomend/gomend/profiles/watch"
)

func (a *app) leaksDiffCommand() *cobra.Command {
	var specs []string
	c := &cobra.Command{
		Use:   "diff BEFORE AFTER",
		Short: "compare two profiles of a running service",
		Long: `Diff compares two goroutine profiles, dumps of goroutines, goroutineleak profiles or heap
profiles of one program, and shows the stacks with more goroutines, or the places whose
part of the heap has grown, what grew most first.

Two snapshots prove nothing: a burst looks like a leak in them. What the garbage collector
found leaked does, and makes the exit code 1.`,
		Example: `  curl -s localhost:6060/debug/pprof/goroutine?debug=2 >before.txt
  curl -s localhost:6060/debug/pprof/goroutine?debug=2 >after.txt
  gomend leaks diff before.txt after.txt`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("%s needs two files, one from before and one from after; it was given %d arguments", c.CommandPath(), len(args))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return a.leaksDiff(args, specs) },
	}
	c.Flags().StringArrayVarP(&specs, "output", "o", nil, "report in `FORMAT[=FILE]` (repeatable): text, the default, json or markdown")
	return c
}

func (a *app) leaksDiff(args, specs []string) error {
	outputs, err := a.parseOutputs(specs, report.WatchDiffFormats())
	if err != nil {
		return err
	}
	before, err := endpoint.ReadFile(a.absolute(args[0]))
	if err != nil {
		return err
	}
	after, err := endpoint.ReadFile(a.absolute(args[1]))
	if err != nil {
		return err
	}
	d, err := watch.Diff(before, after)
	if err != nil {
		return fmt.Errorf("%s, %s: %w", args[0], args[1], err)
	}
	err = report.WriteOutputs(outputs, a.Out, func(w io.Writer, out report.Output) error {
		return report.WriteWatchDiff(w, out.Format, d)
	})
	if err == nil && d.Proven() {
		err = outcome(exitFindings)
	}
	return err
}

// parseOutputs returns where reports go: as text to standard output, if nothing else is
// said. Files are relative to the directory that the command works in.
func (a *app) parseOutputs(specs []string, formats []report.Format) ([]report.Output, error) {
	if len(specs) == 0 {
		specs = []string{string(report.Text)}
	}
	outputs, err := report.ParseOutputs(specs, formats)
	if err != nil {
		return nil, fmt.Errorf("-o: %w", err)
	}
	for i := range outputs {
		outputs[i].File = a.absolute(outputs[i].File)
	}
	return outputs, nil
}
