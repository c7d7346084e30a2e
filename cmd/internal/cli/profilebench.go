package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/cmd/internal/config"
	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/profiles/bench"
	"github.com/gomend/gomend/profiles/compare"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/affected"
)

// profileBenchFlags are the flags of "gomend profile bench".
type profileBenchFlags struct {
	selection
	policyFlags
	base             string
	benchmarks, skip string
	all              bool
	allocs, cpu      bool
	runs             int
	time, timeout    time.Duration
	allocThreshold   string
	gate             []string
	buildFlags       []string
	keep, testInputs string
	outputs          []string
}

// What may fail "gomend profile bench".
const (
	gateAllocs = "allocs"
	gateCPU    = "cpu"
)

func (a *app) profileBenchCommand() *cobra.Command {
	var f profileBenchFlags
	c := &cobra.Command{
		Use:   "bench --base REVISION [PACKAGES]",
		Short: "say what a change does to benchmarks, by function",
		Long: `Bench runs the benchmarks of the packages that the changes since a revision can reach: since
the commit from which the history has parted, with what is not committed yet. The test binary
of each package is built once for the base and once for the head, and each benchmark runs by
itself, in processes of its own.

What an iteration allocates is compared exactly, by function: runs of one, two and three times
as many iterations with one processor and without garbage collection are the same each time,
and their differences owe nothing to setting up. A function of which they are not is left out,
and named, unless all of the head is above all of the base. Any function that allocates more
fails, unless --alloc-threshold allows it.

CPU time is compared by as many runs as --runs says, base and head in turn, of the number of
iterations that takes the base about --time. It is that of the profiles, which is much steadier
than the clock's. It fails where a function, or the whole, regressed by --threshold, and only
where there are 8 runs of a side, or more, that could have seen as little: see gomend profile
diff.

With --base HEAD and --all, the same code is compared with itself: what differs is noise.`,
		Example: `  gomend profile bench --base origin/main
  gomend profile bench --base HEAD~1 --cpu=false ./api/...
  gomend profile bench --base v1.4.0 --bench 'Encode$' --runs 20 --keep profiles
  benchstat profiles/base.txt profiles/head.txt`,
		RunE: func(c *cobra.Command, args []string) error {
			return a.profileBench(c.Context(), &f, args, c.Flags().Changed)
		},
	}
	f.addPlaceFlags(c)
	flags := c.Flags()
	flags.StringVar(&f.base, "base", "", "compare with where the history parted from that of `revision`")
	flags.BoolVar(&f.all, "all", false, "measure all packages, whether or not the change can reach them")
	flags.StringVar(&f.benchmarks, "bench", ".", "run the benchmarks that this `regexp` names, as with go test")
	flags.StringVar(&f.skip, "skip", "", "do not run the benchmarks that this `regexp` names")
	flags.BoolVar(&f.allocs, "allocs", true, "compare allocations")
	flags.BoolVar(&f.cpu, "cpu", true, "compare CPU time")
	flags.IntVar(&f.runs, "runs", bench.DefaultRuns, "run each benchmark so often on each side for its CPU time")
	flags.DurationVar(&f.time, "time", bench.DefaultTime, "let such a run take about this `duration`")
	flags.DurationVar(&f.timeout, "timeout", bench.DefaultTimeout, "give up a process after this `duration`")
	f.addPolicyFlags(c)
	flags.StringVar(&f.allocThreshold, "alloc-threshold", "0%", "the relative `change` of what a function allocates up to which it may grow")
	flags.StringSliceVar(&f.gate, "gate", []string{gateAllocs, gateCPU}, "fail by these: allocs, cpu, or none")
	flags.StringArrayVar(&f.buildFlags, "build-flag", nil, "build the test binaries with this `flag`, too, as -trimpath=false for tests that look for their sources (repeatable)")
	flags.StringVar(&f.keep, "keep", "", "keep the profiles, and the results for benchstat, in this new `directory`")
	flags.StringVar(&f.testInputs, "test-inputs", "", "read what tests open from this `file` instead of "+testInputsName)
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, "report in `FORMAT[=FILE]` (repeatable): text, the default, json or markdown")
	return c
}

