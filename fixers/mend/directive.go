package mend

import (
	"bytes"
	"context"
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/go/types/objectpath"

	"github.com/gomend/gomend/fixers/fix"
)

// annotated returns those packages of others that have //go:fix inline directives.
func (w *world) annotated(imported, ours map[string]bool) ([]*packages.Package, error) {
	if !slices.ContainsFunc(w.run.o.Fixers, exportsInline) {
		return nil, nil
	}
	var all []*packages.Package
	for _, path := range slices.Sorted(maps.Keys(imported)) {
		p := w.compiled[path]
		if ours[path] || p == nil {
			continue
		}
		for _, name := range p.GoFiles {
			data, err := w.run.overlay.ReadFile(name)
			if err != nil {
				return nil, err
			}
			if bytes.Contains(data, []byte("\n//go:fix inline")) {
				all = append(all, p)
				break
			}
		}
	}
	return all, nil
}

// exportsInline reports whether a fixer learns from directives in dependencies.
func exportsInline(f *fix.Fixer) bool {
	return slices.ContainsFunc(f.Analyzer.FactTypes, isInlineFact)
}

// readDirectives notes what analyzers have to know of dependencies with directives.
func (w *world) readDirectives(all []*packages.Package) error {
	for _, p := range all {
		g := &group{world: w, packages: []*packages.Package{p}}
		checked, problems, err := g.check(context.Background(), w.run.overlay.ReadFile)
		if err != nil {
			return err
		}
		if len(problems) > 0 {
			continue // cgo's files, say: what it declares stays unknown
		}
		a := &analyst{
			checked: checked[0], facts: w.run.facts, read: w.run.overlay.ReadFile,
			results: make(map[*analysis.Analyzer]any), failed: make(map[*analysis.Analyzer]error),
		}
		for _, f := range w.run.o.Fixers {
			if !exportsInline(f) {
				continue
			}
			if _, err := a.run(f); err != nil {
				return fmt.Errorf("%s: %w", p.PkgPath, err)
			}
		}
	}
	return nil
}

// noteSince notes which version of Go an object that can be inlined needs where it is.
func (a *analyst) noteSince(obj types.Object, path objectpath.Path) {
	for _, f := range a.files {
		if obj.Pos() < f.FileStart || f.FileEnd < obj.Pos() {
			continue
		}
		for _, decl := range f.Decls {
			if decl.Pos() <= obj.Pos() && obj.Pos() < decl.End() {
				a.facts.setSince(obj.Pkg().Path(), path, newest(a.info, specAt(decl, obj)))
			}
		}
	}
}

// specAt returns the part of a declaration that declares an object.
func specAt(decl ast.Decl, obj types.Object) ast.Node {
	if gen, ok := decl.(*ast.GenDecl); ok {
		for _, spec := range gen.Specs {
			if spec.Pos() <= obj.Pos() && obj.Pos() < spec.End() {
				return spec
			}
		}
	}
	return decl
}
