package rename

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"

	"golang.org/x/tools/go/packages"

	"github.com/gomend/gomend/internal/edit"
)

// A changer makes the edits of a plan.
type changer struct {
	*planner
	set  *edit.Set
	seen map[place]bool

	// cgo are the places of names in what cgo has made of files, by the name of the file.
	cgo map[string][]cgoSite
}

// A cgoSite is where a name stands in a file that cgo has made.
type cgoSite struct {
	offset   int
	old, new string
}

// change makes the edits, and looks for what they would break.
func (p *planner) change(ctx context.Context) error {
	c := &changer{planner: p, seen: make(map[place]bool), cgo: make(map[string][]cgoSite)}
	c.set = edit.NewSet(func(name string) ([]byte, error) {
		if f := p.sources.files[name]; f != nil {
			return f.data, nil
		}
		return nil, fmt.Errorf("%s is no Go file of the code base", name)
	})
	for _, l := range p.loads {
		for _, pkg := range l.all {
			c.uses(l, pkg)
		}
	}
	c.declarations()
	c.documentation()
	c.directives()
	c.wireNames()
	if len(p.problems) > 0 {
		return nil
	}
	p.o.Step("type-checking the changes")
	for _, l := range p.loads {
		if err := c.check(ctx, l); err != nil {
			return err
		}
	}
	c.interfaces()
	c.texts()
	if err := c.templates(ctx); err != nil {
		return err
	}
	c.published()
	if len(p.problems) > 0 {
		return nil
	}
	for _, name := range c.set.Files() {
		content, err := c.set.Content(name)
		if err != nil {
			return err
		}
		f := p.sources.files[name]
		if f.names[0] != name {
			continue // the file that it leads to is changed
		}
		if old := f.data; !bytes.Equal(old, content) {
			p.changes = append(p.changes, Change{File: name, Old: old, New: content})
		}
	}
	return nil
}

// uses edits every identifier of a package that stands for a symbol.
func (c *changer) uses(l *load, pkg *packages.Package) {
	info := pkg.TypesInfo
	for _, f := range pkg.Syntax {
		ast.Inspect(f, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok || !c.goes(id.Name) {
				return true
			}
			var s *Symbol
			if obj := info.Uses[id]; obj != nil {
				s = c.declared[l.place(origin(obj).Pos())]
			}
			if obj, ok := info.Defs[id]; ok && s == nil {
				at := id.Pos() // what a type switch declares has an object in each clause
				if obj != nil {
					at = origin(obj).Pos()
				}
				s = c.declared[l.place(at)]
			}
			if s != nil && s.Old() == id.Name {
				c.use(l, id, s)
			}
			return true
		})
	}
}

// use edits an identifier.
func (c *changer) use(l *load, id *ast.Ident, s *Symbol) {
	at := l.place(id.Pos())
	if raw := l.fset.PositionFor(id.Pos(), false); raw.Filename != at.file {
		c.cgo[raw.Filename] = append(c.cgo[raw.Filename], cgoSite{raw.Offset, id.Name, s.New})
	}
	if c.done(at) {
		return
	}
	f := c.sources.files[at.file]
	if f == nil {
		c.problem(at.position(), fmt.Sprintf("%s is used in a file that is not of the code base", s))
		return
	}
	offset := c.offset(f, at)
	if offset < 0 || !bytes.HasPrefix(f.data[offset:], []byte(id.Name)) {
		c.problem(at.position(), fmt.Sprintf("%s is used here, says the compiler, but stands elsewhere in the file: is the line what a //line directive says?", s))
		return
	}
	c.edit(f, at, offset, offset+len(id.Name), s.New)
	s.Edits++
}

// declarations looks for symbols of which a declaration was not type-checked: what uses it
// is not known.
func (c *changer) declarations() {
	for _, s := range c.symbols {
		for _, pos := range s.Pos {
			at := placeOf(pos)
			if f := c.sources.files[at.file]; f != nil {
				at.file = f.names[0]
			}
			switch {
			case c.seen[at]:
			case s.Edits == 0:
				c.problem(pos, fmt.Sprintf("%s is declared here, in a file that could not be type-checked%s", s, c.failure(pos.Filename)))
			default:
				c.mention(Unchecked, pos, fmt.Sprintf("%s is declared here, too, in a file that could not be type-checked", s))
			}
		}
	}
}

// failure says why the module of a file could not be loaded, if it could not.
func (c *changer) failure(name string) string {
	for i := range c.sel.Failures {
		if f := &c.sel.Failures[i]; c.sources.files[name] != nil && c.sources.files[name].dir.module == f.Module {
			return ": " + f.Err.Error()
		}
	}
	return ""
}

// done reports whether the change at a place was made, and notes that it is made now.
func (c *changer) done(at place) bool {
	if f := c.sources.files[at.file]; f != nil {
		at.file = f.names[0]
	}
	if c.seen[at] {
		return true
	}
	c.seen[at] = true
	return false
}

// offset returns where a place is in the file, or -1 if it is not in it.
func (c *changer) offset(f *source, at place) int {
	syntax := c.sources.parse(f)
	if syntax == nil {
		return -1
	}
	file := c.sources.fset.File(syntax.FileStart)
	if at.line < 1 || at.line > file.LineCount() {
		return -1
	}
	offset := file.Offset(file.LineStart(at.line)) + at.column - 1
	if offset > len(f.data) {
		return -1
	}
	return offset
}

// edit replaces a part of a file.
func (c *changer) edit(f *source, at place, start, end int, text string) {
	if syntax := c.sources.parse(f); !c.o.Generated && syntax != nil && ast.IsGenerated(syntax) {
		c.problem(at.position(), "the file is generated, and its generator would undo the change: change what it is generated from, or allow edits of generated files")
		return
	}
	var edits []edit.Edit
	for _, name := range f.names {
		edits = append(edits, edit.Edit{File: name, Start: start, End: end, New: text})
	}
	err := c.set.Add(edits...)
	var conflict *edit.ConflictError
	switch {
	case errors.As(err, &conflict):
		c.problem(at.position(), "two changes of one place contradict each other")
	case err != nil:
		c.problem(at.position(), err.Error())
	default:
		c.edits++
	}
}

// span returns the offsets of a node in a file that was parsed here.
func (c *changer) span(n ast.Node) (start, end int) {
	file := c.sources.fset.File(n.Pos())
	return file.Offset(n.Pos()), file.Offset(n.End())
}

// declarationsOf yields the syntax of a symbol's declarations.
func (c *changer) declarationsOf(s *Symbol) func(yield func(*source, declaration) bool) {
	return func(yield func(*source, declaration) bool) {
		for _, pos := range s.Pos {
			f := c.sources.files[pos.Filename]
			if f == nil {
				continue
			}
			for d := range declarations(c.sources.parse(f)) {
				if c.sources.position(d.ident.Pos()) == pos && !yield(f, d) {
					return
				}
			}
		}
	}
}
