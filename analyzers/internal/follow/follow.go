// Package follow follows one object along the paths of a function, through
// variables, fields, function literals and deferred calls, until it is given
// back to where it came from, and beyond.
//
// It is a small symbolic execution. A state knows which registers and which
// places in memory refer to the object (see package alias), whether it was given
// back, which goroutines and channels still have it, what is deferred, and which
// way the branches went whose conditions matter again. Branches that the path
// decides are not taken the other way; states that agree are walked once.
// Function literals that are called or deferred are walked in place; other
// functions are known by their [Summary].
//
// What it cannot follow ends in silence: a path on which a function literal that
// gives the object back is handed to unknown code is dropped, and a walk that
// exceeds its budget says so in [Trace.Complete].
package follow

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/alias"
)

// A World is what a walk needs to know of what surrounds the function.
type World interface {
	// Summary returns what a call does with its wanted arguments and which
	// results come from them. It is asked about calls that get the object.
	Summary(callee alias.Callee, wanted func(arg int) bool) Summary

	// Takes returns the position of a call's result that is taken from a
	// pool. It is asked about every call.
	Takes(callee alias.Callee) (result int, ok bool)

	// Owns reports whether the memory behind a field, a slice, belongs to
	// the struct for all the struct's life, so that a value loaded from the
	// field is dead once the struct is given back.
	Owns(field *types.Var) bool

	// Note returns the client's note after a call to which the object was
	// passed as the i'th argument. Paths with different notes are kept apart.
	Note(note uint8, callee alias.Callee, i int) uint8
}

// A Start is where a walk begins, and what refers to the object there.
type Start struct {
	// Fn is the function whose paths are followed.
	Fn *ssa.Function

	// After is the instruction that makes the object, such as the call that
	// takes it from a pool. If it is nil, the object exists before the
	// function is entered.
	After ssa.Instruction

	// Value is the register that is the object, Result the position in it if
	// it is a tuple. It may be nil if Place is set.
	Value  ssa.Value
	Result int

	// Place is the variable or field that holds the object, if its root is
	// not nil.
	Place alias.Place

	// Fails asks to tell which paths fail: see [End.Failed]. It takes more
	// states.
	Fails bool
}

// A Trace is what a walk has seen.
type Trace struct {
	Uses     []Use
	Releases []Release
	Ends     []End

	// MapStores are the stores of the object, or of what leads to it, into
	// maps that outlive the function.
	MapStores []Share

	// Complete reports that all paths were walked to their ends.
	Complete bool
}

// A Giving is a call that gives the object back.
type Giving struct {
	At       ssa.CallInstruction
	Deferred *ssa.Defer // the defer statement that ran it, if any
}

// A Use is a use of the object, or of memory that belongs to it, after it was
// given back.
type Use struct {
	At    ssa.Instruction
	Value ssa.Value // what is used
	Ref   alias.Ref // what it refers to of the object
	After Giving
}

// A Release is a giving, on a path.
type Release struct {
	Giving
	Arg     ssa.Value
	Before  *Giving           // the giving before it, if there was one
	Running []Share           // goroutines and channels that may still use the object
	Passed  []ssa.Instruction // calls before it, to functions that may have kept the object
	Failed  bool              // an error was met on the path, if [Start.Fails]
	Note    uint8
}

// A Share is an instruction that gives the object, or what leads to it, to
// another goroutine: a go statement, a send, a call that starts a goroutine.
type Share struct {
	At  ssa.Instruction
	Ref alias.Ref
}

// An End is where a path ends without a panic: at a return, or back at the
// instruction that makes the object.
type End struct {
	At      ssa.Instruction
	Freed   *Giving           // the giving on the path, if there was one
	Stored  bool              // in memory that outlives the function, at some time
	Shared  bool              // with a goroutine or by a channel, at some time
	Failed  bool              // by an error, or because the work was cancelled
	Sized   bool              // the path was decided by the object's capacity, or by its being empty
	Passed  []ssa.Instruction // calls to functions that may have kept it, and loads that may have got it
	Running []Share           // goroutines and channels that may still use it
	Left    []Left            // what outlives the function and still refers to it
	Results []alias.Ref       // what the results refer to of it
	Cleared []*types.Var      // fields of it that were replaced
	Note    uint8
}

// Left is a place that outlives the function and refers to the object.
type Left struct {
	Place alias.Place
	Ref   alias.Ref
	Store ssa.Instruction // what stored it; nil if it was there from the start
}

// Follow walks the paths from start.
func Follow(world World, start Start) *Trace {
	w := &walker{
		world:  world,
		start:  start,
		ids:    make(map[any]int32),
		places: make(map[ssa.Value]alias.Place),
		tests:  make(map[string]*test),
		trace:  &Trace{Complete: true},
		budget: maxVisits,
		seen:   make(map[any]bool),
	}
	s := &state{}
	if start.Value != nil {
		s = w.set(s, start.Value, start.Result, tie{ref: alias.Same})
	}
	if start.Place.Root != nil {
		s = w.store(s, start.Place, tie{ref: alias.Same}, nil)
	}
	block, i := start.Fn.Blocks[0], 0
	if start.After != nil {
		block = start.After.Block()
		i = 1 + slices.Index(block.Instrs, start.After)
		s = s.clone()
		s.defers = deferredBefore(block, i)
	}
	w.findTests(start.Fn)
	if start.Fails {
		w.findErrors(start.Fn)
		if start.After != nil {
			s = w.dominating(s, block)
		}
	}
	f := &frame{fn: start.Fn}
	w.run(f, block, i, s)
	return w.trace
}

// deferredBefore returns the calls that were deferred for certain when control
// reaches the i'th instruction of a block, the first first. Their arguments are
// older than the object.
func deferredBefore(block *ssa.BasicBlock, i int) []deferred {
	var defers []deferred
	if dom := block.Idom(); dom != nil {
		defers = deferredBefore(dom, len(dom.Instrs))
	}
	for _, instr := range block.Instrs[:i] {
		if d, ok := instr.(*ssa.Defer); ok {
			defers = append(defers, deferred{at: d})
		}
	}
	return defers
}

// maxVisits bounds the blocks that a walk enters.
const maxVisits = 3000

// within reports whether fn is outer or a function literal inside it.
func within(fn, outer *ssa.Function) bool {
	for ; fn != nil; fn = fn.Parent() {
		if fn == outer {
			return true
		}
	}
	return false
}
