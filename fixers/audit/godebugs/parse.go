package godebugs

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
)

// Parse reads the table of a toolchain: the file internal/godebugs/table.go of its GOROOT.
// The settings are sorted by name. It returns an error if the file is not such a table.
func Parse(src []byte) ([]Setting, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "table.go", src, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("the table of GODEBUG settings: %w", err)
	}
	all := rows(file, "All")
	if len(all) == 0 {
		return nil, fmt.Errorf("the table of GODEBUG settings has no variable All with rows: the toolchain is not known to gomend")
	}
	var table []Setting
	for _, row := range all {
		s := Setting{
			Name: text(row["Name"]), Package: text(row["Package"]), Old: text(row["Old"]),
			Changed: number(row["Changed"]), Opaque: isTrue(row["Opaque"]),
		}
		if s.Name == "" {
			return nil, fmt.Errorf("the table of GODEBUG settings has a row without a name: the toolchain is not known to gomend")
		}
		table = append(table, s)
	}
	var removed []Setting
	helpers := predicates(file)
	for _, row := range rows(file, "Removed") {
		if name := text(row["Name"]); name != "" {
			removed = append(removed, Setting{Name: name, Removed: number(row["Removed"]), Gone: helpers.values(row["Old"])})
		}
	}
	return Unite(table, removed), nil
}

// rows returns the fields of the structs in the slice that a variable is set to.
func rows(file *ast.File, variable string) []map[string]ast.Expr {
	var found []map[string]ast.Expr
	for _, decl := range file.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.VAR {
			continue
		}
		for _, spec := range gen.Specs {
			v, ok := spec.(*ast.ValueSpec)
			if !ok || len(v.Names) != 1 || len(v.Values) != 1 || v.Names[0].Name != variable {
				continue
			}
			lit, ok := v.Values[0].(*ast.CompositeLit)
			if !ok {
				continue
			}
			for _, elt := range lit.Elts {
				if row, ok := elt.(*ast.CompositeLit); ok {
					found = append(found, fields(row))
				}
			}
		}
	}
	return found
}

func fields(row *ast.CompositeLit) map[string]ast.Expr {
	fields := make(map[string]ast.Expr)
	for _, elt := range row.Elts {
		if kv, ok := elt.(*ast.KeyValueExpr); ok {
			if key, ok := kv.Key.(*ast.Ident); ok {
				fields[key.Name] = kv.Value
			}
		}
	}
	return fields
}

func text(e ast.Expr) string {
	if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
		s, _ := strconv.Unquote(lit.Value) // the parser checked it
		return s
	}
	return ""
}

func number(e ast.Expr) int {
	if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.INT {
		n, _ := strconv.Atoi(lit.Value) // 0 of what is out of range
		return n
	}
	return 0
}

func isTrue(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "true"
}

// A predicateSet are the functions by which a table says which values are gone.
type predicateSet map[string]ast.Node

func predicates(file *ast.File) predicateSet {
	set := make(predicateSet)
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Body != nil {
			set[f.Name.Name] = f.Body
		}
	}
	return set
}

// values returns the texts that a predicate compares its argument with: it is a function
// literal, or the name of a function of the file.
func (set predicateSet) values(e ast.Expr) []string {
	var body ast.Node
	switch e := e.(type) {
	case *ast.FuncLit:
		body = e.Body
	case *ast.Ident:
		body = set[e.Name]
	}
	if body == nil {
		return nil
	}
	var values []string
	ast.Inspect(body, func(n ast.Node) bool {
		if cmp, ok := n.(*ast.BinaryExpr); ok && cmp.Op == token.EQL {
			if lit, ok := cmp.Y.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				values = append(values, text(lit))
			}
		}
		return true
	})
	slices.Sort(values)
	return slices.Compact(values)
}
