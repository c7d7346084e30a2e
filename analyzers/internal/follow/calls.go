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
	bodies map[*ssa.Function]*body
	fields map[*types.Var][]*ssa.Function
}

// A body is what is known of a function of the package. Only parameters that
// somebody asked for are followed: following a service's receiver through all its
// methods costs more than all else.
type body struct {
	sum      Summary
	followed []bool // by parameter; set before it is followed
}

// NewCalls returns the knowledge of a package with the given functions.
func NewCalls(fns []*ssa.Function) *Calls {
	return &Calls{
		bodies: make(map[*ssa.Function]*body),
		fields: alias.FuncFields(fns),
	}
}

// Summary returns what a call means in world to its wanted arguments.
func (c *Calls) Summary(world World, callee alias.Callee, wanted func(arg int) bool) Summary {
	switch {
	case callee.Body != nil:
		return c.OfBody(world, callee.Body, wanted)
	case callee.Field != nil:
		return c.ofField(world, callee.Field, len(callee.Args), wanted)
	}
	return foreign(callee)
}

// OfBody returns the summary of a function of the package, which says nothing of
// parameters that nobody has wanted yet. A recursive call is not known.
func (c *Calls) OfBody(world World, fn *ssa.Function, wanted func(param int) bool) Summary {
	b := c.bodies[fn]
	if b == nil {
		b = &body{
			sum:      Summary{Params: make([]Param, len(fn.Params)), Results: make([]Result, fn.Signature.Results().Len())},
			followed: make([]bool, len(fn.Params)),
		}
		c.bodies[fn] = b
		b.sum.addTaken(world, fn)
	}
	for i := range b.followed {
		if !b.followed[i] && wanted(i) {
			b.followed[i] = true
			b.sum.addParam(world, fn, i)
		}
	}
	return b.sum
}

// All wants every argument.
func All(int) bool { return true }

// None wants none of the arguments.
func None(int) bool { return false }

// Forget forgets the summary of a function, of whose calls more is known now.
func (c *Calls) Forget(fn *ssa.Function) { delete(c.bodies, fn) }

// ofField returns what is known of a call of a function that a struct field
// holds: its result may be tied to an argument as that of any function that the
// field is assigned.
func (c *Calls) ofField(world World, field *types.Var, args int, wanted func(int) bool) Summary {
	sum := Summary{Params: make([]Param, args)}
	for _, fn := range c.fields[field] {
		callee := alias.Callee{}
		callee.Func, _ = fn.Object().(*types.Func)
		if len(fn.Blocks) > 0 {
			callee.Body = fn
		}
		one := world.Summary(callee, wanted)
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
