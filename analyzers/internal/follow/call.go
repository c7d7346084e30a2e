package follow

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/alias"
	"github.com/gomend/gomend/analyzers/internal/model"
)

// maxDepth bounds how deep function literals are run in place.
const maxDepth = 4

// call returns the states after a call; deferred is the statement that runs it
// at the function's end, if any.
func (w *walker) call(f *frame, s *state, at ssa.CallInstruction, deferred *ssa.Defer) []*state {
	callee := alias.CalleeOf(at.Common())
	if callee.Builtin != "" {
		return one(w.builtin(s, at, callee))
	}
	if fn := callee.Body; fn != nil && fn.Parent() != nil {
		return w.literal(f, s, at, callee, deferred)
	}
	s = w.arguments(f, s, at, callee, deferred)
	if s == nil {
		return nil
	}
	if body := loopBody(callee.Args); body != nil {
		return w.rangeFunc(f, s, at, body)
	}
	return one(s)
}

// literal runs a function literal in place.
func (w *walker) literal(f *frame, s *state, at ssa.CallInstruction, callee alias.Callee, deferred *ssa.Defer) []*state {
	fn := callee.Body
	concerned := callee.Closure != nil && (w.closure(s, callee.Closure).ref != alias.None || w.outlived(s))
	for _, arg := range callee.Args {
		concerned = concerned || w.tie(s, arg).ref != alias.None
	}
	if !concerned {
		return one(s)
	}
	if f.runs(fn) || f.depth() >= maxDepth {
		return one(w.pass(s, at))
	}
	inner := s
	for i, param := range fn.Params {
		if i < len(callee.Args) {
			inner = w.set(inner, param, 0, w.tie(s, callee.Args[i]))
		}
	}
	var states []*state
	for _, r := range w.run(&frame{fn, f, deferred}, fn.Blocks[0], 0, inner) {
		out := r.state.leave(fn)
		if v, ok := at.(*ssa.Call); ok {
			for i, t := range r.ties {
				out = w.set(out, v, i, t)
			}
		}
		states = append(states, out)
	}
	return w.distinct(states)
}

// outlived reports whether memory from outside the function has the object, which
// any function literal may clear.
func (w *walker) outlived(s *state) bool {
	return slices.ContainsFunc(s.cells, func(c cell) bool { return !w.local(c.place) })
}

// loopBody returns the function literal that is the body of a range-over-func
// loop, if it is among the arguments.
func loopBody(args []ssa.Value) *ssa.MakeClosure {
	for _, arg := range args {
		if mc, ok := arg.(*ssa.MakeClosure); ok && isLoopBody(mc.Fn.(*ssa.Function)) {
			return mc
		}
	}
	return nil
}

func isLoopBody(fn *ssa.Function) bool { return fn.Synthetic == "range-over-func yield" }

// rangeFunc returns the states after a loop over an iterator function: its body
// ran never, once, or twice.
func (w *walker) rangeFunc(f *frame, s *state, at ssa.CallInstruction, body *ssa.MakeClosure) []*state {
	callee := alias.Callee{Body: body.Fn.(*ssa.Function), Closure: body}
	once := w.literal(f, s, at, callee, f.deferred)
	all := append([]*state{s}, once...)
	for _, s := range once {
		all = append(all, w.literal(f, s, at, callee, f.deferred)...)
	}
	return w.distinct(all)
}

