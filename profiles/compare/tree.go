package compare

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/google/pprof/profile"
)

// A Tree is the stacks of both sides, from the root on, laid over each other: by the names of
// functions without the numbers of closures and the shapes of type arguments.
type Tree struct {
	sampleType string
	root       *builder
	totals     [2]float64
	names      map[*profile.Function]string
}

// A builder is a node in the making.
type builder struct {
	values   [2]float64 // base and head
	children map[string]*builder
}

// A Node is a function on stacks, with what these cost on each side: the mean over runs.
type Node struct {
	Name       string
	Base, Head float64

	// Children are what it calls, sorted by the larger of both sides.
	Children []*Node

	// Left is how many functions below it are left out, as they cost too little.
	Left int
}

// Count returns how many nodes the tree has.
func (n *Node) Count() int {
	all := 1
	for _, c := range n.Children {
		all += c.Count()
	}
	return all
}

// A Side is a side of a comparison.
type Side int

// The sides.
const (
	Base Side = iota
	Head
)

// NewTree returns a tree of samples of a type; see [Options].
func NewTree(sampleType string) *Tree {
	return &Tree{sampleType: sampleType, root: new(builder), names: make(map[*profile.Function]string)}
}

// Add adds a run of a side that has so many of them.
func (t *Tree) Add(side Side, name string, p *profile.Profile, runs int) error {
	index, err := sampleType(p, t.sampleType)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	clear(t.names)
	for _, s := range p.Sample {
		v := float64(s.Value[index]) / float64(runs)
		if v == 0 {
			continue
		}
		t.totals[side] += v
		at := t.root
		at.values[side] += v
		for _, l := range slices.Backward(s.Location) {
			for _, line := range slices.Backward(l.Line) { // the innermost of what was inlined is the first
				if line.Function == nil {
					continue
				}
				at = at.child(t.name(line.Function))
				at.values[side] += v
			}
		}
	}
	return nil
}

func (t *Tree) name(f *profile.Function) string {
	name, ok := t.names[f]
	if !ok {
		name = stableName(f.Name)
		t.names[f] = name
	}
	return name
}

func (b *builder) child(name string) *builder {
	c := b.children[name]
	if c == nil {
		c = new(builder)
		if b.children == nil {
			b.children = make(map[string]*builder)
		}
		b.children[name] = c
	}
	return c
}

// Prune returns the tree without what costs less than a share of the total on both sides.
func (t *Tree) Prune(share float64) *Node {
	least := [2]float64{share * t.totals[Base], share * t.totals[Head]}
	root, _ := t.root.node("total", least)
	return root
}

// node returns the node, and how many nodes it has below it.
func (b *builder) node(name string, least [2]float64) (*Node, int) {
	n := &Node{Name: name, Base: b.values[Base], Head: b.values[Head]}
	all := 0
	for name, c := range b.children {
		if math.Abs(c.values[Base]) < least[Base] && math.Abs(c.values[Head]) < least[Head] {
			count := c.count()
			n.Left += count
			all += count
			continue
		}
		child, below := c.node(name, least)
		n.Children = append(n.Children, child)
		all += below + 1
	}
	slices.SortFunc(n.Children, func(a, b *Node) int {
		return cmp.Or(cmp.Compare(max(b.Base, b.Head), max(a.Base, a.Head)), cmp.Compare(a.Name, b.Name))
	})
	return n, all
}

func (b *builder) count() int {
	n := 1
	for _, c := range b.children {
		n += c.count()
	}
	return n
}
