package recipe

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"go/version"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gomend/gomend/fixers/fix"
)

// A Source is a recipe as it is written.
type Source struct {
	// Name is the name of the fixer, and Summary says in a few words what it does.
	Name, Summary string

	// Since is the oldest Go version for which the fixer does anything, as "1.21". Without
	// it, that is the one that has what after uses of the standard library.
	Since string

	// Tier is how far the rewrites may be trusted: the author vouches for it. It is
	// [fix.Suggestion] if empty.
	Tier fix.Tier

	// Template is the Go code.
	Template string

	// Origin is where the recipe is written, for people.
	Origin string
}

// A Recipe is a template that was parsed.
type Recipe struct {
	Source

	fset     *token.FileSet
	text     string // of the file that is made of the template
	file     *ast.File
	info     *types.Info // of names alone: packages are unknown
	imports  []*importOf
	pairs    []*pair
	problems Problems

	// Idle says why there is nothing to apply the recipe to, once [Load] has looked.
	Idle string

	modules map[string]string // of what is imported, by import path; "" of the standard library
}

// An importOf is an import of a template.
type importOf struct {
	spec           *ast.ImportSpec
	path           string
	name           *types.PkgName
	before, member bool // before uses it; it is used at all
}

// A pair is a before and its after.
type pair struct {
	kind          string // "" for the plain ones
	before, after *ast.FuncDecl
	match, result ast.Expr
	statement     bool // it has no value
	params        []*param
}

// A param is a wildcard.
type param struct {
	name          string
	variadic      bool
	before, after types.Object // in the one function and in the other
	inBefore      bool         // or it has to be at hand
}

// Parse reads a recipe. An error is of the type [Problems].
func Parse(s Source) (*Recipe, error) {
	r := &Recipe{Source: s, fset: token.NewFileSet(), text: header + s.Template}
	if r.Tier == "" {
		r.Tier = fix.Suggestion
	}
	if !named(s.Name) {
		r.problems = append(r.problems, Problem{Message: fmt.Sprintf("%q is no name for a fixer: use letters and digits, the first a letter", s.Name)})
	}
	if s.Since != "" && !version.IsValid("go"+s.Since) {
		r.problems = append(r.problems, Problem{Message: fmt.Sprintf("since: %q is no version of Go: write it as 1.21", s.Since)})
	}
	if s.Tier == fix.Left {
		r.problems = append(r.problems, Problem{Message: "tier: a recipe is safe, proven or a suggestion"})
	}
	var err error
	r.file, err = parser.ParseFile(r.fset, "template", r.text, parser.SkipObjectResolution)
	if err != nil {
		r.syntax(err)
		return nil, r.problems
	}
	r.readImports()
	r.readPairs()
	if len(r.problems) == 0 {
		r.resolve()
	}
	if len(r.problems) == 0 {
		for _, p := range r.pairs {
			r.readParams(p)
			r.restrict(p)
		}
	}
	return r, r.problems.err()
}

// named reports whether a text can be the name of an analyzer, which is a flag of fix tools.
func named(text string) bool { return token.IsIdentifier(text) && text[0] < 0x80 }

// syntax notes what the parser says.
func (r *Recipe) syntax(err error) {
	var list scanner.ErrorList
	if !errors.As(err, &list) {
		r.problems = append(r.problems, Problem{Message: err.Error()})
		return
	}
	for _, e := range list {
		if strings.HasPrefix(strings.TrimSpace(r.Template), "package ") {
			e.Msg = "leave the package clause out"
		}
		r.problems = append(r.problems, problemAt(e.Pos, "%s", e.Msg))
		break // the others often follow from the first
	}
}

// readImports notes the imports.
func (r *Recipe) readImports() {
	for _, spec := range r.file.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		switch {
		case err != nil || p == "C" || p == "unsafe" || strings.HasPrefix(p, "."):
			r.problem(spec.Pos(), "%s can't be imported by a recipe", spec.Path.Value)
		case spec.Name != nil && (spec.Name.Name == "." || spec.Name.Name == "_"):
			r.problem(spec.Pos(), "import %s under a name: each package is called by one", spec.Path.Value)
		default:
			r.imports = append(r.imports, &importOf{spec: spec, path: p})
		}
	}
}

