package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Import returns the name by which the file can refer to a package at a place, and the
// edits that import it, which are none where it is imported already. A name that stands for
// something else there, or that would clash with a declaration of the package, is not used:
// the import gets another name then.
//
// The name of the package is given because nothing tells it of a package that is not
// imported yet. Imports that a fix makes needless go when it is applied: a fixer need not
// remove them.
func Import(pass *analysis.Pass, file *ast.File, importPath, name string, at token.Pos) (qualifier string, edits []analysis.TextEdit) {
	for _, spec := range file.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err != nil || p != importPath {
			continue
		}
		local := name
		if spec.Name != nil {
			local = spec.Name.Name
		}
		if local == "_" {
			continue
		}
		if local == "." {
			return "", nil
		}
		if obj, ok := lookup(pass, file, local, at).(*types.PkgName); ok && obj.Imported().Path() == importPath {
			return local, nil
		}
	}
	local := FreshName(pass, file, name, at)
	spec := strconv.Quote(importPath)
	if local != name || path.Base(importPath) != name && !strings.HasSuffix(path.Dir(importPath), name) {
		spec = local + " " + spec
	}
	return local, []analysis.TextEdit{insertImport(file, importPath, spec)}
}

// lookup returns what a name stands for at a place of a file, or nil.
func lookup(pass *analysis.Pass, file *ast.File, name string, at token.Pos) types.Object {
	scope := pass.TypesInfo.Scopes[file]
	if scope == nil {
		return nil
	}
	if inner := scope.Innermost(at); inner != nil {
		scope = inner
	}
	_, obj := scope.LookupParent(name, at)
	return obj
}

// FreshName returns the name, or one like it, that stands for nothing at a place of a file
// and for nothing in the file and the package.
func FreshName(pass *analysis.Pass, file *ast.File, name string, at token.Pos) string {
	for n := 0; ; n++ {
		candidate := name
		if n > 0 {
			candidate = fmt.Sprintf("%s%d", name, n)
		}
		if lookup(pass, file, candidate, at) == nil && pass.Pkg.Scope().Lookup(candidate) == nil && !declares(pass, file, candidate) {
			return candidate
		}
	}
}

// declares reports whether any identifier of the file declares the name, or stands for a
// member of the universe of that name: an import would hide it for the whole file.
func declares(pass *analysis.Pass, file *ast.File, name string) bool {
	if types.Universe.Lookup(name) != nil {
		return true
	}
	scope := pass.TypesInfo.Scopes[file]
	return scope != nil && scope.Lookup(name) != nil
}

// insertImport returns the edit that adds an import spec to a file: in the declaration that
// [ImportDecl] returns if it has parentheses, among the paths of the same kind, else as a
// declaration of its own.
func insertImport(file *ast.File, importPath, spec string) analysis.TextEdit {
	decl := ImportDecl(file)
	at, text := file.Name.End(), "\n\nimport "+spec
	switch {
	case decl != nil && decl.Lparen.IsValid():
		at, _ = ImportPlace(decl, importPath)
		text = "\n\t" + spec // without a gap: another fix may add its import right here
	case decl != nil:
		at, text = decl.End(), "\nimport "+spec
	case len(file.Imports) > 0: // "C" alone
		at = file.Imports[len(file.Imports)-1].End()
	}
	return analysis.TextEdit{Pos: at, End: at, NewText: []byte(text)}
}

// ImportDecl returns the declaration to which an import is added: the first in parentheses,
// or else the first; nil if there is none. That of cgo's pseudo package does not count: its
// comment is code, and must stay where it is.
func ImportDecl(file *ast.File) *ast.GenDecl {
	var first *ast.GenDecl
	for _, decl := range file.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.IMPORT {
			break
		}
		if len(gen.Specs) == 0 || importsC(gen) {
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

// importsC reports whether a declaration imports cgo's pseudo package.
func importsC(gen *ast.GenDecl) bool {
	return slices.ContainsFunc(gen.Specs, func(s ast.Spec) bool { return s.(*ast.ImportSpec).Path.Value == `"C"` })
}

// ImportPlace returns where in a declaration with parentheses a spec of the path is added, and
// whether it is the first of its kind. Otherwise it goes among these, which gofmt sorts where
// no gap is between; the first of the standard library's comes above all, another one behind
// all.
func ImportPlace(gen *ast.GenDecl, importPath string) (at token.Pos, first bool) {
	var behind *ast.ImportSpec
	for _, s := range gen.Specs {
		s := s.(*ast.ImportSpec)
		p, err := strconv.Unquote(s.Path.Value)
		if err != nil || IsStandard(p) != IsStandard(importPath) {
			continue
		}
		if behind == nil || p < importPath {
			behind = s
		}
		if p > importPath {
			break
		}
	}
	switch {
	case behind != nil:
		return ImportEnd(behind), false
	case IsStandard(importPath):
		return gen.Lparen + 1, true
	default:
		return ImportEnd(gen.Specs[len(gen.Specs)-1].(*ast.ImportSpec)), true
	}
}

// ImportEnd returns the end of a spec with the comment behind it.
func ImportEnd(spec *ast.ImportSpec) token.Pos {
	if spec.Comment != nil {
		return spec.Comment.End()
	}
	return spec.End()
}

// IsStandard reports whether a path looks like one of the standard library: its first
// element has no dot.
func IsStandard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".")
}

// MoveImport returns the edits that import another package in the place of one, under the
// name that the spec gives or the package has. The new spec goes to where its kind stands, if
// that is in the same declaration, unless a comment is about the old one.
func MoveImport(pass *analysis.Pass, file *ast.File, spec *ast.ImportSpec, importPath string) []analysis.TextEdit {
	inPlace := []analysis.TextEdit{Replace(spec.Path, strconv.Quote(importPath))}
	old, err := strconv.Unquote(spec.Path.Value)
	if err != nil || IsStandard(old) == IsStandard(importPath) || spec.Doc != nil || spec.Comment != nil {
		return inPlace
	}
	for _, decl := range file.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.IMPORT {
			break
		}
		ofKind := func(s ast.Spec) bool {
			p, err := strconv.Unquote(s.(*ast.ImportSpec).Path.Value)
			return err == nil && IsStandard(p) == IsStandard(importPath)
		}
		if gen.Pos() > spec.Pos() || spec.End() > gen.End() || !gen.Lparen.IsValid() || !slices.ContainsFunc(gen.Specs, ofKind) {
			continue
		}
		text := strconv.Quote(importPath)
		if spec.Name != nil {
			text = spec.Name.Name + " " + text
		}
		gone, ok := Delete(pass, file, spec, func(string) bool { return false })
		if !ok {
			return inPlace
		}
		at, _ := ImportPlace(gen, importPath)
		return []analysis.TextEdit{{Pos: at, End: at, NewText: []byte("\n\t" + text)}, gone}
	}
	return inPlace
}
