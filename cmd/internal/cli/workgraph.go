package cli

import (
	"context"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/cmd/internal/config"
	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/graph"
)

// fanInLimit is how many nodes are shown by their fan-in in a terminal.
const fanInLimit = 20

// workGraphFlags are the flags of "gomend work graph".
type workGraphFlags struct {
	selection
	packages bool
	tests    bool
	external bool

	// At most one of these is set.
	cycles, layers, fanIn, why, check bool

	outputs []string
}

func (a *app) workGraphCommand() *cobra.Command {
	var f workGraphFlags
	c := &cobra.Command{
		Use:   "graph [PACKAGES | work]",
		Short: "show which modules or packages depend on which",
		Long: `Graph shows what the modules of the code base depend on: each that nothing else depends
on, with what it requires or imports, as a tree. What was shown before ends in "…".
With --packages it shows packages and what they import.

Arguments and -m restrict it to what they name and what that depends on. -o draws all of
it, or gives it to programs; --cycles, --layers and --fan-in say more of it as text.

--why takes two names, each a path or a directory, and shows the shortest way from the
first to the second, with the imports and lines of go.mod that make it; by tests, if there
is no other. The exit code is 1 if there is none at all.

--check compares all dependencies with the rules under "edges" in gomend.yaml. The exit
code is 1 if a rule is broken.

What can't be loaded is named, and the exit code is 4.`,
		Example: `  gomend work graph
  gomend work graph --packages ./api/...
  gomend work graph -o dot | dot -Tsvg >graph.svg
  gomend work graph --why ./api golang.org/x/net
  gomend work graph --packages --why ./api/internal/http ./store
  gomend work graph --packages --fan-in
  gomend work graph --check`,
		Args: f.arguments,
		RunE: func(c *cobra.Command, args []string) error { return a.workGraph(c.Context(), args, &f) },
	}
	f.addPlaceFlags(c)
	flags := c.Flags()
	flags.BoolVar(&f.packages, "packages", false, "show packages instead of modules")
	flags.BoolVar(&f.tests, "tests", false, "count imports by tests, too")
	flags.BoolVar(&f.external, "external", false, "show also what comes from elsewhere, of packages the standard library as well")
	flags.BoolVar(&f.cycles, "cycles", false, "show the cycles, each with a shortest way around")
	flags.BoolVar(&f.layers, "layers", false, "show the layers, from what depends on nothing upward")
	flags.BoolVar(&f.fanIn, "fan-in", false, "show how many depend on each, directly and in all, the most needed first")
	flags.BoolVar(&f.why, "why", false, "show why the first of two names depends on the second")
	flags.BoolVar(&f.check, "check", false, "show what breaks the rules of gomend.yaml")
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, "report in `FORMAT[=FILE]` (repeatable): text, the default, dot, mermaid or json")
	return c
}

// arguments refuses arguments that do not go with the flags, and flags that do not go
// together.
func (f *workGraphFlags) arguments(c *cobra.Command, args []string) error {
	var asked []string
	for _, flag := range []struct {
		name string
		set  bool
	}{{"--cycles", f.cycles}, {"--layers", f.layers}, {"--fan-in", f.fanIn}, {"--why", f.why}, {"--check", f.check}} {
		if flag.set {
			asked = append(asked, flag.name)
		}
	}
	switch {
	case len(asked) > 1:
		return fmt.Errorf("%s and %s exclude each other", asked[0], asked[1])
	case f.why && len(args) != 2:
		return fmt.Errorf("--why needs two names, each a path or a directory, as in: %s --why ./api ./store; it was given %d", c.CommandPath(), len(args))
	case f.why && len(f.modules) > 0:
		return errors.New("--why looks at the whole code base: leave out -m")
	case f.check && len(args) > 0:
		return fmt.Errorf("--check looks at the whole code base: leave out %q; -m shows what a module breaks", args[0])
	case f.check && (f.packages || f.tests || f.external):
		return errors.New("--check: each rule says whether it is about packages and whether tests count: leave out --packages, --tests and --external")
	}
	return nil
}

// part returns what the text format shows.
func (f *workGraphFlags) part() report.GraphPart {
	switch {
	case f.cycles:
		return report.GraphCycles
	case f.layers:
		return report.GraphLayers
	case f.fanIn:
		return report.GraphFanIn
	}
	return report.GraphTree
}

