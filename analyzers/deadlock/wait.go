package deadlock

import (
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/access"
)

// An operation is an instruction that may wait for another goroutine.
type operation struct {
	fn    *ssa.Function
	instr ssa.Instruction
	kind  waitKind
	on    []chanOp  // of a send, receive or select
	recv  ssa.Value // of a WaitGroup or Cond
}

type waitKind uint8

const (
	waitsOnChannel waitKind = iota
	waitsOnGroup
	waitsOnCond
	waitsUnseen // in a function that may block for ever, as the team says
)

// operationOf returns the operation that an instruction of fn waits in, if any.
func (p *program) operationOf(fn *ssa.Function, instr ssa.Instruction) *operation {
	if o, ok := p.operations[instr]; ok {
		return o
	}
	o := newOperation(p, fn, instr)
	p.operations[instr] = o
	return o
}

func newOperation(p *program, fn *ssa.Function, instr ssa.Instruction) *operation {
	if call, ok := instr.(ssa.CallInstruction); ok {
		_, recv := syncMethod(call.Common())
		switch p.opOf(call.Common()).kind {
		case groupWaitOp:
			return &operation{fn: fn, instr: instr, kind: waitsOnGroup, recv: recv}
		case condWaitOp:
			return &operation{fn: fn, instr: instr, kind: waitsOnCond, recv: recv}
		}
		if p.saysBlocks(call) {
			return &operation{fn: fn, instr: instr, kind: waitsUnseen}
		}
		return nil
	}
	if sel, ok := instr.(*ssa.Select); ok && !sel.Blocking {
		return nil
	}
	on := chanOps(instr)
	if len(on) == 0 {
		return nil
	}
	return &operation{fn: fn, instr: instr, on: on}
}

// wait notes that an instruction may wait, with the locks held.
func (f *flow) wait(instr ssa.Instruction, s *state) {
	if f.rec == nil {
		return
	}
	op := f.p.operationOf(f.fn, instr)
	if len(chanOps(instr)) > 0 || op != nil {
		f.rec.note(instr, s)
	}
	if op == nil {
		return
	}
	at := f.placeOf(instr)
	at.pos = instrPos(instr)
	on := op.paths()
	f.rec.block(blocked{at: instr, op: op, on: on, held: f.heldWhile(op, s), place: at})
	f.rec.summary.addWait(wait{op: op, on: f.relativeOrZero(on), released: f.paths(s.owed), when: f.callersFacts(s.facts), place: at})
}

// paths returns the paths of what the operation waits on.
func (op *operation) paths() []access.Path {
	if op.recv != nil {
		path, _ := access.Of(op.recv)
		return []access.Path{path}
	}
	paths := make([]access.Path, len(op.on))
	for i, o := range op.on {
		paths[i], _ = access.Of(o.ch)
	}
	return paths
}

// relativeOrZero returns the paths as callers see them, zero where they cannot.
func (f *flow) relativeOrZero(paths []access.Path) []access.Path {
	out := make([]access.Path, len(paths))
	for i, p := range paths {
		out[i], _ = p.Relative(f.fn)
	}
	return out
}

// heldWhile returns the locks that are held while the goroutine waits: a Cond's
// own lock is not.
func (f *flow) heldWhile(op *operation, s *state) []hold {
	if op.kind != waitsOnCond {
		return s.held
	}
	own, ok := f.p.conds.of(op.recv)
	if !ok {
		return nil
	}
	var held []hold
	for _, h := range s.held {
		if h.Path != own.Path {
			held = append(held, h)
		}
	}
	return held
}

// waits looks at an operation that the callee may wait in.
func (b *binding) waits(w wait) {
	when, possible, sure := b.facts(w.when)
	if !possible {
		return
	}
	released := b.pathsOf(w.released)
	var held []hold
	for _, h := range b.heldWhile(w.op, b.state) {
		if !containsPath(released, h.Path) {
			held = append(held, h)
		}
	}
	maybe := w.maybe || b.maybe() || !sure
	on := make([]access.Path, len(w.on))
	for i, p := range w.on {
		if p.Rooted() {
			on[i], _ = b.restate(p)
		}
	}
	b.rec.block(blocked{at: b.instr, op: w.op, on: on, held: held, place: w.place, maybe: maybe})
	b.rec.summary.addWait(wait{
		op: w.op, on: b.relativeOrZero(on), released: append(b.paths(b.state.owed), b.relativePaths(released)...),
		when: b.callersFacts(when), maybe: w.maybe || b.maybe(), place: b.by(b.instr, w.place),
	})
}
