package poolmisuse

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/alias"
	"github.com/gomend/gomend/analyzers/internal/follow"
	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
)

// Analyzer finds misused object pools.
var Analyzer = &analysis.Analyzer{
	Name:      "poolmisuse",
	Doc:       "find objects of a sync.Pool that are used after they were put back, or put back wrongly",
	URL:       "https://pkg.go.dev/github.com/gomend/gomend/analyzers/poolmisuse",
	Flags:     model.TeamFlag(),
	Run:       run,
	Requires:  []*analysis.Analyzer{ssabuild.Analyzer},
	FactTypes: []analysis.Fact{new(Effect), new(Pools)},
}

// An Effect is a fact about a function: which of its results it takes from a
// pool, which of its arguments it puts back, and which results share memory with
// an argument.
type Effect struct{ follow.Summary }

// Pools is a fact about a package that has functions with an [Effect].
type Pools struct{}

func (*Effect) AFact() {}
func (*Pools) AFact()  {}

func run(pass *analysis.Pass) (any, error) {
	pools := usesPools(pass) || model.TeamClaims(&pass.Analyzer.Flags, model.Releases, model.TakesOver)
	// A library that only converts bytes to strings in place matters to who
	// pools the bytes.
	converts := slices.ContainsFunc(pass.Pkg.Imports(), func(p *types.Package) bool { return p.Path() == "unsafe" })
	if !pools && !converts {
		return nil, nil
	}
	code := pass.ResultOf[ssabuild.Analyzer].(*ssabuild.SSA)
	w := newWorld(pass, code)
	if pools {
		touched := w.findWrappers(code.Funcs)
		r := &reporter{pass: pass, closeSeen: make(map[*ssa.Function]bool)}
		for _, fn := range touched {
			checkObjects(r, w, fn)
		}
		checkPools(r, w, code)
		r.flush()
	}
	w.exportFacts(code.Funcs)
	return nil, nil
}

// usesPools reports whether the package imports anything that has pools.
func usesPools(pass *analysis.Pass) bool {
	return slices.ContainsFunc(pass.Pkg.Imports(), func(p *types.Package) bool {
		return model.HasPools(p.Path()) || pass.ImportPackageFact(p, new(Pools))
	})
}

// checkObjects follows the objects that fn takes from pools or puts back.
func checkObjects(r *reporter, w *world, fn *ssa.Function) {
	taken := follow.Takings(w, fn)
	for _, start := range taken {
		start.Fails = true
		trace := follow.Follow(w, start)
		r.lifecycle(trace)
		r.missingPut(start, trace)
	}
	for _, start := range w.putBack(fn) {
		start.Fails = true
		trace := follow.Follow(w, start)
		r.lifecycle(trace)
		r.closeTwice(fn, trace)
	}
	r.earlyArguments(w, fn)
}

// putBack returns where the objects come from that fn puts back without having
// taken them from a pool itself.
func (w *world) putBack(fn *ssa.Function) []follow.Start {
	o := origins{world: w, fn: fn, seen: make(map[ssa.Value]bool)}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			callee := alias.CalleeOf(call.Common())
			for i, p := range w.pooling(callee).Params {
				if p.Fate == follow.Released && i < len(callee.Args) {
					o.add(callee.Args[i])
					if name := typeName(strip(callee.Args[i]).Type()); name != nil {
						w.pooled[name] = true
					}
				}
			}
		}
	}
	return o.starts
}

// origins collects where the values that are put back come from.
type origins struct {
	world  *world
	fn     *ssa.Function
	seen   map[ssa.Value]bool
	starts []follow.Start
}

func (o *origins) add(v ssa.Value) {
	if o.seen[v] {
		return
	}
	o.seen[v] = true
	switch v := v.(type) {
	case *ssa.ChangeType:
		o.add(v.X)
	case *ssa.ChangeInterface:
		o.add(v.X)
	case *ssa.MakeInterface:
		o.add(v.X)
	case *ssa.TypeAssert:
		o.add(v.X)
	case *ssa.Slice:
		o.add(v.X)
	case *ssa.Extract:
		if ta, ok := v.Tuple.(*ssa.TypeAssert); ok {
			o.add(ta.X)
		} else if call, ok := v.Tuple.(*ssa.Call); ok {
			o.call(call, v.Index)
		}
	case *ssa.Phi:
		for _, e := range v.Edges {
			o.add(e)
		}
	case *ssa.Call:
		if b, ok := v.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" {
			o.add(v.Call.Args[0])
		} else {
			o.call(v, 0)
		}
	case *ssa.Parameter:
		o.starts = append(o.starts, follow.Start{Fn: o.fn, Value: v})
	case *ssa.Alloc:
		o.starts = append(o.starts, follow.Start{Fn: o.fn, After: v, Value: v})
	case *ssa.UnOp:
		o.load(v)
	}
}

// call adds the result of a call that is not followed already.
func (o *origins) call(call *ssa.Call, result int) {
	if i, ok := o.world.Takes(alias.CalleeOf(&call.Call)); ok && i == result {
		return
	}
	o.starts = append(o.starts, follow.Start{Fn: o.fn, After: call, Value: call, Result: result})
}

// load adds what is loaded from a variable or a field: what was assigned to it
// if it is a variable of the function, what it holds when the function is called
// if it was there before, else just what is loaded.
func (o *origins) load(v *ssa.UnOp) {
	p := alias.PlaceOf(v.X)
	alloc, isAlloc := p.Root.(*ssa.Alloc)
	mine := isAlloc && alloc.Parent() == o.fn
	if !mine || !p.IsLocal() || !p.IsExact() {
		if mine || !p.IsExact() || !outlives(p.Root) {
			o.starts = append(o.starts, follow.Start{Fn: o.fn, After: v, Value: v})
		} else {
			o.starts = append(o.starts, follow.Start{Fn: o.fn, Place: p})
		}
		return
	}
	for _, b := range o.fn.Blocks {
		for _, instr := range b.Instrs {
			if st, ok := instr.(*ssa.Store); ok && alias.PlaceOf(st.Addr) == p {
				o.add(st.Val)
			}
		}
	}
}

// outlives reports whether a root of places exists before a function is called.
func outlives(root ssa.Value) bool {
	switch root.(type) {
	case *ssa.Parameter, *ssa.FreeVar, *ssa.Global, *ssa.Alloc:
		return true
	}
	return false
}
