package edit

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// finishGo returns the edited content of a Go file without the imports that the
// edits freed, formatted if the old content was.
func finishGo(name string, old, edited []byte, frees []string) ([]byte, error) {
	formatted, err := format.Source(old)
	if err != nil {
		return edited, nil // the file was no Go before: there is nothing to keep
	}
	edited, err = dropImports(name, old, edited, frees)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(old, formatted) {
		return edited, nil
	}
	edited, err = format.Source(edited)
	if err != nil {
		return nil, fmt.Errorf("%s: the edits break the file: %w", name, err)
	}
	return edited, nil
}

// dropImports removes the declarations of those of the import paths that the old
// content uses and the edited content does not.
func dropImports(name string, old, edited []byte, paths []string) ([]byte, error) {
	if len(paths) == 0 {
		return edited, nil
	}
	fset := token.NewFileSet()
	before, err := parser.ParseFile(fset, name, old, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	after, err := parser.ParseFile(fset, name, edited, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		return nil, fmt.Errorf("the edits break the file: %w", err)
	}
	usedBefore, usedAfter := qualifiers(before), qualifiers(after)
	return removeSpecs(edited, fset, after, func(spec *ast.ImportSpec) bool {
		local := localName(spec)
		return slices.Contains(paths, importPath(spec)) && usedBefore[local] && !usedAfter[local]
	}), nil
}

// RemoveImports removes import specs from a Go file: those that begin at one of the offsets.
func RemoveImports(name string, content []byte, offsets []int) ([]byte, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, content, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return nil, err
	}
	formatted, err := format.Source(content)
	if err != nil {
		return nil, err
	}
	tokens := fset.File(f.FileStart)
	removed := removeSpecs(content, fset, f, func(spec *ast.ImportSpec) bool {
		return slices.Contains(offsets, tokens.Offset(spec.Pos()))
	})
	if !bytes.Equal(content, formatted) {
		return removed, nil
	}
	return format.Source(removed)
}

// removeSpecs removes the import specs that are to go, with their declaration if it would
// be left empty. The file is the content's.
func removeSpecs(content []byte, fset *token.FileSet, f *ast.File, goes func(*ast.ImportSpec) bool) []byte {
	tokens := fset.File(f.FileStart)
	// From the end, so that the offsets of what is still to be removed stay.
	for _, decl := range slices.Backward(f.Decls) {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.IMPORT {
			continue
		}
		var freed []*ast.ImportSpec
		for _, spec := range gen.Specs {
			if spec := spec.(*ast.ImportSpec); goes(spec) {
				freed = append(freed, spec)
			}
		}
		if len(freed) > 0 && len(freed) == len(gen.Specs) {
			content = removeLines(content, tokens, gen.Pos(), gen.End())
			continue
		}
		for _, spec := range slices.Backward(freed) {
			content = removeLines(content, tokens, spec.Pos(), spec.End())
		}
	}
	return content
}

// qualifiers returns the names x of all selector expressions x.f in the file. A
// local variable may have the name of an import: the import then counts as used
// and is kept, which the compiler tells; the reverse would be worse.
func qualifiers(f *ast.File) map[string]bool {
	names := make(map[string]bool)
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok {
				names[x.Name] = true
			}
		}
		return true
	})
	return names
}

func importPath(spec *ast.ImportSpec) string {
	p, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return ""
	}
	return p
}

// isMajorVersion reports whether an element of an import path is one of the kind
// of "v2".
func isMajorVersion(element string) bool {
	number, ok := strings.CutPrefix(element, "v")
	return ok && number != "" && strings.Trim(number, "0123456789") == ""
}

// localName returns the name that a file uses an import by. Without types, the
// name of an import that has none is a guess; dropImports drops nothing where the
// guess is wrong, since the name then was not used before.
func localName(spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	p := importPath(spec)
	base := path.Base(p)
	if isMajorVersion(base) && strings.Contains(p, "/") {
		base = path.Base(path.Dir(p))
	}
	return base
}

// removeLines removes the lines from that of one position to that of another, with
// the line break. It removes nothing if other code stands in these lines.
func removeLines(src []byte, f *token.File, from, to token.Pos) []byte {
	first, last := f.Offset(from), f.Offset(to)
	start := bytes.LastIndexByte(src[:first], '\n') + 1
	end := len(src)
	if i := bytes.IndexByte(src[last:], '\n'); i >= 0 {
		end = last + i + 1
	}
	before, after := bytes.TrimSpace(src[start:first]), bytes.TrimSpace(src[last:end])
	if len(before) > 0 || len(after) > 0 && !bytes.HasPrefix(after, []byte("//")) {
		return src
	}
	return slices.Delete(slices.Clone(src), start, end)
}
