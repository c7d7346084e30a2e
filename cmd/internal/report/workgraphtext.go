package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/gomend/gomend/workspace/graph"
)

func writeGraphText(w io.Writer, s *shownGraph, part GraphPart, o Options) error {
	t := &graphText{shownGraph: s, brush: brush(o.Color), o: o, expanded: make(map[*graph.Node]bool)}
	switch part {
	case GraphTree:
		t.tree()
	case GraphCycles:
		t.allCycles()
	case GraphLayers:
		t.allLayers()
	case GraphFanIn:
		t.fanIn()
	}
	_, err := io.WriteString(w, t.String())
	return err
}

type graphText struct {
	strings.Builder
	*shownGraph
	brush
	o        Options
	expanded map[*graph.Node]bool // nodes of which the dependencies are shown
}

func (t *graphText) line(format string, args ...any) {
	fmt.Fprintf(t, format+"\n", args...)
}

// tree writes each root with what it depends on, and a summary.
func (t *graphText) tree() {
	for _, n := range t.roots() {
		t.branch(n, nil, "", "")
	}
	if len(t.nodes) > 0 {
		t.line("")
	}
	t.line("%s", t.summary())
}

// branch writes a node, and below it what it depends on unless that is shown already.
// The node's line begins with first, and those below it with rest.
func (t *graphText) branch(n *graph.Node, e *graph.Edge, first, rest string) {
	out := t.Graph.Out(n)
	text := t.node(n, e)
	switch {
	case len(out) == 0:
	case t.expanded[n]:
		text = t.paint(dim, text+" …")
		out = nil
	case e == nil:
		text = t.paint(bold, text)
	}
	t.expanded[n] = true
	t.line("%s%s", first, text)
	for i, below := range out {
		if i == len(out)-1 {
			t.branch(below.To, below, rest+"└── ", rest+"    ")
		} else {
			t.branch(below.To, below, rest+"├── ", rest+"│   ")
		}
	}
}

// node returns a node and what is to be said of it, at the end of an edge if it has one.
func (t *graphText) node(n *graph.Node, e *graph.Edge) string {
	text := t.ids[n]
	var marks []string
	if e != nil {
		if r := t.All.Edge(e.From, n).Requirement; r != nil && n.Module == nil {
			text += " " + r.Version
		}
		marks = t.marks(e)
	}
	if state := t.state(n); state != "" {
		marks = append(marks, state)
	}
	if len(marks) > 0 {
		text += " (" + strings.Join(marks, ", ") + ")"
	}
	return text
}

// summary says how much is shown.
func (t *graphText) summary() string {
	elsewhere := 0
	for _, n := range t.nodes {
		if n.Module == nil {
			elsewhere++
		}
	}
	text := plural(len(t.nodes)-elsewhere, t.Noun)
	if elsewhere > 0 {
		text += fmt.Sprintf(" and %d from elsewhere", elsewhere)
	}
	text += fmt.Sprintf(", %s, %s, ", plural(len(t.edges), "edge"), plural(len(t.layers()), "layer"))
	if cycles := len(t.cycles()); cycles > 0 {
		return text + plural(cycles, "cycle") + " (see --cycles)"
	}
	return text + "no cycle"
}

// allCycles writes the nodes of each cycle and an example of a shortest way around.
func (t *graphText) allCycles() {
	cycles := t.cycles()
	for _, c := range cycles {
		var names []string
		for _, n := range c.Nodes {
			names = append(names, t.ids[n])
		}
		t.line("%s", t.paint(bold, fmt.Sprintf("cycle of %s: %s", plural(len(names), t.Noun), strings.Join(names, ", "))))
		t.WriteString(pathText(t.WorkGraph, t.ids, c.Shortest, t.o))
		t.line("")
	}
	if len(cycles) == 0 {
		t.line("no cycle in %s", t.counted())
		return
	}
	t.line("%s in %s", plural(len(cycles), "cycle"), t.counted())
}

func (t *graphText) counted() string {
	return fmt.Sprintf("%s and %s", plural(len(t.nodes), t.Noun), plural(len(t.edges), "edge"))
}

// allLayers writes the nodes of each layer, what depends on nothing first.
func (t *graphText) allLayers() {
	for i, layer := range t.layers() {
		t.line("%s", t.paint(bold, fmt.Sprintf("layer %d", i)))
		for _, n := range layer {
			t.line("  %s", t.node(n, nil))
		}
	}
}

// fanIn writes how many depend on each node that was asked for, the most needed first.
func (t *graphText) fanIn() {
	fans := slices.DeleteFunc(t.Graph.Fans(), func(f graph.Fan) bool { return !slices.Contains(t.Named, f.Node) })
	slices.SortStableFunc(fans, func(a, b graph.Fan) int {
		return cmp.Or(cmp.Compare(b.In, a.In), cmp.Compare(b.AllIn, a.AllIn))
	})
	t.line("%s", t.paint(bold, fmt.Sprintf("%7s %7s  %s", "direct", "all", t.Noun)))
	for i, f := range fans {
		if t.o.Limit > 0 && i == t.o.Limit {
			t.line("and %s (-o json has all)", plural(len(fans)-i, "more "+t.Noun))
			break
		}
		t.line("%7d %7d  %s", f.In, f.AllIn, t.node(f.Node, nil))
	}
}
