package affected

import (
	"cmp"
	"context"
	"path"
	"slices"
	"strings"

	"github.com/gomend/gomend/workspace"
)

// A state is what of a package a change reaches.
type state int

const (
	archive state = iota
	tests
	archiveElsewhere // what other platforms or tags build
	testsElsewhere
	states // their number
)

// A node is a package in the graph of imports: one of the code base, on both sides,
// or one from elsewhere.
type node struct {
	path      string
	pair      *pair // nil of one from elsewhere
	causes    [states][]Cause
	importers []edge
	reached   [states]*step
}

// An edge leads to a package that imports.
type edge struct {
	to  *node
	how state // what of it has the import
}

// A step is how a state of a node was reached.
type step struct {
	from      *node // nil where the change is its own
	fromState state
}

// mark notes a change of the node's own.
func (n *node) mark(s state, cause Cause) {
	if !slices.Contains(n.causes[s], cause) {
		n.causes[s] = append(n.causes[s], cause)
	}
}

func (n *node) importedBy(to *node, how state) {
	e := edge{to, how}
	if to != n && !slices.Contains(n.importers, e) {
		n.importers = append(n.importers, e)
	}
}

// follow returns what of an importer changes when the state of what it imports
// does, and whether anything does.
func follow(s, how state) (state, bool) {
	switch s {
	case archive:
		return how, true
	case archiveElsewhere:
		if how == tests || how == testsElsewhere {
			return testsElsewhere, true
		}
		return archiveElsewhere, true
	}
	return 0, false // nobody imports a test
}

// propagate finds what follows from the changes of all nodes, by the fewest imports.
func (c *comparison) propagate() {
	type visit struct {
		n *node
		s state
	}
	var queue []visit
	reach := func(n *node, s state, by step) {
		if n.reached[s] == nil {
			n.reached[s] = &by
			queue = append(queue, visit{n, s})
		}
	}
	nodes := c.nodes()
	for _, n := range nodes {
		slices.SortFunc(n.importers, func(a, b edge) int {
			if a.to.path != b.to.path {
				return strings.Compare(a.to.path, b.to.path)
			}
			return int(a.how) - int(b.how)
		})
		for s := range states {
			if len(n.causes[s]) > 0 {
				reach(n, s, step{})
			}
		}
	}
	for i := 0; i < len(queue); i++ {
		v := queue[i]
		for _, e := range v.n.importers {
			if next, ok := follow(v.s, e.how); ok {
				reach(e.to, next, step{v.n, v.s})
			}
		}
	}
}

// nodes returns all nodes, those of the code base first, sorted.
func (c *comparison) nodes() []*node {
	var own, others []*node
	for _, p := range c.pairs {
		own = append(own, &p.node)
	}
	for _, n := range c.deps {
		others = append(others, n)
	}
	slices.SortStableFunc(others, func(a, b *node) int { return strings.Compare(a.path, b.path) })
	return append(own, others...)
}

// A linker adds the edges.
type linker struct {
	*comparison
	before, after map[*workspace.Unit]listing
}

// link adds the edges of the graphs of both sides.
func (c *comparison) link(ctx context.Context) error {
	c.deps = make(map[dependencyKey]*node)
	c.compared = make(map[[2]*dependency]*Cause)
	l := &linker{comparison: c}
	var err error
	if l.after, err = c.head.dependencies(ctx, c); err != nil {
		return err
	}
	if !c.alike {
		if l.before, err = c.base.dependencies(ctx, c); err != nil {
			return err
		}
	}
	c.depDirs = make(map[string]bool)
	for _, side := range []map[*workspace.Unit]listing{l.before, l.after} {
		for _, list := range side {
			for _, d := range list {
				if d.local == nil {
					c.depDirs[d.dir] = true
				}
			}
		}
	}
	for _, p := range c.pairs {
		if err := l.linkPair(p); err != nil {
			return err
		}
	}
	return nil
}

func (l *linker) linkPair(p *pair) error {
	key := dependencyKey{}
	if p.base != nil {
		key.base = p.base.unit
	}
	if p.head != nil {
		key.head = p.head.unit
	}
	for _, q := range p.sides() {
		s := l.head
		if q == p.base {
			s = l.base
		}
		elsewhere, err := l.importsElsewhere(s, q)
		if err != nil {
			return err
		}
		for _, imports := range []struct {
			how   state
			paths []string
		}{
			{archive, q.Imports},
			{tests, q.TestImports},
			{tests, q.XTestImports},
			{archiveElsewhere, elsewhere.source},
			{testsElsewhere, elsewhere.test},
		} {
			for _, key.path = range imports.paths {
				for _, n := range l.resolve(key) {
					n.importedBy(&p.node, imports.how)
				}
			}
		}
	}
	return nil
}