// arguments returns s after a function that is known by its summary was called,
// or nil if the path cannot be followed further.
func (w *walker) arguments(f *frame, s *state, at ssa.CallInstruction, callee alias.Callee, deferred *ssa.Defer) *state {
	switch {
	case waits(callee):
		s = w.forgetLent(joined(s))
	case w.agrees(s, callee):
		s = joined(s)
	}
	ties := make([]tie, len(callee.Args))
	concerned := false
	for i, arg := range callee.Args {
		ties[i] = w.tie(s, arg)
		if ties[i].ref == alias.None && w.contains(s, arg) {
			ties[i].ref = alias.Holder
		}
		concerned = concerned || ties[i].ref != alias.None
	}
	if !concerned {
		return s
	}
	sum := w.world.Summary(callee, func(i int) bool { return i < len(ties) && ties[i].ref != alias.None })
	gives := func(i int) bool {
		return sum.Fate(i) == Released && (ties[i].ref == alias.Same || ties[i].ref == alias.Holder && w.contains(s, callee.Args[i]))
	}
	for i, t := range ties {
		if t.ref == alias.None || gives(i) {
			continue
		}
		if s = w.argument(f, s, at, callee, i, t, sum.Fate(i)); s == nil {
			return nil
		}
		if p := w.content(callee.Args[i]); t.ref == alias.Holder && !w.local(p) {
			s = s.forgetRoot(p) // the callee may put another object there
		}
	}
	for i := range ties {
		if gives(i) {
			s = w.release(s, Giving{at, deferred}, callee.Args[i], sum.cleared(i))
			s = s.forgetRoot(w.content(callee.Args[i]))
		}
	}
	if v, ok := at.(*ssa.Call); ok {
		s = w.results(s, v, ties, sum)
	}
	return s
}

// content returns the place that a pointer, or a pointer in an interface, points
// to.
func (w *walker) content(arg ssa.Value) alias.Place {
	for {
		iface, ok := arg.(*ssa.MakeInterface)
		if !ok {
			return w.place(arg)
		}
		arg = iface.X
	}
}

// contains reports whether the memory that a pointer points to contains the
// object: a pointer to a slice, a struct with a field.
func (w *walker) contains(s *state, arg ssa.Value) bool {
	p := w.content(arg)
	return p.IsExact() && slices.ContainsFunc(s.cells, func(c cell) bool { return c.ref == alias.Same && p.Contains(c.place) })
}

// argument returns s after the object, or what leads to it, was passed as an
// argument that is not released, or nil if nothing more can be said.
func (w *walker) argument(f *frame, s *state, at ssa.CallInstruction, callee alias.Callee, i int, t tie, fate Fate) *state {
	arg := callee.Args[i]
	if t.ref == alias.Holder {
		t.ref = w.variadic(s, arg)
	}
	if t.ref >= alias.Inside || t.ref == alias.View && i == 0 {
		w.use(s, at, arg, t.ref)
	}
	if t.ref >= alias.Inside {
		c := s.clone()
		c.note = w.world.Note(s.note, callee, i)
		s = c
	}
	if mc, ok := arg.(*ssa.MakeClosure); ok && !isLoopBody(mc.Fn.(*ssa.Function)) {
		if w.frees(f, s, at, mc) {
			return nil
		}
		if model.Starts(callee.Func) || fate == Kept {
			return w.share(s, at, max(t.ref, w.captured(s, mc)))
		}
	}
	if t.ref <= alias.View && fate == Borrowed && callee.Body != nil {
		fate = Unknown // known of the object, not of what holds it
	}
	switch fate {
	case Kept:
		s = stored(s)
	case Unknown, Shared, Released:
		s = w.pass(s, at)
	}
	return s
}

// variadic returns what the elements of a slice refer to that was made for a
// call f(a, b, c), or Holder if v is not such a slice.
func (w *walker) variadic(s *state, v ssa.Value) alias.Ref {
	slice, ok := v.(*ssa.Slice)
	if !ok {
		return alias.Holder
	}
	array, ok := slice.X.(*ssa.Alloc)
	if !ok || array.Comment != "varargs" {
		return alias.Holder
	}
	most := alias.Holder
	for _, c := range s.cells {
		if c.place.Root == array {
			most = max(most, c.ref)
		}
	}
	return most
}

