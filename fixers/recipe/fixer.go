package recipe

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

const leftKind = "left"

// Fixer returns the fixer that the recipe describes. Has reports whether a module requires a
// module, each named by its path; nil means that all do.
func (r *Recipe) Fixer(has func(module, required string) bool) *fix.Fixer {
	f := &fix.Fixer{
		Title:  r.Summary,
		Since:  "go" + r.Since,
		Origin: r.Origin,
		Analyzer: &analysis.Analyzer{
			Name:     r.Name,
			Doc:      r.Summary,
			Requires: []*analysis.Analyzer{inspect.Analyzer},
			Run:      func(pass *analysis.Pass) (any, error) { return nil, r.run(pass, has) },
		},
	}
	if r.Since == "" {
		f.Since = "go1"
	}
	for _, p := range r.pairs {
		k := fix.Kind{Name: p.kind, Tier: r.Tier, Summary: oneLine(r.code(p.match)) + " becomes " + oneLine(r.code(p.result))}
		if r.Tier != fix.Safe {
			k.Precondition = "the recipe's author says that the program does the same"
			if r.Tier == fix.Suggestion {
				k.Precondition = "look whether the program is to do this"
			}
		}
		f.Kinds = append(f.Kinds, k)
	}
	f.Kinds = append(f.Kinds, fix.Kind{Name: leftKind, Tier: fix.Left, Summary: "What would be evaluated in another way, lose a comment, or miss something is left alone."})
	return f
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// run reports what the recipe matches in a package.
func (r *Recipe) run(pass *analysis.Pass, has func(module, required string) bool) error {
	known := closure(pass.Pkg)
	var patterns []*pattern
	for _, p := range r.pairs {
		if r.implements(p, pass.Pkg) {
			continue
		}
		if t := r.pattern(p, known); t != nil {
			patterns = append(patterns, t)
		}
	}
	if len(patterns) == 0 {
		return nil
	}
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	for _, file := range pass.Files {
		cur, ok := root.FindNode(file)
		if !ok || ast.IsGenerated(file) || r.Since != "" && !fix.Applies(pass, file, "go"+r.Since) {
			continue
		}
		// What is matched within a match waits until that is rewritten.
		cur.Inspect(nil, func(cur inspector.Cursor) bool {
			e, ok := cur.Node().(ast.Expr)
			if cur.ParentEdgeKind() == edge.ParenExpr_X {
				return true // it was looked at with its parentheses
			}
			return !ok || !slices.ContainsFunc(patterns, func(t *pattern) bool {
				if t.pair.statement && cur.ParentEdgeKind() != edge.ExprStmt_X && !deferred(cur) {
					return false
				}
				m := t.match(pass.TypesInfo, e)
				return m != nil && (&site{recipe: r, pass: pass, file: file, node: e, cur: cur, match: m}).report(has)
			})
		})
	}
	return nil
}

// implements reports whether a package is one that after names: a function there may do what
// after calls it for, as a method that returns a field does, and would call itself.
func (r *Recipe) implements(p *pair, pkg *types.Package) bool {
	return slices.ContainsFunc(r.imports, func(i *importOf) bool { return i.path == pkg.Path() && r.uses(p.after, i) })
}

// deferred reports whether an expression is the call of a defer or go statement.
func deferred(cur inspector.Cursor) bool {
	return cur.ParentEdgeKind() == edge.DeferStmt_Call || cur.ParentEdgeKind() == edge.GoStmt_Call
}

// A site is a match and where it stands.
type site struct {
	recipe *Recipe
	pass   *analysis.Pass
	file   *ast.File
	node   ast.Expr
	cur    inspector.Cursor
	match  *match
}

// report reports the match, if the types fit. It returns whether that is rewritten.
func (s *site) report(has func(module, required string) bool) bool {
	missing := s.findAtHand()
	if missing != nil && !s.fits(missing) || missing == nil && !s.match.pattern.accepts(s.pass.TypesInfo, s.match) {
		return false
	}
	why := ""
	if missing != nil {
		why = fmt.Sprintf("no variable %s of the type %s is at hand", missing.name, types.TypeString(s.typeOf(missing), types.RelativeTo(s.pass.Pkg)))
	}
	for _, reason := range []func() string{
		func() string { return s.match.hazard(s.words) },
		func() string { return s.unavailable(has) },
		s.context,
		s.hidden,
		s.comment,
	} {
		if why == "" {
			why = reason()
		}
	}
	p := s.match.pattern.pair
	if why != "" {
		rewrite.Report(s.pass, s.node, leftKind, oneLine(s.recipe.Summary)+": left alone, as "+why, nil)
		return false
	}
	rewrite.Report(s.pass, s.node, p.kind, oneLine(s.recipe.Summary), s.edits())
	return true
}

// edits returns the edits that make after of the match.
func (s *site) edits() []analysis.TextEdit {
	if x, y, ok := s.sameArgs(); ok {
		out := s.render(x.Fun)
		return append(out.edits, rewrite.Replace(y.Fun, out.text))
	}
	out := s.render(s.match.pattern.pair.result)
	if s.needsParens() {
		out.text = "(" + out.text + ")"
	}
	return append(out.edits, rewrite.Replace(s.node, out.text))
}

// sameArgs reports whether before and after are calls with the same arguments: these stay as
// they are laid out then.
func (s *site) sameArgs() (after, code *ast.CallExpr, ok bool) {
	r, p := s.recipe, s.match.pattern.pair
	before, ok1 := p.match.(*ast.CallExpr)
	after, ok2 := p.result.(*ast.CallExpr)
	code, ok3 := ast.Unparen(s.node).(*ast.CallExpr)
	if !ok1 || !ok2 || !ok3 || ast.Expr(code) != s.node || before.Ellipsis.IsValid() != after.Ellipsis.IsValid() || len(before.Args) != len(after.Args) {
		return nil, nil, false
	}
	for i := range before.Args {
		x, ok1 := before.Args[i].(*ast.Ident)
		y, ok2 := after.Args[i].(*ast.Ident)
		if !ok1 || !ok2 || !slices.ContainsFunc(p.params, func(w *param) bool {
			b := s.match.bound[w]
			return w.inBefore && r.info.Uses[x] == w.before && r.info.Uses[y] == w.after && b != nil && !b.addressed
		}) {
			return nil, nil, false
		}
	}
	return after, code, true
}

// needsParens reports whether what becomes of the match needs parentheses there.
func (s *site) needsParens() bool {
	result := s.match.pattern.pair.result
	if needsParens(result, s.cur.Parent().Node(), s.cur.ParentEdgeKind()) {
		return true
	}
	return inHeader(s.cur) && s.showsComposite(result)
}

// showsComposite reports whether a part of after has a composite literal that no brackets
// are around, by itself or for a wildcard.
func (s *site) showsComposite(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.CompositeLit:
		return true
	case *ast.Ident:
		return slices.ContainsFunc(s.match.pattern.pair.params, func(w *param) bool {
			return w.inBefore && !w.variadic && s.recipe.info.Uses[e] == w.after && s.showsComposite(s.match.bound[w].exprs[0])
		})
	case *ast.SelectorExpr:
		return s.showsComposite(e.X)
	case *ast.IndexExpr:
		return s.showsComposite(e.X)
	case *ast.SliceExpr:
		return s.showsComposite(e.X)
	case *ast.TypeAssertExpr:
		return s.showsComposite(e.X)
	case *ast.CallExpr:
		return s.showsComposite(e.Fun)
	case *ast.StarExpr:
		return s.showsComposite(e.X)
	case *ast.UnaryExpr:
		return s.showsComposite(e.X)
	case *ast.BinaryExpr:
		return s.showsComposite(e.X) || s.showsComposite(e.Y)
	}
	return false
}

