package expstd

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// use looks at one use of the import, a qualified identifier, and reports whether it will be
// one no more.
func (c *change) use(cur inspector.Cursor) (gone bool) {
	sel := cur.Node().(*ast.SelectorExpr)
	fn, ok := c.pass.TypesInfo.Uses[sel.Sel].(*types.Func)
	if !ok {
		c.reason = fmt.Sprintf("the standard library has no %s.%s", c.name, sel.Sel.Name)
		return false
	}
	switch cur.ParentEdgeKind() {
	case edge.IndexExpr_X, edge.IndexListExpr_X:
		c.reason = fmt.Sprintf("%s is given types, and the standard library's may take others", fn.Name())
		return false
	}
	var call *ast.CallExpr
	outer := rewrite.Unparen(cur)
	if outer.ParentEdgeKind() == edge.CallExpr_Fun {
		call = outer.Parent().Node().(*ast.CallExpr)
	}
	if c.name == "maps" {
		return c.useMaps(fn, sel, call, outer)
	}
	c.useSlices(fn, call)
	return false
}

// sorting are the functions of slices whose callback once told whether one element is less
// than another, and since July 2023 compares them.
var sorting = []string{"IsSortedFunc", "MaxFunc", "MinFunc", "SortFunc", "SortStableFunc"}

// shortening are the functions of slices that since Go 1.22 clear the elements that they
// cut off.
var shortening = []string{"Compact", "CompactFunc", "Delete", "DeleteFunc", "Replace"}

// others are the functions of slices that have always been as they are in Go 1.21.
var others = []string{
	"Clip", "Clone", "CompareFunc", "Contains", "ContainsFunc", "EqualFunc", "Grow", "Index",
	"IndexFunc", "Insert", "IsSorted", "Max", "Min", "Reverse", "Sort",
}

// ordering are the functions of slices that order elements by their type.
var ordering = []string{"BinarySearch", "Compare", "IsSorted", "Max", "Min", "Sort"}

// useSlices looks at a use of a function of slices.
func (c *change) useSlices(fn *types.Func, call *ast.CallExpr) {
	params := fn.Signature().Params()
	if slices.Contains(ordering, fn.Name()) && (call == nil || mayBeFloats(c.pass.TypesInfo, call)) && !c.forwards(fn) {
		c.kind = worse(c.kind, "nan")
	}
	switch name := fn.Name(); {
	case slices.Contains(others, name):
	case slices.Contains(sorting, name):
		if returns(params.At(params.Len()-1), types.Int) {
			return
		}
		if call == nil || len(call.Args) != 2 || !c.compares(call.Args[1]) {
			c.reason = fmt.Sprintf("%s takes a function that compares, and the one here says what is less in a way that is not known how to turn into that", name)
			return
		}
		c.kind = worse(c.kind, "less")
	case slices.Contains(shortening, name):
		if !c.forwards(fn) {
			c.kind = worse(c.kind, "tail")
		}
	case name == "Compare" || name == "Equal":
		if call != nil && len(call.Args) == 2 && !sameSlices(c.pass.TypesInfo, call) {
			c.reason = name + " is given slices of two types here"
		}
	case name == "BinarySearch":
		if fn.Signature().Results().Len() != 2 {
			c.reason = "BinarySearch of this version of golang.org/x/exp returns no more than an index"
		}
	case name == "BinarySearchFunc":
		if params.Len() != 3 || fn.Signature().Results().Len() != 2 || !returns(params.At(2), types.Int) {
			c.reason = "BinarySearchFunc of this version of golang.org/x/exp takes another function"
		}
	default:
		c.reason = fmt.Sprintf("the standard library has no slices.%s", name)
	}
}

// mayBeFloats reports whether the first argument of a call is not known to be a slice of
// integers or strings.
func mayBeFloats(info *types.Info, call *ast.CallExpr) bool {
	if len(call.Args) == 0 {
		return true
	}
	slice, ok := info.TypeOf(call.Args[0]).Underlying().(*types.Slice)
	if !ok {
		return true
	}
	basic, ok := slice.Elem().Underlying().(*types.Basic)
	return !ok || basic.Info()&(types.IsInteger|types.IsString) == 0
}

// returns reports whether a parameter is a function whose result is of a basic type.
func returns(param *types.Var, kind types.BasicKind) bool {
	sig, ok := param.Type().Underlying().(*types.Signature)
	if !ok || sig.Results().Len() != 1 {
		return false
	}
	basic, ok := sig.Results().At(0).Type().(*types.Basic)
	return ok && basic.Kind() == kind
}

