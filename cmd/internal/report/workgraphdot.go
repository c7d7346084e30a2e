package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/gomend/gomend/workspace/graph"
)

// writeGraphDOT writes the graph in the language of Graphviz.
func writeGraphDOT(w io.Writer, s *shownGraph) error {
	d := &dotWriter{shownGraph: s}
	d.line(0, "digraph %s {", quoteDOT(s.Noun+"s"))
	d.line(1, `graph [rankdir=LR, fontname="sans-serif"]`)
	d.line(1, `node [shape=box, fontname="sans-serif"]`)
	if s.Noun == "package" {
		d.clusters()
	} else {
		for _, n := range s.nodes {
			d.node(1, n, s.ids[n])
		}
	}
	for _, e := range s.edges {
		d.edge(e)
	}
	d.line(0, "}")
	_, err := io.WriteString(w, d.String())
	return err
}

type dotWriter struct {
	strings.Builder
	*shownGraph
}

func (d *dotWriter) line(depth int, format string, args ...any) {
	fmt.Fprintf(d, strings.Repeat("\t", depth)+format+"\n", args...)
}

// clusters writes the packages, those of each module of the code base in a box.
func (d *dotWriter) clusters() {
	for i, g := range d.byModule() {
		if g.module == nil {
			for _, n := range g.nodes {
				d.node(1, n, d.ids[n])
			}
			continue
		}
		d.line(1, "subgraph cluster_%d {", i+1)
		d.line(2, "label=%s", quoteDOT(printable(g.module.Name())))
		for _, n := range g.nodes {
			d.node(2, n, d.within(n))
		}
		d.line(1, "}")
	}
}

func (d *dotWriter) node(depth int, n *graph.Node, label string) {
	var attributes []string
	switch state := d.state(n); {
	case state != "":
		label += " (" + state + ")"
		attributes = append(attributes, "color=red")
	case n.Module == nil:
		attributes = append(attributes, "style=dotted")
	}
	if label != d.ids[n] {
		attributes = append([]string{"label=" + quoteDOT(label)}, attributes...)
	}
	text := quoteDOT(d.ids[n])
	if len(attributes) > 0 {
		text += " [" + strings.Join(attributes, ", ") + "]"
	}
	d.line(depth, "%s", text)
}

func (d *dotWriter) edge(e *graph.Edge) {
	style := ""
	if d.forTests(e) {
		style = " [style=dashed]"
	}
	d.line(1, "%s -> %s%s", quoteDOT(d.ids[e.From]), quoteDOT(d.ids[e.To]), style)
}

// quoteDOT returns text as a quoted string of DOT. There a backslash begins an escape
// in labels, such as \N for the node's name.
func quoteDOT(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}
