package move

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/gomend/gomend/workspace"
)

// editImports edits a Go file for the moved packages that it imports.
func (m *mover) editImports(k *workspace.Module, name string, content []byte) error {
	if !bytes.Contains(content, []byte(m.target.old.ImportPath)) {
		return nil // the other paths begin with it
	}
	fset := token.NewFileSet()
	f, _ := parser.ParseFile(fset, name, content, parser.ImportsOnly)
	if f == nil {
		return nil // it is no Go
	}
	for _, spec := range f.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		p, ok := m.moved[path]
		if err != nil || !ok {
			continue
		}
		start, end := offsets(fset, spec.Path.Pos(), spec.Path.End())
		if !m.takes(k) {
			m.mention(Release, name, content, start)
			continue
		}
		m.keep(name, content)
		if k.Path != "" { // or else nobody knows what the package is called
			m.importers[m.importerOf(k, name)] = true
		}
		if p.Old.ImportPath != p.New.ImportPath {
			quote := spec.Path.Value[:1]
			if err := m.replace(name, start, end, quote+p.New.ImportPath+quote); err != nil {
				return err
			}
		}
		if p.Old.Name != p.New.Name && spec.Name == nil {
			if err := m.editQualifiers(name, content, start, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// importerOf returns the import path that the package of a file will have.
func (m *mover) importerOf(k *workspace.Module, file string) string {
	path := importPath(k, filepath.Dir(file))
	if p, ok := m.moved[path]; ok {
		return p.New.ImportPath
	}
	return path
}

// editQualifiers has a file use the new name of a package that it imports without one, or
// gives the old name to the import, which begins at an offset.
func (m *mover) editQualifiers(name string, content []byte, start int, p Moved) error {
	uses, ok := m.uses(name, content, p)
	if !ok {
		m.kept = append(m.kept, name)
		return m.replace(name, start, start, p.Old.Name+" ")
	}
	for _, use := range uses {
		if err := m.swap(name, use, p.Old.Name, p.New.Name); err != nil {
			return err
		}
	}
	return nil
}

// uses returns the offsets at which a file uses a package by its name, and whether it can
// use it by its new name there.
func (m *mover) uses(name string, content []byte, p Moved) (offsets []int, ok bool) {
	f, unbound := bindings(name, content)
	if f == nil {
		return nil, false
	}
	uses, _ := unbound(p.Old.Name)
	for _, spec := range f.Imports {
		if path, _ := strconv.Unquote(spec.Path.Value); importedAs(spec, path, p.New.Name) && path != p.Old.ImportPath {
			return nil, false
		}
	}
	if _, others := unbound(p.New.Name); others || m.declares(filepath.Dir(name), f.Name.Name, p.New.Name) {
		return nil, false
	}
	// With the new name in place, each use must still be bound by nothing in the file.
	var edited []byte
	last := 0
	for _, use := range uses {
		edited = append(append(edited, content[last:use]...), p.New.Name...)
		last = use + len(p.Old.Name)
	}
	edited = append(edited, content[last:]...)
	f, unbound = bindings(name, edited)
	if f == nil {
		return nil, false
	}
	after, _ := unbound(p.New.Name)
	return uses, len(after) == len(uses)
}

// importedAs reports whether a file uses an import by a name, as far as the file tells.
func importedAs(spec *ast.ImportSpec, path, name string) bool {
	if spec.Name != nil {
		return spec.Name.Name == name
	}
	return agree(path, name)
}

// bindings parses a file, and returns a function that tells where a name is used that
// nothing in the file declares: as qualifier, as offsets, and whether in any way at all. An
// import is no declaration here. The file is nil if it can't be parsed.
//
// The parser binds names by syntax, block by block. It can't bind keys of composite
// literals, for which it would need types, but these are no qualifiers.
func bindings(file string, content []byte) (*ast.File, func(name string) (qualifiers []int, used bool)) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, content, 0)
	if err != nil {
		return nil, nil
	}
	free := make(map[*ast.Ident]bool)
	for _, id := range f.Unresolved {
		free[id] = true
	}
	return f, func(name string) (qualifiers []int, used bool) {
		ast.Inspect(f, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == name && free[x] {
				qualifiers = append(qualifiers, fset.File(x.Pos()).Offset(x.Pos()))
			}
			return true
		})
		slices.Sort(qualifiers)
		used = slices.ContainsFunc(f.Unresolved, func(id *ast.Ident) bool { return id.Name == name })
		return qualifiers, used
	}
}

// A scope is that of a package's files in a directory.
type scope struct{ dir, pkg string }

// declares reports whether a file of the package in a directory declares the new name at
// package level, whatever platform the file is for.
func (m *mover) declares(dir, pkg, name string) bool {
	key := scope{dir, pkg}
	if taken, ok := m.taken[key]; ok {
		return taken
	}
	names, err := goFiles(dir)
	if err != nil {
		return false
	}
	m.taken[key] = slices.ContainsFunc(names, func(file string) bool {
		content, err := m.peek(filepath.Join(dir, file))
		if err != nil || !bytes.Contains(content, []byte(name)) {
			return false
		}
		f, _ := parser.ParseFile(token.NewFileSet(), file, content, parser.SkipObjectResolution)
		return f != nil && f.Name.Name == pkg && slices.Contains(declarations(f), name)
	})
	return m.taken[key]
}

// declarations returns the names that a file declares at package level.
func declarations(f *ast.File) []string {
	var names []string
	for _, decl := range f.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Recv == nil {
				names = append(names, decl.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					names = append(names, spec.Name.Name)
				case *ast.ValueSpec:
					for _, id := range spec.Names {
						names = append(names, id.Name)
					}
				}
			}
		}
	}
	return names
}
