package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/graph"
)

// The formats in which programs that draw take a graph.
const (
	DOT     Format = "dot"     // of Graphviz
	Mermaid Format = "mermaid" // a flowchart, as GitHub draws it
)

// WorkGraphFormats returns the formats for graphs of modules and packages.
func WorkGraphFormats() []Format { return []Format{Text, DOT, Mermaid, JSON} }

// AnswerFormats returns the formats for what a graph is asked.
func AnswerFormats() []Format { return []Format{Text, JSON} }

// A GraphPart is what the text format shows of a graph. The others show all of it.
type GraphPart int

// The parts of a graph.
const (
	GraphTree GraphPart = iota
	GraphCycles
	GraphLayers
	GraphFanIn
)

// A WorkGraph is what is shown of the modules or the packages of a code base.
type WorkGraph struct {
	// Noun says what the nodes are: "module" or "package".
	Noun string
	View workspace.View

	// Root is the absolute path of the code base. JSON names files relative to it.
	Root string

	// Graph has the dependencies that count. All has the same nodes, and the
	// dependencies of all kinds.
	Graph, All *graph.Graph

	// Named are the nodes that were asked for. They are shown with what they
	// depend on.
	Named []*graph.Node

	// Failures are the modules that can't be loaded and matter to what is shown.
	Failures []workspace.Failure
}

// WriteWorkGraph writes a graph in one of the [WorkGraphFormats].
func WriteWorkGraph(w io.Writer, f Format, g *WorkGraph, part GraphPart, o Options) error {
	s := newShownGraph(g)
	switch f {
	case Text:
		return writeGraphText(w, s, part, o)
	case DOT:
		return writeGraphDOT(w, s)
	case Mermaid:
		return writeGraphMermaid(w, s)
	case JSON:
		return writeGraphJSON(w, s)
	}
	return fmt.Errorf("unknown format %q: use one of %s", f, joinFormats(WorkGraphFormats()))
}

// Edges counts the dependencies that are shown.
func (g *WorkGraph) Edges() int { return len(newShownGraph(g).edges) }

// Shown returns the nodes that were asked for, and all that they depend on.
func (g *WorkGraph) Shown() []*graph.Node { return newShownGraph(g).nodes }

// A shownGraph is the part of a graph that is shown. With a node it has all that the
// node depends on, so that layers and cycles are those of the whole graph.
type shownGraph struct {
	*WorkGraph
	nodes []*graph.Node
	edges []*graph.Edge
	in    map[*graph.Node]bool
	ids   map[*graph.Node]string
}

func newShownGraph(g *WorkGraph) *shownGraph {
	s := &shownGraph{WorkGraph: g, in: make(map[*graph.Node]bool)}
	queue := slices.Clone(g.Named)
	for i := 0; i < len(queue); i++ {
		if n := queue[i]; !s.in[n] {
			s.in[n] = true
			for _, e := range g.Graph.Out(n) {
				queue = append(queue, e.To)
			}
		}
	}
	for _, n := range g.Graph.Nodes {
		if s.in[n] {
			s.nodes = append(s.nodes, n)
			s.edges = append(s.edges, g.Graph.Out(n)...)
		}
	}
	s.ids = identify(g.Graph.Nodes)
	return s
}

// identify returns a name for each node that no other has. It shows no character that
// a terminal would obey: the directory of a module that can't be loaded may have any.
func identify(nodes []*graph.Node) map[*graph.Node]string {
	ids := make(map[*graph.Node]string)
	taken := make(map[string]bool)
	for _, n := range nodes {
		id := printable(n.Name)
		if taken[id] && n.Module != nil {
			id += " (" + printable(n.Module.Rel) + ")"
		}
		for base, i := id, 2; taken[id]; i++ {
			id = fmt.Sprintf("%s #%d", base, i)
		}
		ids[n], taken[id] = id, true
	}
	return ids
}

// cycles returns the cycles that are shown.
func (s *shownGraph) cycles() []graph.Cycle {
	return slices.DeleteFunc(s.Graph.Cycles(), func(c graph.Cycle) bool { return !s.in[c.Nodes[0]] })
}