// frees reports whether a function literal gives the object back when it runs.
func (w *walker) frees(f *frame, s *state, at ssa.CallInstruction, mc *ssa.MakeClosure) bool {
	if s.freed != nil || f.depth() >= maxDepth {
		return false
	}
	w.silent++
	defer func() { w.silent-- }()
	for _, out := range w.literal(f, s, at, alias.Callee{Body: mc.Fn.(*ssa.Function), Closure: mc}, nil) {
		if out.freed != nil {
			return true
		}
	}
	return false
}

// pass returns s after the object went to a function of which it is not known
// whether it keeps it.
func (w *walker) pass(s *state, at ssa.Instruction) *state {
	c := s.clone()
	c.passed = w.with(c.passed, at)
	return c
}

// release returns s after the object was given back.
func (w *walker) release(s *state, g Giving, arg ssa.Value, cleared []string) *state {
	if w.silent == 0 {
		w.trace.Releases = append(w.trace.Releases, Release{
			Giving: g, Arg: arg, Before: s.freed, Running: s.running, Passed: s.passed, Failed: s.failed, Note: s.note,
		})
	}
	if len(cleared) > 0 {
		s = s.forget(func(t tie) bool {
			return t.ref == alias.Inside && t.field != nil && slices.Contains(cleared, t.field.Name())
		})
	}
	c := s.clone()
	c.freed = &g
	c.running = nil
	return c
}

// results returns s with what the results of a call refer to.
func (w *walker) results(s *state, v *ssa.Call, ties []tie, sum Summary) *state {
	for i, r := range sum.Results {
		var most tie
		for _, src := range r.From {
			if src.Param < len(ties) {
				most.ref = max(most.ref, through(src.Ref, ties[src.Param].ref))
			}
		}
		if most.ref != alias.None {
			s = w.set(s, v, i, most)
		}
	}
	return s
}

// through returns what a result refers to that is tied to an argument by how,
// if the argument refers to the object by arg.
func through(how, arg alias.Ref) alias.Ref {
	switch {
	case arg == alias.None || how == alias.None:
		return alias.None
	case arg == alias.Same:
		return how
	case how == alias.Same:
		return arg
	case arg == alias.Inside:
		return how
	case how == alias.Inside && arg == alias.View:
		return alias.Inside // the Bytes of a Buffer over pooled memory
	}
	return min(how, arg)
}

// builtin returns s after a built-in function was called.
func (w *walker) builtin(s *state, at ssa.CallInstruction, callee alias.Callee) *state {
	args := callee.Args
	switch callee.Builtin {
	case "append":
		return w.append(s, at, args)
	case "copy", "clear", "delete":
		for _, arg := range args {
			if t := w.tie(s, arg); t.ref >= alias.Inside {
				w.use(s, at, arg, t.ref)
			}
		}
	case "String", "StringData", "Slice", "SliceData", "Add", "ssa:wrapnilchk": // of package unsafe
		if v, ok := at.(*ssa.Call); ok && len(args) > 0 {
			return w.set(s, v, 0, w.tie(s, args[0]))
		}
	}
	return s
}

func (w *walker) append(s *state, at ssa.CallInstruction, args []ssa.Value) *state {
	v, ok := at.(*ssa.Call)
	if !ok || len(args) != 2 {
		return s
	}
	to, from := w.tie(s, args[0]), w.tie(s, args[1])
	if to.ref >= alias.Inside {
		w.use(s, at, args[0], to.ref)
	}
	if from.ref >= alias.Inside {
		w.use(s, at, args[1], from.ref)
	}
	if slice, ok := v.Type().Underlying().(*types.Slice); ok && from.ref == alias.Holder && alias.HasPointers(slice.Elem()) && to.ref == alias.None {
		to.ref = alias.Holder
	}
	to.filled = to.filled || from.ref == alias.Holder && to.ref == alias.Holder
	return w.set(s, v, 0, to)
}