func (a *app) workGraph(ctx context.Context, args []string, f *workGraphFlags) error {
	formats := report.WorkGraphFormats()
	if f.why || f.check {
		formats = report.AnswerFormats()
	}
	outputs, err := a.parseOutputs(f.outputs, formats)
	if err != nil {
		return err
	}
	x, err := a.loadConnected(ctx, &f.selection)
	if err != nil {
		return err
	}
	defer x.code.Close()
	switch {
	case f.check:
		return a.checkEdges(x, f, outputs)
	case f.why:
		return a.whyDepends(x, args, f, outputs)
	}
	return a.showGraph(x, args, f, outputs)
}

// A connected code base is one that was loaded whole, to tell what depends on what.
type connected struct {
	code *workspace.Workspace
	cfg  *config.Config
	sel  *workspace.Selection

	// failures are the modules of which not all could be loaded.
	failures []workspace.Failure
}

// loadConnected loads the code base as flags and configuration say.
func (a *app) loadConnected(ctx context.Context, s *selection) (*connected, error) {
	code, err := a.openWorkspace(ctx)
	if err != nil {
		return nil, err
	}
	x := &connected{code: code}
	x.cfg, err = a.loadConfig(ctx, code, s)
	if err == nil && len(x.cfg.Tags) > 0 {
		code.Close()
		x.code, err = workspace.Open(ctx, workspace.Config{Dir: a.Dir, Env: a.Environ, Tags: x.cfg.Tags, Log: a.log})
		if err != nil {
			return nil, err
		}
	}
	view := workspace.Work
	if s.view != "" {
		view = workspace.View(s.view)
	}
	if err == nil {
		x.sel, err = x.code.Load(ctx, view, "work")
	}
	if err != nil {
		x.code.Close()
		return nil, err
	}
	x.failures = slices.Concat(x.sel.Failures, unread(x.sel.Packages))
	return x, nil
}

// unread returns a failure for each package of whose files one can't be parsed up to the
// end of its imports. The go command knows none of these then. That an import leads
// nowhere is no failure: it is known all the same.
func unread(pkgs []*workspace.Package) []workspace.Failure {
	var failures []workspace.Failure
	for _, p := range pkgs {
		for i := range p.Errors {
			e := &p.Errors[i]
			if filepath.Dir(e.Pos.Filename) != p.Dir {
				continue // another package's
			}
			if _, err := parser.ParseFile(token.NewFileSet(), e.Pos.Filename, nil, parser.ImportsOnly); err != nil {
				failures = append(failures, workspace.Failure{Module: p.Module, Pos: e.Pos, Err: e})
				break
			}
		}
	}
	return failures
}

// graph returns the graph of all modules or packages, with the dependencies that the
// flags count.
func (x *connected) graph(f *workGraphFlags, scope graph.Scope) *report.WorkGraph {
	g := &report.WorkGraph{Noun: "module", View: x.sel.View, Root: x.code.Root, Failures: x.failures}
	kinds := []graph.Kind{graph.Require, graph.Build}
	if f.packages {
		g.Noun = "package"
		g.All = graph.Packages(x.code, x.sel, scope)
	} else {
		g.All = graph.Modules(x.code, x.sel, scope)
	}
	if f.tests {
		kinds = append(kinds, graph.Test, graph.XTest)
	}
	g.Graph = g.All.Only(kinds...)
	// What comes from elsewhere is shown where something depends on it: go.mod names
	// much more that others need.
	g.Named = slices.DeleteFunc(slices.Clone(g.Graph.Nodes), func(n *graph.Node) bool { return n.Module == nil })
	return g
}

// showGraph shows what the arguments name, or all.
func (a *app) showGraph(x *connected, args []string, f *workGraphFlags, outputs []report.Output) error {
	scope := graph.CodeBase
	if f.external {
		scope = graph.Everything
	}
	g := x.graph(f, scope)
	if err := x.restrict(g, args, f); err != nil {
		return err
	}
	err := report.WriteOutputs(outputs, a.Out, func(w io.Writer, out report.Output) error {
		o := a.graphOptions(out)
		if out.File == "" && a.terminal(a.Out) {
			o.Limit = fanInLimit
		}
		return report.WriteWorkGraph(w, out.Format, g, f.part(), o)
	})
	if err != nil {
		return err
	}
	mermaid := slices.ContainsFunc(outputs, func(out report.Output) bool { return out.Format == report.Mermaid })
	if n := g.Edges(); mermaid && n > report.MermaidEdges && !a.quiet {
		fmt.Fprintf(a.Err, "Mermaid draws up to %d edges unless its maxEdges is set, and these are %d: name a part, or use -o dot\n", report.MermaidEdges, n)
	}
	return a.incomplete(g.Failures)
}

