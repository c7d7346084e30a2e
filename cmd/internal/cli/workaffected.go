package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/cmd/internal/config"
	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/affected"
)

// affectedFlags are the flags of "gomend work affected".
type affectedFlags struct {
	selection
	base       string
	why        string
	mains      bool
	comments   bool
	generators bool
	testInputs string
	outputs    []string
}

func (a *app) workAffectedCommand() *cobra.Command {
	var f affectedFlags
	c := &cobra.Command{
		Use:   "affected --base REVISION",
		Short: "list the packages that a change can reach",
		Long: `Affected lists the packages whose archives or test results the changes since a revision
can reach, in all modules: since the commit from which the history has parted, with what
is not committed yet.

A change of a file reaches its package, what imports that, and the tests of what imports
one of these; embedded files, testdata, assembly, and files for other platforms count. A
change of go.mod, go.sum or go.work reaches what is built with another version of a
module than before, and nothing else. What can't be told counts as reached. Files that
belong to no package are named on standard error, but for those that "inputs" in gomend.yaml
gives to packages.

Files outside of testdata that tests open count if "gomend work affected record" has seen
it: what it recorded is read from gomend-test-inputs.json at the root, or from the file
that --test-inputs names. Packages of which the record is old are named.

Each line says why. -o patterns writes the import paths alone, for a command line; -o
github-matrix a matrix for a GitHub workflow, with an entry for each module.`,
		Example: `  gomend work affected --base origin/main
  go test $(gomend work affected -q --base origin/main -o patterns)
  gomend work affected --base v1.4.0 --mains           # what to deploy
  gomend work affected --base origin/main --why example.com/shop/cart`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.workAffected(c.Context(), &f) },
	}
	f.addPlaceFlags(c)
	flags := c.Flags()
	flags.StringVar(&f.base, "base", "", "compare with where the history parted from that of `revision`")
	flags.StringVar(&f.why, "why", "", "say by what this `package` is reached, and list no others")
	flags.BoolVar(&f.mains, "mains", false, "list only programs that are to be deployed anew")
	flags.BoolVar(&f.comments, "comments", false, "let comments count, as they do for linters")
	flags.BoolVar(&f.generators, "generators", false, "let the files count that //go:generate lines name")
	flags.StringVar(&f.testInputs, "test-inputs", "", "read what tests open from this `file` instead of "+testInputsName)
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, "report in `FORMAT[=FILE]` (repeatable): text, the default, json, patterns or github-matrix")
	c.AddCommand(a.workAffectedRecordCommand(), a.workAffectedObserveCommand())
	return c
}

func (a *app) workAffected(ctx context.Context, f *affectedFlags) error {
	outputs, err := a.parseOutputs(f.outputs, report.AffectedFormats())
	if err != nil {
		return err
	}
	if f.base == "" {
		return errors.New("--base is missing: name the revision to compare with, as in --base origin/main")
	}
	view := workspace.Work
	if f.view != "" {
		if view, err = workspace.ParseView(f.view); err != nil {
			return fmt.Errorf("--view: %w", err)
		}
	}
	x, err := a.openConfigured(ctx, &f.selection)
	if err != nil {
		return err
	}
	defer x.code.Close()
	modules, err := f.namedModules(x.code)
	if err != nil {
		return err
	}
	inputs := x.settings.Inputs(x.code.Root)
	o := affected.Options{View: view, Comments: f.comments, Generators: f.generators, Inputs: inputs.Rules}
	recordFile := a.testInputsFile(x.code, f.testInputs)
	if o.Record, err = a.readTestInputs(recordFile, f.testInputs != ""); err != nil {
		return err
	}
	r, err := affected.Since(ctx, affected.Side{Code: x.code, Config: x.cfg}, f.base, o)
	if err != nil {
		return err
	}
	withoutFile(r, x.code, recordFile)
	shown := slices.DeleteFunc(slices.Clone(r.Packages), func(p *affected.Package) bool {
		return f.mains && !p.Main() || len(modules) > 0 && !slices.Contains(modules, p.Module)
	})
	if f.why != "" {
		if shown, err = a.whyAffected(r, f.why); err != nil {
			return err
		}
	}
	d := &report.Affected{Result: r, Packages: shown}
	if d.Unused, err = x.unusedInputs(ctx, view, inputs); err != nil {
		return err
	}
	err = report.WriteOutputs(outputs, a.Out, func(w io.Writer, out report.Output) error {
		return report.WriteAffected(w, out.Format, d)
	})
	if err == nil && !a.quiet {
		err = report.WriteAffectedSummary(a.Err, d, func(file string) string { return slashPath(a.Dir, file) })
	}
	if err == nil && len(r.Failures) > 0 {
		err = outcome(exitIncomplete)
	}
	return err
}

// whyAffected returns the one package, by its import path or its directory.
func (a *app) whyAffected(r *affected.Result, name string) ([]*affected.Package, error) {
	for _, p := range r.Packages {
		if p.ImportPath == name || "./"+p.Dir == strings.TrimSuffix(name, "/") {
			return []*affected.Package{p}, nil
		}
	}
	return nil, fmt.Errorf("the changes do not reach %s, or there is no such package", name)
}

// A configuredCode is a code base that was opened with what its configuration says.
type configuredCode struct {
	code     *workspace.Workspace
	cfg      workspace.Config // that it was opened with
	settings *config.Config
}

// openConfigured opens the code base, with the build tags of the flags or the
// configuration.
func (a *app) openConfigured(ctx context.Context, s *selection) (*configuredCode, error) {
	x := &configuredCode{cfg: workspace.Config{Dir: a.Dir, Env: a.Environ, Log: a.log}}
	var err error
	if x.code, err = workspace.Open(ctx, x.cfg); err != nil {
		return nil, err
	}
	if x.settings, err = a.loadConfig(ctx, x.code, s); err != nil || len(x.settings.Tags) == 0 {
		if err != nil {
			x.code.Close()
		}
		return x, err
	}
	x.code.Close()
	x.cfg.Tags = x.settings.Tags
	x.code, err = workspace.Open(ctx, x.cfg)
	return x, err
}

// unusedInputs returns the patterns of packages under "inputs" that name none: of a slip,
// nothing else would tell.
func (x *configuredCode) unusedInputs(ctx context.Context, view workspace.View, inputs *config.Inputs) ([]report.UnusedPattern, error) {
	if len(inputs.Patterns) == 0 {
		return nil, nil
	}
	all, err := x.code.Load(ctx, view, "work") // known by now
	if err != nil || len(all.Failures) > 0 {
		return nil, err
	}
	var unused []report.UnusedPattern
	for _, p := range inputs.Patterns {
		named := slices.ContainsFunc(all.Packages, func(q *workspace.Package) bool {
			return p.Names(q.ImportPath, slashPath(x.code.Root, q.Dir))
		})
		if !named {
			unused = append(unused, report.UnusedPattern{Pattern: p.Text, At: position(p.Pos)})
		}
	}
	return unused, nil
}

// withoutFile takes a file of gomend's own out of what differs.
func withoutFile(r *affected.Result, code *workspace.Workspace, file string) {
	name := slashPath(code.Root, file)
	own := func(f string) bool { return f == name }
	if slices.ContainsFunc(r.Unconcerned, own) {
		r.Unconcerned = slices.DeleteFunc(r.Unconcerned, own)
		r.Changed = slices.DeleteFunc(r.Changed, own)
	}
}
