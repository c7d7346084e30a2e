package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/align"
	"github.com/gomend/gomend/workspace/rename"
)

// renameFlags are the flags of "gomend work rename".
type renameFlags struct {
	diff      bool
	kind      string
	modules   []string
	tags      []string
	keepWire  bool
	generated bool
	all       bool
	outputs   []string

	// Of packages.
	subpackages bool
	test        bool
}

func (a *app) workRenameCommand() *cobra.Command {
	var f renameFlags
	c := &cobra.Command{
		Use:   "rename SYMBOL NAME [SYMBOL NAME]...",
		Short: "rename symbols and packages in all modules",
		Long: `Rename gives fields, methods, types, functions, variables and constants other names,
wherever they are used: in all modules, in tests, and in files for other platforms and
build tags. A symbol is named by its package and its name in it, as in
example.com/shop/cart.Order.CustomerID or ./cart.NewOrder, or by a place at which the name
stands, as in cart/order.go:12:2. "..." in the package and "*" in the name stand for
anything, so that the field of one name in many types is renamed at once.

Methods go together with those of the interfaces that their types have to satisfy.
Everything is type-checked with the changes, for each build context that has to do with
them: it has to compile as before, and each name has to stand for what it stood for.
Otherwise the reasons are told, nothing is written, and the exit code is 1. What no
compiler sees, such as names in JSON, reflection and templates, is told, too.

A package is named by its path alone, and gets a new name or moves to a directory of its
module: its files, those below it that belong to it, and every import. That is proven by
the go command, in a copy beside the tree and in both views.

All files are written, or none.`,
		Example: `  gomend work rename ./cart.Order.CustomerID ClientID --diff
  gomend work rename './services/....*.CustomerID' ClientID --keep-wire-names
  gomend work rename cart/order.go:12:2 ClientID
  gomend work rename ./cart.New NewCart ./cart.Get GetCart
  gomend work rename ./cart basket
  gomend work rename ./cart ./internal/cart --subpackages`,
		Args: pairs,
		RunE: func(c *cobra.Command, args []string) error { return a.workRename(c.Context(), &f, args) },
	}
	flags := c.Flags()
	flags.BoolVar(&f.diff, "diff", false, "show the changes as a diff, and write nothing")
	flags.StringVar(&f.kind, "kind", "", "let patterns name only this `kind`: field, method, type, func, var or const")
	flags.StringArrayVarP(&f.modules, "module", "m", nil, "let patterns name only what is in the `module` of this path or directory (repeatable)")
	flags.StringSliceVar(&f.tags, "tags", nil, "set these build tags, a comma-separated `list`")
	flags.BoolVar(&f.keepWire, "keep-wire-names", false, "add struct tags where a field's name is used in JSON and the like")
	flags.BoolVar(&f.generated, "generated", false, "change generated files, too")
	flags.BoolVar(&f.all, "all", false, "list every string and comment that has the name in it")
	flags.BoolVar(&f.subpackages, "subpackages", false, "let the packages below a package move with it")
	flags.BoolVar(&f.test, "test", false, "of a package, run the tests that it reaches, too, before and after")
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, "report in `FORMAT[=FILE]` (repeatable): text, the default, or json")
	return c
}

// pairs refuses arguments that are not pairs of a symbol and a name.
func pairs(c *cobra.Command, args []string) error {
	if len(args) == 0 || len(args)%2 != 0 {
		return fmt.Errorf("%s needs a symbol and its new name, or several such pairs: ./cart.Order.CustomerID ClientID", c.CommandPath())
	}
	return nil
}

func (a *app) workRename(ctx context.Context, f *renameFlags, args []string) error {
	outputs, err := a.parseOutputs(f.outputs, report.RenameFormats())
	if err != nil {
		return err
	}
	o := rename.Options{KeepWireNames: f.keepWire, Generated: f.generated}
	if f.kind != "" {
		if o.Kind, err = rename.ParseKind(f.kind); err != nil {
			return fmt.Errorf("--kind: %w", err)
		}
	}
	cfg := workspace.Config{Dir: a.Dir, Env: a.Environ, Tags: f.tags, Log: a.log}
	code, err := workspace.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer code.Close()
	if err := a.noPending(ctx, code); err != nil {
		return err
	}
	if a.namesPackage(args[0]) {
		if len(args) > 2 {
			return fmt.Errorf("%s is a package: rename one at a time", args[0])
		}
		return a.workMove(ctx, f, code, args[0], args[1], outputs)
	}
	if f.subpackages || f.test {
		return fmt.Errorf("--subpackages and --test are for packages, and %s names a symbol", args[0])
	}
	modules, err := (&selection{modules: f.modules}).namedModules(code)
	if err != nil {
		return err
	}
	for _, m := range modules {
		o.Modules = append(o.Modules, m.Path)
	}
	var requests []rename.Request
	for i := 0; i < len(args); i += 2 {
		requests = append(requests, rename.Request{Symbol: args[i], New: args[i+1]})
	}
	step := a.newStep()
	o.Step = step.show
	r, err := rename.Plan(ctx, cfg, requests, o)
	step.clear()
	if err != nil {
		return err
	}
	return a.renamed(ctx, f, code, r, outputs, "work rename "+args[0]+" "+args[1])
}

// renamed shows what renaming comes to, or does it.
func (a *app) renamed(ctx context.Context, f *renameFlags, code *workspace.Workspace, r *rename.Result, outputs []report.Output, command string) error {
	changes := make([]align.Change, len(r.Changes))
	for i, c := range r.Changes {
		changes[i] = align.Change(c)
	}
	d := &report.Rename{
		Result: r, All: f.all, Quiet: a.quiet, Diff: f.diff,
		Path: func(file string) string { return displayName(a.Dir, file) },
	}
	var err error
	if f.diff {
		err = a.diffFiles(repositoryRoot(code.Root), changes)
	} else if len(r.Problems) == 0 {
		err = a.write(ctx, code, command, treeChanges(changes))
	}
	if err == nil && (!f.diff || len(f.outputs) > 0) {
		err = report.WriteOutputs(outputs, a.Out, func(w io.Writer, out report.Output) error {
			return report.WriteRename(w, out.Format, d)
		})
	}
	if err == nil {
		err = report.WriteRenameRemarks(a.Err, d)
	}
	switch {
	case err != nil:
		return err
	case len(r.Problems) > 0:
		return outcome(exitFindings)
	case len(r.Failures) > 0:
		return outcome(exitIncomplete)
	}
	return nil
}
