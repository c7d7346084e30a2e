package audit

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/packages"
)

// reachable are the functions of a unit that a program or a test reaches, by full name.
//
// Whoever mentions a function may call it, and whoever mentions a type may call its methods:
// more is reached so than ever runs, and what is not reached so is not run but by reflection
// and by assembly.
type reachable map[string]bool

// initOf names what runs before a program begins: the variables of a package.
func initOf(pkg string) string { return "init " + pkg }

// reach follows references from the programs and tests. Where there is no program, importers
// reach what the packages export.
func reach(c *code) reachable {
	edges := make(map[string][]string)
	var roots, exported []string
	programs := false
	for _, p := range c.pkgs {
		programs = programs || p.Name == "main"
		initial := initOf(p.PkgPath)
		for _, imported := range p.Types.Imports() {
			edges[initial] = append(edges[initial], initOf(imported.Path()))
		}
		roots = append(roots, initial)
		for _, file := range p.Syntax {
			test := isTest(c.fset.Position(file.FileStart).Filename)
			for _, decl := range file.Decls {
				from := initial
				if f, ok := decl.(*ast.FuncDecl); ok {
					from = functionName(p, f)
					switch {
					case f.Recv == nil && (f.Name.Name == "init" || f.Name.Name == "main" && p.Name == "main"), test && runsAsTest(f):
						roots = append(roots, from)
					case f.Name.IsExported() && !test:
						exported = append(exported, from)
					}
				}
				edges[from] = append(edges[from], references(p, decl)...)
			}
		}
		methods(p.Types, edges)
	}
	if !programs {
		roots = append(roots, exported...)
	}
	reached := make(reachable)
	for len(roots) > 0 {
		name := roots[len(roots)-1]
		roots = roots[:len(roots)-1]
		if !reached[name] {
			reached[name] = true
			roots = append(roots, edges[name]...)
		}
	}
	return reached
}

// has reports whether the declaration at a position is reached.
func (r reachable) has(p *packages.Package, file *ast.File, pos token.Pos) bool {
	for _, decl := range file.Decls {
		if decl.Pos() <= pos && pos < decl.End() {
			if f, ok := decl.(*ast.FuncDecl); ok {
				return r[functionName(p, f)]
			}
		}
	}
	return r[initOf(p.PkgPath)]
}

func functionName(p *packages.Package, f *ast.FuncDecl) string {
	if fn, ok := p.TypesInfo.Defs[f.Name].(*types.Func); ok {
		return fn.FullName()
	}
	return p.PkgPath + "." + f.Name.Name
}

// runsAsTest reports whether the go command calls a function of a test's file.
func runsAsTest(f *ast.FuncDecl) bool {
	if f.Recv != nil {
		return false
	}
	for _, prefix := range []string{"Test", "Benchmark", "Fuzz", "Example"} {
		if strings.HasPrefix(f.Name.Name, prefix) {
			return true
		}
	}
	return false
}

// references returns the functions and types that a declaration mentions.
func references(p *packages.Package, decl ast.Decl) []string {
	var all []string
	ast.Inspect(decl, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		switch obj := p.TypesInfo.Uses[id].(type) {
		case *types.Func:
			all = append(all, obj.Origin().FullName())
		case *types.TypeName:
			if obj.Pkg() != nil {
				all = append(all, typeNode(obj))
			}
		case *types.Var: // whose type may have methods
			if n, ok := types.Unalias(deref(obj.Type())).(*types.Named); ok && n.Obj().Pkg() != nil {
				all = append(all, typeNode(n.Obj()))
			}
		}
		return true
	})
	return all
}

func deref(t types.Type) types.Type {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

func typeNode(t *types.TypeName) string { return "type " + t.Pkg().Path() + "." + t.Name() }

// methods adds the methods of a package's types to what these reach.
func methods(p *types.Package, edges map[string][]string) {
	for _, name := range p.Scope().Names() {
		t, ok := p.Scope().Lookup(name).(*types.TypeName)
		if !ok {
			continue
		}
		n, ok := t.Type().(*types.Named)
		if !ok {
			continue
		}
		for m := range n.Methods() {
			edges[typeNode(t)] = append(edges[typeNode(t)], m.FullName())
		}
	}
}