// words returns what a wildcard stands for, in few words.
func (s *site) words(w *param) string {
	b := s.match.bound[w]
	if len(b.exprs) == 0 {
		return w.name
	}
	var texts []string
	for _, e := range b.exprs {
		texts = append(texts, types.ExprString(e))
	}
	return strings.Join(texts, ", ")
}

// unavailable says which module is missing for after's imports.
func (s *site) unavailable(has func(module, required string) bool) string {
	if has == nil || s.pass.Module == nil {
		return ""
	}
	for _, i := range s.recipe.imports {
		if !s.recipe.uses(s.match.pattern.pair.result, i) {
			continue
		}
		module, known := s.recipe.modules[i.path]
		switch {
		case !known:
			return fmt.Sprintf("no module of the code base requires one with %s: add it by gomend work get MODULE@VERSION", i.path)
		case module != "" && module != s.pass.Module.Path && !has(s.pass.Module.Path, module):
			return fmt.Sprintf("%s does not require %s: add it by gomend work get %s@VERSION", s.pass.Module.Path, module, module)
		}
	}
	return ""
}

// context says why after can't stand where the match does.
func (s *site) context() string {
	p := s.match.pattern.pair
	isCall := s.recipe.callsFunction(p.result)
	switch s.cur.ParentEdgeKind() {
	case edge.ExprStmt_X:
		if !isCall {
			return "it is a statement"
		}
	case edge.DeferStmt_Call, edge.GoStmt_Call:
		if !isCall {
			return "it is a statement"
		}
		if callsWithin(p.match) || callsWithin(p.result) {
			return "the call is deferred, or another goroutine's, and what its arguments call is not"
		}
	case edge.AssignStmt_Lhs, edge.IncDecStmt_X, edge.RangeStmt_Key, edge.RangeStmt_Value:
		switch p.result.(type) {
		case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr, *ast.StarExpr:
		default:
			return "it is assigned to"
		}
	case edge.UnaryExpr_X:
		if s.cur.Parent().Node().(*ast.UnaryExpr).Op == token.AND {
			switch p.result.(type) {
			case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr, *ast.StarExpr, *ast.CompositeLit:
			default:
				return "its address is taken"
			}
		}
	}
	return ""
}