// resolve returns the nodes that an import leads to, on whichever side.
func (l *linker) resolve(key dependencyKey) []*node {
	b, h := l.lookup(key)
	if b == nil && h == nil {
		return l.guess(key)
	}
	var nodes []*node
	for _, d := range []*dependency{b, h} {
		if isLocal(d) && !slices.Contains(nodes, &d.local.pair.node) {
			nodes = append(nodes, &d.local.pair.node)
		}
	}
	if standard(b) && standard(h) {
		return nil
	}
	if l.compareDependency(b, h) != nil || !isLocal(b) && !isLocal(h) {
		nodes = append(nodes, l.dependency(key, b, h))
	}
	return nodes
}

func standard(d *dependency) bool { return d == nil || d.Standard }

func isLocal(d *dependency) bool { return d != nil && d.local != nil }

// lookup returns what the import resolves to on each side.
func (l *linker) lookup(key dependencyKey) (b, h *dependency) {
	if l.before == nil {
		h = l.known(l.after[cmp.Or(key.head, key.base)][key.path])
		return h, h
	}
	h, b = l.after[key.head][key.path], l.before[key.base][key.path]
	return l.known(b), l.known(h)
}

// known returns nil for an import that leads nowhere and is of a package that the
// code base has, had, or has in a module that can't be loaded.
func (l *linker) known(d *dependency) *dependency {
	if d == nil || d.Error == nil || d.Dir != "" {
		return d
	}
	if len(l.byPath[d.ImportPath]) > 0 || l.failureOf(d.ImportPath) != "" {
		return nil
	}
	return d
}

// failureOf tells why the module that a package of the path would be in can't be
// loaded; it is "" if no such module is known.
func (l *linker) failureOf(importPath string) string {
	for _, s := range []*snapshot{l.head, l.base} {
		for _, f := range s.selection.Failures {
			if m := s.pathOf(f.Module); m != "" && (importPath == m || strings.HasPrefix(importPath, m+"/")) {
				return s.complaint(f.Err.Error())
			}
		}
	}
	return ""
}

// guess returns nodes for an import that the go command did not resolve: whatever
// package of the code base has the path, on whichever side. If its module can't be
// loaded on either side, nothing is known of it.
func (l *linker) guess(key dependencyKey) []*node {
	var nodes []*node
	for _, p := range l.byPath[key.path] {
		nodes = append(nodes, &p.node)
	}
	if why := l.failureOf(key.path); len(nodes) == 0 && why != "" {
		n := l.dependency(dependencyKey{path: key.path}, nil, nil)
		n.mark(archive, Cause{Kind: Unknown, Subject: key.path, Head: "its module can't be loaded: " + why})
		nodes = append(nodes, n)
	}
	return nodes
}

// dependency returns the node of a package from elsewhere.
func (l *linker) dependency(key dependencyKey, b, h *dependency) *node {
	if n := l.deps[key]; n != nil {
		return n
	}
	n := &node{path: key.path}
	l.deps[key] = n
	if cause := l.compareDependency(b, h); cause != nil {
		n.mark(archive, *cause)
	}
	for _, d := range slices.Compact([]*dependency{b, h}) {
		if d != nil && d.local == nil {
			l.linkDependency(n, key, d)
		}
	}
	return n
}

func (l *linker) linkDependency(n *node, key dependencyKey, d *dependency) {
	for _, key.path = range d.Imports {
		for _, imported := range l.resolve(key) {
			imported.importedBy(n, archive)
		}
	}
}

// importsElsewhere are the imports of files that build constraints leave out.
type importsElsewhere struct{ source, test []string }

func (c *comparison) importsElsewhere(s *snapshot, p *pkg) (importsElsewhere, error) {
	var imports importsElsewhere
	if p == nil {
		return imports, nil
	}
	for _, name := range p.IgnoredGoFiles {
		if hidden(name) {
			continue
		}
		f, err := c.ignoredFile(s, path.Join(p.rel, name))
		if err != nil {
			return imports, err
		}
		switch {
		case f.alone:
		case isTest(name):
			imports.test = append(imports.test, f.imports...)
		default:
			imports.source = append(imports.source, f.imports...)
		}
	}
	return imports, nil
}
