package sortfunc

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// rewrite returns the edits that call a function of package slices, with a literal that takes
// two elements and returns an int, or none if the elements' type can't be named.
func (s *sort) rewrite(successor string) []analysis.TextEdit {
	elem, edits, ok := s.typeName()
	if !ok {
		return nil
	}
	qualifier, imports := rewrite.Import(s.pass, s.file, "slices", "slices", s.call.Pos())
	if qualifier != "" {
		qualifier += "."
	}
	edits = append(append(edits, imports...),
		rewrite.Replace(s.call.Fun, qualifier+successor),
		rewrite.Replace(s.lit.Type, "func("+s.a+", "+s.b+" "+elem+") int"),
	)
	return edits
}

// typeName returns the elements' type as it can be written before the function's body, and
// the edits that import what it names.
func (s *sort) typeName() (name string, edits []analysis.TextEdit, ok bool) {
	if !s.nameable(s.elem) || !s.visible(types.Universe.Lookup("int")) {
		return "", nil, false
	}
	name = types.TypeString(s.elem, func(p *types.Package) string {
		if p == s.pass.Pkg {
			return ""
		}
		qualifier, imports := rewrite.Import(s.pass, s.file, p.Path(), p.Name(), s.lit.Pos())
		edits = append(edits, imports...)
		return qualifier
	})
	return name, edits, true
}

// nameable reports whether a type can be named where the literal stands: by names that stand
// for it there, or exported ones of packages that this package imports.
func (s *sort) nameable(t types.Type) bool {
	switch t := t.(type) {
	case *types.Alias:
		return s.visible(t.Obj()) && s.allNameable(t.TypeArgs())
	case *types.Named:
		return s.visible(t.Obj()) && s.allNameable(t.TypeArgs())
	case *types.TypeParam:
		return s.visible(t.Obj())
	case *types.Basic:
		return s.visible(types.Universe.Lookup(t.Name()))
	case *types.Pointer:
		return s.nameable(t.Elem())
	case *types.Slice:
		return s.nameable(t.Elem())
	case *types.Array:
		return s.nameable(t.Elem())
	case *types.Map:
		return s.nameable(t.Key()) && s.nameable(t.Elem())
	}
	return false
}

// allNameable reports whether all types of a list can be named.
func (s *sort) allNameable(list *types.TypeList) bool {
	for t := range list.Types() {
		if !s.nameable(t) {
			return false
		}
	}
	return true
}

// visible reports whether a type's name stands for it where the literal stands, or can be
// qualified there.
func (s *sort) visible(obj types.Object) bool {
	if obj == nil {
		return false
	}
	if obj.Pkg() != nil && obj.Pkg() != s.pass.Pkg {
		return obj.Exported() && slices.Contains(s.pass.Pkg.Imports(), obj.Pkg())
	}
	scope := s.pass.TypesInfo.Scopes[s.file].Innermost(s.lit.Pos())
	if scope == nil {
		return false
	}
	_, found := scope.LookupParent(obj.Name(), s.lit.Pos())
	return found == obj
}