func (a *app) profileBench(ctx context.Context, f *profileBenchFlags, args []string, changed func(string) bool) error {
	outputs, err := a.parseOutputs(f.outputs, report.ProfileBenchFormats())
	if err != nil {
		return err
	}
	if f.base == "" {
		return errors.New("--base is missing: name the revision to compare with, as in --base origin/main")
	}
	if !f.allocs && !f.cpu {
		return errors.New("with neither --allocs nor --cpu there is nothing to compare")
	}
	x, err := a.openConfigured(ctx, &f.selection)
	if err != nil {
		return err
	}
	defer x.code.Close()
	o, gates, err := a.benchOptions(f, x, args, changed)
	if err != nil {
		return err
	}
	shown := a.newStep()
	o.Step = func(p bench.Progress) { shown.show(progressText(&p)) }
	r, err := bench.Since(ctx, x.code, x.cfg, f.base, *o)
	shown.clear()
	if err != nil {
		return err
	}
	b := &report.ProfileBench{Result: r, Failed: r.Regressions()}
	b.Failed = slices.DeleteFunc(b.Failed, func(x bench.Regression) bool {
		if x.In.Exact {
			return !slices.Contains(gates, gateAllocs)
		}
		return !slices.Contains(gates, gateCPU)
	})
	err = report.WriteOutputs(outputs, a.Out, func(w io.Writer, out report.Output) error {
		return report.WriteProfileBench(w, out.Format, b)
	})
	if err == nil && !a.quiet {
		err = report.WriteProfileBenchSummary(a.Err, b)
	}
	switch {
	case err != nil:
		return err
	case r.Incomplete():
		return outcome(exitIncomplete)
	case len(b.Failed) > 0:
		return outcome(exitFindings)
	}
	return nil
}

// benchOptions returns what the flags and the configuration ask for, and what may fail.
func (a *app) benchOptions(f *profileBenchFlags, x *configuredCode, args []string, changed func(string) bool) (*bench.Options, []string, error) {
	o := &bench.Options{
		All: f.all, Benchmarks: f.benchmarks, Skip: f.skip, Allocs: f.allocs, CPU: f.cpu,
		Runs: f.runs, Time: f.time, Timeout: f.timeout, BuildFlags: f.buildFlags,
		Affected: affected.Options{Inputs: x.settings.Inputs(x.code.Root).Rules},
	}
	if f.keep != "" {
		o.Keep = a.absolute(f.keep)
	}
	settings := &x.settings.Profile
	var err error
	if f.view != "" {
		if o.View, err = workspace.ParseView(f.view); err != nil {
			return nil, nil, fmt.Errorf("--view: %w", err)
		}
	}
	if o.Policy, err = f.policy(settings, changed); err != nil {
		return nil, nil, err
	}
	if settings.AllocThreshold != "" && !changed("alloc-threshold") {
		f.allocThreshold = settings.AllocThreshold
	}
	o.AllocPolicy = compare.Policy{Thresholds: settings.Thresholds()}
	if o.AllocPolicy.Threshold, err = config.ParseShare(f.allocThreshold); err != nil {
		return nil, nil, fmt.Errorf("--alloc-threshold: %w", err)
	}
	gates := f.gate
	if len(settings.Gate) > 0 && !changed("gate") {
		gates = settings.Gate
	}
	for _, g := range gates {
		if g != gateAllocs && g != gateCPU && (g != "none" || len(gates) > 1) {
			return nil, nil, fmt.Errorf("--gate %s: it is allocs, cpu, both, or none", strings.Join(gates, ","))
		}
	}
	if o.Patterns, err = f.patterns(x.code, args); err != nil {
		return nil, nil, err
	}
	o.Affected.Record, err = a.readTestInputs(a.testInputsFile(x.code, f.testInputs), f.testInputs != "")
	return o, gates, err
}

// progressText tells how far a measurement is.
func progressText(p *bench.Progress) string {
	text := p.What
	if p.Total > 0 {
		text = fmt.Sprintf("%d of %d, about %s left: %s", p.Done+1, p.Total, p.Left.Round(time.Second), text)
	}
	return text
}

// policyFlags are flags that say what a change has to be to count.
type policyFlags struct {
	thresholdText, minShareText, levelText string
}

func (f *policyFlags) addPolicyFlags(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.thresholdText, "threshold", "5%", "the relative `change` from which a row counts")
	flags.StringVar(&f.minShareText, "min-share", "1%", "the `share` of the total from which a row is tested")
	flags.StringVar(&f.levelText, "level", "5%", "the `share` of false discoveries to live with")
}

// policy returns that of the flags, or where they were not given of the configuration.
func (f *policyFlags) policy(settings *config.Profile, changed func(string) bool) (compare.Policy, error) {
	p := compare.Policy{Thresholds: settings.Thresholds()}
	for _, one := range []struct {
		flag, set string
		text      *string
		to        *float64
	}{
		{"threshold", settings.Threshold, &f.thresholdText, &p.Threshold},
		{"min-share", settings.MinShare, &f.minShareText, &p.MinShare},
		{"level", settings.Level, &f.levelText, &p.Level},
	} {
		text := *one.text
		if one.set != "" && !changed(one.flag) {
			text = one.set
		}
		var err error
		if *one.to, err = config.ParseShare(text); err != nil {
			return p, fmt.Errorf("--%s: %w", one.flag, err)
		}
	}
	p.MinShare = max(p.MinShare, math.SmallestNonzeroFloat64) // no share is all rows, and not the default
	if p.Threshold <= 0 || p.Level <= 0 || p.Level >= 1 {
		return p, errors.New("--threshold and --level have to be above 0, and --level below 100%")
	}
	return p, nil
}
