package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/pprof/profile"
	"github.com/spf13/cobra"

	"github.com/gomend/gomend/cmd/internal/config"
	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/internal/tree"
	"github.com/gomend/gomend/profiles/compare"
	"github.com/gomend/gomend/workspace"
)

// profileDiffFlags are the flags of "gomend profile diff".
type profileDiffFlags struct {
	policyFlags
	by, label, sampleType string
	iterations            []int64
	single                bool
	all                   bool
	proto                 string
	outputs               []string
}

func (a *app) profileDiffCommand() *cobra.Command {
	var f profileDiffFlags
	var dimensions []string
	for _, d := range compare.Dimensions() {
		dimensions = append(dimensions, string(d))
	}
	c := &cobra.Command{
		Use:   "diff BASE HEAD",
		Short: "say what got slower or fatter between profiles, and how sure that is",
		Long: `Diff compares profiles of two sides, of any kind that pprof reads: CPU, heap, goroutines,
mutexes, blocking. A side is a file, a directory or a quoted glob of several, or the URL of a
/debug/pprof endpoint.

Rows are the functions of the code base, each with what the standard library and dependencies
have spent for it: that is where one can act. --by tells of other rows.

With several runs a side, each row is tested by a permutation of the runs, false discoveries
are controlled over all rows, and a row regressed or improved only if it changed by more than
--threshold and by more than the base differs from itself. A row of which these runs could not
have seen such a change is inconclusive, and not unchanged: the smallest change that they could
have seen is printed. What a function lost and others gained of its package, its caller or its
module has moved. With one run of a side all is indicative.

The exit code is 1 if a row regressed, which one run of a side never tells unless --single is
set. A side that is missing or can't be read is an error.`,
		Example: `  gomend profile diff before.pprof after.pprof
  gomend profile diff 'base/*.pprof' 'head/*.pprof' --threshold 0.1
  gomend profile diff --type alloc_space --by package base head -o markdown
  gomend profile diff before.pprof after.pprof -o html=diff.html`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("%s needs a base and a head, and was given %d arguments", c.CommandPath(), len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return a.profileDiff(c.Context(), &f, args[0], args[1], c.Flags().Changed)
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.by, "by", string(compare.Owner), "compare by this `dimension`: "+strings.Join(dimensions, ", "))
	flags.StringVar(&f.label, "label", "", "with --by label: the `key` of the label")
	flags.StringVar(&f.sampleType, "type", "", "compare samples of this `type`, as alloc_space; without it, those that the profile names first")
	f.addPolicyFlags(c)
	flags.Int64SliceVar(&f.iterations, "iterations", nil, "each profile is of so many iterations: one `number`, or one for the base and one for the head; without it, what gomend profile bench noted in them")
	flags.BoolVar(&f.single, "single", false, "fail by one run of a side, too")
	flags.BoolVar(&f.all, "all", false, "show every row")
	flags.StringVar(&f.proto, "proto", "", "write the difference as a profile to this `file`, for go tool pprof")
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, "report in `FORMAT[=FILE]` (repeatable): text, the default, json, markdown or html")
	return c
}

