package graph

import (
	"errors"
	"go/token"
	"slices"

	"github.com/gomend/gomend/workspace"
)

// A Rule says what may not depend on what. Its patterns are those of [Graph.Match],
// relative to the root of the code base.
//
//	{From: ./api/..., To: ./store/...}                      // api does not import store
//	{From: work, FromExcept: ./store/..., To: database/sql} // nothing but store imports it
//	{From: ./domain/..., To: ./lib/..., Only: true}         // of the code base, domain imports lib alone
//	{From: ./domain/..., To: ..., ToExcept: std, work}      // domain imports nothing from elsewhere
//	{From: ./svc/..., To: ./svc/..., Modules: true}         // modules below svc do not depend on each other
type Rule struct {
	// From names what the rule binds, but for FromExcept.
	From, FromExcept []string

	// To names what that must not depend on, but for ToExcept. What is named
	// on both sides must not depend on each other.
	To, ToExcept []string

	// Only reverses it: To names all that it may depend on, and ToExcept what
	// it may not all the same. What From names may depend on each other, and
	// on what is not of the code base.
	Only bool

	// Modules tells that the rule is about modules. It counts imports, and
	// lines of go.mod where no import is known, unless they are indirect: what
	// needs the module breaks the rule then, and not what records its version.
	// Otherwise the rule is about packages.
	Modules bool

	// Tests tells that the imports of tests count.
	Tests bool

	// Reason is why there is the rule, for those who break it.
	Reason string
}

// A Report is what comes of rules.
type Report struct {
	// Violations are sorted by rule, then as the edges of a graph are.
	Violations []Violation

	// Unused are the patterns that name nothing, sorted by rule.
	Unused []Unused
}

// A Violation is a dependency that a rule forbids.
type Violation struct {
	Rule *Rule

	// Edge is the dependency. It may stand for kinds of dependency that the
	// rule does not count as well.
	Edge *Edge

	// Positions are where it is declared; file names are absolute. Of a
	// package, these are the import declarations, the first of each file. Of a
	// module, these are the line of go.mod and an example of an import. Files
	// that can't be read are left out.
	Positions []token.Position
}

// Unused is a pattern that names no module or package. It may be a typing error, or
// what it named is gone.
type Unused struct {
	Rule    *Rule
	Pattern string
}

// A RuleError says that a rule can't be understood.
type RuleError struct {
	Rule *Rule
	// Pattern is the one at fault, or empty.
	Pattern string
	Err     error
}

func (e *RuleError) Error() string { return e.Err.Error() }

func (e *RuleError) Unwrap() error { return e.Err }

// Check compares the dependencies of the selection's packages, and of the modules of
// the code base, with the rules. A rule that can't be understood is a [*RuleError].
//
// A pattern is reported as unused only where the code base tells: what is to come
// from elsewhere may be forbidden before anybody imports it, and a module of which
// no package was loaded may have anything. Whether a pattern names a package that
// the selection lacks is not known, so that this is of use for a selection of all.
func Check(w *workspace.Workspace, s *workspace.Selection, rules []Rule) (*Report, error) {
	c := &checker{w: w, s: s, declared: make(declarations), loaded: make(map[*workspace.Module]bool)}
	for _, p := range s.Packages {
		c.loaded[p.Module] = true
	}
	for i := range rules {
		if err := c.check(&rules[i]); err != nil {
			return nil, err
		}
	}
	return &c.report, nil
}

type checker struct {
	w        *workspace.Workspace
	s        *workspace.Selection
	loaded   map[*workspace.Module]bool // modules with packages in s
	modules  *Graph                     // made for the first rule about modules
	packages *Graph                     // made for the first rule about packages
	declared declarations
	report   Report
}

func (c *checker) check(r *Rule) error {
	p, err := c.parse(r)
	if err != nil {
		return err
	}
	g := c.graph(r)
	binds := among(g, p.from, p.fromExcept)
	named := among(g, p.to, p.toExcept)
	own := among(g, p.from, nil)
	for _, e := range g.Edges {
		if e.From == e.To || !binds[e.From.index] || !r.counts(e) {
			continue
		}
		forbidden := named[e.To.index]
		if r.Only {
			forbidden = !forbidden && !own[e.To.index] && e.To.Module != nil
		}
		if forbidden {
			c.report.Violations = append(c.report.Violations, Violation{Rule: r, Edge: e, Positions: c.positions(r, e)})
		}
	}
	c.unused(r, p, g)
	return nil
}

