package oncevalue

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds values that are computed once.
var Analyzer = &analysis.Analyzer{
	Name: "oncevalue",
	Doc:  "use sync.OnceValue for values that are computed once",
	URL:  "https://pkg.go.dev/github.com/gomend/gomend/fixers/oncevalue",
	Run:  run,
}

func run(pass *analysis.Pass) (any, error) {
	if !rewrite.Imports(pass.Pkg, "sync") {
		return nil, nil
	}
	for _, file := range pass.Files {
		if ast.IsGenerated(file) || !fix.Applies(pass, file, "go1.21") {
			continue
		}
		for _, d := range file.Decls {
			if decl, ok := d.(*ast.FuncDecl); ok {
				check(pass, file, decl)
			}
		}
	}
	return nil, nil
}

// getter is a function that fills variables once and returns them.
type getter struct {
	decl   *ast.FuncDecl
	once   *types.Var
	values []*types.Var
	lit    *ast.FuncLit    // what once.Do gets
	last   *ast.AssignStmt // its last statement
}

// check checks a function.
func check(pass *analysis.Pass, file *ast.File, decl *ast.FuncDecl) {
	g := getterOf(pass.TypesInfo, decl)
	if g == nil || !g.owns(pass) || g.recurs(pass) {
		return
	}
	d := analysis.Diagnostic{Pos: decl.Name.Pos(), End: decl.Name.End(), Category: "value", Message: "sync.OnceValue says that this is computed once"}
	if edits, ok := g.rewrite(pass, file); ok {
		d.SuggestedFixes = []analysis.SuggestedFix{{Message: "Use sync.OnceValue", TextEdits: edits}}
	} else {
		d.Category, d.Message = "comment", "sync.OnceValue could compute this once, but a comment would be lost"
	}
	pass.Report(d)
}

// getterOf returns the getter that a function is, or nil.
func getterOf(info *types.Info, decl *ast.FuncDecl) *getter {
	if decl.Recv != nil || decl.Body == nil || decl.Name.IsExported() || decl.Name.Name == "init" || decl.Type.TypeParams != nil ||
		decl.Type.Params.NumFields() > 0 || decl.Type.Results.NumFields() == 0 || decl.Type.Results.NumFields() > 2 || len(decl.Body.List) != 2 {
		return nil
	}
	do, ok := decl.Body.List[0].(*ast.ExprStmt)
	if !ok {
		return nil
	}
	call, ok := do.X.(*ast.CallExpr)
	if !ok || !rewrite.CallsMethod(info, call, "sync", "Once", "Do") {
		return nil
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	g := &getter{decl: decl}
	g.once, _ = rewrite.Object(info, sel.X).(*types.Var)
	g.lit, _ = call.Args[0].(*ast.FuncLit)
	ret, ok := decl.Body.List[1].(*ast.ReturnStmt)
	if !ok || g.once == nil || g.lit == nil || len(g.lit.Body.List) == 0 || len(ret.Results) != decl.Type.Results.NumFields() {
		return nil
	}
	for _, x := range ret.Results {
		v, ok := rewrite.Object(info, x).(*types.Var)
		if !ok || slices.Contains(g.values, v) {
			return nil
		}
		g.values = append(g.values, v)
	}
	g.last, _ = g.lit.Body.List[len(g.lit.Body.List)-1].(*ast.AssignStmt)
	if g.last == nil || g.last.Tok != token.ASSIGN || len(g.last.Lhs) != len(g.values) || returns(g.lit) {
		return nil
	}
	for i, x := range g.last.Lhs {
		if rewrite.Object(info, x) != g.values[i] {
			return nil
		}
	}
	results := info.Defs[decl.Name].(*types.Func).Signature().Results()
	for i, v := range g.values {
		if results.At(i).Name() != "" || !types.Identical(v.Type(), results.At(i).Type()) {
			return nil
		}
	}
	return g
}

// returns reports whether a function literal has a return statement of its own.
func returns(lit *ast.FuncLit) bool {
	found := false
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.ReturnStmt:
			found = true
		case *ast.FuncLit:
			return false
		}
		return !found
	})
	return found
}