// restrict restricts the graph to what the arguments and -m name. Failures count then
// where they concern what is shown.
func (x *connected) restrict(g *report.WorkGraph, args []string, f *workGraphFlags) error {
	modules, err := f.namedModules(x.code)
	if err != nil || len(modules)+len(args) == 0 {
		return err
	}
	named := make(map[*graph.Node]bool)
	for _, n := range g.Graph.Nodes {
		named[n] = n.Module != nil && slices.Contains(modules, n.Module)
	}
	for _, pattern := range args {
		nodes, err := x.match(g, pattern)
		if err != nil {
			return err
		}
		for _, n := range nodes {
			named[n] = true
		}
	}
	g.Named = slices.DeleteFunc(slices.Clone(g.Graph.Nodes), func(n *graph.Node) bool { return !named[n] })
	if f.fanIn {
		return nil // it counts those of the whole code base
	}
	shown := make(map[*workspace.Module]bool)
	for _, m := range modules {
		shown[m] = true
	}
	for _, n := range g.Shown() {
		shown[n.Module] = true
	}
	g.Failures = slices.DeleteFunc(slices.Clone(g.Failures), func(f workspace.Failure) bool { return !shown[f.Module] })
	return nil
}

// match returns the nodes that a pattern names, at least one.
func (x *connected) match(g *report.WorkGraph, pattern string) ([]*graph.Node, error) {
	nodes, err := g.Graph.Match(x.code.Dir, pattern)
	if err == nil && len(nodes) == 0 {
		err = fmt.Errorf("%s names no %s", pattern, g.Noun)
		other := graph.Packages(x.code, x.sel, graph.Everything)
		if g.Noun == "package" {
			other = graph.Modules(x.code, x.sel, graph.Everything)
		}
		switch found, _ := other.Match(x.code.Dir, pattern); {
		case len(found) == 0:
		case g.Noun == "module":
			err = fmt.Errorf("%w: it names packages, which --packages shows", err)
		default:
			err = fmt.Errorf("%w: it names a module, which is shown without --packages", err)
		}
	}
	return nodes, err
}

// whyDepends says why the first name depends on the second.
func (a *app) whyDepends(x *connected, args []string, f *workGraphFlags, outputs []report.Output) error {
	// What comes from elsewhere may be named; no way leads through it.
	g := x.graph(f, graph.Everything)
	y := &report.Why{Graph: g}
	var err error
	if y.From, err = x.one(g, args[0]); err != nil {
		return fmt.Errorf("--why: %w", err)
	}
	if y.To, err = x.one(g, args[1]); err != nil {
		return fmt.Errorf("--why: %w", err)
	}
	y.Path, y.By = shortestPath(g.All, y.From, y.To, f.tests)
	err = report.WriteOutputs(outputs, a.Out, func(w io.Writer, out report.Output) error {
		return report.WriteWhy(w, out.Format, y, a.graphOptions(out))
	})
	if err == nil {
		err = a.incomplete(g.Failures)
	}
	if err == nil && y.Path == nil {
		err = outcome(exitFindings)
	}
	return err
}

// one returns the node that a name of --why means.
func (x *connected) one(g *report.WorkGraph, name string) (*graph.Node, error) {
	nodes, err := x.match(g, name)
	if err != nil {
		return nil, err
	}
	if len(nodes) > 1 {
		return nil, fmt.Errorf("%s names %d %ss: name one", name, len(nodes), g.Noun)
	}
	return nodes[0], nil
}

// shortestPath returns a shortest path by what matters most: imports of what ships, then with
// those of tests, then with lines of go.mod that no import is known for. It says what had
// to count, but for the first. Tests count from the beginning if withTests is set.
func shortestPath(g *graph.Graph, from, to *graph.Node, withTests bool) ([]*graph.Edge, string) {
	kinds := []graph.Kind{graph.Build}
	for _, more := range []struct {
		kinds []graph.Kind
		by    string
	}{
		{nil, ""},
		{[]graph.Kind{graph.Test, graph.XTest}, "tests"},
		{[]graph.Kind{graph.Require}, "lines of go.mod"},
		{[]graph.Kind{graph.Indirect}, "indirect lines of go.mod"},
	} {
		kinds = append(kinds, more.kinds...)
		if withTests && more.kinds == nil {
			continue
		}
		if edges := g.Only(kinds...).Why(from, to); edges != nil {
			return edges, more.by
		}
	}
	return nil, ""
}

