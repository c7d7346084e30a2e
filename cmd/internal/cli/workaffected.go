package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

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
belong to no package are named on standard error.

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
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, "report in `FORMAT[=FILE]` (repeatable): text, the default, json, patterns or github-matrix")
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
	cfg := workspace.Config{Dir: a.Dir, Env: a.Environ, Tags: f.tags, Log: a.log}
	code, err := workspace.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer code.Close()
	modules, err := f.namedModules(code)
	if err != nil {
		return err
	}
	r, err := affected.Since(ctx, affected.Side{Code: code, Config: cfg}, f.base, affected.Options{
		View: view, Comments: f.comments, Generators: f.generators,
	})
	if err != nil {
		return err
	}
	shown := slices.DeleteFunc(slices.Clone(r.Packages), func(p *affected.Package) bool {
		return f.mains && !p.Main() || len(modules) > 0 && !slices.Contains(modules, p.Module)
	})
	if f.why != "" {
		if shown, err = a.whyAffected(r, f.why); err != nil {
			return err
		}
	}
	d := &report.Affected{Result: r, Packages: shown}
	err = report.WriteOutputs(outputs, a.Out, func(w io.Writer, out report.Output) error {
		return report.WriteAffected(w, out.Format, d)
	})
	if err == nil && !a.quiet {
		err = report.WriteAffectedSummary(a.Err, d)
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
