package recipe

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// An occurrence is a wildcard in an expression of a template.
type occurrence struct {
	*param
	id     *ast.Ident
	maybe  bool // it is evaluated only if what stands before it has some value
	inFunc bool // it stands in a function literal
	after  bool // something is called in the template before it is evaluated
}

// occurrences returns the wildcards in a part of the template, in the order in which they are
// written, which is that of their evaluation.
func (r *Recipe) occurrences(p *pair, e ast.Expr) []occurrence {
	var all []occurrence
	var walk func(n ast.Node, maybe, inFunc bool)
	walk = func(n ast.Node, maybe, inFunc bool) {
		ast.Inspect(n, func(c ast.Node) bool {
			switch c := c.(type) {
			case *ast.FuncLit:
				if !inFunc {
					walk(c, maybe, true)
					return false
				}
			case *ast.BinaryExpr:
				if c.Op == token.LAND || c.Op == token.LOR {
					walk(c.X, maybe, inFunc)
					walk(c.Y, true, inFunc)
					return false
				}
			case *ast.Ident:
				for _, w := range p.params {
					if obj := r.info.Uses[c]; obj != nil && (obj == w.before || obj == w.after) {
						all = append(all, occurrence{w, c, maybe, inFunc, r.callsBefore(e, c)})
					}
				}
			}
			return true
		})
	}
	walk(e, false, false)
	return all
}

// callsBefore reports whether something is called in an expression before a part of it is
// evaluated.
func (r *Recipe) callsBefore(e, part ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && call.End() <= part.Pos() {
			found = true
		}
		return !found
	})
	return found
}

// An effect is what evaluating an expression does.
type effect int

const (
	none    effect = iota
	creates        // something that is not the same if it is evaluated again
	acts           // whatever a call may do
)

// effectOf returns what evaluating an expression may do, panics aside.
func effectOf(info *types.Info, e ast.Expr) effect {
	worst := none
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			worst = max(worst, creates)
			return false
		case *ast.CompositeLit:
			switch info.TypeOf(n).Underlying().(type) {
			case *types.Struct, *types.Array:
			default:
				worst = max(worst, creates)
			}
		case *ast.UnaryExpr:
			switch n.Op {
			case token.ARROW:
				worst = acts
			case token.AND:
				if _, ok := ast.Unparen(n.X).(*ast.CompositeLit); ok {
					worst = max(worst, creates)
				}
			}
		case *ast.CallExpr:
			worst = max(worst, effectOfCall(info, n))
		}
		return true
	})
	return worst
}

func effectOfCall(info *types.Info, call *ast.CallExpr) effect {
	tv := info.Types[ast.Unparen(call.Fun)]
	switch {
	case tv.IsType() || info.Types[call].Value != nil:
		return none
	case tv.IsBuiltin():
		if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok {
			switch id.Name {
			case "len", "cap", "min", "max", "real", "imag", "complex":
				return none
			case "make", "new":
				return creates
			}
		}
	}
	return acts
}

// effect returns the worst of what a binding's expressions do.
func (m *match) effect(w *param) effect {
	worst := none
	for _, e := range m.bound[w].exprs {
		worst = max(worst, effectOf(m.info, e))
	}
	return worst
}

// hazard says why what the match does would not be what after does, or returns "".
func (m *match) hazard(text func(*param) string) string {
	r, p := m.pattern.recipe, m.pattern.pair
	before, after := r.occurrences(p, p.match), r.occurrences(p, p.result)
	count := func(all []occurrence, w *param) int {
		n := 0
		for _, o := range all {
			if o.param == w {
				n++
			}
		}
		return n
	}
	for _, w := range p.params {
		if !w.inBefore {
			continue
		}
		was, is := count(before, w), count(after, w)
		switch e := m.effect(w); {
		case e == acts && is > was:
			return text(w) + " would be evaluated more than once"
		case e == acts && is == 0:
			return text(w) + " would not be evaluated any more"
		case e == acts && is < was:
			return text(w) + " would be evaluated less often"
		case e == creates && is > was:
			return text(w) + " would be made more than once"
		}
	}
	for _, o := range after {
		switch {
		case o.inFunc && (!o.inBefore || !m.constant(o.param)):
			return "a function literal would see what becomes of " + text(o.param)
		case o.maybe && o.inBefore && m.effect(o.param) == acts && !slices.ContainsFunc(before, func(b occurrence) bool { return b.param == o.param && b.maybe }):
			return text(o.param) + " would not be evaluated always"
		}
	}
	for _, o := range before {
		if o.maybe && m.effect(o.param) == acts && slices.ContainsFunc(after, func(a occurrence) bool { return a.param == o.param && !a.maybe }) {
			return text(o.param) + " would be evaluated always"
		}
	}
	acting := func(all []occurrence) []occurrence {
		return slices.DeleteFunc(slices.Clone(all), func(o occurrence) bool { return !o.inBefore || m.effect(o.param) != acts })
	}
	was, is := acting(before), acting(after)
	for i := range min(len(was), len(is)) {
		switch {
		case was[i].param != is[i].param:
			return fmt.Sprintf("%s and %s would be evaluated in another order", text(was[i].param), text(is[i].param))
		case was[i].after && !is[i].after:
			return text(was[i].param) + " would be evaluated before what is called first"
		case !was[i].after && is[i].after:
			return text(was[i].param) + " would be evaluated after something that is called"
		}
	}
	return ""
}

// constant reports whether a wildcard stands for constants alone.
func (m *match) constant(w *param) bool {
	return !slices.ContainsFunc(m.bound[w].exprs, func(e ast.Expr) bool { return m.info.Types[e].Value == nil })
}
