package recipe

import (
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// A pattern is a before, type-checked in the universe of a package under analysis.
type pattern struct {
	*pair
	recipe *Recipe
	info   *types.Info
	fn     *types.Func
	params map[types.Object]*param
}

// closure returns a package and all that it imports, however far, by their paths.
func closure(pkg *types.Package) map[string]*types.Package {
	all := make(map[string]*types.Package)
	var add func(p *types.Package)
	add = func(p *types.Package) {
		if all[p.Path()] != nil {
			return
		}
		all[p.Path()] = p
		for _, i := range p.Imports() {
			add(i)
		}
	}
	add(pkg)
	return all
}

// pattern returns the before of a pair for code that can name what is in some packages. It is
// nil where before needs others: nothing matches it then.
func (r *Recipe) pattern(p *pair, known map[string]*types.Package) *pattern {
	file := *r.file
	file.Decls, file.Imports = nil, nil
	for _, i := range r.imports {
		if r.uses(p.before, i) {
			if known[i.path] == nil {
				return nil
			}
			file.Decls = append(file.Decls, &ast.GenDecl{Tok: token.IMPORT, TokPos: i.spec.Pos(), Specs: []ast.Spec{i.spec}})
			file.Imports = append(file.Imports, i.spec)
		}
	}
	file.Decls = append(file.Decls, p.before)
	info := newInfo()
	cfg := types.Config{Importer: importer(func(path string) (*types.Package, error) {
		if known[path] == nil {
			return nil, fmt.Errorf("%s is not imported", path)
		}
		return r.shown(known[path]), nil
	})}
	pkg, err := cfg.Check("recipe", r.fset, []*ast.File{&file}, info)
	if err != nil {
		return nil
	}
	return r.newPattern(p, pkg, info)
}

func (r *Recipe) newPattern(p *pair, pkg *types.Package, info *types.Info) *pattern {
	t := &pattern{pair: p, recipe: r, info: info, params: make(map[types.Object]*param)}
	t.fn = pkg.Scope().Lookup(p.before.Name.Name).(*types.Func)
	for i, v := range variables(t.fn.Signature().Params()) {
		t.params[v] = p.params[i]
	}
	return t
}

func variables(t *types.Tuple) []*types.Var {
	all := make([]*types.Var, t.Len())
	for i := range all {
		all[i] = t.At(i)
	}
	return all
}

func newInfo() *types.Info {
	return &types.Info{
		Types: make(map[ast.Expr]types.TypeAndValue), Instances: make(map[*ast.Ident]types.Instance),
		Defs: make(map[*ast.Ident]types.Object), Uses: make(map[*ast.Ident]types.Object),
		Implicits: make(map[ast.Node]types.Object), Selections: make(map[*ast.SelectorExpr]*types.Selection),
	}
}

// uses reports whether a part of the template uses an import.
func (r *Recipe) uses(n ast.Node, i *importOf) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && r.info.Uses[id] == types.Object(i.name) {
			found = true
		}
		return !found
	})
	return found
}

// shown returns a package with what a template names of another: one that was imported by
// others alone may not be complete, and can't be imported as it is.
func (r *Recipe) shown(p *types.Package) *types.Package {
	view := types.NewPackage(p.Path(), p.Name())
	ast.Inspect(r.file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if obj := p.Scope().Lookup(sel.Sel.Name); obj != nil && obj.Exported() {
				view.Scope().Insert(obj)
			}
		}
		return true
	})
	view.MarkComplete()
	return view
}

// accepts reports whether before could be called with what wildcards are bound to.
func (t *pattern) accepts(info *types.Info, m *match) bool {
	pkg := types.NewPackage("recipe", "recipe")
	pkg.Scope().Insert(types.NewFunc(token.NoPos, pkg, "before", t.fn.Signature()))
	var args []string
	for _, w := range t.pair.params {
		b := m.bound[w]
		if b == nil {
			return false
		}
		if w.inBefore {
			for _, e := range b.exprs {
				args = append(args, declare(pkg, fmt.Sprintf("x%d", len(args)), info.Types[e], b.addressed))
			}
		} else {
			args = append(args, declare(pkg, fmt.Sprintf("x%d", len(args)), types.TypeAndValue{Type: b.object.Type()}, false))
		}
		if b.spread {
			args = append(args[:len(args)-1], args[len(args)-1]+"...")
		}
	}
	_, err := types.Eval(token.NewFileSet(), pkg, token.NoPos, "before("+strings.Join(args, ", ")+")")
	return err == nil
}

// declare declares something of a type in a package, and returns how it is named.
func declare(pkg *types.Package, name string, tv types.TypeAndValue, addressed bool) string {
	t := tv.Type
	if t == nil {
		return "before" // a function is no argument of itself
	}
	if _, ok := t.(*types.Tuple); ok {
		return "before"
	}
	if tv.Value != nil && tv.Value.Kind() != constant.Unknown {
		pkg.Scope().Insert(types.NewConst(token.NoPos, pkg, name, t, tv.Value))
		return name
	}
	if t == types.Typ[types.UntypedNil] {
		return "nil"
	}
	pkg.Scope().Insert(types.NewVar(token.NoPos, pkg, name, types.Default(t)))
	if addressed {
		return "&" + name
	}
	return name
}

// typeError returns what the type checker says, with the position.
func typeError(err error) (token.Pos, string) {
	var e types.Error
	if errors.As(err, &e) {
		message, _, _ := strings.Cut(e.Msg, "\n")
		return e.Pos, message
	}
	return token.NoPos, err.Error()
}
