package recipe

import (
	"cmp"
	"go/ast"
	"go/types"
	"go/version"
	"slices"
	"strings"

	"github.com/gomend/gomend/fixers/internal/stdapi"
)

// check type-checks the template with the packages that it imports, and notes what is wrong.
func (r *Recipe) check(imported types.Importer) {
	info := newInfo()
	cfg := types.Config{Importer: imported, Error: func(err error) {
		pos, message := typeError(err)
		r.problem(pos, "%s", message)
	}}
	pkg, _ := cfg.Check("recipe", r.fset, []*ast.File{r.file}, info) // the errors are noted
	slices.SortStableFunc(r.problems, func(a, b Problem) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col)) })
	if len(r.problems) > 0 {
		return
	}
	for _, p := range r.pairs {
		r.agree(p, pkg, info)
	}
	if len(r.problems) == 0 {
		r.refuseCircles(pkg, info)
		r.setSince(info)
	}
}

// agree checks that after may stand wherever before does.
func (r *Recipe) agree(p *pair, pkg *types.Package, info *types.Info) {
	before, after := pkg.Scope().Lookup(p.before.Name.Name), pkg.Scope().Lookup(p.after.Name.Name)
	if !types.Identical(before.Type(), after.Type()) {
		r.problem(p.after.Name.Pos(), "%s is %s, and %s is %s: make them the same", p.after.Name.Name, r.words(after.Type()), p.before.Name.Name, r.words(before.Type()))
		return
	}
	if p.statement {
		return
	}
	was, is := r.typeByItself(pkg, info, p.match), r.typeByItself(pkg, info, p.result)
	if !replaces(is, was) {
		r.problem(p.result.Pos(), "the type of this is %s, and that of what it replaces is %s", r.words(is), r.words(was))
	}
}

// typeByItself returns the type of an expression of the template as if nothing around it asked
// for another: constants may have none.
func (r *Recipe) typeByItself(pkg *types.Package, info *types.Info, e ast.Expr) types.Type {
	if info.Types[e].Value != nil {
		if tv, err := types.Eval(r.fset, pkg, e.Pos(), r.code(e)); err == nil {
			return tv.Type
		}
	}
	return info.TypeOf(e)
}

// replaces reports whether a value of a type may stand where one of another does: it is the
// same, or can be assigned to it. An untyped constant has to become the same in a variable.
func replaces(is, was types.Type) bool {
	a, ok1 := is.(*types.Tuple)
	b, ok2 := was.(*types.Tuple)
	if ok1 || ok2 {
		if !ok1 || !ok2 || a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !replaces(a.At(i).Type(), b.At(i).Type()) {
				return false
			}
		}
		return true
	}
	return types.Identical(types.Default(is), types.Default(was)) || types.Default(is) == is && types.AssignableTo(is, was)
}

func (r *Recipe) words(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p.Path() == "recipe" {
			return ""
		}
		return p.Name()
	})
}

// refuseCircles notes pairs whose result is matched again, by themselves or after others: they
// would be applied again and again.
func (r *Recipe) refuseCircles(pkg *types.Package, info *types.Info) {
	leads := make(map[*pair][]*pair)
	for _, from := range r.pairs {
		for _, to := range r.pairs {
			t := r.newPattern(to, pkg, info)
			ast.Inspect(from.result, func(n ast.Node) bool {
				if e, ok := n.(ast.Expr); ok && !slices.Contains(leads[from], to) && t.matchesTemplate(info, e) {
					leads[from] = append(leads[from], to)
				}
				return true
			})
		}
	}
	for _, p := range r.pairs {
		seen := make(map[*pair]bool)
		var reach func(from *pair)
		reach = func(from *pair) {
			for _, to := range leads[from] {
				if !seen[to] {
					seen[to] = true
					reach(to)
				}
			}
		}
		if reach(p); seen[p] {
			r.problem(p.result.Pos(), "%s matches what becomes of this: it would be rewritten again and again", p.before.Name.Name)
		}
	}
}

// matchesTemplate reports whether the pattern matches a part of the template.
func (t *pattern) matchesTemplate(info *types.Info, e ast.Expr) bool {
	m := t.match(info, e)
	if m == nil {
		return false
	}
	for v, w := range t.params {
		if !w.inBefore {
			m.bound[w] = &binding{object: v}
		}
	}
	return t.accepts(info, m)
}

// setSince makes the recipe wait for the Go version that has what the afters use of the
// standard library.
func (r *Recipe) setSince(info *types.Info) {
	newest := ""
	for _, p := range r.pairs {
		ast.Inspect(p.result, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				if since := stdapi.Since(info.Uses[id]); since != "" && (newest == "" || version.Compare(since, newest) > 0) {
					newest = since
				}
			}
			return true
		})
	}
	if newest != "" && (r.Since == "" || version.Compare("go"+r.Since, newest) < 0) {
		r.Since = strings.TrimPrefix(newest, "go")
	}
}
