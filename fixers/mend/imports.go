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
	if decl := importDecl(f); decl == nil || decl.Lparen.IsValid() {
		return content, nil
	}
	fset := token.NewFileSet()
	if f, err = parser.ParseFile(fset, name, content, parser.ImportsOnly|parser.ParseComments); err != nil {
		return content, nil
	}
	decl := importDecl(f)
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
	return slices.Concat(content[:offset(decl.Lparen)], content[offset(only.Pos()):offset(endOf(only))], content[offset(decl.Rparen)+1:]), nil
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

// standard reports whether the path looks like one of the standard library.
func (s importSpec) standard() bool {
	path, _ := strconv.Unquote(s.path)
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
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
	at, text := offset(f.Name.End()), "\n\nimport "+spec.String()
	if decl := importDecl(f); decl != nil && decl.Lparen.IsValid() {
		var behind *ast.ImportSpec
		if behind = lastOf(decl, spec); behind != nil {
			at, text = offset(endOf(behind)), "\n\t"+spec.String()
		} else if spec.standard() {
			at, text = offset(decl.Lparen)+1, "\n\t"+spec.String()+"\n"
		} else {
			at, text = offset(endOf(decl.Specs[len(decl.Specs)-1].(*ast.ImportSpec))), "\n\n\t"+spec.String()
		}
	} else if decl != nil {
		// One import alone becomes two in parentheses.
		only := decl.Specs[0].(*ast.ImportSpec)
		from, to := offset(only.Pos()), offset(endOf(only))
		both := []string{spec.String(), string(content[from:to])}
		gap := "\n\n\t"
		if specOf(only).standard() == spec.standard() {
			gap = "\n\t"
		}
		if specOf(only).standard() && !spec.standard() {
			slices.Reverse(both)
		}
		content = slices.Concat(content[:from], []byte("(\n\t"+strings.Join(both, gap)+"\n)"), content[to:])
		at, text = 0, ""
	}
	content = slices.Concat(content[:at], []byte(text), content[at:])
	if !wasFormatted {
		return content, nil
	}
	return format.Source(content)
}

// importDecl returns the declaration to which an import is added: the first in parentheses,
// or else the first, but for that of cgo, whose comment is code.
func importDecl(f *ast.File) *ast.GenDecl {
	var first *ast.GenDecl
	for _, d := range f.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok || gen.Tok != token.IMPORT || len(gen.Specs) == 0 || specOf(gen.Specs[0].(*ast.ImportSpec)).path == `"C"` {
			continue
		}
		if gen.Lparen.IsValid() {
			return gen
		}
		if first == nil {
			first = gen
		}
	}
	return first
}

// lastOf returns the import behind which one of its kind goes: gofmt sorts what stands in
// lines without gaps. It is nil if there is none of the kind.
func lastOf(decl *ast.GenDecl, spec importSpec) *ast.ImportSpec {
	var last *ast.ImportSpec
	for _, s := range decl.Specs {
		s := s.(*ast.ImportSpec)
		if specOf(s).standard() == spec.standard() && (last == nil || specOf(s).path < spec.path) {
			last = s
		}
	}
	return last
}

// endOf returns the end of an import with the comment behind it.
func endOf(spec *ast.ImportSpec) token.Pos {
	if spec.Comment != nil {
		return spec.Comment.End()
	}
	return spec.End()
}
