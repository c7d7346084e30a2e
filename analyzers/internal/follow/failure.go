package follow

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/alias"
)

// A path fails if it ends by returning an error, or if an error made it leave
// early. What is lost on such a path is lost rarely. An end of input is no
// failure: every reader comes to it.

// findErrors marks the tests that tell whether an error that fn returns is nil.
func (w *walker) findErrors(fn *ssa.Function) {
	seen := make(map[ssa.Value]bool)
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok {
			continue
		}
		for _, v := range ret.Results {
			if implementsError(v.Type()) {
				w.markNil(v, seen)
			}
		}
	}
}

// markNil marks the test that v is nil, and those that decide it.
func (w *walker) markNil(v ssa.Value, seen map[ssa.Value]bool) {
	if seen[v] {
		return
	}
	seen[v] = true
	if t, _ := w.about(v); t != nil {
		t.matters = true
	}
	switch v := v.(type) {
	case *ssa.Phi:
		for _, edge := range v.Edges {
			w.markNil(edge, seen)
		}
	case *ssa.Call:
		for _, arg := range v.Call.Args {
			if implementsError(arg.Type()) {
				w.markNil(arg, seen)
			}
		}
	case *ssa.ChangeInterface:
		w.markNil(v.X, seen)
	}
}

// dominating returns s with the outcomes of the branches that led to block, of
// those that nothing changes in between.
func (w *walker) dominating(s *state, block *ssa.BasicBlock) *state {
	for b := block; b.Idom() != nil; b = b.Idom() {
		branch, ok := b.Idom().Instrs[len(b.Idom().Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		t, _ := w.testOf(branch.Cond)
		if t == nil || slices.ContainsFunc(t.loads, func(p alias.Place) bool { return !alias.AssignedOnce(p) }) {
			continue
		}
		for i, succ := range b.Idom().Succs {
			if len(succ.Preds) == 1 && succ.Dominates(block) {
				s = w.assume(s, branch.Cond, i == 0)
			}
		}
	}
	return s
}

// judge returns s after a branch on cond was taken: an error makes the path fail,
// unless it is the end of the input.
func (w *walker) judge(s *state, cond ssa.Value, holds bool) *state {
	if !w.start.Fails {
		return s
	}
	switch v := cond.(type) {
	case *ssa.UnOp:
		if v.Op == token.NOT {
			return w.judge(s, v.X, !holds)
		}
	case *ssa.BinOp:
		x := tested(v)
		switch {
		case v.Op != token.EQL && v.Op != token.NEQ:
		case x != ssa.Value(v) && implementsError(x.Type()) && holds == (v.Op == token.NEQ):
			return s.failing(true)
		case (isEnd(v.X) || isEnd(v.Y)) && holds == (v.Op == token.EQL):
			return s.failing(false)
		}
	case *ssa.Call:
		if args := errorIs(v); args != nil && holds {
			return s.failing(!isEnd(args[1]))
		}
	}
	return s
}

func (s *state) failing(failed bool) *state {
	if s.failed == failed {
		return s
	}
	c := s.clone()
	c.failed = failed
	return c
}

// errorIs returns the arguments of a call of errors.Is or errors.As, or nil if
// the call is another.
func errorIs(call *ssa.Call) []ssa.Value {
	fn := alias.CalleeOf(&call.Call).Func
	if fn == nil || fn.Name() != "Is" && fn.Name() != "As" || fn.Signature().Recv() != nil || len(call.Call.Args) != 2 ||
		!strings.HasSuffix(fn.Pkg().Path(), "errors") {
		return nil
	}
	return call.Call.Args
}

// isEnd reports whether v is io.EOF.
func isEnd(v ssa.Value) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return false
	}
	global, ok := load.X.(*ssa.Global)
	return ok && global.Name() == "EOF"
}

// fails reports whether a path fails that ends at a return in s.
func (w *walker) fails(s *state, ret *ssa.Return) bool {
	if !w.start.Fails {
		return false
	}
	empty := true
	for _, v := range ret.Results {
		if implementsError(v.Type()) {
			if null, decided := w.isNilOn(s, v); s.failed || s.over || decided && !null {
				return true
			}
			return false
		}
		c, ok := v.(*ssa.Const)
		empty = empty && ok && IsZero(c)
	}
	// Without an error to return, nothing is what failure returns.
	return (s.failed || s.over) && empty
}

// makesError reports whether the result of a call is an error for certain: it is
// made by a function that makes errors, or of an error.
func (w *walker) makesError(s *state, call *ssa.Call) bool {
	if !implementsError(call.Type()) {
		return false
	}
	callee := alias.CalleeOf(&call.Call)
	if callee.Body != nil && neverNil(callee.Body, 3) {
		return true
	}
	for _, arg := range callee.Args {
		if implementsError(arg.Type()) {
			null, decided := w.isNilOn(s, arg)
			return decided && !null
		}
	}
	return callee.Body == nil && namedForErrors(callee.Func)
}

// neverNil reports whether the one result of fn, an error, is never nil.
func neverNil(fn *ssa.Function, depth int) bool {
	if depth == 0 || fn.Signature.Results().Len() != 1 {
		return false
	}
	returns := false
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok {
			continue
		}
		returns = true
		switch v := ret.Results[0].(type) {
		case *ssa.MakeInterface, *ssa.Alloc:
		case *ssa.UnOp:
			if !isErrorVariable(v) {
				return false
			}
		case *ssa.Call:
			callee := alias.CalleeOf(&v.Call)
			if callee.Body != nil && !neverNil(callee.Body, depth-1) || callee.Body == nil && !namedForErrors(callee.Func) {
				return false
			}
		default:
			return false
		}
	}
	return returns
}

// isErrorVariable reports whether v is the value of a package variable of an
// error type. Such variables are errors to compare with, and are never nil.
func isErrorVariable(v *ssa.UnOp) bool {
	_, ok := v.X.(*ssa.Global)
	return ok && v.Op == token.MUL && implementsError(v.Type())
}

// namedForErrors reports whether a function of another package makes errors, by
// its name: New, Errorf, NewStatusError. A method does not, as a scanner's Err may
// well return nil; that of a context is asked for why the context is done.
func namedForErrors(fn *types.Func) bool {
	switch {
	case fn == nil:
		return false
	case fn.Signature().Recv() != nil:
		return fn.FullName() == "(context.Context).Err"
	}
	return strings.HasPrefix(fn.Name(), "New") || strings.Contains(fn.Name(), "Err")
}

// implementsError reports whether t is error or a type that is returned as one.
func implementsError(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Interface, *types.Pointer:
		return types.Implements(t, types.Universe.Lookup("error").Type().Underlying().(*types.Interface))
	}
	return false
}

// IsZero reports whether c is the zero value of its type.
func IsZero(c *ssa.Const) bool {
	if c.Value == nil {
		return true
	}
	switch c.Value.Kind() {
	case constant.Bool:
		return !constant.BoolVal(c.Value)
	case constant.String:
		return constant.StringVal(c.Value) == ""
	case constant.Int, constant.Float:
		return constant.Sign(c.Value) == 0
	}
	return false
}
