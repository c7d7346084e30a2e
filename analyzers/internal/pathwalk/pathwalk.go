// Package pathwalk follows the paths of an SSA function from the instruction
// that makes a value, and knows on each path which variables still hold it.
//
// It decides a branch where the path so far decides it: on the outcome of a
// select statement, on a boolean variable that was set to a constant, on a
// comparison with nil. So it does not take "the timer fired" together with
// "fired is false", which a walk over the bare control flow graph does.
package pathwalk

import (
	"iter"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// maxStates bounds a walk. A function that needs more is not one whose defects
// can be told with confidence.
const maxStates = 4000

// A Visitor is told what lies on the paths. A path ends where it answers false.
type Visitor interface {
	// Instr is called for each instruction that is not a select.
	Instr(instr ssa.Instruction, p *Path) (goOn bool)

	// Case is called for each outcome of a select: the i'th of its states,
	// or len(sel.States) for its default case.
	Case(sel *ssa.Select, i int, p *Path) (goOn bool)
}

// A Subject is what a walk keeps track of.
type Subject struct {
	Value ssa.Value

	// Parts maps values that stand for the subject, such as the channel that
	// was loaded from a timer, to the values that they are taken from. A part
	// is the subject's if what it is taken from is the subject. It is not nil.
	Parts map[ssa.Value]ssa.Value
}

// Walk follows the paths that begin after the instruction start, which is often
// the one that makes the subject. It reports whether it has seen all paths.
func Walk(start ssa.Instruction, subject Subject, v Visitor) (complete bool) {
	w := newWalker(start.Parent(), subject, v)
	block := start.Block()
	w.run(w.atBlock(block), block, slices.Index(block.Instrs, start)+1)
	return w.drain()
}

// WalkFunc follows the paths through the whole of fn. The subject may be one of
// its parameters, or nothing.
func WalkFunc(fn *ssa.Function, subject Subject, v Visitor) (complete bool) {
	w := newWalker(fn, subject, v)
	w.run(&Path{w: w, known: w.nothing()}, fn.Blocks[0], 0)
	return w.drain()
}

// Path is a path up to the instruction that the visitor is called for. It is
// valid during the call.
type Path struct {
	w      *walker
	known  string // by index of the tracked values, what each is
	Marks  uint32 // the visitor's own notes; paths with different notes are kept apart
	choice *choice
}

// A choice is the outcome of a select statement on a path.
type choice struct {
	sel    *ssa.Select
	which  int
	before *choice
}

// Choices returns the outcomes of the select statements on the path, the last
// first.
func (p *Path) Choices() iter.Seq2[*ssa.Select, int] {
	return func(yield func(*ssa.Select, int) bool) {
		for c := p.choice; c != nil; c = c.before {
			if !yield(c.sel, c.which) {
				return
			}
		}
	}
}

// Holds reports whether v is the subject, or a part of it, on this path.
func (p *Path) Holds(v ssa.Value) bool {
	what := p.eval(v)
	return what == isSubject || what == isPart
}

// Constant reports whether v is the boolean b on this path.
func (p *Path) Constant(v ssa.Value, b bool) bool { return p.eval(v) == boolean(b) }
