package report

import (
	"encoding/json"
	"go/token"
	"io"
	"path/filepath"
	"strings"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/graph"
)

// graphVersion is the version of the documents on graphs. It changes when a field goes
// or means something else, not when one is added.
const graphVersion = 1

// graphDocument is a graph in JSON. Files are relative to the root, with slashes.
type graphDocument struct {
	Version  int             `json:"version"`
	View     workspace.View  `json:"view"`
	Of       string          `json:"of"`       // modules or packages
	Complete bool            `json:"complete"` // nothing failed
	Nodes    []nodeInJSON    `json:"nodes"`
	Edges    []edgeInJSON    `json:"edges"`
	Cycles   []cycleInJSON   `json:"cycles"`
	Failures []failureInJSON `json:"failures"`
}

type nodeInJSON struct {
	ID     string `json:"id"` // the name, but where several have it
	Name   string `json:"name"`
	Module string `json:"module,omitempty"` // of a package of the code base
	Dir    string `json:"dir,omitempty"`    // of what is of the code base
	Layer  int    `json:"layer"`

	// Those that depend on it, and those on which it depends, of the whole code
	// base: directly, and in all.
	FanIn  int `json:"fan_in"`
	FanOut int `json:"fan_out"`
	AllIn  int `json:"all_in"`
	AllOut int `json:"all_out"`

	Elsewhere bool   `json:"elsewhere,omitempty"` // it is not of the code base
	Loaded    bool   `json:"loaded"`              // what it depends on is known
	Error     string `json:"error,omitempty"`
}

type edgeInJSON struct {
	From string `json:"from"` // the ID of a node
	To   string `json:"to"`

	// Kinds are all that are known, whether they count or not.
	Kinds       []graph.Kind       `json:"kinds"`
	Requirement *requirementInJSON `json:"requirement,omitempty"`
	Imports     []importsInJSON    `json:"imports"`
}

type requirementInJSON struct {
	Version  string         `json:"version"`
	Indirect bool           `json:"indirect,omitempty"`
	Replace  string         `json:"replace,omitempty"` // a directory, or PATH@VERSION
	Position positionInJSON `json:"position"`
}

type importsInJSON struct {
	Kind     graph.Kind `json:"kind"`
	Packages int        `json:"packages"` // that have such an import

	// Package is the first of these, and Path what it imports.
	Package   string           `json:"package"`
	Path      string           `json:"path"`
	Positions []positionInJSON `json:"positions"`
}

type positionInJSON struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

type cycleInJSON struct {
	Nodes    []string `json:"nodes"`
	Shortest []string `json:"shortest"` // around, from the first on
}

type failureInJSON struct {
	Module   string          `json:"module"`
	Dir      string          `json:"dir"`
	Error    string          `json:"error"`
	Position *positionInJSON `json:"position,omitempty"`
}

func writeGraphJSON(w io.Writer, s *shownGraph) error {
	d := graphDocument{
		Version: graphVersion, View: s.View, Of: s.Noun + "s", Complete: len(s.Failures) == 0,
		Nodes: []nodeInJSON{}, Edges: []edgeInJSON{}, Cycles: []cycleInJSON{}, Failures: failuresAsJSON(s.Root, s.Failures),
	}
	layer := make(map[*graph.Node]int)
	for i, nodes := range s.layers() {
		for _, n := range nodes {
			layer[n] = i
		}
	}
	for _, f := range s.Graph.Fans() {
		if s.in[f.Node] {
			d.Nodes = append(d.Nodes, s.nodeAsJSON(f, layer[f.Node]))
		}
	}
	for _, e := range s.edges {
		d.Edges = append(d.Edges, edgeAsJSON(s.WorkGraph, s.ids, e))
	}
	for _, c := range s.cycles() {
		d.Cycles = append(d.Cycles, s.cycleAsJSON(c))
	}
	return encodeGraph(w, d)
}

func encodeGraph(w io.Writer, document any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(document)
}

func (s *shownGraph) nodeAsJSON(f graph.Fan, layer int) nodeInJSON {
	n := f.Node
	node := nodeInJSON{
		ID: s.ids[n], Name: n.Name, Layer: layer, FanIn: f.In, FanOut: f.Out, AllIn: f.AllIn, AllOut: f.AllOut,
		Elsewhere: n.Module == nil, Loaded: n.Module != nil && s.state(n) == "",
	}
	if n.Module != nil {
		node.Dir = relativeTo(s.Root, n.Dir())
		if s.Noun == "package" {
			node.Module = n.Module.Name()
		}
	}
	if n.Err != nil {
		node.Error = n.Err.Error()
	}
	return node
}

// edgeAsJSON returns a dependency with all that is known of it.
func edgeAsJSON(g *WorkGraph, ids map[*graph.Node]string, shown *graph.Edge) edgeInJSON {
	e := g.All.Edge(shown.From, shown.To)
	out := edgeInJSON{From: ids[e.From], To: ids[e.To], Kinds: e.Kinds(), Imports: []importsInJSON{}}
	if r := e.Requirement; r != nil {
		out.Requirement = &requirementInJSON{
			Version: r.Version, Indirect: r.Indirect, Position: positionAsJSON(g.Root, r.Pos),
			Replace: strings.TrimSuffix(r.Replace.Path+"@"+r.Replace.Version, "@"),
		}
	}
	for i := range e.Imports {
		known := &e.Imports[i]
		in := importsInJSON{
			Kind: known.Kind, Packages: known.Packages, Package: known.Example.From.ImportPath, Path: known.Example.Path,
			Positions: []positionInJSON{},
		}
		for _, pos := range known.Example.Positions() {
			in.Positions = append(in.Positions, positionAsJSON(g.Root, pos))
		}
		out.Imports = append(out.Imports, in)
	}
	return out
}

func (s *shownGraph) cycleAsJSON(c graph.Cycle) cycleInJSON {
	var out cycleInJSON
	for _, n := range c.Nodes {
		out.Nodes = append(out.Nodes, s.ids[n])
	}
	for _, e := range c.Shortest {
		out.Shortest = append(out.Shortest, s.ids[e.From])
	}
	return out
}

func failuresAsJSON(root string, failures []workspace.Failure) []failureInJSON {
	all := []failureInJSON{}
	for i := range failures {
		f := &failures[i]
		out := failureInJSON{Module: f.Module.Name(), Dir: f.Module.Rel, Error: failureReason(f)}
		if f.Pos.Filename != "" {
			pos := positionAsJSON(root, f.Pos)
			out.Position = &pos
		}
		all = append(all, out)
	}
	return all
}

func positionAsJSON(root string, pos token.Position) positionInJSON {
	return positionInJSON{relativeTo(root, pos.Filename), pos.Line, pos.Column}
}

// relativeTo returns an absolute path relative to root with slashes, or as it is where
// it lies elsewhere.
func relativeTo(root, path string) string {
	if rel, err := filepath.Rel(root, path); err == nil && filepath.IsLocal(rel) {
		path = rel
	}
	return filepath.ToSlash(path)
}
