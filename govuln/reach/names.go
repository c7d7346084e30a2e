package reach

import (
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/types/typeutil"
)

// entryPoints returns the functions of a package at which execution can begin.
func entryPoints(pkg *ssa.Package) []*ssa.Function {
	var entries []*ssa.Function
	main := pkg.Pkg.Name() == "main"
	for name, member := range pkg.Members {
		for _, f := range functionsOf(member, pkg.Prog) {
			switch {
			case main:
				if name == "main" || name == "init" || strings.HasPrefix(name, "init#") {
					entries = append(entries, f)
				}
			case f.Name() == "init" && f.Synthetic == "package initializer",
				f.Synthetic == "" && f.Object() != nil && f.Object().Exported():
				entries = append(entries, f)
			}
		}
	}
	return entries
}

// functionsOf returns a function, or the methods of a type.
func functionsOf(member ssa.Member, prog *ssa.Program) []*ssa.Function {
	switch m := member.(type) {
	case *ssa.Function:
		return []*ssa.Function{m}
	case *ssa.Type:
		var methods []*ssa.Function
		for _, s := range typeutil.IntuitiveMethodSet(m.Type(), &prog.MethodSets) {
			if f := prog.MethodValue(s); f != nil {
				methods = append(methods, f)
			}
		}
		return methods
	}
	return nil
}

// packagePath returns the import path of the package that a function stands in, or "". That
// of an instance of a generic function is the function's.
func packagePath(f *ssa.Function) string {
	if origin := f.Origin(); origin != nil {
		f = origin
	}
	if f.Package() == nil || f.Package().Pkg == nil {
		return ""
	}
	return f.Package().Pkg.Path()
}

// symbolOf returns a function's name as advisories have it: "F", or "T.F" for a method of T
// or *T, without type arguments. Bound methods and method expressions are named for the
// methods.
func symbolOf(f *ssa.Function) string {
	if t := receiverType(f); t != nil {
		return typeName(t) + "." + nameOf(f)
	}
	return nameOf(f)
}

// receiverType returns the type of which a function is a method, or nil.
func receiverType(f *ssa.Function) types.Type {
	switch {
	case f.Signature.Recv() != nil:
		return f.Signature.Recv().Type()
	case strings.HasPrefix(f.Synthetic, "bound ") && len(f.FreeVars) == 1:
		return f.FreeVars[0].Type()
	case strings.HasPrefix(f.Synthetic, "thunk ") && f.Signature.Params().Len() > 0:
		return f.Signature.Params().At(0).Type()
	}
	return nil
}

// typeName returns the name of a type or of what a pointer points to, without its package.
func typeName(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Pointer:
		return typeName(t.Elem())
	case *types.Named:
		return t.Obj().Name()
	default:
		return types.TypeString(t, func(*types.Package) string { return "" })
	}
}

// receiver returns the type of which a function is a method as people write it, or "".
func receiver(f *ssa.Function) string {
	t := receiverType(f)
	if t == nil {
		return ""
	}
	star := ""
	if _, ok := types.Unalias(t).(*types.Pointer); ok {
		star = "*"
	}
	return star + typeName(t)
}

// nameOf returns a function's name without type arguments.
func nameOf(f *ssa.Function) string {
	name, _, _ := strings.Cut(f.Name(), "[")
	return name
}
