package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/internal/tree"
)

func (a *app) baselineCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "baseline",
		Short: "keep what is there quiet, and hear of what is new",
		Args:  unknownCommand,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.baselineCreateCommand(), a.baselinePruneCommand(), a.baselineStatCommand())
	return c
}

// wholeCodeBase is the question that a baseline answers: it is about all
// packages, wherever the user stands.
func wholeCodeBase(s selection) *question {
	return &question{selection: s, patterns: []string{"work"}}
}

func (a *app) baselineCreateCommand() *cobra.Command {
	var s selection
	c := &cobra.Command{
		Use:   "create",
		Short: "write what is found now to the baseline",
		Long: `Create checks every module and writes what is found to the baseline, by default
gomend-baseline.json at the root: commit it. What is in it is not reported again.

Where there is a baseline already, what is new is added; nothing is taken out.
A part that could not be checked is named, and its findings are missing.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return a.createBaseline(c.Context(), s) },
	}
	s.addFlags(c)
	return c
}

func (a *app) createBaseline(ctx context.Context, s selection) error {
	x, err := a.analyse(ctx, wholeCodeBase(s))
	if err != nil {
		return err
	}
	baseline := finding.NewBaseline(x.Shown)
	before, err := readBaseline(x)
	if err != nil {
		return err
	}
	if before != nil {
		baseline.Extend(before)
	}
	if err := a.writeBaseline(x, baseline); err != nil {
		return err
	}
	fmt.Fprintf(a.Out, "%s: %s\n", displayName(a.Dir, baselineFile(x)), count(baseline.Count(), "finding", "findings"))
	return a.failures(x)
}

func (a *app) baselinePruneCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "prune",
		Short: "take out of the baseline what is not found any more",
		Long: `Prune checks every module, whatever its confidence, and takes out of the baseline
what is not found any more. It refuses when a part could not be checked: what
was not seen may still be there.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return a.pruneBaseline(c.Context()) },
	}
}

func (a *app) pruneBaseline(ctx context.Context) error {
	x, err := a.analyse(ctx, wholeCodeBase(selection{}))
	if err != nil {
		return err
	}
	baseline, err := requireBaseline(x)
	if err != nil {
		return err
	}
	removed, err := baseline.Prune(x.all(), x.complete())
	if errors.Is(err, finding.ErrIncomplete) {
		fmt.Fprintf(a.Err, "gomend: %v\n", err)
		return a.failures(x)
	}
	if err != nil {
		return err
	}
	for _, e := range removed {
		fmt.Fprintf(a.Out, "gone: %d %s in %s %s\n", e.Count, e.Rule, e.Package, e.Symbol)
	}
	fmt.Fprintf(a.Out, "%s left in the baseline\n", count(baseline.Count(), "finding", "findings"))
	if len(removed) == 0 {
		return nil
	}
	return a.writeBaseline(x, baseline)
}

func (a *app) baselineStatCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "stat",
		Short: "compare the baseline with what is found now",
		Long: `Stat checks every module and says, by rule, how many findings of the baseline are
still there, how many are gone, and how many are new.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return a.statBaseline(c.Context(), asJSON) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func (a *app) statBaseline(ctx context.Context, asJSON bool) error {
	x, err := a.analyse(ctx, wholeCodeBase(selection{}))
	if err != nil {
		return err
	}
	baseline, err := requireBaseline(x)
	if err != nil {
		return err
	}
	stat := baseline.Stat(x.Shown)
	if asJSON {
		err = a.printJSON(stat)
	} else {
		err = a.printStat(stat)
	}
	return errors.Join(err, a.failures(x))
}

func (a *app) printStat(stat finding.BaselineStat) error {
	table := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "STILL\tGONE\tNEW\t")
	fmt.Fprintf(table, "%d\t%d\t%d\t in all\n", stat.Still, stat.Gone, stat.Fresh)
	for _, r := range stat.ByRule {
		fmt.Fprintf(table, "%d\t%d\t%d\t %s\n", r.Still, r.Gone, r.Fresh, r.Rule)
	}
	return table.Flush()
}

// defaultBaseline is the name of the baseline where gomend.yaml gives none.
const defaultBaseline = "gomend-baseline.json"

// baselineFile returns the name of the baseline of the code base, which may not
// exist.
func baselineFile(x *analysis) string {
	if x.cfg.Baseline != "" {
		return x.cfg.Baseline
	}
	return filepath.Join(x.code.Root, defaultBaseline)
}

// readBaseline returns the baseline of the code base, or nil if it has none.
func readBaseline(x *analysis) (*finding.Baseline, error) {
	name := baselineFile(x)
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return finding.ParseBaseline(displayName(x.code.Dir, name), data)
}

// requireBaseline returns the baseline, which must exist.
func requireBaseline(x *analysis) (*finding.Baseline, error) {
	baseline, err := readBaseline(x)
	if err == nil && baseline == nil {
		err = noBaseline(x)
	}
	return baseline, err
}

func noBaseline(x *analysis) error {
	return fmt.Errorf("there is no baseline %s: `gomend baseline create` makes it", displayName(x.code.Dir, baselineFile(x)))
}

// writeBaseline writes the baseline as a whole.
func (a *app) writeBaseline(x *analysis, baseline *finding.Baseline) error {
	data, err := baseline.Encode()
	if err != nil {
		return err
	}
	return tree.Replace(baselineFile(x), data)
}

// failures says on standard error what could not be looked at, and returns the
// outcome.
func (a *app) failures(x *analysis) error {
	if x.complete() {
		return nil
	}
	for i := range x.Failures {
		fmt.Fprintf(a.Err, "gomend: %v\n", &x.Failures[i])
	}
	return outcome(exitIncomplete)
}
