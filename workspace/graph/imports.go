package graph

import (
	"go/ast"
	"go/parser"
	"go/token"
	"iter"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/gomend/gomend/workspace"
)

// An Import is an import by one package, in any of its files.
type Import struct {
	// Kind is [Build], [Test] or [XTest], and tells which files have it.
	Kind Kind
	// From is the package that imports.
	From *workspace.Package
	// Path is the import path of what it imports.
	Path string
}

// imports yields what the package imports: by kind, then by path.
func imports(p *workspace.Package) iter.Seq[Import] {
	return func(yield func(Import) bool) {
		for _, list := range []struct {
			kind  Kind
			paths []string
		}{{Build, p.Imports}, {Test, p.TestImports}, {XTest, p.XTestImports}} {
			for _, path := range list.paths {
				// What cgo provides is no package.
				if path != "C" && !yield(Import{list.kind, p, path}) {
					return
				}
			}
		}
	}
}

// files returns the names of the files that may have the import.
func (i Import) files() []string {
	switch i.Kind {
	case Test:
		return i.From.TestGoFiles
	case XTest:
		return i.From.XTestGoFiles
	}
	return slices.Sorted(slices.Values(slices.Concat(i.From.GoFiles, i.From.CgoFiles)))
}

// Positions reads the files of the package and returns where the import is
// declared, one position a file. Files that can't be read are left out.
func (i Import) Positions() []token.Position { return make(declarations).find(i) }

// declarations are the import declarations of files, by file name and path.
type declarations map[string]map[string]token.Position

// find returns where the import is declared.
func (d declarations) find(i Import) []token.Position {
	var found []token.Position
	for _, name := range i.files() {
		if pos, ok := d.read(filepath.Join(i.From.Dir, name))[i.Path]; ok {
			found = append(found, pos)
		}
	}
	return found
}

// read returns the declarations of one file.
func (d declarations) read(name string) map[string]token.Position {
	if known, ok := d[name]; ok {
		return known
	}
	fset := token.NewFileSet()
	// What is wrong with a file stands behind its imports, or else the go
	// command would have found none.
	file, _ := parser.ParseFile(fset, name, nil, parser.ImportsOnly|parser.SkipObjectResolution)
	d[name] = positions(fset, file)
	return d[name]
}

// positions returns where the file declares its imports, as the go command tells
// it: where the declaration begins, with the name if it has one.
func positions(fset *token.FileSet, file *ast.File) map[string]token.Position {
	if file == nil {
		return nil
	}
	found := make(map[string]token.Position)
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if _, twice := found[path]; err == nil && !twice {
			// A line comment does not move an import.
			found[path] = fset.PositionFor(spec.Pos(), false)
		}
	}
	return found
}
