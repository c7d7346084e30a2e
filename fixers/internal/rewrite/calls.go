package rewrite

import (
	"go/ast"
	"go/types"
	"slices"
)

// Calls reports whether a call is one of a package-level function of one of the names in
// the package of a path.
func Calls(info *types.Info, call *ast.CallExpr, path string, names ...string) bool {
	fn := Callee(info, call)
	return fn != nil && slices.ContainsFunc(names, func(name string) bool { return IsMember(fn, path, name) })
}

// CallsMethod reports whether a call is one of a method of one of the names, whose receiver
// is a type of a name in the package of a path, or a pointer to it.
func CallsMethod(info *types.Info, call *ast.CallExpr, path, typeName string, names ...string) bool {
	fn := Callee(info, call)
	if fn == nil || fn.Signature().Recv() == nil || !slices.Contains(names, fn.Name()) {
		return false
	}
	t := types.Unalias(fn.Signature().Recv().Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	named, ok := t.(*types.Named)
	return ok && IsMember(named.Obj(), path, typeName)
}

// Uses returns the identifiers that name an object, its declaration left aside, in the order
// of the package's files.
func Uses(info *types.Info, obj types.Object) []*ast.Ident {
	var ids []*ast.Ident
	for id, used := range info.Uses {
		if used == obj {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b *ast.Ident) int { return int(a.Pos() - b.Pos()) })
	return ids
}

// Imports reports whether a package imports one of the paths itself.
func Imports(pkg *types.Package, paths ...string) bool {
	return slices.ContainsFunc(pkg.Imports(), func(p *types.Package) bool { return slices.Contains(paths, p.Path()) })
}
