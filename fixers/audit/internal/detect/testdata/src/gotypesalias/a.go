package gotypesalias

import "go/types"

func kinds(t types.Type, o types.Object) {
	switch t.(type) { // want `the type switch has no case for \*types.Alias`
	case *types.Named:
	}
	switch o.Type().(type) { // want `the type switch has no case`
	case *types.Pointer:
	}
	switch types.Unalias(t).(type) {
	case *types.Named:
	}
	switch t.Underlying().(type) {
	case *types.Struct:
	}
	switch t := t.(type) {
	case *types.Alias:
		kinds(types.Unalias(t), o)
	case *types.Named:
	}
	_, _ = t.(*types.Named) // want `the assertion fails for an alias of a types.Named`
	_, _ = t.(*types.Alias)
	_, _ = types.Unalias(t).(*types.Named)
	u := t.Underlying()
	_, _ = u.(*types.Struct)
	switch o.(type) {
	case *types.Var:
	}
}