// layers returns the nodes that are shown, by layer.
func (s *shownGraph) layers() [][]*graph.Node {
	var layers [][]*graph.Node
	for _, layer := range s.Graph.Layers() {
		layer = slices.DeleteFunc(layer, func(n *graph.Node) bool { return !s.in[n] })
		if len(layer) > 0 {
			layers = append(layers, layer)
		}
	}
	return layers
}

// roots returns the nodes to begin with so that all are met: those that nothing
// depends on, and the first of each cycle that nothing else depends on.
func (s *shownGraph) roots() []*graph.Node {
	first := make(map[*graph.Node]*graph.Node) // of the node's cycle
	for _, c := range s.cycles() {
		for _, n := range c.Nodes {
			first[n] = c.Nodes[0]
		}
	}
	stands := func(n *graph.Node) *graph.Node {
		if f := first[n]; f != nil {
			return f
		}
		return n
	}
	needed := make(map[*graph.Node]bool)
	for _, e := range s.edges {
		if from, to := stands(e.From), stands(e.To); from != to {
			needed[to] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(s.nodes), func(n *graph.Node) bool { return stands(n) != n || needed[n] })
}

// forTests reports whether it is known that tests alone need the dependency.
func (s *shownGraph) forTests(e *graph.Edge) bool {
	known := s.All.Edge(e.From, e.To).Imports
	return len(known) > 0 && !slices.ContainsFunc(known, func(i graph.Imports) bool { return i.Kind == graph.Build })
}

// marks returns what is to be said of a dependency besides that it is there.
func (s *shownGraph) marks(e *graph.Edge) []string {
	all := s.All.Edge(e.From, e.To)
	var marks []string
	if s.forTests(e) {
		marks = append(marks, "tests")
	}
	if s.Noun == "package" {
		return marks
	}
	switch {
	case all.Requirement == nil:
		marks = append(marks, "not in go.mod")
	case len(all.Imports) == 0 && e.From.Err == nil:
		marks = append(marks, "no import known")
	}
	return marks
}

// state says why not all is known of a node, if so.
func (s *shownGraph) state(n *graph.Node) string {
	switch {
	case n.Err != nil:
		return "cannot be loaded"
	case s.Noun == "package" && n.Module != nil && n.Package == nil:
		return "not loaded"
	}
	return ""
}

// within returns the path of a package below that of its module, or all of it.
func (s *shownGraph) within(n *graph.Node) string {
	if n.Module == nil {
		return s.ids[n]
	}
	rest, ok := strings.CutPrefix(s.ids[n], n.Module.Path)
	switch {
	case ok && rest == "":
		return "."
	case ok && rest[0] == '/':
		return rest[1:]
	}
	return s.ids[n]
}

// A moduleGroup is packages of one module.
type moduleGroup struct {
	module *workspace.Module // nil for those from elsewhere
	nodes  []*graph.Node
}

// byModule returns the packages by module, in the order of the packages.
func (s *shownGraph) byModule() []*moduleGroup {
	var groups []*moduleGroup
	of := make(map[*workspace.Module]*moduleGroup)
	for _, n := range s.nodes {
		g := of[n.Module]
		if g == nil {
			g = &moduleGroup{module: n.Module}
			of[n.Module] = g
			groups = append(groups, g)
		}
		g.nodes = append(g.nodes, n)
	}
	return groups
}

// WriteNotLoaded names the modules of which not all could be loaded, with the reason.
func WriteNotLoaded(w io.Writer, failures []workspace.Failure, quiet bool, o Options) error {
	if len(failures) == 0 {
		return nil
	}
	var b strings.Builder
	prefix := "  "
	if quiet {
		prefix = "gomend: "
	} else {
		fmt.Fprintf(&b, "%s\n", brush(o.Color).paint(boldRed, "not looked at, though asked for:"))
	}
	for i := range failures {
		f := &failures[i]
		text := fmt.Sprintf("module %s: %s", printable(f.Module.Name()), printable(failureReason(f)))
		if f.Pos.Filename != "" {
			text = placeText(f.Pos, o) + ": " + text
		}
		fmt.Fprintf(&b, "%s%s\n", prefix, text)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// failureReason says in one line why a module could not be loaded, without the place.
func failureReason(f *workspace.Failure) string {
	return oneLine(strings.TrimPrefix(f.Err.Error(), f.Pos.String()+": "))
}
