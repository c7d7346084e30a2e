package rename

import (
	"cmp"
	"context"
	"fmt"
	"go/token"
	"slices"
	"strings"

	"github.com/gomend/gomend/workspace"
)

// A Request asks for another name.
type Request struct {
	// Symbol names one or many. It is a place, file:line:column, at which the name
	// stands, or a package pattern, a dot, and the symbol's name in the package, in which
	// "*" stands for any part of an element:
	//
	//	example.com/shop/cart.Order.CustomerID  a field, or a method
	//	./cart.NewOrder                         a package-level declaration
	//	./services/....*.CustomerID             of all types of all packages below
	//
	// A package may be named by the last elements of its path if no other ends so, and need
	// not be if it is that of the current directory.
	Symbol string

	// New is the name to come.
	New string
}

// A Kind is what a symbol is.
type Kind string

// The kinds.
const (
	Field  Kind = "field"
	Method Kind = "method"
	Type   Kind = "type"
	Func   Kind = "func"
	Var    Kind = "var"
	Const  Kind = "const"
	Local  Kind = "local" // something in a function, which no other function sees
)

// ParseKind returns the kind named s, of those that a pattern can be restricted to.
func ParseKind(s string) (Kind, error) {
	switch k := Kind(s); k {
	case Field, Method, Type, Func, Var, Const:
		return k, nil
	}
	return "", fmt.Errorf("unknown kind %q: use field, method, type, func, var or const", s)
}

// Options say what else to do.
type Options struct {
	// Kind restricts what patterns name to one kind, if it is not empty.
	Kind Kind

	// Modules restricts it to modules of these paths, if there are any.
	Modules []string

	// KeepWireNames adds struct tags where encoding/json, or another package that goes by
	// struct tags, has used a field's name so far.
	KeepWireNames bool

	// Generated allows edits of generated files, which the next run of the generator
	// will undo. Without it they are problems.
	Generated bool

	// Step, if not nil, is called as each step begins, in words for who waits.
	Step func(what string)
}

// A Symbol is something that gets another name.
type Symbol struct {
	Kind    Kind
	Package string // its import path
	Name    string // in the package: "Order.CustomerID"
	New     string // the last element of the name to come

	// Pos are the places of its declarations, of which there are several if it has
	// others for other platforms; the file names are absolute.
	Pos []token.Position

	// With says why the symbol is renamed with another, in words; it is empty if the
	// symbol was asked for.
	With string

	// Edits counts the places at which the name changes.
	Edits int
}

// Old returns the name that goes.
func (s *Symbol) Old() string { return s.Name[strings.LastIndexByte(s.Name, '.')+1:] }

func (s *Symbol) String() string {
	if s.Kind == Local {
		return s.Name
	}
	return s.Package + "." + s.Name
}

// A Change is a file with its contents, before and after.
type Change struct {
	File     string // its absolute name
	Old, New []byte
}

// A Problem is a reason not to do it.
type Problem struct {
	Pos     token.Position // the file name is absolute
	Message string
}

func (p *Problem) Error() string {
	if p.Pos.IsValid() {
		return p.Pos.String() + ": " + p.Message
	}
	return p.Message
}

// A MentionKind is what a mention may have to do with a symbol.
type MentionKind string

// The kinds of mentions.
const (
	// Wire is a field whose name goes over the wire, as it has no tag that names it.
	Wire MentionKind = "wire name"
	// Reflection is a string by which a field or method is looked for at run time.
	Reflection MentionKind = "reflection"
	// Template is a use in a text or HTML template.
	Template MentionKind = "template"
	// Text is another string, or struct tag, that has the name in it.
	Text MentionKind = "text"
	// Comment is a comment that has the name in it.
	Comment MentionKind = "comment"
	// Assertion is an interface that a type satisfies no more, and that is asked for at
	// run time only: the compiler does not tell.
	Assertion MentionKind = "interface"
	// Unchecked is a file that has the name in it and could not be type-checked.
	Unchecked MentionKind = "unchecked"
	// API is a module from which other code bases can import what gets another name.
	API MentionKind = "API"
)

