package poolmisuse

import (
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/alias"
	"github.com/gomend/gomend/analyzers/internal/follow"
	"github.com/gomend/gomend/analyzers/internal/model"
)

// missingPut reports an object that is put back, or handed on, on one path and
// forgotten on another. A path that fails loses one object of a pool that makes
// another when it is asked to: it counts only where a team says that the object
// has to be given back, or a library's documentation does.
func (r *reporter) missingPut(start follow.Start, trace *follow.Trace) {
	if !trace.Complete {
		return
	}
	e := endings{start: start, proven: make(map[ssa.Instruction]bool), deliberate: make(map[ssa.Instruction]bool)}
	counted := false
	for _, rel := range trace.Releases {
		for _, call := range rel.Passed {
			if proves(rel, call) {
				e.proven[call] = true
			}
		}
		if model.TeamSays(&r.pass.Analyzer.Flags, model.Releases, alias.CalleeOf(rel.At.Common()).Func) {
			counted = true
		}
	}
	for _, end := range trace.Ends {
		e.add(end)
	}
	dropped, lost := e.sorted()
	if counted {
		dropped, lost = append(dropped, lost...), nil
	}
	switch {
	case len(dropped) > 0 && e.given:
		r.add("get-without-put", r.pos(start.After), "an object taken from a pool is not put back on every path: "+
			"the pool allocates anew each time, which is what it was to spare; put it back on this path too, or defer the Put", r.returns(start, dropped)...)
	case len(dropped) > 0 && e.handed:
		r.add("dropped", r.pos(start.After), "an object taken from a pool is handed on by one path and forgotten by another: "+
			"the pool allocates anew each time, which is what it was to spare; put it back on this path", r.returns(start, dropped)...)
	case len(lost) > 0 && e.given && acquired(start):
		r.add("lost-on-error", r.pos(start.After), "what was acquired is not released if something fails: "+
			"a service whose requests fail allocates anew for each of them; defer the release", r.returns(start, lost)...)
	}
}

// proves reports whether an object was still the function's own after at, because
// the function put it back. Who is called as an interface's method or as a function
// value is not known, and may own what he gets from then on if all goes well: that
// it is put back where the call failed, or where it reported one of true and false,
// proves nothing of the other paths.
func proves(rel follow.Release, at ssa.Instruction) bool {
	call, ok := at.(ssa.CallInstruction)
	if !ok {
		return false // a load of an element that may be the object
	}
	callee := alias.CalleeOf(call.Common())
	if !call.Common().IsInvoke() && (callee.Func != nil || callee.Body != nil) || !mayBeAmong(call.Common().Args, strip(rel.Arg).Type()) {
		return true
	}
	for v := range call.Common().Signature().Results().Variables() {
		if b, ok := v.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsBoolean != 0 {
			return false
		}
	}
	return !rel.Failed
}

// mayBeAmong reports whether one of the arguments may be, or hold, what is put back
// as a value of type t. Memory of an object, such as the slice behind a pooled
// pointer, is not enough to put the object back.
func mayBeAmong(args []ssa.Value, t types.Type) bool {
	return types.IsInterface(t) || slices.ContainsFunc(args, func(arg ssa.Value) bool { return mayHold(strip(arg).Type(), t, 4) })
}

// mayHold reports whether a value of type have can lead to one of type t.
func mayHold(have, t types.Type, depth int) bool {
	if depth == 0 || types.Identical(have, t) {
		return true
	}
	switch u := have.Underlying().(type) {
	case *types.Basic:
		return false
	case *types.Slice:
		return mayHold(u.Elem(), t, depth-1)
	case *types.Array:
		return mayHold(u.Elem(), t, depth-1)
	case *types.Pointer:
		return mayHold(u.Elem(), t, depth-1)
	case *types.Struct:
		for field := range u.Fields() {
			if mayHold(field.Type(), t, depth-1) {
				return true
			}
		}
		return false
	}
	return true
}

// isLoad reports whether instr loads an element that may be the object.
func isLoad(instr ssa.Instruction) bool { _, ok := instr.(*ssa.UnOp); return ok }

