package follow

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/alias"
	"github.com/gomend/gomend/analyzers/internal/model"
)

// Calls knows what the calls in a package mean: those to its own functions by
// their bodies, others by the model of well-known functions.
type Calls struct {
	memo   map[*ssa.Function]*Summary // the zero Summary while one is made
	fields map[*types.Var][]*ssa.Function
}

// NewCalls returns the knowledge of a package with the given functions.
func NewCalls(fns []*ssa.Function) *Calls {
	return &Calls{
		memo:   make(map[*ssa.Function]*Summary),
		fields: alias.FuncFields(fns),
	}
}

// Summary returns what a call means in world.
func (c *Calls) Summary(world World, callee alias.Callee) Summary {
	switch {
	case callee.Body != nil:
		return c.OfBody(world, callee.Body)
	case callee.Field != nil:
		return c.ofField(world, callee.Field, len(callee.Args))
	}
	return foreign(callee)
}

// OfBody returns the summary of a function of the package. A recursive call is
// not known.
func (c *Calls) OfBody(world World, fn *ssa.Function) Summary {
	if sum, ok := c.memo[fn]; ok {
		return *sum
	}
	sum := new(Summary)
	c.memo[fn] = sum
	*sum = Summarize(world, fn)
	return *sum
}

// Forget forgets the summary of a function, of whose calls more is known now.
func (c *Calls) Forget(fn *ssa.Function) { delete(c.memo, fn) }

// ofField returns what is known of a call of a function that a struct field
// holds: its result may be tied to an argument as that of any function that the
// field is assigned.
func (c *Calls) ofField(world World, field *types.Var, args int) Summary {
	sum := Summary{Params: make([]Param, args)}
	for _, fn := range c.fields[field] {
		callee := alias.Callee{}
		callee.Func, _ = fn.Object().(*types.Func)
		if len(fn.Blocks) > 0 {
			callee.Body = fn
		}
		one := world.Summary(callee)
		for len(sum.Results) < len(one.Results) {
			sum.Results = append(sum.Results, Result{})
		}
		for i, r := range one.Results {
			sum.Results[i].From = append(sum.Results[i].From, r.From...)
		}
	}
	return sum
}

// foreign returns what is known of a function of another package that has no
// fact, or of a call that is not to a known function.
func foreign(callee alias.Callee) Summary {
	sum := Summary{Params: make([]Param, len(callee.Args))}
	fn := callee.Func
	if fn == nil {
		return sum
	}
	recv := fn.Signature().Recv()
	if model.Borrows(fn) {
		for i := range sum.Params {
			sum.Params[i].Fate = Borrowed
		}
	}
	if recv != nil && len(sum.Params) > 0 {
		switch {
		case !givesUp(fn.Name()):
			sum.Params[0].Fate = Borrowed
		case types.IsInterface(recv.Type()):
			sum.Params[0].Fate = Unknown
		}
	}
	ties, _ := model.SharingOf(fn)
	for _, t := range ties {
		for len(sum.Results) <= t.Result {
			sum.Results = append(sum.Results, Result{})
		}
		r := &sum.Results[t.Result]
		r.From = append(r.From, Source{Param: t.Arg, Ref: refs[t.Share]})
	}
	return sum
}

var refs = map[model.Share]alias.Ref{
	model.Shares: alias.Inside,
	model.Views:  alias.View,
	model.Holds:  alias.Holder,
	model.Equals: alias.Same,
}

// givesUp reports whether a method of this name may give its receiver back to
// where it came from.
func givesUp(name string) bool {
	return slices.Contains([]string{
		"Close", "DecRef", "Destroy", "Dispose", "Done", "Free", "Put", "PutBack", "Recycle",
		"Release", "Return", "Stop", "Unref",
	}, name)
}