// readPairs notes the functions.
func (r *Recipe) readPairs() {
	befores, afters := make(map[string]*ast.FuncDecl), make(map[string]*ast.FuncDecl)
	var order []string
	for _, decl := range r.file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok {
			if gen := decl.(*ast.GenDecl); gen.Tok != token.IMPORT {
				r.problem(decl.Pos(), "a template has imports and functions before and after, and nothing else")
			}
			continue
		}
		suffix, isBefore := strings.CutPrefix(fn.Name.Name, "before")
		all := befores
		if !isBefore {
			var isAfter bool
			if suffix, isAfter = strings.CutPrefix(fn.Name.Name, "after"); !isAfter {
				r.problem(fn.Pos(), "the function %s is neither before nor after", fn.Name.Name)
				continue
			}
			all = afters
		}
		switch {
		case fn.Recv != nil:
			r.problem(fn.Pos(), "%s has a receiver: make it a parameter", fn.Name.Name)
		case all[suffix] != nil:
			r.problem(fn.Pos(), "there is another function %s above", fn.Name.Name)
		case strings.EqualFold(strings.TrimLeft(suffix, "_"), leftKind):
			r.problem(fn.Pos(), "%s: left is what is not rewritten: choose another ending", fn.Name.Name)
		}
		if all[suffix] == nil && isBefore {
			order = append(order, suffix)
		}
		all[suffix] = fn
	}
	kinds := make(map[string]bool)
	for _, suffix := range order {
		p := &pair{kind: strings.ToLower(strings.TrimLeft(suffix, "_")), before: befores[suffix], after: afters[suffix]}
		if p.after == nil {
			r.problem(p.before.Pos(), "%s has no function after%s", p.before.Name.Name, suffix)
			continue
		}
		if kinds[p.kind] {
			r.problem(p.before.Pos(), "another pair has the same ending but for its case")
		}
		kinds[p.kind] = true
		p.match, p.statement = r.expression(p.before)
		p.result, _ = r.expression(p.after)
		r.pairs = append(r.pairs, p)
	}
	for suffix, fn := range afters {
		if befores[suffix] == nil {
			r.problem(fn.Pos(), "%s has no function before%s", fn.Name.Name, suffix)
		}
	}
	if len(order) == 0 && len(r.problems) == 0 {
		r.problem(r.file.Name.End(), "there is no function before")
	}
}

// expression returns the expression that a function consists of.
func (r *Recipe) expression(fn *ast.FuncDecl) (e ast.Expr, statement bool) {
	if fn.Body == nil || len(fn.Body.List) != 1 {
		r.problem(fn.Name.Pos(), "%s must have one statement: an expression, or return with one", fn.Name.Name)
		return nil, false
	}
	switch stmt := fn.Body.List[0].(type) {
	case *ast.ExprStmt:
		return ast.Unparen(stmt.X), true
	case *ast.ReturnStmt:
		if len(stmt.Results) == 1 {
			return ast.Unparen(stmt.Results[0]), false
		}
	}
	r.problem(fn.Body.List[0].Pos(), "%s must be an expression, or return one: several values are those of a call", fn.Name.Name)
	return nil, false
}

// resolve finds out what names stand for: wildcards, packages, or what Go has.
func (r *Recipe) resolve() {
	r.info = &types.Info{Uses: make(map[*ast.Ident]types.Object), Defs: make(map[*ast.Ident]types.Object), Implicits: make(map[ast.Node]types.Object)}
	cfg := types.Config{
		Importer: importer(func(path string) (*types.Package, error) {
			p := types.NewPackage(path, assumedName(path))
			p.MarkComplete()
			return p, nil
		}),
		Error: func(err error) {
			var e types.Error
			if !errors.As(err, &e) {
				return
			}
			if name, ok := strings.CutPrefix(e.Msg, "undefined: "); ok && token.IsIdentifier(name) {
				r.problem(e.Pos, "undefined: %s: it is no parameter; if it is a package, name its import", name)
			}
		},
	}
	cfg.Check("recipe", r.fset, []*ast.File{r.file}, r.info) // what else is wrong shows when packages are known
	for _, i := range r.imports {
		i.name = r.info.PkgNameOf(i.spec)
		for id, obj := range r.info.Uses {
			if i.name == nil || obj != types.Object(i.name) {
				continue
			}
			i.member = true
			for _, p := range r.pairs {
				if within(id, p.before) {
					i.before = true
				}
			}
		}
		if !i.member {
			r.problem(i.spec.Pos(), "%q is imported and not used", i.path)
		}
	}
}

type importer func(path string) (*types.Package, error)

func (f importer) Import(path string) (*types.Package, error) { return f(path) }

// assumedName returns the name that a package of a path most often has.
func assumedName(importPath string) string {
	major := regexp.MustCompile(`^v[0-9]+$`)
	base := path.Base(importPath)
	if major.MatchString(base) && strings.Contains(importPath, "/") {
		base = path.Base(path.Dir(importPath))
	}
	base = strings.TrimPrefix(base, "go-")
	if i := strings.IndexFunc(base, func(c rune) bool { return c == '.' || c == '-' }); i > 0 {
		base = base[:i]
	}
	return base
}