// owns reports whether the once and the values are variables of the package that only the
// getter names: the once at Do, the values where they are set and returned.
func (g *getter) owns(pass *analysis.Pass) bool {
	for _, v := range append([]*types.Var{g.once}, g.values...) {
		uses := rewrite.Uses(pass.TypesInfo, v)
		want := 2
		if v == g.once {
			want = 1
		}
		if v.Parent() != pass.Pkg.Scope() || v.Exported() || len(uses) != want ||
			slices.ContainsFunc(uses, func(id *ast.Ident) bool { return !rewrite.Within(id.Pos(), g.decl) }) ||
			rewrite.NamedElsewhere(pass, v.Name()) {
			return false
		}
	}
	return true
}

// recurs reports whether the literal leads back to the getter, through functions and
// variables of the package: then it can't initialise a variable.
func (g *getter) recurs(pass *analysis.Pass) bool {
	bodies := make(map[types.Object]ast.Node)
	for _, f := range pass.Files {
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				bodies[pass.TypesInfo.Defs[d.Name]] = d
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if spec, ok := spec.(*ast.ValueSpec); ok {
						for _, name := range spec.Names {
							bodies[pass.TypesInfo.Defs[name]] = spec
						}
					}
				}
			}
		}
	}
	target := pass.TypesInfo.Defs[g.decl.Name]
	seen := make(map[types.Object]bool)
	var leads func(n ast.Node) bool
	leads = func(n ast.Node) bool {
		found := false
		ast.Inspect(n, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok || found {
				return !found
			}
			obj := pass.TypesInfo.Uses[id]
			if obj == target {
				found = true
			} else if obj != nil && !seen[obj] {
				seen[obj] = true
				found = bodies[obj] != nil && leads(bodies[obj])
			}
			return !found
		})
		return found
	}
	return leads(g.lit)
}

// rewrite returns the edits that make a variable of the getter, or false if a comment would
// be lost.
func (g *getter) rewrite(pass *analysis.Pass, file *ast.File) ([]analysis.TextEdit, bool) {
	if rewrite.HasComment(file, g.decl.Pos(), g.lit.Body.Pos()) || rewrite.HasComment(file, g.lit.End(), g.decl.End()) ||
		rewrite.HasComment(file, g.last.Pos(), g.last.Rhs[0].Pos()) {
		return nil, false
	}
	edits, ok := deletions(pass, append([]*types.Var{g.once}, g.values...))
	if !ok {
		return nil, false
	}
	sync, imports := rewrite.Import(pass, file, "sync", "sync", g.decl.Pos())
	if sync != "" {
		sync += "."
	}
	function := "OnceValue"
	if len(g.values) == 2 {
		function = "OnceValues"
	}
	result := rewrite.Text(pass, g.decl.Type.Results)
	head := "var " + g.decl.Name.Name + " = " + sync + function + "(func() " + strings.TrimSpace(result) + " "
	edits = append(append(edits, imports...),
		analysis.TextEdit{Pos: g.decl.Pos(), End: g.lit.Body.Pos(), NewText: []byte(head)},
		analysis.TextEdit{Pos: g.last.Pos(), End: g.last.Rhs[0].Pos(), NewText: []byte("return ")},
		analysis.TextEdit{Pos: g.lit.End(), End: g.decl.End(), NewText: []byte(")")},
	)
	return edits, true
}

// deletions returns the edits that remove the declarations of variables of the package,
// which declare nothing else and give no values.
func deletions(pass *analysis.Pass, variables []*types.Var) ([]analysis.TextEdit, bool) {
	var edits []analysis.TextEdit
	removed := 0
	for _, file := range pass.Files {
		for _, d := range file.Decls {
			gen, ok := d.(*ast.GenDecl)
			if !ok || gen.Tok != token.VAR {
				continue
			}
			var going []ast.Node
			for _, s := range gen.Specs {
				spec := s.(*ast.ValueSpec)
				v, _ := pass.TypesInfo.Defs[spec.Names[0]].(*types.Var)
				if slices.Contains(variables, v) && len(spec.Names) == 1 && len(spec.Values) == 0 {
					going = append(going, spec)
				}
			}
			removed += len(going)
			if len(going) == len(gen.Specs) {
				going = []ast.Node{gen}
			}
			for _, n := range going {
				edit, ok := rewrite.Delete(pass, file, n, func(string) bool { return false })
				if !ok || commentAbove(n) {
					return nil, false
				}
				edits = append(edits, edit)
			}
		}
	}
	return edits, removed == len(variables)
}

// commentAbove reports whether a declaration has a comment that speaks of it.
func commentAbove(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.GenDecl:
		return n.Doc != nil
	case *ast.ValueSpec:
		return n.Doc != nil
	}
	return false
}