// callsFunction reports whether a part of the template is a call that may be a statement.
func (r *Recipe) callsFunction(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok {
		return true
	}
	switch obj := r.info.Uses[id].(type) {
	case *types.TypeName:
		return false
	case *types.Builtin:
		return slices.Contains([]string{"clear", "close", "copy", "delete", "panic", "print", "println", "recover"}, obj.Name())
	}
	return true
}

// callsWithin reports whether a call has others in it.
func callsWithin(e ast.Expr) bool {
	calls := 0
	ast.Inspect(e, func(n ast.Node) bool {
		if _, ok := n.(*ast.CallExpr); ok {
			calls++
		}
		return true
	})
	return calls > 1
}

// hidden says which name of after means something else at the match, or hides what an
// argument names.
func (s *site) hidden() string {
	r, p := s.recipe, s.match.pattern.pair
	scope := s.pass.TypesInfo.Scopes[s.file].Innermost(s.node.Pos())
	names := make(map[string]bool)
	why := ""
	ast.Inspect(p.result, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		if r.info.Defs[id] != nil {
			names[id.Name] = true
		}
		if obj := r.info.Uses[id]; obj != nil && obj.Parent() == types.Universe && scope != nil {
			if _, here := scope.LookupParent(id.Name, s.node.Pos()); here != obj {
				why = id.Name + " is something else there"
			}
		}
		return true
	})
	for _, b := range s.match.bound {
		for _, e := range b.exprs {
			ast.Inspect(e, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && names[id.Name] {
					why = id.Name + " would be hidden"
				}
				return true
			})
		}
	}
	return why
}

// comment says that a comment would be lost.
func (s *site) comment() string {
	from, to := s.node.Pos(), s.node.End()
	if _, y, ok := s.sameArgs(); ok {
		from, to = y.Fun.Pos(), y.Fun.End()
	}
	for _, group := range s.file.Comments {
		for _, c := range group.List {
			if from <= c.Pos() && c.Pos() < to && !s.keeps(c) {
				return "a comment would be lost"
			}
		}
	}
	return ""
}

// keeps reports whether a comment stands in an argument that is used again, or between some.
func (s *site) keeps(c *ast.Comment) bool {
	r, p := s.recipe, s.match.pattern.pair
	if slices.ContainsFunc(s.runs(p.result), func(u run) bool { return u.code.from <= c.Pos() && c.End() <= u.code.to }) {
		return true
	}
	return slices.ContainsFunc(r.occurrences(p, p.result), func(o occurrence) bool {
		exprs := s.match.bound[o.param].exprs
		return len(exprs) > 0 && exprs[0].Pos() <= c.Pos() && c.End() <= exprs[len(exprs)-1].End()
	})
}
