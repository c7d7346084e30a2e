package facts

import "go/types"

// reachable returns the objects of other analysed packages that an importer of
// the current package can refer to without importing those packages: what can
// be reached from the current package's exported API through types, exported
// fields and methods, and embedded fields. An analysed package stands in the
// result even if none of its facts is reached, for its types lead on.
//
// Types of packages that were not analysed (the standard library, other
// modules) are not entered, since they can't lead back to one that was, except
// through type arguments.
func (s *Set) reachable() map[*types.Package]map[types.Object]bool {
	w := reachWalk{set: s, reached: make(map[*types.Package]map[types.Object]bool), seen: make(map[types.Type]bool)}
	scope := s.pkg.Scope()
	for _, name := range scope.Names() {
		if obj := scope.Lookup(name); obj.Exported() {
			w.typ(obj.Type())
		}
	}
	return w.reached
}

type reachWalk struct {
	set     *Set
	reached map[*types.Package]map[types.Object]bool
	seen    map[types.Type]bool
}

// object notes that an importer can refer to obj.
func (w *reachWalk) object(obj types.Object) {
	pkg := obj.Pkg()
	if pkg == nil || pkg == w.set.pkg || w.set.imported[pkg.Path()] == nil {
		return
	}
	objects := w.reached[pkg]
	if objects == nil {
		objects = make(map[types.Object]bool)
		w.reached[pkg] = objects
	}
	objects[obj] = true
}

// analysed reports whether facts were computed for pkg.
func (w *reachWalk) analysed(pkg *types.Package) bool {
	return pkg == w.set.pkg || pkg != nil && w.set.imported[pkg.Path()] != nil
}

func (w *reachWalk) typ(t types.Type) {
	switch t := t.(type) {
	case *types.Basic:
	case *types.Alias:
		w.args(t.TypeArgs())
		w.named(t.Origin(), t.Obj(), func() { w.typ(t.Origin().Rhs()) })
	case *types.Named:
		w.args(t.TypeArgs())
		t = t.Origin()
		w.named(t, t.Obj(), func() { w.declared(t) })
	case *types.TypeParam:
		w.named(t, t.Obj(), func() { w.typ(t.Constraint()) })
	case *types.Pointer:
		w.typ(t.Elem())
	case *types.Slice:
		w.typ(t.Elem())
	case *types.Array:
		w.typ(t.Elem())
	case *types.Chan:
		w.typ(t.Elem())
	case *types.Map:
		w.typ(t.Key())
		w.typ(t.Elem())
	case *types.Signature:
		w.signature(t)
	case *types.Struct:
		for field := range t.Fields() {
			if field.Exported() || field.Embedded() {
				w.object(field)
				w.typ(field.Type())
			}
		}
	case *types.Interface:
		for method := range t.ExplicitMethods() {
			w.method(method)
		}
		for embedded := range t.EmbeddedTypes() {
			w.typ(embedded)
		}
	case *types.Union:
		for term := range t.Terms() {
			w.typ(term.Type())
		}
	}
}

// named enters a type that has a name once, if its package was analysed.
func (w *reachWalk) named(t types.Type, name *types.TypeName, enter func()) {
	if w.seen[t] || !w.analysed(name.Pkg()) {
		return
	}
	w.seen[t] = true
	w.object(name)
	enter()
}

// declared enters what belongs to a defined type.
func (w *reachWalk) declared(t *types.Named) {
	for tparam := range t.TypeParams().TypeParams() {
		w.typ(tparam)
	}
	w.typ(t.Underlying())
	for method := range t.Methods() {
		w.method(method)
	}
}

func (w *reachWalk) method(m *types.Func) {
	if m.Exported() {
		w.object(m)
		w.signature(m.Signature())
	}
}

func (w *reachWalk) signature(sig *types.Signature) {
	for tparam := range sig.TypeParams().TypeParams() {
		w.typ(tparam)
	}
	for _, tuple := range []*types.Tuple{sig.Params(), sig.Results()} {
		for v := range tuple.Variables() {
			w.object(v)
			w.typ(v.Type())
		}
	}
}

func (w *reachWalk) args(list *types.TypeList) {
	for t := range list.Types() {
		w.typ(t)
	}
}
