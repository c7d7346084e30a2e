// Package reach finds out which vulnerable functions code calls, by the algorithm of
// govulncheck (golang.org/x/vuln): a call graph by variable type analysis, done twice, of the
// whole program in SSA form. The entry points are what can be called from outside: main and
// init functions, and of libraries all that is exported.
//
// Like govulncheck it does not see calls by reflection and through unsafe pointers or
// assembly; where it does not know which function a call reaches, it takes all that may be
// meant.
package reach

import (
	"context"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/callgraph"
	"golang.org/x/tools/go/callgraph/vta"
	"golang.org/x/tools/go/ssa"
)

// A Request says what to load, and what to look for.
type Request struct {
	// Dir is where the go command runs.
	Dir string

	// Env is its environment, as [os.Environ] returns it.
	Env []string

	// Tags are the build tags.
	Tags []string

	// Arch is the architecture that the environment and the go command stand for.
	Arch string

	// Overlay names a file in the format of the go command's -overlay flag, or is "".
	Overlay string

	// Tests takes the tests of the packages in, those in the packages themselves, too.
	Tests bool

	// Patterns name the packages at which execution begins.
	Patterns []string

	// Targets are the functions to look for.
	Targets []Target
}

// A Target is functions of a package that belong together: the vulnerable ones that an
// advisory names.
type Target struct {
	// Package is an import path.
	Package string

	// Symbols are functions and, as Type.Method, methods.
	Symbols []string
}

// A Call is a way to a function of a target.
type Call struct {
	// Target is the index of the target in the request.
	Target int

	// Symbol is the function, as the target has it.
	Symbol string

	// Trace leads there, from the nearest function of the packages that patterns name, or
	// of others of their modules, to the function.
	Trace []Frame
}

// A Frame is a function on the way.
type Frame struct {
	Package string // its import path; that of external tests ends in "_test"
	Module  string // the module's path; "" for the standard library
	Version string // the module's version, if it has one

	// Function is the function's name, and Receiver the type of which it is a method, as
	// "*T". One within another is named for that: "F$1".
	Function, Receiver string

	// File is relative to the module's directory, or to GOROOT/src, with slashes; it is ""
	// where no source stands for it. Line and Column, from 1, are where the function calls
	// the next one, and of the last one where it is declared.
	File         string
	Line, Column int
}

// Calls returns the calls of targets that can be reached: one for each function at most, the
// shortest there is, sorted by target and symbol. There is none for a function to which all
// ways lead through others of the same target. If packages do not load or type-check, the
// error joins all that is wrong.
func (l *Loader) Calls(ctx context.Context, r Request) ([]Call, error) {
	p, err := l.load(ctx, r)
	if err != nil {
		return nil, err
	}
	for _, root := range p.roots {
		p.entries = append(p.entries, entryPoints(root.ssa)...)
	}
	for _, f := range p.entries {
		p.isEntry[f] = true
	}
	if err := p.callGraph(ctx, r.Targets); err != nil || p.graph == nil {
		return nil, err
	}
	var calls []Call
	for i, t := range r.Targets {
		found := p.find(t)
		for j := range found {
			found[j].Target = i
		}
		calls = append(calls, found...)
	}
	return calls, nil
}

// A program is packages in SSA form, with all that they import. They may be among others.
type program struct {
	ssa      *ssa.Program
	fset     *token.FileSet
	packages []*pkg
	within   map[*types.Package]bool // the same
	byPath   map[string]*pkg         // of packages and their variants for tests, the first
	roots    []*pkg
	own      map[string]bool // modules of the roots
	entries  []*ssa.Function
	isEntry  map[*ssa.Function]bool
	graph    *callgraph.Graph
	symbols  map[string]map[string][]*callgraph.Node // functions of the graph by package and symbol
}

// callGraph finds out what calls what, more and more exactly for as long as it seems that a
// target is called. If none is, there is no graph.
func (p *program) callGraph(ctx context.Context, targets []Target) error {
	var graph *callgraph.Graph
	callees := newHierarchy(p.functions()).callees
	for range 2 {
		live := reachable(p.entries, callees)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if !hasAny(live, targets) {
			return nil
		}
		graph = vta.CallGraph(live, graph)
		callees = func(f *ssa.Function, add func(*ssa.Function)) {
			if n := graph.Nodes[f]; n != nil {
				for _, e := range n.Out {
					add(e.Callee.Func)
				}
			}
		}
	}
	graph.DeleteSyntheticNodes()
	p.graph = graph
	p.symbols = make(map[string]map[string][]*callgraph.Node)
	for f, n := range graph.Nodes {
		path := packagePath(f)
		if p.symbols[path] == nil {
			p.symbols[path] = make(map[string][]*callgraph.Node)
		}
		name := symbolOf(f)
		p.symbols[path][name] = append(p.symbols[path][name], n)
	}
	return nil
}

// hasAny reports whether a function of targets is among some.
func hasAny(functions map[*ssa.Function]bool, targets []Target) bool {
	symbols := make(map[string]map[string]bool)
	for _, t := range targets {
		if symbols[t.Package] == nil {
			symbols[t.Package] = make(map[string]bool)
		}
		for _, s := range t.Symbols {
			symbols[t.Package][s] = true
		}
	}
	for f := range functions {
		if of := symbols[packagePath(f)]; of != nil && of[symbolOf(f)] {
			return true
		}
	}
	return false
}

// reachable returns the functions that may run: what the entry points call, and all functions
// that these mention.
func reachable(entries []*ssa.Function, callees func(f *ssa.Function, add func(*ssa.Function))) map[*ssa.Function]bool {
	seen := make(map[*ssa.Function]bool)
	var todo []*ssa.Function
	add := func(f *ssa.Function) {
		if !seen[f] {
			seen[f] = true
			todo = append(todo, f)
		}
	}
	for _, f := range entries {
		add(f)
	}
	for len(todo) > 0 {
		f := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		callees(f, add)
		mentions(f, add)
	}
	return seen
}

// mentions calls add with the functions that are operands in a function.
func mentions(f *ssa.Function, add func(*ssa.Function)) {
	var operands [10]*ssa.Value
	for _, b := range f.Blocks {
		for _, instr := range b.Instrs {
			for _, v := range instr.Operands(operands[:0]) {
				if fn, ok := (*v).(*ssa.Function); ok {
					add(fn)
				}
			}
		}
	}
}

// find returns the calls of a target.
func (p *program) find(t Target) []Call {
	vulnerable := make(map[*callgraph.Node]bool)
	for _, symbol := range t.Symbols {
		for _, n := range p.symbols[t.Package][symbol] {
			vulnerable[n] = true
		}
	}
	var calls []Call
	for _, symbol := range slices.Compact(slices.Sorted(slices.Values(t.Symbols))) {
		var best []step
		for _, n := range p.symbols[t.Package][symbol] {
			if way := p.way(n, vulnerable); way != nil && (best == nil || p.compareWays(way, best) < 0) {
				best = way
			}
		}
		if best != nil {
			calls = append(calls, Call{Symbol: symbol, Trace: p.trace(best)})
		}
	}
	return calls
}
