package graph

import (
	"cmp"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"github.com/gomend/gomend/workspace"
)

// A Kind is a way in which one module or package depends on another.
type Kind string

const (
	// Require is a line of go.mod that requires a module for the packages of
	// the module itself.
	Require Kind = "require"
	// Indirect is a line of go.mod with the comment "// indirect": it records
	// the version of a module that others need.
	Indirect Kind = "indirect"
	// Build is an import by files that are no tests.
	Build Kind = "build"
	// Test is an import by a package's own tests. Between modules, it is an
	// import by any tests.
	Test Kind = "test"
	// XTest is an import by a package's external tests, those of a package
	// whose name ends in _test.
	XTest Kind = "xtest"
)

// order returns the place of the kind among those of an edge.
func (k Kind) order() int { return slices.Index([]Kind{Require, Indirect, Build, Test, XTest}, k) }

// A Scope says which nodes a graph has.
type Scope int

const (
	// CodeBase is the modules or packages of the code base.
	CodeBase Scope = iota
	// Everything is also those from elsewhere that the code base requires or
	// imports itself. What these depend on is not known.
	Everything
)

// A Graph is modules or packages and how they depend on each other. It must not be
// changed; its methods may be called concurrently. They take nodes of the graph,
// and of any graph that [Graph.Only] made of it.
type Graph struct {
	// Nodes are sorted by name, and by directory where names are equal.
	Nodes []*Node

	// Edges are sorted by the node where they begin, then by the one where
	// they end. From one node to another there is at most one.
	Edges []*Edge

	out, in [][]*Edge // by the index of a node
}

// A Node is a module or a package.
type Node struct {
	// Name is the path of the module or the package. Where the path of a
	// module is not known, it is the directory relative to the root.
	Name string

	// Module is the module, or that of the package. It is nil if the node is
	// not of the code base.
	Module *workspace.Module

	// Package is the package. It is nil in a graph of modules. It is nil as
	// well if the package was not loaded: then others import it, and what it
	// imports is not known.
	Package *workspace.Package

	// Packages are the module's packages that were loaded, sorted by import
	// path. It is nil in a graph of packages.
	Packages []*workspace.Package

	// Err is why the module can't be loaded. It is nil in a graph of packages.
	Err error

	index int
}

// Dir returns the absolute path of the node's directory, or "" if the node is not
// of the code base.
func (n *Node) Dir() string {
	if n.Package != nil {
		return n.Package.Dir
	}
	if n.Module == nil {
		return ""
	}
	// A package that was not loaded stands below its module.
	return filepath.Join(n.Module.Dir, filepath.FromSlash(strings.TrimPrefix(n.Name, n.Module.Name())))
}

// An Edge says that one node depends on another.
type Edge struct {
	From, To *Node

	// Requirement is the line of From's go.mod file that requires To. It is
	// nil if there is none, and in a graph of packages.
	Requirement *Requirement

	// Imports are the imports that are known, one entry a kind, in the order
	// of the kinds.
	Imports []Imports
}

// A Requirement is a line of a go.mod file that requires a module.
type Requirement struct {
	// Version is what is required.
	Version string

	// Indirect tells that the line has the comment "// indirect".
	Indirect bool

	// Replace is what a replace line of the same file puts in the place of
	// the module: a directory, as it stands there, if it has no version. Its
	// path is empty if no line does.
	Replace module.Version

	// Pos is where the line stands; its file name is absolute.
	Pos token.Position
}

// Imports are the imports of one kind that an edge stands for.
type Imports struct {
	Kind Kind

	// Packages counts the packages that have such an import.
	Packages int

	// Example is such an import of the first of these packages.
	Example Import
}

// Kinds returns the kinds of dependency that the edge stands for.
func (e *Edge) Kinds() []Kind {
	var all []Kind
	if e.Requirement != nil {
		all = append(all, e.Requirement.kind())
	}
	for _, i := range e.Imports {
		all = append(all, i.Kind)
	}
	return all
}

func (r *Requirement) kind() Kind {
	if r.Indirect {
		return Indirect
	}
	return Require
}

// has reports whether the edge stands for imports of the kind.
func (e *Edge) has(k Kind) bool {
	return slices.ContainsFunc(e.Imports, func(i Imports) bool { return i.Kind == k })
}

// carries reports whether what depends on the edge's From depends on its To by
// that. It does not if the edge stands for imports by tests alone.
func (e *Edge) carries() bool { return e.Requirement != nil || e.has(Build) }

