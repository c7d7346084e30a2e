package affected

import (
	"maps"
	"path"
	"slices"
	"strings"
)

// A pair is a package as it is on each side.
type pair struct {
	node
	base, head *pkg // one may be nil
}

// either returns the package at the head, or at the base if it is gone.
func (p *pair) either() *pkg {
	if p.head != nil {
		return p.head
	}
	return p.base
}

// sides returns the package on the sides where it exists.
func (p *pair) sides() []*pkg {
	return slices.DeleteFunc([]*pkg{p.base, p.head}, func(q *pkg) bool { return q == nil })
}

// hasTests reports whether the package has tests on a side.
func (p *pair) hasTests() bool { return slices.ContainsFunc(p.sides(), (*pkg).hasTests) }

// match pairs the packages of both sides by import path. Where several packages have
// the same path, as with two modules of one name, the directory tells them apart.
func (c *comparison) match() {
	count := make(map[string]int)
	for _, s := range c.sides() {
		here := make(map[string]int)
		for _, p := range s.packages {
			here[p.ImportPath]++
			count[p.ImportPath] = max(count[p.ImportPath], here[p.ImportPath])
		}
	}
	byKey := make(map[string]*pair)
	c.byPath = make(map[string][]*pair)
	for _, s := range c.sides() {
		for _, p := range s.packages {
			key := p.ImportPath
			if count[key] > 1 {
				key += " in " + p.rel
			}
			both := byKey[key]
			if both == nil {
				both = &pair{node: node{path: p.ImportPath}}
				both.pair = both
				byKey[key] = both
				c.pairs = append(c.pairs, both)
				c.byPath[p.ImportPath] = append(c.byPath[p.ImportPath], both)
			}
			p.pair = both
			if s == c.base {
				both.base = p
			} else {
				both.head = p
			}
		}
	}
	slices.SortFunc(c.pairs, func(a, b *pair) int { return a.either().compare(b.either()) })
}

// comparePackages finds the packages that are on one side only, or that belong to
// another module than before.
func (c *comparison) comparePackages() {
	for _, p := range c.pairs {
		switch {
		case p.base == nil:
			p.mark(archive, c.onOneSide(p.head, c.base, Added))
		case p.head == nil:
			p.mark(archive, c.onOneSide(p.base, c.head, Removed))
		default:
			c.compareBoth(p)
		}
	}
}

// onOneSide returns the cause for a package that is missing on the other side.
func (c *comparison) onOneSide(p *pkg, other *snapshot, kind Kind) Cause {
	if f := other.failure(p.Module.Path, p.Module.Rel); f != nil {
		cause := Cause{Kind: Unknown, Subject: p.ImportPath}
		if why := "its module can't be loaded: " + other.complaint(f.Err.Error()); kind == Added {
			cause.Base = why
		} else {
			cause.Head = why
		}
		return cause
	}
	return Cause{Kind: kind, Subject: p.ImportPath}
}

func (c *comparison) compareBoth(p *pair) {
	b, h := p.base, p.head
	if b.Module.Path != h.Module.Path {
		p.mark(archive, Cause{Kind: Moved, Subject: p.path, Base: "module " + b.Module.Name(), Head: "module " + h.Module.Name()})
	} else if b.rel != h.rel {
		p.mark(archive, Cause{Kind: Moved, Subject: p.path, Base: b.rel, Head: h.rel})
	}
	if v, w := language(b.Module), language(h.Module); v != w {
		p.mark(archive, Cause{Kind: GoVersion, Subject: h.Module.Name(), Base: v, Head: w})
	}
	c.compareNames(p)
}

// compareTrouble finds the packages that can't be loaded on one side. What is
// affected by something that can be told needs no such reason.
func (c *comparison) compareTrouble() {
	for _, p := range c.pairs {
		if p.base == nil || p.head == nil || p.reached[archive] != nil {
			continue
		}
		before, after := c.trouble(c.base, p.base), c.trouble(c.head, p.head)
		if before != after {
			p.mark(archive, Cause{Kind: Unknown, Subject: p.path, Base: before, Head: after})
		}
	}
}

// trouble returns why the package can't be loaded, in words that are the same on
// both sides for the same reason, or "". What is wrong with another package of the
// code base comes along with that.
func (c *comparison) trouble(s *snapshot, p *pkg) string {
	var msgs []string
	for _, e := range p.Errors {
		if n := len(e.Stack); n > 0 && e.Stack[n-1] != p.ImportPath && len(c.byPath[e.Stack[n-1]]) > 0 {
			continue
		}
		msgs = append(msgs, s.complaint(e.Message))
	}
	return strings.Join(msgs, "; ")
}

// compareNames looks for files that one side has and that are not known to differ:
// git ignores them, so that the base has none.
func (c *comparison) compareNames(p *pair) {
	for i := range c.sides() {
		here, there := p.sides()[i], p.sides()[1-i]
		for _, name := range slices.Sorted(maps.Keys(here.files)) {
			rel, role := path.Join(here.rel, name), here.files[name]
			if there.files[name] != role && !c.differ[rel].content && there.rel == here.rel {
				p.mark(stateOf(name, role), Cause{Kind: Unknown, Subject: rel, Head: "git does not know it, so what it was at the base can't be told"})
			}
		}
	}
}
