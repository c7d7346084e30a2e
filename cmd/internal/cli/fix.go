package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/mend"
	"github.com/gomend/gomend/fixers/recipe"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/align"
)

// fixerFlags choose fixers.
type fixerFlags struct {
	only, skip []string
	unsafe     bool
}

// fixFlags are the flags of "gomend fix".
type fixFlags struct {
	fixers  fixerFlags
	diff    bool
	list    bool
	all     bool
	native  bool
	modules []string
	tags    []string
	view    string
	outputs []string
}

func (f *fixerFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringSliceVar(&f.only, "fixer", nil, "apply these fixers alone, a comma-separated `list` (repeatable)")
	flags.StringSliceVar(&f.skip, "skip-fixer", nil, "leave out these fixers, a comma-separated `list` (repeatable)")
	flags.BoolVar(&f.unsafe, "unsafe-fixes", false, "make suggestions, too, which need a reader's eye")
}

func (a *app) fixCommand() *cobra.Command {
	var f fixFlags
	c := &cobra.Command{
		Use:   "fix [packages]",
		Short: "write code as the module's Go version allows it",
		Long: `Fix applies codemods that write code as the module's own Go version allows it: calls of
ioutil, loops that slices.Contains does, interface{}. It changes no go line: "gomend
upgrade" does.

Each fix is a transaction. The package is type-checked with it, in tests and in every build
context that has a say in its files, for other platforms and tags; what does not compile,
uses more of the standard library than the file's Go version has, or changes what the
package exports, is left out and told, and the rest is made. What one fix makes possible
for another is done, too: a second run changes nothing.

Fixers of your own, Go code as it is before and as it is to be after, are recipes in
gomend.yaml: --list shows them, too.

Fixes that may change what the program does are suggestions, and are made with
--unsafe-fixes alone. Generated and vendored files stay as they are.

All files are written, or none. With --diff nothing is written, and the exit code is 1 if
there is something to fix. What "go fix" does of this, package by package and on one
platform, is also to be had as go fix -fixtool=$(which gomend-fix) ./... .`,
		Example: `  gomend fix
  gomend fix ./services/... --diff
  gomend fix --fixer any,ioutil
  gomend fix --list`,
		RunE: a.withFixers(func(c *cobra.Command, args []string) error { return a.fix(c.Context(), &f, args) }),
	}
	flags := c.Flags()
	f.fixers.add(c)
	flags.BoolVar(&f.diff, "diff", false, "show the changes as a diff, and write nothing")
	flags.BoolVar(&f.list, "list", false, "list the fixers, and do nothing")
	flags.BoolVar(&f.all, "all", false, "list every place that is left as it is")
	flags.BoolVar(&f.native, "native", false, "look at this platform alone, and at no further build tags")
	flags.StringArrayVarP(&f.modules, "module", "m", nil, "fix the `module` of this path or directory (repeatable)")
	flags.StringSliceVar(&f.tags, "tags", nil, "set these build tags, a comma-separated `list`")
	flags.StringVar(&f.view, "view", string(workspace.Work), "resolve what modules require in this `view`: work or release")
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, "report in `FORMAT[=FILE]` (repeatable): text, the default, markdown, json or html")
	return c
}

// choose returns the fixers that the flags name. They may leave out what is idle.
func (f *fixerFlags) choose(all []*fix.Fixer, idle []*recipe.Recipe) ([]*fix.Fixer, error) {
	for _, name := range slices.Concat(f.only, f.skip) {
		if slices.ContainsFunc(idle, func(r *recipe.Recipe) bool { return r.Name == name }) {
			continue
		}
		if !slices.ContainsFunc(all, func(x *fix.Fixer) bool { return x.Name() == name }) {
			var names []string
			for _, x := range all {
				names = append(names, x.Name())
			}
			return nil, fmt.Errorf("there is no fixer %q: %s", name, didYouMean(name, names, "`gomend fix --list` lists them"))
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(x *fix.Fixer) bool {
		return len(f.only) > 0 && !slices.Contains(f.only, x.Name()) || slices.Contains(f.skip, x.Name())
	}), nil
}

func (a *app) fix(ctx context.Context, f *fixFlags, args []string) error {
	cfg := workspace.Config{Dir: a.Dir, Env: a.Environ, Tags: f.tags, Log: a.log}
	if f.list {
		k, err := a.kit(ctx, cfg)
		if err != nil {
			return err
		}
		fixers, err := a.choose(k, &f.fixers)
		if err != nil {
			return err
		}
		if err := listFixers(a.Out, fixers); err != nil {
			return err
		}
		return a.listRecipes(a.Out, fixers, k.idle)
	}
	view, err := workspace.ParseView(f.view)
	if err != nil {
		return fmt.Errorf("--view: %w", err)
	}
	x, err := a.beginFixing(ctx, cfg, &f.fixers, f.outputs)
	if err != nil {
		return err
	}
	defer x.code.Close()
	modules, err := (&selection{modules: f.modules}).namedModules(x.code)
	if err != nil {
		return err
	}
	for _, m := range modules {
		args = append(args, m.Dir+"/...")
	}
	step := a.newStep()
	r, err := mend.Run(ctx, x.code, mend.Options{
		Fixers: x.fixers, Suggestions: f.fixers.unsafe, View: view, Patterns: args, Native: f.native, Step: step.show,
	})
	step.clear()
	if err != nil {
		return err
	}
	return a.fixed(ctx, f, x, r)
}

// fixed shows what fixing comes to, or does it.
func (a *app) fixed(ctx context.Context, f *fixFlags, x *fixing, r *mend.Result) error {
	changes := make([]align.Change, len(r.Changes))
	for i, c := range r.Changes {
		changes[i] = align.Change(c)
	}
	d := &report.Fixes{
		Result: r, All: f.all, Quiet: a.quiet, Diff: f.diff,
		Path: func(file string) string { return displayName(a.Dir, file) },
	}
	var err error
	if f.diff {
		err = a.diffFiles(repositoryRoot(x.code.Root), changes)
	} else if len(changes) > 0 {
		err = a.write(ctx, x.code, "fix", treeChanges(changes))
	}
	if err == nil {
		err = a.reportFixing(x, f.diff, func(w io.Writer, format report.Format) error { return report.WriteFixes(w, format, d) },
			func(w io.Writer) error { return report.WriteFixRemarks(w, d) })
	}
	switch {
	case err != nil:
		return err
	case len(r.Failures) > 0 || len(r.Modules) > 0:
		return outcome(exitIncomplete)
	case f.diff && len(changes) > 0:
		return outcome(exitFindings)
	}
	return nil
}

// listFixers prints a table of fixers.
func listFixers(w io.Writer, fixers []*fix.Fixer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range fixers {
		var tiers []string
		for _, k := range f.Kinds {
			if !slices.Contains(tiers, string(k.Tier)) && k.Tier != fix.Left {
				tiers = append(tiers, string(k.Tier))
			}
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", f.Name(), f.Since, strings.Join(tiers, ", "), f.Title)
	}
	return table.Flush()
}
