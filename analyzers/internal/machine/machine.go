// Package machine runs the SSA form of a function, and of the goroutines it
// starts, on an abstract machine that follows channels, contexts, wait groups,
// locks and condition variables, and finds the goroutines that can block for
// ever.
//
// A goroutine is leaked if it is blocked and nothing that can still run can
// reach what it is blocked on: the criterion of the runtime's goroutine leak
// profile (https://go.dev/design/74609-goroutine-leak-detection-gc), applied to
// the states of an exploration instead of those of a process. The exploration
// takes every order of the operations that several goroutines see and both
// ways of every branch whose condition it cannot know.
//
// What the machine assumes keeps it silent rather than clever:
//   - What it does not see is cooperative. A channel that came from outside, or
//     that was given away to code outside the package, always proceeds; so do
//     timers and contexts that it did not make.
//   - A condition on one unknown value has one outcome until the value changes,
//     and two loops bounded by the same unknown run equally often.
//   - A channel whose capacity is unknown, or larger than the turns of a loop that
//     are counted, has room.
//   - A panic ends the path, as does a call that ends the process, or of which the
//     team says that it never returns.
//   - A call of a function of which the team says that it ends with its context
//     lasts until that context is done, or ends sooner.
//
// Exploration is bounded (see [Limits]). What was found within the bounds
// stands; what lies beyond them is not reported.
package machine

import (
	"flag"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// Limits bound the exploration from one root function.
type Limits struct {
	States     int // states put aside to be explored
	Steps      int // instructions executed
	Goroutines int // goroutines alive at a time
	Depth      int // calls followed within a goroutine

	// Total is how many instructions are executed for one package before
	// each further root gets only a tenth of Steps. Large packages of
	// tests have thousands of roots that are alike.
	Total int
}

// DefaultLimits explore the functions of large public code bases in less time than
// their types take to check. Of those of etcd that make what goroutines wait for, three
// of four are explored to the end; twice as much for the others, on which most of the
// time goes, found nothing more.
var DefaultLimits = Limits{States: 250, Steps: 5_000, Goroutines: 6, Depth: 8, Total: 400_000}

// A Leak is a goroutine that can block for ever.
type Leak struct {
	// Go is the statement that started the goroutine, or the call
	// that did, such as WaitGroup.Go; nil if it is the
	// one that runs the root function.
	Go ssa.CallInstruction

	// Op is the operation that blocks, in the function Fn.
	Op ssa.Instruction
	Fn *ssa.Function

	// Waits tells what the goroutine waits for.
	Waits Wait

	// Made is the instruction that made the channel or context that it
	// waits for; the first of them if it waits for several, nil if it
	// waits for something else.
	Made ssa.Instruction

	// Buffer is the capacity of the channel, if it waits for one.
	Buffer int

	// Left is the last deciding step before the goroutine was lost, such
	// as the return of the function that should have received.
	Left *Event

	// Fatal tells that on the path to the leak a test fails, or a
	// goroutine ends by a call such as t.Fatal.
	Fatal bool

	// Failed tells that the root had returned an error.
	Failed bool

	// Sometimes tells that goroutines which the statement starts end on
	// other paths.
	Sometimes bool

	// Doubt tells that the path to the leak takes a branch on state that
	// the program keeps itself, so that it may be one that never happens.
	Doubt bool

	// Meant tells that the operation can be there for nothing but to block
	// for ever.
	Meant bool

	// Root is the function whose exploration found the leak.
	Root *ssa.Function

	// Stuck tells that the goroutine that runs the root is itself stuck.
	Stuck bool
}

// Surer reports whether the path to l is surer to happen than that to other:
// one without doubt before one with, one in a test that passes before one in a
// test that fails, and one that waits for ever before one that may end sooner.
func (l *Leak) Surer(other *Leak) bool {
	if l.Doubt != other.Doubt {
		return !l.Doubt
	}
	if l.Fatal != other.Fatal {
		return !l.Fatal
	}
	return l.Waits != Unended && other.Waits == Unended
}

// Wait is what a leaked goroutine waits for.
type Wait int

const (
	Send    Wait = iota // to send on a channel
	Receive             // to receive from a channel
	Range               // for the next element of a channel in a range loop
	Choice              // for one of several cases of a select
	Done                // for a context to be cancelled
	Group               // for a wait group to reach zero
	Signal              // for a condition variable to be signalled
	Lock                // for a lock
	Forever             // for nothing: an empty select or a nil channel
	Unended             // for a call to end, which does with a context at the latest
)

// An Event is a step that decided over the leak: the goroutine that went away,
// and where.
type Event struct {
	Pos  token.Pos
	What EventKind
	Fn   *ssa.Function
}

// EventKind is the kind of an [Event].
type EventKind int

const (
	Returned EventKind = iota // a goroutine returned from its first function
	Exited                    // a goroutine ended by a call such as t.Fatal
	Chose                     // a select took a case that does not serve the leaked goroutine
	WentOn                    // a goroutine went on without what it could have served
)

// A Machine explores the functions of one package.
type Machine struct {
	pkg    *ssa.Package
	limits Limits
	team   *flag.FlagSet // what the team says of its own functions
	infos  map[*ssa.Function]*funcInfo
	total  int // instructions executed so far
	makers map[*ssa.Function]bool
	names  map[*ssa.Function]string
	types  map[types.Type]string // the types' texts
}

// New returns a machine for the functions of pkg, which must have been built. What
// a team says of its own functions is read from team (see [model.TeamSays]).
func New(pkg *ssa.Package, limits Limits, team *flag.FlagSet) *Machine {
	return &Machine{
		pkg:    pkg,
		limits: limits,
		team:   team,
		infos:  make(map[*ssa.Function]*funcInfo),
		makers: make(map[*ssa.Function]bool),
		names:  make(map[*ssa.Function]string),
		types:  make(map[types.Type]string),
	}
}

// typeName returns t.String(), which costs too much to ask for in each state.
func (m *Machine) typeName(t types.Type) string {
	name, ok := m.types[t]
	if !ok {
		name = t.String()
		m.types[t] = name
	}
	return name
}

// Makes reports whether running fn can make something that goroutines wait for
// and that outlives the call which makes it: itself, or in a function of the
// package from which it gets it back. Where it does not, there is nothing to
// explore from fn that is not explored from another root.
func (m *Machine) Makes(fn *ssa.Function) bool {
	if made, ok := m.makers[fn]; ok {
		return made
	}
	m.makers[fn] = false // while under way: recursion adds nothing
	made := false
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			made = made || m.making(instr)
		}
	}
	for _, anon := range fn.AnonFuncs {
		made = made || m.Makes(anon)
	}
	m.makers[fn] = made
	return made
}