func (a *app) profileDiff(ctx context.Context, f *profileDiffFlags, base, head string, changed func(string) bool) error {
	outputs, err := a.parseOutputs(f.outputs, report.ProfileDiffFormats())
	if err != nil {
		return err
	}
	o := compare.Options{SampleType: f.sampleType, By: compare.Dimension(f.by), LabelKey: f.label}
	if !slices.Contains(compare.Dimensions(), o.By) {
		return fmt.Errorf("--by %s: there is no such dimension", f.by)
	}
	if (o.By == compare.Label) != (f.label != "") {
		return errors.New("--by label needs --label, and --label --by label")
	}
	iterations, err := f.bothIterations()
	if err != nil {
		return err
	}
	settings, modules, err := a.ownCode(ctx)
	if err != nil {
		return err
	}
	o.Modules = modules
	policy, err := f.policy(settings, changed)
	if err != nil {
		return err
	}
	var sides [2][]*compare.Run
	var merged [2]*profile.Profile
	var tree *compare.Tree
	if slices.ContainsFunc(outputs, func(out report.Output) bool { return out.Format == report.HTML }) {
		tree = compare.NewTree(f.sampleType)
	}
	for i, name := range []string{base, head} {
		err := a.readSide(ctx, name, func(name string, p *profile.Profile, runs int) error {
			if iterations[i] > 0 {
				compare.SetIterations(p, iterations[i])
			}
			r, err := compare.Fold(name, p, &o)
			if err != nil {
				return err
			}
			sides[i] = append(sides[i], r)
			if tree != nil {
				if err := tree.Add(compare.Side(i), name, p, runs); err != nil {
					return err
				}
			}
			if f.proto != "" {
				return mergeInto(&merged[i], p)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	r, err := compare.Compare(sides[0], sides[1], policy)
	if err != nil {
		return err
	}
	if f.proto != "" {
		if err := a.writeDifference(f.proto, merged, len(sides[0]), len(sides[1])); err != nil {
			return err
		}
	}
	err = report.WriteOutputs(outputs, a.Out, func(w io.Writer, out report.Output) error {
		return report.WriteProfileDiff(w, out.Format, &report.ProfileDiff{
			Result: r, All: f.all, By: o.By, Tree: tree, BaseName: base, HeadName: head,
		})
	})
	if err == nil && !a.quiet {
		err = report.WriteProfileDiffSummary(a.Err, &report.ProfileDiff{Result: r})
	}
	switch {
	case err != nil:
		return err
	case len(r.Regressions()) > 0 || f.single && r.GrowsSingle():
		return outcome(exitFindings)
	}
	return nil
}

// mergeInto adds a profile to others.
func mergeInto(all **profile.Profile, p *profile.Profile) error {
	if *all == nil {
		*all = p
		return nil
	}
	m, err := profile.Merge([]*profile.Profile{*all, p})
	if err != nil {
		return fmt.Errorf("--proto: %w", err)
	}
	*all = m
	return nil
}

// writeDifference writes a profile of what the head has more than the base, as means over runs.
func (a *app) writeDifference(name string, sides [2]*profile.Profile, baseRuns, headRuns int) error {
	sides[0].Scale(-1 / float64(baseRuns))
	sides[1].Scale(1 / float64(headRuns))
	p, err := profile.Merge(sides[:])
	if err != nil {
		return fmt.Errorf("--proto: %w", err)
	}
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		return fmt.Errorf("--proto: %w", err)
	}
	return tree.Replace(a.absolute(name), b.Bytes())
}

// bothIterations returns the iterations of the profiles of each side; 0 where none are given.
func (f *profileDiffFlags) bothIterations() ([2]int64, error) {
	var both [2]int64
	switch n := len(f.iterations); {
	case n > 2:
		return both, errors.New("--iterations takes one number, or one for each side")
	case n > 0:
		both = [2]int64{f.iterations[0], f.iterations[n-1]}
		if both[0] <= 0 || both[1] <= 0 {
			return both, errors.New("--iterations has to be above 0")
		}
	}
	return both, nil
}

// ownCode returns what the configuration says of profiles and the paths of the code base's
// modules: nothing and none where there is no code base.
func (a *app) ownCode(ctx context.Context) (*config.Profile, []string, error) {
	x, err := a.openConfigured(ctx, new(selection))
	if _, none := errors.AsType[*workspace.NoModuleError](err); none {
		return new(config.Profile), nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	defer x.code.Close()
	var paths []string
	for _, m := range x.code.Modules {
		if m.Path != "" {
			paths = append(paths, m.Path)
		}
	}
	return &x.settings.Profile, paths, nil
}

// readSide reads the profiles of a side, one after the other.
func (a *app) readSide(ctx context.Context, name string, use func(name string, p *profile.Profile, runs int) error) error {
	if strings.HasPrefix(name, "http://") || strings.HasPrefix(name, "https://") {
		p, err := fetchProfile(ctx, name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return use(name, p, 1)
	}
	files, err := sideFiles(a.absolute(name))
	if err != nil {
		return err
	}
	for _, file := range files {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		p, err := readProfile(file)
		if err != nil {
			return fmt.Errorf("%s: %w", displayName(a.Dir, file), err)
		}
		if err := use(displayName(a.Dir, file), p, len(files)); err != nil {
			return err
		}
	}
	return nil
}

func readProfile(name string) (*profile.Profile, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return compare.Read(f)
}

// sideFiles returns the files that a side names.
func sideFiles(name string) ([]string, error) {
	info, err := os.Stat(name)
	if err == nil && !info.IsDir() {
		return []string{name}, nil
	}
	pattern := name
	if err == nil {
		pattern = filepath.Join(name, "*")
	}
	found, globErr := filepath.Glob(pattern)
	if globErr != nil {
		return nil, fmt.Errorf("%s: %w", name, globErr)
	}
	files := slices.DeleteFunc(found, func(file string) bool {
		info, err := os.Stat(file)
		return err != nil || info.IsDir() || strings.HasPrefix(filepath.Base(file), ".")
	})
	if len(files) == 0 {
		if err != nil && !strings.ContainsAny(name, "*?[") {
			return nil, err
		}
		return nil, fmt.Errorf("%s: there are no profiles", name)
	}
	return files, nil
}

// fetchProfile gets a profile from a running program.
func fetchProfile(ctx context.Context, address string) (*profile.Profile, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute) // a CPU profile takes as long as it is asked to
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server answers %s", resp.Status)
	}
	return compare.Read(resp.Body)
}