// goStmt returns s after a goroutine was started.
func (w *walker) goStmt(f *frame, s *state, at *ssa.Go) *state {
	callee := alias.CalleeOf(&at.Call)
	most := alias.None
	for _, arg := range callee.Args {
		t := w.tie(s, arg)
		if t.ref >= alias.Inside {
			w.use(s, at, arg, t.ref)
		}
		most = max(most, t.ref)
	}
	if callee.Closure != nil && callee.Body != nil && callee.Body.Parent() != nil {
		if t := w.captured(s, callee.Closure); t != alias.None {
			most = max(most, t)
		}
	}
	if !at.Call.IsInvoke() {
		most = max(most, w.tie(s, at.Call.Value).ref)
	}
	if most == alias.None {
		return s
	}
	return w.share(s, at, most)
}

// captured returns what the variables that a function literal captures refer to.
func (w *walker) captured(s *state, mc *ssa.MakeClosure) alias.Ref {
	var most alias.Ref
	for _, b := range mc.Bindings {
		most = max(most, w.pointer(s, b).ref)
		p := w.place(b)
		for _, c := range s.cells {
			if c.place == p {
				most = max(most, c.ref)
			}
		}
	}
	return most
}

// deferStmt returns s after a call was deferred. Its arguments are evaluated now.
func (w *walker) deferStmt(s *state, d *ssa.Defer) *state {
	if slices.ContainsFunc(s.defers, func(other deferred) bool { return other.at == d }) {
		return s
	}
	later := deferred{at: d}
	values := append([]ssa.Value{d.Call.Value}, alias.CalleeOf(&d.Call).Args...)
	for _, v := range values {
		if t := s.get(v, 0); t.ref != alias.None {
			later.args = append(later.args, register{v, 0, t})
		}
	}
	c := s.clone()
	c.defers = append(slices.Clone(s.defers), later)
	return c
}

// runDefers returns the states after the deferred calls ran, the last first.
func (w *walker) runDefers(f *frame, s *state, at ssa.Instruction) []*state {
	var mine []deferred
	rest := s.clone()
	rest.defers = nil
	for _, d := range s.defers {
		if d.at.Parent() == at.Parent() || within(d.at.Parent(), at.Parent()) && d.at.DeferStack != nil {
			mine = append(mine, d)
		} else {
			rest.defers = append(rest.defers, d)
		}
	}
	states := []*state{rest}
	for _, d := range slices.Backward(mine) {
		states = w.each(states, func(s *state) []*state {
			for _, arg := range d.args {
				s = w.set(s, arg.value, arg.index, arg.tie)
			}
			return w.call(f, s, d.at, d.at)
		})
	}
	return states
}

// agrees reports whether a call locks a mutex that a running goroutine has, too:
// the two may agree under it on who still uses the object.
func (w *walker) agrees(s *state, callee alias.Callee) bool {
	if len(s.running) == 0 || callee.Func == nil || callee.Func.Name() != "Lock" || len(callee.Args) != 1 {
		return false
	}
	mutex := w.place(callee.Args[0])
	return slices.ContainsFunc(s.running, func(share Share) bool {
		start, ok := share.At.(*ssa.Go)
		if !ok {
			return false
		}
		mc, ok := start.Call.Value.(*ssa.MakeClosure)
		return ok && slices.ContainsFunc(mc.Bindings, func(b ssa.Value) bool {
			return w.place(b).Contains(mutex) || alias.Target(b).Contains(mutex)
		})
	})
}

// waits reports whether a call may wait for a goroutine: by its name, or because
// it gets what one waits with.
func waits(callee alias.Callee) bool {
	if callee.Func != nil && strings.Contains(callee.Func.Name(), "Wait") {
		return true
	}
	for _, arg := range callee.Args {
		if _, ok := arg.Type().Underlying().(*types.Chan); ok {
			return true
		}
		if p, ok := arg.Type().Underlying().(*types.Pointer); ok && callee.Func != nil && callee.Func.Signature().Recv() == nil {
			if named, ok := types.Unalias(p.Elem()).(*types.Named); ok && strings.HasSuffix(named.Obj().Name(), "Group") {
				return true
			}
		}
	}
	return false
}
