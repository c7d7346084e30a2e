package graph

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// random calls test with many small graphs, from empty to dense. They are the same in
// every run.
func random(t *testing.T, test func(t *testing.T, adj adjacency)) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		adj := make(adjacency, r.IntN(8))
		density := r.Float64() * r.Float64()
		for v := range adj {
			for u := range adj {
				if r.Float64() < density {
					adj[v] = append(adj[v], u)
				}
			}
		}
		test(t, adj)
		if t.Failed() {
			t.Fatalf("of the graph %v", adj)
		}
	}
}

// closed returns which node reaches which by one edge or more, as S. Warshall's
// algorithm finds it.
func closed(adj adjacency) [][]bool {
	reaches := make([][]bool, len(adj))
	for v := range adj {
		reaches[v] = make([]bool, len(adj))
		for _, u := range adj[v] {
			reaches[v][u] = true
		}
	}
	for via := range adj {
		for v := range adj {
			for u := range adj {
				reaches[v][u] = reaches[v][u] || reaches[v][via] && reaches[via][u]
			}
		}
	}
	return reaches
}

func TestComponentsAreWhatReachesEachOther(t *testing.T) {
	t.Parallel()
	random(t, func(t *testing.T, adj adjacency) {
		reaches := closed(adj)
		components := adj.components()
		if all := slices.Sorted(slices.Values(slices.Concat(components...))); !slices.Equal(all, upTo(len(adj))) {
			t.Errorf("the components have the nodes %v", all)
			return
		}
		of := membership(components, len(adj))
		for v := range adj {
			for u := range adj {
				if same := v == u || reaches[v][u] && reaches[u][v]; same != (of[v] == of[u]) {
					t.Errorf("%d and %d are in components %d and %d", v, u, of[v], of[u])
				}
				if reaches[v][u] && of[u] > of[v] {
					t.Errorf("the component of %d comes before that of %d, which it leads to", v, u)
				}
			}
		}
		for _, members := range components {
			if !slices.IsSorted(members) {
				t.Errorf("the component %v is not sorted", members)
			}
		}
	})
}

func upTo(n int) []int {
	var all []int
	for v := range n {
		all = append(all, v)
	}
	return all
}

func TestLevelsAreTheLongestChainsOfComponents(t *testing.T) {
	t.Parallel()
	random(t, func(t *testing.T, adj adjacency) {
		reaches := closed(adj)
		want := make([]int, len(adj))
		for range adj { // no chain is longer than there are nodes
			for v := range adj {
				for u := range adj {
					switch {
					case !reaches[v][u]:
					case reaches[u][v]:
						want[v] = max(want[v], want[u])
					default:
						want[v] = max(want[v], want[u]+1)
					}
				}
			}
		}
		if got := adj.levels(); !slices.Equal(got, want) {
			t.Errorf("got levels %v, want %v", got, want)
		}
	})
}

func TestReach(t *testing.T) {
	t.Parallel()
	random(t, func(t *testing.T, adj adjacency) {
		reaches := closed(adj)
		for v := range adj {
			want := slices.Clone(reaches[v])
			want[v] = true
			if got := adj.reach(v); !slices.Equal(got, want) {
				t.Errorf("from %d: got %v, want %v", v, got, want)
			}
		}
	})
}

// simplePaths calls found with every path from the node to the last one that has no
// node twice, in the order of their nodes.
func simplePaths(adj adjacency, path []int, last int, found func([]int)) {
	from := path[len(path)-1]
	if from == last {
		found(path)
		return
	}
	for _, v := range adj[from] {
		if !slices.Contains(path, v) {
			simplePaths(adj, append(slices.Clip(path), v), last, found)
		}
	}
}

func TestPathIsTheFirstOfTheShortest(t *testing.T) {
	t.Parallel()
	random(t, func(t *testing.T, adj adjacency) {
		for v := range adj {
			for last := range adj {
				var want []int
				for _, first := range adj[v] {
					simplePaths(adj, []int{first}, last, func(p []int) {
						if want == nil || len(p) < len(want) {
							want = p
						}
					})
				}
				if got := adj.path(adj[v], last); !slices.Equal(got, want) {
					t.Errorf("from %d to %d: got %v, want %v", v, last, got, want)
				}
			}
		}
	})
}

func TestCycleIsTheFirstOfTheShortest(t *testing.T) {
	t.Parallel()
	random(t, func(t *testing.T, adj adjacency) {
		for _, component := range adj.components() {
			var want []int
			for _, v := range component {
				for _, first := range adj[v] {
					simplePaths(adj, []int{first}, v, func(p []int) {
						if want == nil || len(p) < len(want) {
							want = append([]int{v}, p[:len(p)-1]...)
						}
					})
				}
			}
			if got := adj.cycle(component); !slices.Equal(got, want) {
				t.Errorf("in %v: got %v, want %v", component, got, want)
			}
		}
	})
}

