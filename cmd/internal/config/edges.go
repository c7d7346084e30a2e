package config

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/gomend/gomend/workspace/graph"
)

// Edges are the rules of a configuration on what may depend on what.
type Edges struct {
	// Rules are those of all files, a policy's before those of what extends it.
	// Directories in their patterns are absolute if the configuration's is.
	Rules []graph.Rule

	pos      map[*graph.Rule]Pos
	patterns map[*graph.Rule]map[string]writtenPattern // by the pattern in the rule
}

// A writtenPattern is a pattern as it stands in the file.
type writtenPattern struct {
	text string
	pos  Pos
}

// Edges returns the rules on what may depend on what.
func (c *Config) Edges() *Edges {
	n := 0
	for _, l := range c.layers {
		n += len(l.doc.Edges)
	}
	all := &Edges{
		Rules:    make([]graph.Rule, n),
		pos:      make(map[*graph.Rule]Pos),
		patterns: make(map[*graph.Rule]map[string]writtenPattern),
	}
	rest := all.Rules
	for _, l := range c.layers {
		for i := range l.doc.Edges {
			all.set(&rest[0], c, l, i)
			rest = rest[1:]
		}
	}
	return all
}

// set makes a rule of the layer's edge i.
func (e *Edges) set(r *graph.Rule, c *Config, l *layer, i int) {
	edge := &l.doc.Edges[i]
	*r = graph.Rule{Only: edge.Allow != nil, Modules: edge.Between == "modules", Tests: edge.Tests == "count", Reason: edge.Reason}
	written := make(map[string]writtenPattern)
	for _, list := range []struct {
		key   string
		texts []string
		of    *[]string
	}{
		{"from", edge.From, &r.From},
		{"from-except", edge.FromExcept, &r.FromExcept},
		{"deny", edge.Deny, &r.To},
		{"allow", edge.Allow, &r.To},
		{"except", edge.Except, &r.ToExcept},
	} {
		for j, text := range list.texts {
			p := c.pattern(text)
			*list.of = append(*list.of, p)
			if _, twice := written[p]; !twice {
				written[p] = writtenPattern{text, l.origin[fmt.Sprintf("edges[%d].%s[%d]", i, list.key, j)]}
			}
		}
	}
	e.pos[r], e.patterns[r] = edge.Pos, written
}

// Pos returns where one of the rules stands.
func (e *Edges) Pos(r *graph.Rule) Pos { return e.pos[r] }

// Written returns the pattern of one of the rules as it stands in the file, and where.
func (e *Edges) Written(r *graph.Rule, pattern string) (string, Pos) {
	w := e.patterns[r][pattern]
	return w.text, w.pos
}

// pattern returns a pattern of the file, in which directories are relative to it, as
// one that does not depend on where it is read.
func (c *Config) pattern(text string) string {
	if first, _, _ := strings.Cut(text, "/"); first == "." || first == ".." {
		return filepath.Join(c.Dir, filepath.FromSlash(text))
	}
	return text
}

// describe returns the rule in one line.
func (e *Edge) describe() string {
	verb, to := "deny", e.Deny
	if e.Allow != nil {
		verb, to = "allow", e.Allow
	}
	text := fmt.Sprintf("from %s, %s %s", patternsText(e.From, e.FromExcept), verb, cmp.Or(patternsText(to, e.Except), "nothing"))
	tests := ""
	if e.Tests == "count" {
		tests = "with tests"
	}
	return describe([]string{text}, []string{e.Between, tests}, e.Reason, "")
}

func patternsText(patterns, except []string) string {
	text := strings.Join(patterns, ", ")
	if len(except) > 0 {
		text += " except " + strings.Join(except, ", ")
	}
	return text
}
