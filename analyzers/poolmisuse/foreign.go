package poolmisuse

import (
	"go/types"
	"slices"

	"github.com/gomend/gomend/analyzers/internal/alias"
	"github.com/gomend/gomend/analyzers/internal/follow"
	"github.com/gomend/gomend/analyzers/internal/model"
)

// fromModel returns the summary of a function that the model knows to take from
// a pool or to put back.
func fromModel(fn *types.Func, p model.Pooling) follow.Summary {
	sig := fn.Signature()
	sum := follow.Summary{
		Params:  make([]follow.Param, arguments(sig)),
		Results: make([]follow.Result, sig.Results().Len()),
	}
	for i := range sum.Params {
		sum.Params[i].Fate = follow.Borrowed
	}
	if p.Puts >= 0 && p.Puts < len(sum.Params) {
		sum.Params[p.Puts].Fate = follow.Released
	}
	if p.Takes >= 0 && p.Takes < len(sum.Results) {
		sum.Results[p.Takes].Taken = true
	}
	return sum
}

func arguments(sig *types.Signature) int {
	n := sig.Params().Len()
	if sig.Recv() != nil {
		n++
	}
	return n
}

// foreign returns what is known of a function of another package that has no
// fact, or of a call that is not to a known function.
func foreign(callee alias.Callee) follow.Summary {
	sum := follow.Summary{Params: make([]follow.Param, len(callee.Args))}
	fn := callee.Func
	if fn == nil {
		return sum
	}
	recv := fn.Signature().Recv()
	if model.Borrows(fn) {
		for i := range sum.Params {
			sum.Params[i].Fate = follow.Borrowed
		}
	}
	if recv != nil && len(sum.Params) > 0 {
		switch {
		case !givesUp(fn.Name()):
			sum.Params[0].Fate = follow.Borrowed
		case types.IsInterface(recv.Type()):
			sum.Params[0].Fate = follow.Unknown
		}
	}
	ties, _ := model.SharingOf(fn)
	for _, t := range ties {
		for len(sum.Results) <= t.Result {
			sum.Results = append(sum.Results, follow.Result{})
		}
		r := &sum.Results[t.Result]
		r.From = append(r.From, follow.Source{Param: t.Arg, Ref: refs[t.Share]})
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
