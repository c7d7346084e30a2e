package timerleak

import (
	"go/token"
	"maps"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/pathwalk"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// uses is what is done with a timer, its channel included, in the function that
// starts it and in the closures that share it.
type uses struct {
	// stops are the instructions of the starting function that stop the
	// timer, each with the value it stops: calls and deferred calls of Stop,
	// and of functions of the package and closures that call it.
	stops map[ssa.Instruction]ssa.Value

	// stoppedElsewhere tells that a closure stops it, some time.
	stoppedElsewhere bool

	// channels maps the timer's channel, wherever it is loaded, to the timer
	// that it is loaded from.
	channels map[ssa.Value]ssa.Value

	// receives are the channels that are received from.
	receives map[ssa.Value]bool

	// lent are the calls of functions of the package that may receive from
	// the channel, each with the timer.
	lent map[ssa.Instruction]ssa.Value

	// receivers are the functions that receive from the channel.
	receivers map[*ssa.Function]bool

	// kept tells that the channel is received from a variable that keeps it
	// across turns of a loop.
	kept bool

	// fields are the struct fields that the timer or its channel is stored
	// in.
	fields []*ssa.Store

	// escapes tells that something is done with it that cannot be followed.
	escapes bool
}

// role is what a value is to a timer.
type role int

const (
	handle  role = iota // the *Timer or *Ticker
	channel             // its channel
)

// usesOf follows v, which has the given role, through fn and its closures.
func usesOf(v ssa.Value, r role, fn *ssa.Function) uses {
	f := &follower{fn: fn, seen: make(map[ssa.Value]bool), params: make(map[ssa.Value]*uses), uses: noUses()}
	f.follow(v, r)
	return f.uses
}

func noUses() uses {
	return uses{
		stops:     make(map[ssa.Instruction]ssa.Value),
		channels:  make(map[ssa.Value]ssa.Value),
		receives:  make(map[ssa.Value]bool),
		lent:      make(map[ssa.Instruction]ssa.Value),
		receivers: make(map[*ssa.Function]bool),
	}
}

// A follower collects the uses of one timer in one function.
type follower struct {
	fn     *ssa.Function
	seen   map[ssa.Value]bool
	params map[ssa.Value]*uses // of the functions that the timer is passed to
	uses   uses
}

// inside returns a follower for another function that the same timer gets into.
func (f *follower) inside(fn *ssa.Function) *follower {
	return &follower{fn: fn, seen: f.seen, params: f.params, uses: noUses()}
}

// took adds what all functions that a timer gets into have in common.
func (f *follower) took(inner *uses) {
	f.uses.escapes = f.uses.escapes || inner.escapes
	maps.Copy(f.uses.receivers, inner.receivers)
}

// follow collects the uses of v.
func (f *follower) follow(v ssa.Value, r role) {
	if f.seen[v] || v.Referrers() == nil {
		return
	}
	f.seen[v] = true
	for _, ref := range *v.Referrers() {
		f.use(v, r, ref)
	}
}

func (f *follower) use(v ssa.Value, r role, ref ssa.Instruction) {
	switch ref := ref.(type) {
	case *ssa.DebugRef:
	case *ssa.Phi, *ssa.ChangeType:
		f.follow(ref.(ssa.Value), r)
	case *ssa.BinOp: // a comparison with nil
	case *ssa.Store:
		f.store(v, r, ref)
	case *ssa.FieldAddr:
		if r != handle || !timing.IsChannel(ref) {
			f.uses.escapes = true
			return
		}
		for _, ref := range *ref.Referrers() {
			switch ref := ref.(type) {
			case *ssa.DebugRef:
			case *ssa.UnOp:
				f.uses.channels[ref] = v
				f.follow(ref, channel)
			default:
				f.uses.escapes = true
			}
		}
	case *ssa.UnOp:
		if r != channel || ref.Op != token.ARROW {
			f.uses.escapes = true
			return
		}
		f.receive(v, ref.Parent())
	case *ssa.Select:
		for _, state := range ref.States {
			if state.Send == v {
				f.uses.escapes = true
				return
			}
		}
		f.receive(v, ref.Parent())
	case ssa.CallInstruction:
		f.call(v, r, ref)
	default:
		f.uses.escapes = true
	}
}

func (f *follower) receive(v ssa.Value, in *ssa.Function) {
	f.uses.receives[v] = true
	f.uses.receivers[in] = true
	if _, ok := v.(*ssa.Phi); ok {
		f.uses.kept = true
	}
}

// store follows the timer into a variable that closures share.
func (f *follower) store(v ssa.Value, r role, store *ssa.Store) {
	if store.Val != v {
		f.uses.escapes = true
		return
	}
	if _, ok := store.Addr.(*ssa.FieldAddr); ok {
		f.uses.fields = append(f.uses.fields, store)
		f.uses.escapes = true
		return
	}
	if pathwalk.OnlyStored(store.Addr) != v {
		f.uses.escapes = true
		return
	}
	f.loads(store.Addr, r)
}

// loads follows the loads of a variable that always is the timer.
func (f *follower) loads(addr ssa.Value, r role) {
	for _, ref := range *addr.Referrers() {
		switch ref := ref.(type) {
		case *ssa.UnOp:
			f.follow(ref, r)
		case *ssa.MakeClosure:
			for i, bound := range ref.Bindings {
				if bound == addr {
					f.closure(ref, ref.Fn.(*ssa.Function).FreeVars[i], r)
				}
			}
		}
	}
}

// closure follows a timer into a closure that shares its variable. A closure
// that is only deferred, and stops the timer, is a deferred stop.
func (f *follower) closure(made *ssa.MakeClosure, free *ssa.FreeVar, r role) {
	inner := f.inside(free.Parent())
	inner.loads(free, r)
	f.took(&inner.uses)
	if len(inner.uses.stops) == 0 && !inner.uses.stoppedElsewhere {
		return
	}
	if d := onlyDeferred(made); d != nil && d.Parent() == f.fn {
		f.uses.stops[d] = nil
		return
	}
	f.uses.stoppedElsewhere = true
}

// onlyDeferred returns the defer statement of a closure that is nothing else.
func onlyDeferred(made *ssa.MakeClosure) *ssa.Defer {
	var d *ssa.Defer
	for _, ref := range *made.Referrers() {
		switch ref := ref.(type) {
		case *ssa.DebugRef:
		case *ssa.Defer:
			if d != nil || ref.Call.Value != made {
				return nil
			}
			d = ref
		default:
			return nil
		}
	}
	return d
}

// call looks at a call with the timer as receiver or argument.
func (f *follower) call(v ssa.Value, r role, call ssa.CallInstruction) {
	common := call.Common()
	if builtin, ok := common.Value.(*ssa.Builtin); ok && (builtin.Name() == "len" || builtin.Name() == "cap") {
		return
	}
	if _, ok := call.(*ssa.Go); ok {
		f.uses.escapes = true
		return
	}
	if r != handle || timing.Receiver(common) != v {
		f.pass(v, r, call)
		return
	}
	switch name := timing.Callee(call).Name(); {
	case name == "Stop":
		f.uses.stops[call] = v
	case name == "Reset":
	case (name == "C" || name == "Chan") && call.Value() != nil:
		f.uses.channels[call.Value()] = v
		f.follow(call.Value(), channel)
	default:
		f.uses.escapes = true
	}
}

// pass follows the timer into a function of the same package that it is an
// argument of.
func (f *follower) pass(v ssa.Value, r role, call ssa.CallInstruction) {
	common := call.Common()
	fn := timing.Static(call)
	if fn == nil || fn.Pkg != f.fn.Pkg || len(fn.Blocks) == 0 || len(common.Args) != len(fn.Params) {
		f.uses.escapes = true
		return
	}
	for i, arg := range common.Args {
		if arg != v {
			continue
		}
		inner := f.usesOfParam(fn.Params[i], r)
		f.took(inner)
		if len(inner.stops) > 0 || inner.stoppedElsewhere {
			f.uses.stops[call] = v
		}
		if len(inner.receives) > 0 || len(inner.lent) > 0 {
			f.uses.lent[call] = v
		}
	}
}

// usesOfParam returns what a function does with a timer that it is given. A
// function that passes it to itself does no more than it does otherwise.
func (f *follower) usesOfParam(param *ssa.Parameter, r role) *uses {
	if known, ok := f.params[param]; ok {
		return known
	}
	inner := f.inside(param.Parent())
	f.params[param] = &inner.uses
	inner.follow(param, r)
	return &inner.uses
}
