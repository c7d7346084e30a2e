// Package symbol names the declarations of a file.
package symbol

import (
	"fmt"
	"go/ast"
	"go/token"
)

// Around returns the name of the declaration around pos, as in "f", "(*T).m",
// "x" or "T", followed by ".func1" and so on for each function literal around
// it, counted in source order within the function around that. It is empty
// outside of declarations of functions, types, variables and constants.
func Around(file *ast.File, pos token.Pos) string {
	for _, decl := range file.Decls {
		if decl.Pos() <= pos && pos <= decl.End() {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				return functionName(decl) + literalsAround(decl, pos)
			case *ast.GenDecl:
				return specName(decl, pos)
			}
		}
	}
	return ""
}

func functionName(decl *ast.FuncDecl) string {
	if decl.Recv == nil || len(decl.Recv.List) == 0 {
		return decl.Name.Name
	}
	recv := ast.Unparen(decl.Recv.List[0].Type)
	star := false
	if p, ok := recv.(*ast.StarExpr); ok {
		recv, star = ast.Unparen(p.X), true
	}
	switch r := recv.(type) {
	case *ast.IndexExpr:
		recv = r.X
	case *ast.IndexListExpr:
		recv = r.X
	}
	name := "_"
	if id, ok := recv.(*ast.Ident); ok {
		name = id.Name
	}
	if star {
		return fmt.Sprintf("(*%s).%s", name, decl.Name.Name)
	}
	return fmt.Sprintf("%s.%s", name, decl.Name.Name)
}

func specName(decl *ast.GenDecl, pos token.Pos) string {
	for _, spec := range decl.Specs {
		if decl.Lparen.IsValid() && (pos < spec.Pos() || spec.End() < pos) {
			continue
		}
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			return spec.Name.Name
		case *ast.ValueSpec:
			return valueName(spec, pos) + literalsAround(spec, pos)
		}
	}
	return ""
}

// valueName returns the name of the variable or constant at pos, or whose value
// is there; the first of the specification if they can't be told apart.
func valueName(spec *ast.ValueSpec, pos token.Pos) string {
	for i, name := range spec.Names {
		if name.Pos() <= pos && pos <= name.End() ||
			i < len(spec.Values) && spec.Values[i].Pos() <= pos && pos <= spec.Values[i].End() {
			return name.Name
		}
	}
	return spec.Names[0].Name
}

// literalsAround names the function literals around pos within root.
func literalsAround(root ast.Node, pos token.Pos) string {
	path := ""
	count := 0 // literals met directly within the innermost one around pos
	ast.Inspect(root, func(n ast.Node) bool {
		lit, ok := n.(*ast.FuncLit)
		if !ok {
			return true
		}
		count++
		if pos < lit.Pos() || lit.End() < pos {
			return false
		}
		path += fmt.Sprintf(".func%d", count)
		count = 0
		return true
	})
	return path
}