// count counts one more package, which has the import.
func (e *Edge) count(k Kind, i Import) {
	for n := range e.Imports {
		if e.Imports[n].Kind == k {
			e.Imports[n].Packages++
			return
		}
	}
	e.Imports = append(e.Imports, Imports{Kind: k, Packages: 1, Example: i})
}

// only returns the edge as far as it is of the kinds, or nil if it is of none.
func (e *Edge) only(kinds []Kind) *Edge {
	kept := &Edge{From: e.From, To: e.To}
	if r := e.Requirement; r != nil && slices.Contains(kinds, r.kind()) {
		kept.Requirement = r
	}
	for _, i := range e.Imports {
		if slices.Contains(kinds, i.Kind) {
			kept.Imports = append(kept.Imports, i)
		}
	}
	if kept.Requirement == nil && kept.Imports == nil {
		return nil
	}
	return kept
}

// Only returns the graph with the dependencies of the given kinds alone. It has
// the same nodes.
func (g *Graph) Only(kinds ...Kind) *Graph {
	var edges []*Edge
	for _, e := range g.Edges {
		if kept := e.only(kinds); kept != nil {
			edges = append(edges, kept)
		}
	}
	return connect(g.Nodes, edges)
}

// Node returns the node of that name, the first if there are several, or nil if
// there is none.
func (g *Graph) Node(name string) *Node {
	i, found := slices.BinarySearchFunc(g.Nodes, name, func(n *Node, name string) int { return strings.Compare(n.Name, name) })
	if !found {
		return nil
	}
	return g.Nodes[i]
}

// Out returns the edges that begin at the node, sorted by where they end.
func (g *Graph) Out(n *Node) []*Edge { return g.out[n.index] }

// In returns the edges that end at the node, sorted by where they begin.
func (g *Graph) In(n *Node) []*Edge { return g.in[n.index] }

// Edge returns the edge from one node to another, or nil.
func (g *Graph) Edge(from, to *Node) *Edge {
	out := g.out[from.index]
	i, found := slices.BinarySearchFunc(out, to.index, func(e *Edge, index int) int { return cmp.Compare(e.To.index, index) })
	if !found {
		return nil
	}
	return out[i]
}

// connect returns a graph of nodes and edges that are in order.
func connect(nodes []*Node, edges []*Edge) *Graph {
	return &Graph{
		Nodes: nodes,
		Edges: edges,
		out:   group(len(nodes), edges, func(e *Edge) int { return e.From.index }),
		in:    group(len(nodes), edges, func(e *Edge) int { return e.To.index }),
	}
}

// group returns the edges by one of their ends, in the order that they have.
func group(nodes int, edges []*Edge, end func(*Edge) int) [][]*Edge {
	degree := make([]int, nodes)
	for _, e := range edges {
		degree[end(e)]++
	}
	room := make([]*Edge, len(edges))
	groups := make([][]*Edge, nodes)
	for v, n := range degree {
		groups[v], room = room[:0:n], room[n:]
	}
	for _, e := range edges {
		groups[end(e)] = append(groups[end(e)], e)
	}
	return groups
}

// A builder collects nodes and edges in any order.
type builder struct {
	nodes []*Node   // an index is the place here until they are put in order
	out   [][]*Edge // by the index of the node
}

// node adds a node.
func (b *builder) node(n *Node) *Node {
	n.index = len(b.nodes)
	b.nodes, b.out = append(b.nodes, n), append(b.out, nil)
	return n
}

// edge returns the edge between the nodes. It adds one if there is none.
func (b *builder) edge(from, to *Node) *Edge {
	// A node has few edges: to look at all is faster than a map.
	for _, e := range b.out[from.index] {
		if e.To == to {
			return e
		}
	}
	e := &Edge{From: from, To: to}
	b.out[from.index] = append(b.out[from.index], e)
	return e
}

// graph puts nodes and edges in order.
func (b *builder) graph() *Graph {
	slices.SortFunc(b.nodes, func(x, y *Node) int {
		return cmp.Or(strings.Compare(x.Name, y.Name), strings.Compare(x.Dir(), y.Dir()))
	})
	out := make([][]*Edge, len(b.nodes))
	for i, n := range b.nodes {
		out[i], n.index = b.out[n.index], i
	}
	for _, edges := range out {
		slices.SortFunc(edges, func(x, y *Edge) int { return cmp.Compare(x.To.index, y.To.index) })
		for _, e := range edges {
			slices.SortFunc(e.Imports, func(x, y Imports) int { return cmp.Compare(x.Kind.order(), y.Kind.order()) })
		}
	}
	return connect(b.nodes, slices.Concat(out...))
}
