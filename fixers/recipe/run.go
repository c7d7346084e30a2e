package recipe

import (
	"go/ast"
	"go/token"
	"slices"
)

// A run is arguments of a call in after that stand in before side by side, too: what is between
// them in the code, as the ends of lines and comments, is kept.
type run struct {
	from, to token.Pos // in the template
	code     span
	spread   bool
}

// runs returns the runs of two arguments and more in a part of after.
func (s *site) runs(e ast.Expr) []run {
	var all []run
	ast.Inspect(e, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		for i := 0; i < len(call.Args); {
			n := s.runLength(call.Args[i:])
			if n > 1 {
				all = append(all, s.newRun(call, i, i+n-1))
			}
			i += max(n, 1)
		}
		return true
	})
	return all
}

// runLength returns how many of the first arguments stand side by side in before.
func (s *site) runLength(args []ast.Expr) int {
	longest := 0
	ast.Inspect(s.match.pattern.pair.match, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		for from := range call.Args {
			n := 0
			for n < len(args) && from+n < len(call.Args) && s.sameWildcard(call.Args[from+n], args[n]) {
				n++
			}
			longest = max(longest, n)
		}
		return true
	})
	return longest
}

// sameWildcard reports whether arguments of before and after are the same wildcard, which
// stands in before nowhere else.
func (s *site) sameWildcard(before, after ast.Expr) bool {
	w := s.wildcardOf(after)
	if w == nil || !w.inBefore || s.wildcardOf(before) != w || s.match.bound[w].addressed {
		return false
	}
	n := 0
	for _, o := range s.recipe.occurrences(s.match.pattern.pair, s.match.pattern.pair.match) {
		if o.param == w {
			n++
		}
	}
	return n == 1
}

// wildcardOf returns the wildcard that an expression of the template is, or nil.
func (s *site) wildcardOf(e ast.Expr) *param {
	id, ok := e.(*ast.Ident)
	if !ok {
		return nil
	}
	obj := s.recipe.info.Uses[id]
	i := slices.IndexFunc(s.match.pattern.pair.params, func(w *param) bool { return obj != nil && (obj == w.before || obj == w.after) })
	if i < 0 {
		return nil
	}
	return s.match.pattern.pair.params[i]
}

// newRun returns the run of some arguments of a call in after.
func (s *site) newRun(call *ast.CallExpr, first, last int) run {
	r := run{from: call.Args[first].Pos(), to: call.Args[last].End()}
	var exprs []ast.Expr
	for _, arg := range call.Args[first : last+1] {
		b := s.match.bound[s.wildcardOf(arg)]
		exprs = append(exprs, b.exprs...)
		r.spread = b.spread
	}
	if s.wildcardOf(call.Args[last]).variadic {
		r.to = call.Ellipsis + token.Pos(len("..."))
	}
	r.code = span{exprs[0].Pos(), exprs[len(exprs)-1].End()}
	return r
}