func TestGatherUnitesTheSeedsOfAllThatIsReached(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	random(t, func(t *testing.T, adj adjacency) {
		seeds := make(adjacency, len(adj))
		for v := range seeds {
			for range r.IntN(3) {
				seeds[v] = append(seeds[v], r.IntN(len(adj)))
			}
		}
		gathered := adj.gather(seeds)
		for v, reached := range closed(adj) {
			reached[v] = true
			want := newSet(len(adj))
			for u := range adj {
				for _, seed := range seeds[u] {
					if reached[u] {
						want.add(seed)
					}
				}
			}
			if !slices.Equal(gathered[v], want) {
				t.Errorf("seeds %v, node %d: got %b, want %b", seeds, v, gathered[v], want)
			}
		}
	})
}

func TestSetHasManyNodes(t *testing.T) {
	t.Parallel()
	s, other := newSet(200), newSet(200)
	s.add(0)
	s.add(63)
	other.add(63)
	other.add(64)
	other.add(199)
	s.union(other)
	for v := range 200 {
		if want := slices.Contains([]int{0, 63, 64, 199}, v); s.has(v) != want {
			t.Errorf("that the set has %d is %t", v, !want)
		}
	}
	if s.len() != 4 || s.others(63) != 3 || s.others(62) != 4 {
		t.Errorf("the set has %d nodes, %d but for 63, %d but for 62", s.len(), s.others(63), s.others(62))
	}
}

// The longest chain costs no depth of the stack.
func TestLongChain(t *testing.T) {
	t.Parallel()
	adj := make(adjacency, 200_000)
	for v := range len(adj) - 1 {
		adj[v] = []int{v + 1}
	}
	if n := len(adj.components()); n != len(adj) {
		t.Errorf("the chain has %d components", n)
	}
	adj[len(adj)-1] = []int{0}
	if n := len(adj.components()); n != 1 {
		t.Errorf("the ring has %d components", n)
	}
	if n := len(adj.path([]int{1}, 0)); n != len(adj) {
		t.Errorf("once around are %d nodes", n)
	}
}

// What the queries say of imports of tests, on graphs in which some edges are only
// that: those can begin a path, and are nowhere else on it.
func TestQueriesAgree(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	random(t, func(t *testing.T, adj adjacency) {
		g, carrying := mixed(r, adj)
		reaches := closed(carrying)
		fans := g.Fans()
		for v, from := range g.Nodes {
			for u, to := range g.Nodes {
				depends := slices.ContainsFunc(adj[v], func(next int) bool { return next == u || reaches[next][u] })
				if got := slices.Contains(g.Dependencies(from), to); got != (depends && u != v) {
					t.Errorf("that %d depends on %d is %t", v, u, got)
				}
				if got := slices.Contains(g.Dependents(to), from); got != (depends && u != v) {
					t.Errorf("that %d is a dependent of %d is %t", v, u, got)
				}
				checkWhy(t, g, from, to, depends)
				checkBetween(t, g, carrying, from, to)
			}
			want := Fan{from, others(g.In(from)), others(g.Out(from)), len(g.Dependents(from)), len(g.Dependencies(from))}
			if fans[v] != want {
				t.Errorf("the fan of %d is %+v, want %+v", v, fans[v], want)
			}
		}
	})
}

// mixed returns a graph with the edges of adj, and those of them that are not of
// tests alone.
func mixed(r *rand.Rand, adj adjacency) (*Graph, adjacency) {
	var b builder
	for v := range adj {
		b.node(&Node{Name: fmt.Sprint(v)})
	}
	nodes := slices.Clone(b.nodes)
	carrying := make(adjacency, len(adj))
	for v := range adj {
		for _, u := range adj[v] {
			e := b.edge(nodes[v], nodes[u])
			if r.IntN(3) > 0 {
				e.count(Build, Import{Kind: Build})
				carrying[v] = append(carrying[v], u)
			} else {
				e.count(Test, Import{Kind: Test})
			}
		}
	}
	return b.graph(), carrying
}

func others(edges []*Edge) int {
	n := 0
	for _, e := range edges {
		if e.From != e.To {
			n++
		}
	}
	return n
}

// checkWhy checks that a path is shown if there is one, and that it is one.
func checkWhy(t *testing.T, g *Graph, from, to *Node, depends bool) {
	t.Helper()
	path := g.Why(from, to)
	if (path != nil) != depends {
		t.Errorf("from %s to %s: got %d edges", from.Name, to.Name, len(path))
	}
	at := from
	for i, e := range path {
		if e == nil || e.From != at || i > 0 && !e.carries() {
			t.Errorf("from %s to %s: edge %d can't follow", from.Name, to.Name, i)
			return
		}
		at = e.To
	}
	if path != nil && at != to {
		t.Errorf("from %s to %s: the path ends at %s", from.Name, to.Name, at.Name)
	}
}

// checkBetween checks that the nodes between two are those that one depends on and
// that carry the other to it.
func checkBetween(t *testing.T, g *Graph, carrying adjacency, from, to *Node) {
	t.Helper()
	var want []*Node
	for _, n := range g.Nodes {
		if g.Why(from, to) == nil {
			break
		}
		if n == from || n == to || g.Why(from, n) != nil && carrying.reach(n.index)[to.index] {
			want = append(want, n)
		}
	}
	if got := g.Between(from, to); !slices.Equal(got, want) {
		t.Errorf("between %s and %s are %d nodes, want %d", from.Name, to.Name, len(got), len(want))
	}
}
