package graph

import (
	"cmp"
	"slices"
)

// A Cycle is nodes that all depend on each other, directly or not: a strongly
// connected component of the graph.
type Cycle struct {
	// Nodes are in the order of the graph. It is one that has an edge to
	// itself, or several.
	Nodes []*Node

	// Shortest are the edges of a shortest cycle between them, as an example.
	Shortest []*Edge
}

// Cycles returns the cycles, in the order of their first nodes. No node is in two
// of them.
func (g *Graph) Cycles() []Cycle {
	all := g.forward((*Edge).any)
	var cycles []Cycle
	for _, component := range all.components() {
		around := all.cycle(component)
		if around == nil {
			continue
		}
		c := Cycle{Nodes: g.named(component)}
		for i, v := range around {
			next := around[(i+1)%len(around)]
			c.Shortest = append(c.Shortest, g.Edge(g.Nodes[v], g.Nodes[next]))
		}
		cycles = append(cycles, c)
	}
	slices.SortFunc(cycles, func(x, y Cycle) int { return cmp.Compare(x.Nodes[0].index, y.Nodes[0].index) })
	return cycles
}

// Layers returns the nodes by layer, each in the order of the graph. What depends on
// nothing is in layer 0; every other node is one layer above the highest of those
// that it depends on. The nodes of a cycle count as one.
func (g *Graph) Layers() [][]*Node {
	var layers [][]*Node
	for v, level := range g.forward((*Edge).any).levels() {
		for len(layers) <= level {
			layers = append(layers, nil)
		}
		layers[level] = append(layers[level], g.Nodes[v])
	}
	return layers
}

// A Fan is how many other nodes depend on a node, and on how many it depends.
type Fan struct {
	Node *Node

	// In and Out count those that an edge connects with the node.
	In, Out int

	// AllIn and AllOut count what [Graph.Dependents] and [Graph.Dependencies]
	// return.
	AllIn, AllOut int
}

// Fans returns the fan of every node, in the order of the nodes.
func (g *Graph) Fans() []Fan {
	itself := make(adjacency, len(g.Nodes))
	for v := range itself {
		itself[v] = []int{v}
	}
	above := g.backward((*Edge).carries).gather(g.backward((*Edge).any))
	below := g.forward((*Edge).carries).gather(itself)
	fans := make([]Fan, len(g.Nodes))
	all := newSet(len(g.Nodes))
	for v, n := range g.Nodes {
		clear(all)
		for _, e := range g.out[v] {
			all.union(below[e.To.index])
		}
		fans[v] = Fan{Node: n, In: len(g.in[v]), Out: len(g.out[v]), AllIn: above[v].others(v), AllOut: all.others(v)}
		if g.Edge(n, n) != nil {
			fans[v].In--
			fans[v].Out--
		}
	}
	return fans
}

// others counts what is in the set but for v.
func (s set) others(v int) int {
	if s.has(v) {
		return s.len() - 1
	}
	return s.len()
}

// Why returns a shortest path of edges that makes one node depend on another, or nil
// if it does not. From a node to itself, it is a cycle. Of several shortest paths it
// is the one whose nodes come first.
//
// An edge of tests can be shorter than the path that matters more: ask without the
// imports of tests first.
func (g *Graph) Why(from, to *Node) []*Edge {
	path := g.forward((*Edge).carries).path(g.after(from), to.index)
	edges := make([]*Edge, len(path))
	for i, v := range path {
		edges[i] = g.Edge(from, g.Nodes[v])
		from = g.Nodes[v]
	}
	if len(edges) == 0 {
		return nil
	}
	return edges
}

// Between returns the nodes on all paths that make one node depend on another, with
// both ends, in the order of the graph. It is nil if there is none.
func (g *Graph) Between(from, to *Node) []*Node {
	after := g.forward((*Edge).carries).reach(g.after(from)...)
	if !after[to.index] {
		return nil
	}
	after[from.index] = true
	before := g.backward((*Edge).carries).reach(to.index)
	before[from.index] = true
	return g.pick(func(v int) bool { return after[v] && before[v] })
}

// Dependencies returns the nodes that a node depends on, directly or not, in the
// order of the graph. The node is none of them.
func (g *Graph) Dependencies(n *Node) []*Node {
	after := g.forward((*Edge).carries).reach(g.after(n)...)
	return g.pick(func(v int) bool { return after[v] && v != n.index })
}

// Dependents returns the nodes that depend on a node, directly or not, in the order
// of the graph. The node is none of them.
func (g *Graph) Dependents(n *Node) []*Node {
	before := g.backward((*Edge).carries).reach(n.index)
	dependent := make([]bool, len(g.Nodes))
	for _, e := range g.Edges {
		if before[e.To.index] {
			dependent[e.From.index] = true
		}
	}
	return g.pick(func(v int) bool { return dependent[v] && v != n.index })
}

// any keeps every edge.
func (e *Edge) any() bool { return true }

// forward returns the edges to keep, by the index of the nodes.
func (g *Graph) forward(keep func(*Edge) bool) adjacency {
	return ends(g.out, keep, func(e *Edge) int { return e.To.index })
}

// backward returns the edges to keep, each from its end to its beginning.
func (g *Graph) backward(keep func(*Edge) bool) adjacency {
	return ends(g.in, keep, func(e *Edge) int { return e.From.index })
}

// ends returns one of the ends of the edges to keep.
func ends(groups [][]*Edge, keep func(*Edge) bool, end func(*Edge) int) adjacency {
	adj := make(adjacency, len(groups))
	for v, edges := range groups {
		adj[v] = make([]int, 0, len(edges))
		for _, e := range edges {
			if keep(e) {
				adj[v] = append(adj[v], end(e))
			}
		}
	}
	return adj
}

// after returns where the edges of a node lead to.
func (g *Graph) after(n *Node) []int {
	next := make([]int, len(g.out[n.index]))
	for i, e := range g.out[n.index] {
		next[i] = e.To.index
	}
	return next
}

// named returns the nodes with the indices.
func (g *Graph) named(indices []int) []*Node {
	nodes := make([]*Node, len(indices))
	for i, v := range indices {
		nodes[i] = g.Nodes[v]
	}
	return nodes
}

// pick returns the nodes whose indices are to be kept.
func (g *Graph) pick(keep func(int) bool) []*Node {
	var nodes []*Node
	for v, n := range g.Nodes {
		if keep(v) {
			nodes = append(nodes, n)
		}
	}
	return nodes
}
