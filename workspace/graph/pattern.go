package graph

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/gomend/gomend/workspace"
)

// A pattern names modules or packages by their paths or by their directories.
type pattern struct {
	text  string         // as it was written
	set   string         // "work" or "std"
	dir   bool           // it goes by directories
	start string         // the path, or the absolute directory with slashes, up to the first "..."
	tree  bool           // start and all below
	re    *regexp.Regexp // of other patterns with "..."
}

// Match returns the nodes that a pattern names, in the order of the graph. Patterns
// are those that "go help packages" describes, of paths or of directories; those of
// directories are relative to dir and include modules below it. "work" names the code
// base, and "std" the standard library.
func (g *Graph) Match(dir, text string) ([]*Node, error) {
	p, err := parsePattern(dir, text)
	if err != nil {
		return nil, err
	}
	return g.pick(func(v int) bool { return p.matches(g.Nodes[v]) }), nil
}

// parsePattern parses a pattern that is relative to dir.
func parsePattern(dir, text string) (*pattern, error) {
	p := &pattern{text: text}
	switch text {
	case "":
		return nil, errors.New("the pattern is empty")
	case "all", "cmd", "tool":
		return nil, fmt.Errorf(`pattern %s: use "work" for the code base, "std" for the standard library, or "..." for everything`, text)
	case "work", "std":
		p.set = text
		return p, nil
	}
	slashed := strings.TrimSuffix(filepath.ToSlash(text), "/")
	if p.dir = isLocal(text); p.dir {
		if !filepath.IsAbs(text) {
			text = filepath.Join(dir, text)
		}
		slashed = filepath.ToSlash(filepath.Clean(text))
	}
	start, rest, wild := strings.Cut(slashed, "...")
	p.start = start
	switch {
	case !wild:
	case rest == "" && strings.HasSuffix(start, "/"):
		p.start, p.tree = strings.TrimSuffix(start, "/"), true
	default:
		p.re = wildcard(slashed)
	}
	return p, nil
}

// isLocal reports whether the pattern begins with a directory.
func isLocal(text string) bool {
	first, _, _ := strings.Cut(filepath.ToSlash(text), "/")
	return first == "." || first == ".." || filepath.IsAbs(text)
}

// wildcard compiles a pattern with "...". At the end, "/..." matches nothing too.
func wildcard(text string) *regexp.Regexp {
	text, tail := strings.CutSuffix(text, "/...")
	expr := strings.ReplaceAll(regexp.QuoteMeta(text), `\.\.\.`, `.*`)
	if tail {
		expr += "(/.*)?"
	}
	return regexp.MustCompile("^" + expr + "$")
}

// matches reports whether p names the node.
func (p *pattern) matches(n *Node) bool {
	switch p.set {
	case "work":
		return n.Module != nil
	case "std":
		return n.Module == nil && isStandard(n.Name)
	}
	name := n.Name
	if p.dir {
		if n.Module == nil {
			return false
		}
		name = filepath.ToSlash(n.Dir())
	}
	switch {
	case p.re != nil:
		return p.re.MatchString(name)
	case p.tree:
		return below(name, p.start)
	}
	return name == p.start
}

// isStandard reports whether the path of what is not in the code base is one of the
// standard library: elsewhere, the first element has a dot.
func isStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

// mayName reports whether there may be packages in the module that p names.
func (p *pattern) mayName(m *workspace.Module) bool {
	if p.set != "" {
		return p.set == "work"
	}
	top := m.Path
	if p.dir {
		top = filepath.ToSlash(m.Dir)
	}
	switch {
	case top == "":
		return false
	case p.re != nil:
		return below(p.start, top) || strings.HasPrefix(top, p.start)
	case p.tree:
		return below(p.start, top) || below(top, p.start)
	}
	return below(p.start, top)
}
