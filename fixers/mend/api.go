package mend

import (
	"fmt"
	"go/token"
	"go/types"
)

// otherAPI says what the packages would declare for others that is not what they declared:
// a fix is not to break those that import them, here or elsewhere.
func otherAPI(before, after []*checked) []problem {
	var problems []problem
	for i, c := range after {
		if i >= len(before) || c.types.Name() == "main" {
			continue
		}
		old, now := before[i].types.Scope(), c.types.Scope()
		for _, name := range old.Names() {
			if !token.IsExported(name) {
				continue
			}
			was, is := old.Lookup(name), now.Lookup(name)
			if is == nil {
				problems = append(problems, problem{message: fmt.Sprintf("%s.%s would be gone", c.types.Path(), name)})
				continue
			}
			if !sameObject(was, is) {
				problems = append(problems, problem{c.fset.PositionFor(is.Pos(), false), fmt.Sprintf("%s.%s would be another %s", c.types.Path(), name, kindOf(is))})
			}
		}
	}
	return problems
}

func kindOf(obj types.Object) string {
	switch obj.(type) {
	case *types.TypeName:
		return "type"
	case *types.Func:
		return "function"
	case *types.Const:
		return "constant"
	}
	return "variable"
}

// sameObject reports whether two objects of one name mean the same for those that use them.
func sameObject(a, b types.Object) bool {
	if kindOf(a) != kindOf(b) {
		return false
	}
	if !sameType(a.Type(), b.Type()) {
		return false
	}
	switch a := a.(type) {
	case *types.Const:
		return a.Val().ExactString() == b.(*types.Const).Val().ExactString()
	case *types.TypeName:
		return a.IsAlias() == b.(*types.TypeName).IsAlias() && sameDeclaration(a.Type(), b.Type())
	}
	return true
}

// sameDeclaration compares what types of one name are declared as: what is exported of it.
func sameDeclaration(a, b types.Type) bool {
	x, ok1 := types.Unalias(a).(*types.Named)
	y, ok2 := types.Unalias(b).(*types.Named)
	if !ok1 || !ok2 {
		return ok1 == ok2
	}
	if !sameType(x.Underlying(), y.Underlying()) || !sameTypeParams(x.TypeParams(), y.TypeParams()) {
		return false
	}
	methods := make(map[string]*types.Func)
	for m := range y.Methods() {
		methods[m.Name()] = m
	}
	for m := range x.Methods() {
		if !m.Exported() {
			continue
		}
		other := methods[m.Name()]
		if other == nil || !sameType(m.Type(), other.Type()) || !sameType(m.Signature().Recv().Type(), other.Signature().Recv().Type()) {
			return false
		}
	}
	return true
}

// sameType compares types of two universes: named ones by their names.
func sameType(a, b types.Type) bool {
	a, b = types.Unalias(a), types.Unalias(b)
	switch a := a.(type) {
	case *types.Basic:
		b, ok := b.(*types.Basic)
		return ok && a.Kind() == b.Kind()
	case *types.Named:
		b, ok := b.(*types.Named)
		return ok && sameName(a.Obj(), b.Obj()) && sameTypes(a.TypeArgs(), b.TypeArgs())
	case *types.Pointer:
		b, ok := b.(*types.Pointer)
		return ok && sameType(a.Elem(), b.Elem())
	case *types.Slice:
		b, ok := b.(*types.Slice)
		return ok && sameType(a.Elem(), b.Elem())
	case *types.Array:
		b, ok := b.(*types.Array)
		return ok && a.Len() == b.Len() && sameType(a.Elem(), b.Elem())
	case *types.Map:
		b, ok := b.(*types.Map)
		return ok && sameType(a.Key(), b.Key()) && sameType(a.Elem(), b.Elem())
	case *types.Chan:
		b, ok := b.(*types.Chan)
		return ok && a.Dir() == b.Dir() && sameType(a.Elem(), b.Elem())
	case *types.Signature:
		b, ok := b.(*types.Signature)
		return ok && a.Variadic() == b.Variadic() && sameTypeParams(a.TypeParams(), b.TypeParams()) &&
			sameTuple(a.Params(), b.Params()) && sameTuple(a.Results(), b.Results())
	case *types.Tuple:
		b, ok := b.(*types.Tuple)
		return ok && sameTuple(a, b)
	case *types.TypeParam:
		b, ok := b.(*types.TypeParam)
		return ok && a.Index() == b.Index()
	case *types.Struct:
		b, ok := b.(*types.Struct)
		return ok && sameStruct(a, b)
	case *types.Interface:
		b, ok := b.(*types.Interface)
		return ok && sameInterface(a, b)
	case *types.Union:
		b, ok := b.(*types.Union)
		if !ok || a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if a.Term(i).Tilde() != b.Term(i).Tilde() || !sameType(a.Term(i).Type(), b.Term(i).Type()) {
				return false
			}
		}
		return true
	}
	return false
}

func sameName(a, b *types.TypeName) bool {
	if a.Name() != b.Name() || (a.Pkg() == nil) != (b.Pkg() == nil) {
		return false
	}
	return a.Pkg() == nil || a.Pkg().Path() == b.Pkg().Path()
}

func sameTypes(a, b *types.TypeList) bool {
	if a.Len() != b.Len() {
		return false
	}
	for i := range a.Len() {
		if !sameType(a.At(i), b.At(i)) {
			return false
		}
	}
	return true
}

func sameTypeParams(a, b *types.TypeParamList) bool {
	if a.Len() != b.Len() {
		return false
	}
	for i := range a.Len() {
		if !sameType(a.At(i).Constraint(), b.At(i).Constraint()) {
			return false
		}
	}
	return true
}

func sameTuple(a, b *types.Tuple) bool {
	if a.Len() != b.Len() {
		return false
	}
	for i := range a.Len() {
		if !sameType(a.At(i).Type(), b.At(i).Type()) {
			return false
		}
	}
	return true
}

// sameStruct compares the fields, with those that are not exported: whether a struct can be
// compared, and how large it is, matters to those who use it.
func sameStruct(a, b *types.Struct) bool {
	if a.NumFields() != b.NumFields() {
		return false
	}
	for i := range a.NumFields() {
		x, y := a.Field(i), b.Field(i)
		if x.Name() != y.Name() || x.Embedded() != y.Embedded() || a.Tag(i) != b.Tag(i) && x.Exported() {
			return false
		}
		if x.Exported() && !sameType(x.Type(), y.Type()) || types.Comparable(x.Type()) != types.Comparable(y.Type()) {
			return false
		}
	}
	return true
}

func sameInterface(a, b *types.Interface) bool {
	if a.NumMethods() != b.NumMethods() || a.NumEmbeddeds() != b.NumEmbeddeds() || a.IsComparable() != b.IsComparable() {
		return false
	}
	for i := range a.NumMethods() {
		if a.Method(i).Name() != b.Method(i).Name() || !sameType(a.Method(i).Type(), b.Method(i).Type()) {
			return false
		}
	}
	for i := range a.NumEmbeddeds() {
		if !sameType(a.EmbeddedType(i), b.EmbeddedType(i)) {
			return false
		}
	}
	return true
}