// returns tells where paths end without the object.
func (r *reporter) returns(start follow.Start, ends []ssa.Instruction) []analysis.RelatedInformation {
	var list []analysis.RelatedInformation
	for _, at := range ends {
		message := "returns without it here"
		if at == start.After {
			message = "taken again here without it"
		}
		list = append(list, related(r.pos(at), message))
	}
	return list
}

// acquired reports whether the object comes from a library that asks its users to
// release what they acquire: large objects, unlike the buffers of other pools.
func acquired(start follow.Start) bool {
	call, ok := start.After.(*ssa.Call)
	if !ok {
		return false
	}
	fn := alias.CalleeOf(&call.Call).Func
	_, known := model.PoolingOf(fn)
	return known && (strings.HasPrefix(fn.Name(), "Acquire") || strings.HasPrefix(fn.Name(), "Borrow"))
}

// endings sorts the ends of the paths of an object that was taken from a pool.
type endings struct {
	start   follow.Start
	given   bool // put back on some path
	handed  bool // stored, sent or returned on some path
	dropped []ssa.Instruction
	failed  []ssa.Instruction // the same, on paths that fail

	// proven are calls that got the object and after which it was still the
	// function's own, because the function put it back.
	proven map[ssa.Instruction]bool

	// deliberate are returns that are reached both with and without a Put, or
	// what may be one: the Put itself is conditional, as one that spares large
	// buffers is.
	deliberate map[ssa.Instruction]bool

	// oks are what is returned last beside the object, if that is a constant
	// boolean.
	oks []constant.Value
}

func (e *endings) add(end follow.End) {
	switch {
	case end.Freed != nil:
		e.given = true
		e.deliberate[end.At] = true
	case end.Stored || end.Shared || slices.ContainsFunc(end.Results, func(ref alias.Ref) bool { return ref != alias.None }):
		e.handed = true
		if ok := lastBool(end.At); ok != nil && len(end.Results) > 1 {
			e.oks = append(e.oks, ok)
		}
	case end.Sized: // too small or too large to be of use: dropped on purpose
	case slices.ContainsFunc(end.Passed, func(at ssa.Instruction) bool { return !e.proven[at] }):
		if slices.ContainsFunc(end.Passed, isLoad) {
			e.deliberate[end.At] = true // a loop over a list that may be empty as well
		}
	case end.Failed:
		e.failed = append(e.failed, end.At)
	default:
		e.dropped = append(e.dropped, end.At)
	}
}

// sorted returns where the object is forgotten, on paths of ordinary work and on
// paths that fail.
func (e *endings) sorted() (dropped, failed []ssa.Instruction) {
	for _, at := range e.dropped {
		switch {
		case e.deliberate[at]:
		case e.refuses(at):
			e.failed = append(e.failed, at)
		case !slices.Contains(dropped, at):
			dropped = append(dropped, at)
		}
	}
	for _, at := range e.failed {
		if !e.deliberate[at] && !slices.Contains(failed, at) {
			failed = append(failed, at)
		}
	}
	return dropped, failed
}

// refuses reports whether a return says that there is no result: it returns zero
// values and the boolean that means so, which is false unless the object itself
// is returned beside false.
func (e *endings) refuses(at ssa.Instruction) bool {
	ret, ok := at.(*ssa.Return)
	if !ok || len(ret.Results) < 2 {
		return false
	}
	for _, v := range ret.Results[:len(ret.Results)-1] {
		if c, ok := v.(*ssa.Const); !ok || !follow.IsZero(c) {
			return false
		}
	}
	last := lastBool(at)
	if last == nil {
		return false
	}
	if len(e.oks) == 0 {
		return !constant.BoolVal(last)
	}
	return !slices.ContainsFunc(e.oks, func(ok constant.Value) bool { return constant.BoolVal(ok) == constant.BoolVal(last) })
}

// lastBool returns the last result of a return if that is a constant boolean.
func lastBool(at ssa.Instruction) constant.Value {
	ret, ok := at.(*ssa.Return)
	if !ok || len(ret.Results) == 0 {
		return nil
	}
	c, ok := ret.Results[len(ret.Results)-1].(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.Bool {
		return nil
	}
	return c.Value
}