// checkEdges compares what depends on what with the rules of the configuration.
func (a *app) checkEdges(x *connected, f *workGraphFlags, outputs []report.Output) error {
	modules, err := f.namedModules(x.code)
	if err != nil {
		return err
	}
	edges := x.cfg.Edges()
	if len(edges.Rules) == 0 {
		return fmt.Errorf("--check: there are no rules: write them under \"edges\" in %s, as docs/configuration.md shows", config.FileName)
	}
	found, err := graph.Check(x.code, x.sel, edges.Rules)
	if err != nil {
		return err
	}
	c := &report.GraphCheck{View: x.sel.View, Root: x.code.Root, Rules: len(edges.Rules), Failures: x.failures}
	for _, v := range found.Violations {
		if len(modules) == 0 || slices.Contains(modules, v.Edge.From.Module) {
			c.Violations = append(c.Violations, report.GraphViolation{Violation: v, At: position(edges.Pos(v.Rule))})
		}
	}
	c.Unused = unusedPatterns(x, edges, found.Unused)
	err = report.WriteOutputs(outputs, a.Out, func(w io.Writer, out report.Output) error {
		return report.WriteGraphCheck(w, out.Format, c, a.graphOptions(out))
	})
	if err == nil && !a.quiet {
		err = report.WriteGraphCheckSummary(a.Err, c)
	}
	if err == nil {
		err = a.incomplete(c.Failures)
	}
	if err == nil && len(c.Violations) > 0 {
		err = outcome(exitFindings)
	}
	return err
}

// unusedPatterns returns the patterns that name nothing. To those that [graph.Check] is
// sure of it adds import paths that are folders as well: "store/..." looks like one of the
// standard library, and "./store/..." was meant.
func unusedPatterns(x *connected, edges *config.Edges, sure []graph.Unused) []report.UnusedPattern {
	var unused []report.UnusedPattern
	var all *graph.Graph
	for i := range edges.Rules {
		r := &edges.Rules[i]
		for _, pattern := range slices.Concat(r.From, r.FromExcept, r.To, r.ToExcept) {
			text, pos := edges.Written(r, pattern)
			u := report.UnusedPattern{Pattern: text, Folder: x.folder(pattern), At: position(pos)}
			named := !slices.Contains(sure, graph.Unused{Rule: r, Pattern: pattern})
			if named && u.Folder != "" {
				if all == nil {
					all = graph.Packages(x.code, x.sel, graph.Everything)
				}
				nodes, err := all.Match(x.code.Root, pattern)
				named = err != nil || len(nodes) > 0
			}
			if !named && !slices.Contains(unused, u) {
				unused = append(unused, u)
			}
		}
	}
	return unused
}

// folder returns the pattern of the directory that a pattern of import paths names, too,
// or "".
func (x *connected) folder(pattern string) string {
	first, _, _ := strings.Cut(pattern, "/")
	if filepath.IsAbs(pattern) || strings.Contains(first, ".") {
		return ""
	}
	if info, err := os.Stat(filepath.Join(x.cfg.Dir, first)); err != nil || !info.IsDir() {
		return ""
	}
	return "./" + pattern
}

func position(p config.Pos) token.Position {
	return token.Position{Filename: p.File, Line: p.Line, Column: p.Col}
}

// graphOptions returns how text looks that goes to out.
func (a *app) graphOptions(out report.Output) report.Options {
	return report.Options{
		Color: out.File == "" && a.colors(a.terminal(a.Out)),
		Path:  func(file string) string { return slashPath(a.Dir, file) },
	}
}

// incomplete names the modules that can't be loaded, and returns the outcome that they
// make.
func (a *app) incomplete(failures []workspace.Failure) error {
	if len(failures) == 0 {
		return nil
	}
	o := a.graphOptions(report.Output{})
	o.Color = a.colors(a.terminal(a.Err))
	if err := report.WriteNotLoaded(a.Err, failures, a.quiet, o); err != nil {
		return err
	}
	return outcome(exitIncomplete)
}