// making reports whether instr makes something that goroutines wait for.
func (m *Machine) making(instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.MakeChan:
		return true
	case *ssa.Alloc:
		return holdsPrimitive(instr.Type().Underlying().(*types.Pointer).Elem(), 3)
	case *ssa.MakeClosure:
		return m.Makes(instr.Fn.(*ssa.Function))
	case ssa.CallInstruction:
		callee := instr.Common().StaticCallee()
		if callee == nil {
			return false
		}
		return makesByModel(callee) || m.inlinable(callee) && len(callee.Blocks) <= maxBlocksOfMaker && handsBack(instr.Common()) && m.Makes(callee)
	}
	return false
}

// handsBack reports whether the caller can get hold of what the callee makes:
// as a result, or in a variable of its own that it gives the callee.
func handsBack(call *ssa.CallCommon) bool {
	results := call.Signature().Results()
	for i := range results.Len() {
		if mayCarry(results.At(i).Type()) {
			return true
		}
	}
	for _, arg := range call.Args {
		for {
			if field, ok := arg.(*ssa.FieldAddr); ok {
				arg = field.X
				continue
			}
			break
		}
		switch arg.(type) {
		case *ssa.Alloc, *ssa.MakeClosure, *ssa.Function, *ssa.Call, *ssa.Extract:
			return mayCarry(arg.Type())
		case *ssa.UnOp:
			return false
		}
	}
	return false
}

// inlinable reports whether the machine may run fn's body: it has one, and it
// is of the package under analysis or a wrapper around such a function.
func (m *Machine) inlinable(fn *ssa.Function) bool {
	if len(fn.Blocks) == 0 {
		return false
	}
	return fn.Pkg == nil || fn.Pkg == m.pkg
}

// holdsPrimitive reports whether a value of type t contains a wait group or a
// condition variable, looking into structs down to the given depth.
func holdsPrimitive(t types.Type, depth int) bool {
	if named, ok := types.Unalias(t).(*types.Named); ok {
		if obj := named.Obj(); obj.Pkg() != nil {
			switch obj.Pkg().Path() {
			case "sync":
				return obj.Name() == "WaitGroup" || obj.Name() == "Cond"
			case "golang.org/x/sync/errgroup":
				return obj.Name() == "Group"
			}
		}
	}
	if st, ok := t.Underlying().(*types.Struct); ok && depth > 0 {
		for field := range st.Fields() {
			if holdsPrimitive(field.Type(), depth-1) {
				return true
			}
		}
	}
	return false
}