// forwards reports whether this version of golang.org/x/exp calls the standard library, so
// that nothing but a name changes: its Sort then has a constraint of package cmp.
func (c *change) forwards(fn *types.Func) bool {
	sort, ok := fn.Pkg().Scope().Lookup("Sort").(*types.Func)
	if !ok {
		return false
	}
	params := sort.Signature().TypeParams()
	constraint, ok := params.At(params.Len() - 1).Constraint().(*types.Named)
	return ok && rewrite.IsMember(constraint.Obj(), "cmp", "Ordered")
}

// sameSlices reports whether the arguments of a call may be those of one type parameter: at
// most one of their types has a name.
func sameSlices(info *types.Info, call *ast.CallExpr) bool {
	a, b := info.TypeOf(call.Args[0]), info.TypeOf(call.Args[1])
	if types.Identical(a, b) {
		return true
	}
	_, namedA := types.Unalias(a).(*types.Named)
	_, namedB := types.Unalias(b).(*types.Named)
	return !namedA || !namedB
}

// useMaps looks at a use of a function of maps, and reports whether it will be one no more.
func (c *change) useMaps(fn *types.Func, sel *ast.SelectorExpr, call *ast.CallExpr, cur inspector.Cursor) (gone bool) {
	switch name := fn.Name(); name {
	case "Clone", "Copy", "DeleteFunc", "Equal", "EqualFunc":
	case "Clear":
		switch {
		case call == nil:
			c.reason = "Clear is used as a value, and clear is built in"
		case !c.isBuiltin("clear", sel.Pos()):
			c.reason = "the name clear stands for something else here"
		}
		c.edit(rewrite.Replace(sel, "clear"))
		return true
	case "Keys", "Values":
		switch {
		case !fix.Applies(c.pass, c.file, collects):
			c.reason = fmt.Sprintf("%s is an iterator in the standard library, and there from Go 1.23 on", name)
		case call == nil:
			c.reason = fmt.Sprintf("%s is used as a value, and returns an iterator in the standard library", name)
		default:
			c.collect(call)
			c.kind = worse(c.kind, "keys")
			if !c.sparing(cur.Parent(), true) {
				c.kind = worse(c.kind, "keys-nil")
			}
		}
	default:
		c.reason = fmt.Sprintf("the standard library has no maps.%s", name)
	}
	return false
}

// isBuiltin reports whether a name stands for the predeclared function at a place.
func (c *change) isBuiltin(name string, at token.Pos) bool {
	scope := c.pass.TypesInfo.Scopes[c.file].Innermost(at)
	if scope == nil {
		return false
	}
	_, obj := scope.LookupParent(name, at)
	return obj != nil && obj == types.Universe.Lookup(name)
}

// stands reports whether a name stands for an import at a place.
func (c *change) stands(name string, spec *ast.ImportSpec, at token.Pos) bool {
	scope := c.pass.TypesInfo.Scopes[c.file].Innermost(at)
	if scope == nil {
		return false
	}
	_, obj := scope.LookupParent(name, at)
	return obj == types.Object(c.pass.TypesInfo.PkgNameOf(spec))
}

// collect notes the edits that make a slice of what a call returns, which will be an
// iterator.
func (c *change) collect(call *ast.CallExpr) {
	qualifier := ""
	if other := c.slices; other != nil && other.reason == "" {
		_, qualifier = other.importStd()
		if qualifier == "" {
			c.needsSlices = true
			qualifier = "slices"
			if other.spec.Name != nil {
				qualifier = other.spec.Name.Name
			}
			if !c.stands(qualifier, other.spec, call.Pos()) {
				c.reason = fmt.Sprintf("the name %s stands for something else where a slice has to be collected", qualifier)
				return
			}
		}
	}
	if !c.needsSlices {
		var edits []analysis.TextEdit
		qualifier, edits = rewrite.Import(c.pass, c.file, "slices", "slices", call.Pos())
		c.edit(edits...)
	}
	if qualifier != "" {
		qualifier += "."
	}
	c.edit(
		analysis.TextEdit{Pos: call.Pos(), End: call.Pos(), NewText: []byte(qualifier + "Collect(")},
		analysis.TextEdit{Pos: call.End(), End: call.End(), NewText: []byte(")")},
	)
}