// graph returns the graph that the rule is about.
func (c *checker) graph(r *Rule) *Graph {
	if r.Modules {
		if c.modules == nil {
			c.modules = Modules(c.w, c.s, Everything)
		}
		return c.modules
	}
	if c.packages == nil {
		c.packages = Packages(c.w, c.s, Everything)
	}
	return c.packages
}

// counts reports whether the edge is a dependency to the rule.
func (r *Rule) counts(e *Edge) bool {
	if len(e.Imports) == 0 {
		return !e.Requirement.Indirect
	}
	return slices.ContainsFunc(e.Imports, func(i Imports) bool { return r.countsKind(i.Kind) })
}

func (r *Rule) countsKind(k Kind) bool { return k == Build || r.Tests }

// positions returns where the dependency is declared.
func (c *checker) positions(r *Rule, e *Edge) []token.Position {
	var all []token.Position
	if e.Requirement != nil {
		all = append(all, e.Requirement.Pos)
	}
	for _, i := range e.Imports {
		if !r.countsKind(i.Kind) {
			continue
		}
		found := c.declared.find(i.Example)
		if r.Modules {
			found = found[:min(len(found), 1)]
		}
		all = append(all, found...)
	}
	return all
}

// rulePatterns are the patterns of a rule.
type rulePatterns struct{ from, fromExcept, to, toExcept []*pattern }

// parse parses the patterns of the rule.
func (c *checker) parse(r *Rule) (*rulePatterns, error) {
	if len(r.From) == 0 {
		return nil, &RuleError{Rule: r, Err: errors.New("the rule binds nothing: say whom it is from")}
	}
	if len(r.To) == 0 && !r.Only {
		return nil, &RuleError{Rule: r, Err: errors.New("the rule forbids nothing: say what it is to")}
	}
	p := new(rulePatterns)
	for _, list := range []struct {
		texts  []string
		parsed *[]*pattern
	}{{r.From, &p.from}, {r.FromExcept, &p.fromExcept}, {r.To, &p.to}, {r.ToExcept, &p.toExcept}} {
		for _, text := range list.texts {
			one, err := parsePattern(c.w.Root, text)
			if err != nil {
				return nil, &RuleError{Rule: r, Pattern: text, Err: err}
			}
			*list.parsed = append(*list.parsed, one)
		}
	}
	return p, nil
}

// among reports for each node of the graph whether patterns name it and those of the
// exceptions do not.
func among(g *Graph, patterns, except []*pattern) []bool {
	named := make([]bool, len(g.Nodes))
	for v, n := range g.Nodes {
		names := func(p *pattern) bool { return p.matches(n) }
		named[v] = slices.ContainsFunc(patterns, names) && !slices.ContainsFunc(except, names)
	}
	return named
}

// unused reports the patterns that name nothing.
func (c *checker) unused(r *Rule, parsed *rulePatterns, g *Graph) {
	for _, p := range slices.Concat(parsed.from, parsed.fromExcept) {
		if !p.namesAny(g, true) && !c.hidden(r, p) {
			c.report.Unused = append(c.report.Unused, Unused{r, p.text})
		}
	}
	for _, p := range slices.Concat(parsed.to, parsed.toExcept) {
		if c.aboutCodeBase(p) && !p.namesAny(g, false) && !c.hidden(r, p) {
			c.report.Unused = append(c.report.Unused, Unused{r, p.text})
		}
	}
}

// namesAny reports whether p names a node; of the code base, if it is to be own.
func (p *pattern) namesAny(g *Graph, own bool) bool {
	return slices.ContainsFunc(g.Nodes, func(n *Node) bool { return (n.Module != nil || !own) && p.matches(n) })
}

// hidden reports whether what p names may be in a module whose packages are not known.
func (c *checker) hidden(r *Rule, p *pattern) bool {
	return !r.Modules && slices.ContainsFunc(c.w.Modules, func(m *workspace.Module) bool {
		return !c.loaded[m] && p.mayName(m)
	})
}

// aboutCodeBase reports whether p can name nothing but modules and packages of the
// code base, going by paths.
func (c *checker) aboutCodeBase(p *pattern) bool {
	return p.dir || slices.ContainsFunc(c.w.Modules, p.mayName)
}
