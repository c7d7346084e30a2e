package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/gomend/gomend/workspace/graph"
)

// MermaidEdges is how many edges Mermaid draws unless it is configured otherwise, which
// a diagram itself can't do.
const MermaidEdges = 500

// writeGraphMermaid writes the graph as a flowchart of Mermaid.
func writeGraphMermaid(w io.Writer, s *shownGraph) error {
	m := &mermaidWriter{shownGraph: s, number: make(map[*graph.Node]int)}
	for i, n := range s.nodes {
		m.number[n] = i + 1
	}
	m.line(0, "flowchart LR")
	if s.Noun == "package" {
		m.subgraphs()
	} else {
		for _, n := range s.nodes {
			m.node(1, n, s.ids[n])
		}
	}
	for _, e := range s.edges {
		arrow := "-->"
		if s.forTests(e) {
			arrow = "-.->"
		}
		m.line(1, "n%d %s n%d", m.number[e.From], arrow, m.number[e.To])
	}
	_, err := io.WriteString(w, m.String())
	return err
}

type mermaidWriter struct {
	strings.Builder
	*shownGraph
	number map[*graph.Node]int
}

func (m *mermaidWriter) line(depth int, format string, args ...any) {
	fmt.Fprintf(m, strings.Repeat("  ", depth)+format+"\n", args...)
}

// subgraphs writes the packages, those of each module of the code base in a box.
func (m *mermaidWriter) subgraphs() {
	for i, g := range m.byModule() {
		if g.module == nil {
			for _, n := range g.nodes {
				m.node(1, n, m.ids[n])
			}
			continue
		}
		m.line(1, "subgraph m%d[%s]", i+1, quoteMermaid(printable(g.module.Name())))
		for _, n := range g.nodes {
			m.node(2, n, m.within(n))
		}
		m.line(1, "end")
	}
}

func (m *mermaidWriter) node(depth int, n *graph.Node, label string) {
	if state := m.state(n); state != "" {
		label += " (" + state + ")"
	}
	if n.Module == nil {
		m.line(depth, "n%d([%s])", m.number[n], quoteMermaid(label))
		return
	}
	m.line(depth, "n%d[%s]", m.number[n], quoteMermaid(label))
}

// quoteMermaid returns text as a quoted label. All but letters, digits and a few signs
// become numbers, since Mermaid finds directives, Markdown and HTML within quotes too.
func quoteMermaid(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range text {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.ContainsRune("-_~./ ()+,", c):
			b.WriteRune(c)
		default:
			fmt.Fprintf(&b, "#%d;", c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
