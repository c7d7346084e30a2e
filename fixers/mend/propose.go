package mend

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/internal/edit"
)

// propose runs the fixers on the directory in each context. What they leave alone replaces
// what they left before. The time that takes is the round's.
func (d *directory) propose(now *attempt, round phase) ([]*proposal, error) {
	d.left = nil
	c := &collector{d: d, seen: make(map[string]bool), back: make(map[string]*mapping)}
	for _, g := range d.groups {
		end := d.run.meter.begin(g.world.context, round)
		err := c.group(g, now)
		end()
		if err != nil {
			return nil, err
		}
	}
	return c.proposals, nil
}

// group runs the fixers on the packages of a group.
func (c *collector) group(g *group, now *attempt) error {
	for _, pkg := range now.checked[g] {
		a := c.d.analyst(pkg)
		for rank, f := range c.d.run.o.Fixers {
			all, err := a.run(f)
			if err != nil {
				c.d.fail(g.world.context, err)
				continue
			}
			for _, diag := range all {
				if err := c.collect(pkg, diag, rank); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// analyst returns who runs the analyzers on a package of the directory.
func (d *directory) analyst(pkg *checked) *analyst {
	return &analyst{
		checked: pkg, facts: d.run.facts, read: d.read,
		results: make(map[*analysis.Analyzer]any), failed: make(map[*analysis.Analyzer]error),
	}
}

// A collector makes proposals of diagnostics.
type collector struct {
	d         *directory
	proposals []*proposal
	seen      map[string]bool
	back      map[string]*mapping // from the files as they are to be now to what they were
}

// collect takes a diagnostic.
func (c *collector) collect(pkg *checked, diag found, rank int) error {
	kind, ok := diag.fixer.Kind(diag.Category)
	if !ok {
		return fmt.Errorf("the fixer %s reports the kind %q, which its table does not have", diag.fixer.Name(), diag.Category)
	}
	at := pkg.fset.PositionFor(diag.Pos, false)
	edits, ok := c.edits(pkg, diag)
	if !ok || kind.Tier != fix.Left && len(edits) == 0 {
		return nil // a report of something that nothing can be done about here
	}
	back, err := c.mapping(at.Filename)
	if err != nil {
		return err
	}
	p := &proposal{edits: edits, rank: rank, site: Site{
		Fixer: diag.fixer.Name(), Kind: kind.Name, Tier: kind.Tier,
		Pos: back.position(at), Message: diag.Message,
	}}
	p.key = fmt.Sprint(p.site.Fixer, p.site.Kind, p.site.Pos, p.site.Message)
	for _, e := range edits {
		p.key += fmt.Sprintf("\x00%d\x00%s", e.Start-at.Offset, e.New)
	}
	if c.seen[p.key] {
		return nil
	}
	c.seen[p.key] = true
	why := c.d.leave(pkg, diag, kind)
	if skip := c.d.run.o.Skip; why == "" && skip != nil {
		why = skip(p.site)
	}
	if why != "" {
		p.site.Why = why
		c.d.left = append(c.d.left, p.site)
		return nil
	}
	c.proposals = append(c.proposals, p)
	return nil
}

// leave says why a site is left as it is, or returns "".
func (d *directory) leave(pkg *checked, diag found, kind fix.Kind) string {
	file := fileAt(pkg, diag.Pos)
	switch {
	case kind.Tier == fix.Left:
		return diag.Message
	case kind.Tier == fix.Suggestion && !d.run.o.Suggestions:
		return "a suggestion: " + kind.Precondition
	case file != nil && ast.IsGenerated(file):
		return "the file is generated"
	case file != nil && mentionsC(file, diag.SuggestedFixes[0]):
		return "the types of cgo are not known here"
	}
	return ""
}

// edits returns the edits of a diagnostic's first fix. They have to lie in the directory.
func (c *collector) edits(pkg *checked, diag found) ([]edit.Edit, bool) {
	if len(diag.SuggestedFixes) == 0 {
		return nil, true
	}
	var edits []edit.Edit
	for _, e := range diag.SuggestedFixes[0].TextEdits {
		end := e.End
		if !end.IsValid() {
			end = e.Pos
		}
		from, to := pkg.fset.PositionFor(e.Pos, false), pkg.fset.PositionFor(end, false)
		if from.Filename != to.Filename || filepath.Dir(from.Filename) != c.d.pkg.Dir {
			return nil, false
		}
		edits = append(edits, edit.Edit{File: from.Filename, Start: from.Offset, End: to.Offset, New: string(e.NewText)})
	}
	return edits, true
}

// mapping returns where things stood in a file as it was.
func (c *collector) mapping(name string) (*mapping, error) {
	if m := c.back[name]; m != nil {
		return m, nil
	}
	now, err := c.d.read(name)
	if err != nil {
		return nil, err
	}
	c.back[name] = newMapping(now, c.d.original[name])
	return c.back[name], nil
}

// fileAt returns the file of the package that a position is in, or nil.
func fileAt(pkg *checked, pos token.Pos) *ast.File {
	i := slices.IndexFunc(pkg.files, func(f *ast.File) bool { return f.FileStart <= pos && pos <= f.FileEnd })
	if i < 0 {
		return nil
	}
	return pkg.files[i]
}

// mentionsC reports whether a fix edits a declaration in which something of C is named.
// Cgo is not run for the type check, which thus can't say whether the fix is right.
func mentionsC(file *ast.File, f analysis.SuggestedFix) bool {
	if !slices.ContainsFunc(file.Imports, func(s *ast.ImportSpec) bool { return s.Path.Value == `"C"` }) {
		return false
	}
	for _, decl := range file.Decls {
		if gen, ok := decl.(*ast.GenDecl); ok && gen.Tok == token.IMPORT {
			continue
		}
		touched := slices.ContainsFunc(f.TextEdits, func(e analysis.TextEdit) bool { return decl.Pos() <= e.Pos && e.Pos < decl.End() })
		if touched && namesC(decl) {
			return true
		}
	}
	return false
}

func namesC(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "C" {
				found = true
			}
		}
		return !found
	})
	return found
}

// mayInline reports whether a fact that says that something can be inlined may be made use
// of in a package: what it is replaced by has to be there in the package's version of Go.
func (a *analyst) mayInline(obj types.Object, fact analysis.Fact) bool {
	if !isInlineFact(fact) {
		return true
	}
	path, _ := pathOf(obj)
	since := a.facts.sinceOf(obj.Pkg().Path(), path)
	for _, f := range a.files {
		if since != "" && older(a.info.FileVersions[f], since) {
			return false
		}
	}
	return true
}

// isInlineFact reports whether a fact is one of x/tools' pass inline.
func isInlineFact(fact analysis.Fact) bool {
	return strings.HasPrefix(strings.TrimPrefix(fmt.Sprintf("%T", fact), "*"), "inline.")
}
