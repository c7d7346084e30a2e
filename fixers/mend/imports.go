package mend

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"

	"github.com/gomend/gomend/fixers/internal/rewrite"
	"github.com/gomend/gomend/internal/edit"
)

// An importSpec is what an import says.
type importSpec struct{ name, path string }

// arrangeImports puts the imports that a file has gained in their places: the standard
// library's among its own, others behind. Fixers put them where they are least trouble, and
// two of them may add the same twice.
func arrangeImports(name string, before, after []byte) ([]byte, error) {
	old, err := importsOf(name, before)
	if err != nil {
		return after, nil // it is no Go: the type check tells
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, after, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return after, nil
	}
	var gained []importSpec
	var offsets []int
	seen := make(map[importSpec]bool)
	for _, spec := range f.Imports {
		key := specOf(spec)
		if again := seen[key]; key.name != "_" && (again || !old[key] && spec.Doc == nil && spec.Comment == nil) {
			offsets = append(offsets, fset.Position(spec.Pos()).Offset)
			if !again {
				gained = append(gained, key)
			}
		}
		seen[key] = true
	}
	if len(offsets) == 0 {
		return after, nil
	}
	content, err := edit.RemoveImports(name, after, offsets)
	if err != nil || len(content) == len(after) {
		return after, err
	}
	for _, spec := range gained {
		if content, err = addImport(name, content, spec); err != nil {
			return nil, err
		}
	}
	return content, nil
}

// unwrapImport takes the parentheses from a lone import of a file that had none before: it
// got them while there were two.
func (d *directory) unwrapImport(name string, content []byte) ([]byte, error) {
	before, err := d.read(name)
	if err != nil {
		return nil, err
	}
	f, err := parser.ParseFile(token.NewFileSet(), name, before, parser.ImportsOnly)
	if err != nil {
		return content, nil // the type check tells
	}
	if decl := rewrite.ImportDecl(f); decl == nil || decl.Lparen.IsValid() {
		return content, nil
	}
	fset := token.NewFileSet()
	if f, err = parser.ParseFile(fset, name, content, parser.ImportsOnly|parser.ParseComments); err != nil {
		return content, nil
	}
	decl := rewrite.ImportDecl(f)
	if decl == nil || !decl.Lparen.IsValid() || len(decl.Specs) != 1 {
		return content, nil
	}
	offset := func(p token.Pos) int { return fset.Position(p).Offset }
	only := decl.Specs[0].(*ast.ImportSpec)
	for _, group := range f.Comments {
		if decl.Lparen < group.Pos() && group.Pos() < decl.Rparen && group != only.Comment {
			return content, nil
		}
	}
	return slices.Concat(content[:offset(decl.Lparen)], content[offset(only.Pos()):offset(rewrite.ImportEnd(only))], content[offset(decl.Rparen)+1:]), nil
}

func importsOf(name string, content []byte) (map[importSpec]bool, error) {
	f, err := parser.ParseFile(token.NewFileSet(), name, content, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	all := make(map[importSpec]bool)
	for _, spec := range f.Imports {
		all[specOf(spec)] = true
	}
	return all, nil
}

func specOf(spec *ast.ImportSpec) importSpec {
	s := importSpec{path: spec.Path.Value}
	if spec.Name != nil {
		s.name = spec.Name.Name
	}
	return s
}

func (s importSpec) String() string { return strings.TrimSpace(s.name + " " + s.path) }

// importPath returns the path without quotes.
func (s importSpec) importPath() string {
	path, _ := strconv.Unquote(s.path)
	return path
}

// addImport adds an import to a file.
func addImport(name string, content []byte, spec importSpec) ([]byte, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, content, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return nil, err
	}
	offset := func(p token.Pos) int { return fset.Position(p).Offset }
	formatted, err := format.Source(content)
	wasFormatted := err == nil && bytes.Equal(formatted, content)
	standard := rewrite.IsStandard(spec.importPath())
	from, to := offset(f.Name.End()), offset(f.Name.End())
	text := "\n\nimport " + spec.String()
	switch decl := rewrite.ImportDecl(f); {
	case decl != nil && decl.Lparen.IsValid():
		at, first := rewrite.ImportPlace(decl, spec.importPath())
		from, to, text = offset(at), offset(at), "\n\t"+spec.String()
		if first && standard {
			text += "\n"
		} else if first {
			text = "\n" + text
		}
	case decl != nil:
		// One import alone becomes two in parentheses.
		only := decl.Specs[0].(*ast.ImportSpec)
		from, to = offset(only.Pos()), offset(rewrite.ImportEnd(only))
		both := []string{spec.String(), string(content[from:to])}
		other := rewrite.IsStandard(specOf(only).importPath())
		if other && !standard {
			slices.Reverse(both)
		}
		gap := "\n\t"
		if other != standard {
			gap = "\n\n\t"
		}
		text = "(\n\t" + strings.Join(both, gap) + "\n)"
	}
	content = slices.Concat(content[:from], []byte(text), content[to:])
	if !wasFormatted {
		return content, nil
	}
	return format.Source(content)
}