func within(n, outer ast.Node) bool { return outer.Pos() <= n.Pos() && n.End() <= outer.End() }

// readParams notes the wildcards of a pair.
func (r *Recipe) readParams(p *pair) {
	mine, theirs := r.paramsOf(p.before), r.paramsOf(p.after)
	if len(r.problems) > 0 {
		return
	}
	if !slices.EqualFunc(mine, theirs, func(a, b *ast.Ident) bool { return a.Name == b.Name }) {
		r.problem(p.after.Name.Pos(), "%s must have the parameters of %s, by the same names", p.after.Name.Name, p.before.Name.Name)
		return
	}
	for i, id := range mine {
		w := &param{name: id.Name, before: r.info.Defs[id], after: r.info.Defs[theirs[i]]}
		if last := p.before.Type.Params.List; i == len(mine)-1 {
			_, w.variadic = last[len(last)-1].Type.(*ast.Ellipsis)
		}
		w.inBefore = r.mentions(p.match, w.before)
		switch inAfter := r.mentions(p.result, w.after); {
		case !w.inBefore && !inAfter:
			r.problem(id.Pos(), "the parameter %s is not used", w.name)
		case !w.inBefore && w.variadic:
			r.problem(id.Pos(), "%s is variadic, and before does not use it", w.name)
		}
		p.params = append(p.params, w)
	}
	if !slices.ContainsFunc(p.params, func(w *param) bool { return w.variadic }) {
		return
	}
	for _, e := range []ast.Expr{p.match, p.result} {
		r.checkVariadic(e, p.params[len(p.params)-1])
	}
}

// paramsOf returns the names of the parameters of a function.
func (r *Recipe) paramsOf(fn *ast.FuncDecl) []*ast.Ident {
	var all []*ast.Ident
	for _, field := range fn.Type.Params.List {
		if len(field.Names) == 0 {
			r.problem(field.Pos(), "give each parameter a name")
		}
		for _, name := range field.Names {
			if name.Name == "_" {
				r.problem(name.Pos(), "give each parameter a name")
			}
			all = append(all, name)
		}
	}
	return all
}

func (r *Recipe) mentions(e ast.Expr, obj types.Object) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && r.info.Uses[id] == obj {
			found = true
		}
		return !found
	})
	return found
}

// checkVariadic checks that a variadic parameter is passed on as such.
func (r *Recipe) checkVariadic(e ast.Expr, w *param) {
	passed := make(map[*ast.Ident]bool)
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if id, ok := lastArg(n).(*ast.Ident); ok && n.Ellipsis.IsValid() {
				passed[id] = true
			}
		case *ast.Ident:
			if obj := r.info.Uses[n]; obj != nil && (obj == w.before || obj == w.after) && !passed[n] {
				r.problem(n.Pos(), "%s is variadic: pass it on as %s...", w.name, w.name)
			}
		}
		return true
	})
}

func lastArg(call *ast.CallExpr) ast.Expr {
	if len(call.Args) == 0 {
		return nil
	}
	return call.Args[len(call.Args)-1]
}

// restrict notes what a before or an after can't be.
func (r *Recipe) restrict(p *pair) {
	if id, ok := p.match.(*ast.Ident); ok && slices.ContainsFunc(p.params, func(w *param) bool { return w.before == r.info.Uses[id] }) {
		r.problem(id.Pos(), "%s matches everything", id.Name)
	}
	ast.Inspect(p.match, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok {
			r.problem(lit.Pos(), "a function literal matches nothing: make it a parameter")
			return false
		}
		return true
	})
	ast.Inspect(p.result, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if t, ok := r.info.Uses[id].(*types.TypeName); ok && isTypeParam(t.Type()) {
				r.problem(id.Pos(), "%s can't be named here: let it be inferred", id.Name)
			}
		}
		return true
	})
	if call, ok := p.result.(*ast.CallExpr); p.statement && (!ok || call == nil) {
		r.problem(p.result.Pos(), "%s is a statement, and must be a call", p.after.Name.Name)
	}
}

func isTypeParam(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.TypeParam)
	return ok
}

// code returns a part of the template as it is written.
func (r *Recipe) code(n ast.Node) string {
	return r.text[r.offset(n.Pos()):r.offset(n.End())]
}

func (r *Recipe) offset(pos token.Pos) int { return r.fset.Position(pos).Offset }
