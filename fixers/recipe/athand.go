package recipe

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ast/inspector"
)

// findAtHand binds the wildcards that before does not use: to the variable of the name that
// the function around the match has, or else to its only parameter of the type. It returns one
// for which there is none, or nil.
func (s *site) findAtHand() *param {
	for _, w := range s.match.pattern.pair.params {
		if w.inBefore {
			continue
		}
		v := s.atHand(w)
		if v == nil {
			return w
		}
		s.match.bound[w] = &binding{object: v}
	}
	return nil
}

// typeOf returns the type of a wildcard.
func (s *site) typeOf(w *param) types.Type {
	for v, p := range s.match.pattern.params {
		if p == w {
			return v.Type()
		}
	}
	return types.Typ[types.Invalid]
}

// fits reports whether the types of a match without a variable at hand fit.
func (s *site) fits(missing *param) bool {
	for v, w := range s.match.pattern.params {
		if !w.inBefore && s.match.bound[w] == nil {
			s.match.bound[w] = &binding{object: v}
		}
	}
	return s.match.pattern.accepts(s.pass.TypesInfo, s.match)
}

// atHand returns the variable for a wildcard.
func (s *site) atHand(w *param) *types.Var {
	fileScope := s.pass.TypesInfo.Scopes[s.file]
	if fileScope == nil {
		return nil
	}
	pos := s.node.Pos()
	scope := fileScope.Innermost(pos)
	if scope == nil {
		return nil
	}
	want := s.typeOf(w)
	visible := func(name string) *types.Var {
		_, obj := scope.LookupParent(name, pos)
		v, ok := obj.(*types.Var)
		if !ok || obj.Parent() == s.pass.Pkg.Scope() || !types.AssignableTo(v.Type(), want) {
			return nil
		}
		return v
	}
	for fn := range s.cur.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		if v := visible(w.name); v != nil && declaredIn(v.Pos(), fn) {
			return v
		}
		var only *types.Var
		for _, name := range parameters(fn) {
			v, ok := s.pass.TypesInfo.Defs[name].(*types.Var)
			if !ok || name.Name == "_" || !types.Identical(v.Type(), want) {
				continue
			}
			if only != nil || visible(name.Name) != v {
				return nil
			}
			only = v
		}
		return only
	}
	return nil
}

func declaredIn(pos token.Pos, cur inspector.Cursor) bool {
	return cur.Node().Pos() <= pos && pos < cur.Node().End()
}

// parameters returns the names of the parameters of a function.
func parameters(cur inspector.Cursor) []*ast.Ident {
	var fields *ast.FieldList
	switch fn := cur.Node().(type) {
	case *ast.FuncDecl:
		fields = fn.Type.Params
	case *ast.FuncLit:
		fields = fn.Type.Params
	}
	var names []*ast.Ident
	for _, f := range fields.List {
		names = append(names, f.Names...)
	}
	return names
}
