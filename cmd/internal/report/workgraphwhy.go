package report

import (
	"fmt"
	"go/token"
	"io"
	"strings"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/graph"
)

// A Why is whether one module or package depends on another, and by what.
type Why struct {
	// Graph is the graph that was asked.
	Graph *WorkGraph

	From, To *graph.Node

	// Path is a shortest path between them. It is nil if there is none.
	Path []*graph.Edge

	// By says what had to count for the path to be there, if that is not imports
	// of what ships alone.
	By string
}

// WriteWhy writes the answer in one of the [AnswerFormats].
func WriteWhy(w io.Writer, f Format, y *Why, o Options) error {
	switch f {
	case Text:
		_, err := io.WriteString(w, whyText(y, o))
		return err
	case JSON:
		return writeWhyJSON(w, y)
	}
	return fmt.Errorf("unknown format %q: use one of %s", f, joinFormats(AnswerFormats()))
}

func whyText(y *Why, o Options) string {
	ids := identify(y.Graph.Graph.Nodes)
	if len(y.Path) == 0 {
		text := fmt.Sprintf("%s does not depend on %s", ids[y.From], ids[y.To])
		if len(y.Graph.Failures) > 0 {
			text += ", as far as could be looked"
		}
		return text + "\n"
	}
	by := ""
	if y.By != "" {
		by = " by " + y.By
	}
	head := brush(o.Color).paint(bold, fmt.Sprintf("%s depends on %s%s:", ids[y.From], ids[y.To], by))
	return head + "\n" + pathText(y.Graph, ids, y.Path, o)
}

// pathText writes the nodes on a path, and below each the place that leads to the next.
func pathText(g *WorkGraph, ids map[*graph.Node]string, path []*graph.Edge, o Options) string {
	var b strings.Builder
	for _, e := range path {
		fmt.Fprintf(&b, "  %s\n    %s\n", ids[e.From], stepText(g, ids, e, o))
	}
	fmt.Fprintf(&b, "  %s\n", ids[path[len(path)-1].To])
	return b.String()
}

// stepText says where a dependency is declared: by an import if one is known.
func stepText(g *WorkGraph, ids map[*graph.Node]string, e *graph.Edge, o Options) string {
	if len(e.Imports) == 0 {
		return requirementText(g, ids, e, o)
	}
	i := &e.Imports[0]
	text := "imports " + printable(i.Example.Path)
	if i.Kind != graph.Build {
		text += " in a test"
	}
	if pos := i.Example.Positions(); len(pos) > 0 {
		text = placeText(pos[0], o) + ": " + text
	}
	switch more := i.Packages - 1; more {
	case 0:
	case 1:
		text += "; 1 more package imports from its module"
	default:
		text += fmt.Sprintf("; %d more packages import from its module", more)
	}
	return text
}

// requirementText says where a line of go.mod requires a module, and what of it is known
// to be imported.
func requirementText(g *WorkGraph, ids map[*graph.Node]string, e *graph.Edge, o Options) string {
	r := e.Requirement
	text := fmt.Sprintf("%s: requires %s %s", placeText(r.Pos, o), ids[e.To], r.Version)
	known := g.All.Edge(e.From, e.To).Imports
	switch {
	case r.Indirect:
		return text + ` as "indirect", for others: ask go mod why -m`
	case len(known) == 0 && e.From.Err == nil:
		return text + "; no import is known"
	case len(known) == 0:
		return text
	}
	i := known[0].Example
	text += "; a test imports " + printable(i.Path)
	if pos := i.Positions(); len(pos) > 0 {
		text += " at " + placeText(pos[0], o)
	}
	return text
}

// placeText returns a position as editors understand it.
func placeText(pos token.Position, o Options) string {
	return fmt.Sprintf("%s:%d:%d", printable(o.path(pos.Filename)), max(pos.Line, 1), max(pos.Column, 1))
}

type whyDocument struct {
	Version  int             `json:"version"`
	View     workspace.View  `json:"view"`
	Of       string          `json:"of"`
	Complete bool            `json:"complete"`
	From     string          `json:"from"`
	To       string          `json:"to"`
	Depends  bool            `json:"depends"`
	By       string          `json:"by,omitempty"` // what had to count besides imports of what ships
	Path     []edgeInJSON    `json:"path"`
	Failures []failureInJSON `json:"failures"`
}

func writeWhyJSON(w io.Writer, y *Why) error {
	ids := identify(y.Graph.Graph.Nodes)
	d := whyDocument{
		Version: graphVersion, View: y.Graph.View, Of: y.Graph.Noun + "s", Complete: len(y.Graph.Failures) == 0,
		From: ids[y.From], To: ids[y.To], Depends: len(y.Path) > 0, By: y.By,
		Path: []edgeInJSON{}, Failures: failuresAsJSON(y.Graph.Root, y.Graph.Failures),
	}
	for _, e := range y.Path {
		d.Path = append(d.Path, edgeAsJSON(y.Graph, ids, e))
	}
	return encodeGraph(w, d)
}