// A Mention is what may depend on a name, is not changed, and is not seen by a compiler.
type Mention struct {
	Kind   MentionKind
	Pos    token.Position
	Detail string
}

// A Result is what renaming comes to.
type Result struct {
	// Symbols are what gets other names, those that were asked for first.
	Symbols []*Symbol

	// Changes are the files that change, sorted by name.
	Changes []Change

	// Edits counts the places that change, struct tags and comments included.
	Edits int

	// Problems are what would be broken. If there are any, the changes should not be made.
	Problems []Problem

	// Mentions are for the eye of who renames, sorted by kind and place.
	Mentions []Mention

	// Contexts are the build contexts in which packages were type-checked, the one of the
	// code base's configuration first. Packages counts these.
	Contexts []string
	Packages int

	// Failures are modules that could not be loaded, and in which uses may be left.
	Failures []workspace.Failure
}

// Plan returns what giving the symbols other names comes to. Nothing is written. A request
// that can't be understood, or names nothing, is an error; what would break is none, but
// among the result's problems.
func Plan(ctx context.Context, cfg workspace.Config, requests []Request, o Options) (*Result, error) {
	if o.Step == nil {
		o.Step = func(string) {}
	}
	for _, r := range requests {
		if err := checkName(r.New); err != nil {
			return nil, err
		}
	}
	o.Step("reading the code base")
	w, err := workspace.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	p, err := newPlanner(ctx, cfg, w, o)
	if err != nil {
		return nil, err
	}
	for _, r := range requests {
		if err := p.request(ctx, r); err != nil {
			return nil, err
		}
	}
	for {
		if err := p.load(ctx); err != nil {
			return nil, err
		}
		grown := p.together()
		if len(p.problems) > 0 || !grown {
			break
		}
	}
	if len(p.problems) == 0 {
		err = p.change(ctx)
	}
	if err != nil {
		return nil, err
	}
	return p.result(), nil
}

// checkName says why a name can't be one of a symbol.
func checkName(name string) error {
	switch {
	case token.IsKeyword(name):
		return fmt.Errorf("%q is a keyword of Go: choose another name", name)
	case !token.IsIdentifier(name) || name == "_":
		return fmt.Errorf("%q can't be the name of a symbol: it is to be an identifier", name)
	}
	return nil
}

// result returns what was planned, in order.
func (p *planner) result() *Result {
	r := &Result{
		Symbols:  p.symbols,
		Changes:  p.changes,
		Edits:    p.edits,
		Problems: p.problems,
		Mentions: p.mentions,
		Failures: p.sel.Failures,
	}
	seen := make(map[string]bool)
	for _, l := range p.loads {
		if !slices.Contains(r.Contexts, l.context.String()) {
			r.Contexts = append(r.Contexts, l.context.String())
		}
		for _, pkg := range l.roots {
			seen[cmp.Or(pkg.ForTest, pkg.PkgPath)] = true
		}
	}
	r.Packages = len(seen)
	slices.SortFunc(r.Problems, func(a, b Problem) int {
		return cmp.Or(comparePositions(a.Pos, b.Pos), strings.Compare(a.Message, b.Message))
	})
	r.Problems = slices.CompactFunc(r.Problems, func(a, b Problem) bool { return a == b })
	slices.SortFunc(r.Mentions, func(a, b Mention) int {
		return cmp.Or(slices.Index(mentionKinds, a.Kind)-slices.Index(mentionKinds, b.Kind),
			comparePositions(a.Pos, b.Pos), strings.Compare(a.Detail, b.Detail))
	})
	r.Mentions = slices.CompactFunc(r.Mentions, func(a, b Mention) bool { return a == b })
	return r
}

// mentionKinds are the kinds, the most pressing first.
var mentionKinds = []MentionKind{Assertion, Wire, Reflection, Template, Unchecked, API, Text, Comment}

func comparePositions(a, b token.Position) int {
	return cmp.Or(strings.Compare(a.Filename, b.Filename), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}
