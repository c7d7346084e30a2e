package deadlock

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/access"
	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
)

// Bounds on the flow through one function. A function that needs more is left
// out, with what it does to its callers.
const (
	maxStates = 32     // at one place
	maxSteps  = 400000 // instructions times states
	maxFacts  = 24     // known in one state
)

// A flow follows the locks through a function: which are held where.
type flow struct {
	p       *program
	fn      *ssa.Function
	in      map[*ssa.BasicBlock]*places
	ids     numbering
	looping map[*ssa.BasicBlock]bool
	tracked map[term]int
	steps   int

	// scattered are the classes of the locks of elements which the function
	// releases elsewhere than in the loop that takes them.
	scattered map[access.Class]bool

	// rec takes note of what happens; it is nil while the states are not
	// yet final.
	rec *record
}

// places are the states at the start of a block.
type places struct {
	states map[string]*state
	keys   []string // in the order found
}

func (p *program) newFlow(fn *ssa.Function) *flow {
	return &flow{
		p:       p,
		fn:      fn,
		ids:     make(numbering),
		looping: loopBlocks(fn),
		tracked: p.trackedTerms(fn),

		scattered: p.scattered(fn),
	}
}

// scattered returns the classes of the locks of elements that fn, or a literal in it,
// releases without having taken them by the same way: they are taken in one loop over
// a container and released in another, of which no path tells that it has a turn for
// each of them.
func (p *program) scattered(fn *ssa.Function) map[access.Class]bool {
	taken := make(map[access.Path]bool)
	var released []access.Path
	for _, f := range append([]*ssa.Function{fn}, fn.AnonFuncs...) {
		for call := range calls(f) {
			switch o := p.opOf(call.Common()); {
			case !o.lock.Path.IsElement():
			case o.kind == acquireOp || o.kind == tryOp:
				taken[o.lock.Path] = true
			case o.kind == releaseOp:
				released = append(released, o.lock.Path)
			}
		}
	}
	classes := make(map[access.Class]bool)
	for _, path := range released {
		if !taken[path] {
			classes[path.Class()] = true
		}
	}
	return classes
}

// analyze returns what a call of the function does, and takes note of what the
// function itself does wrong. It reports false for a function that is beyond the
// bounds. If it is asked again, it starts from the states that it found before.
func (f *flow) analyze() (*record, bool) {
	f.rec = nil
	if f.p.work > maxWork {
		return nil, false
	}
	if f.in == nil && !f.holdsLocks() {
		f.rec = newRecord(f.fn)
		if !f.p.isTest(f.fn) {
			f.scan()
			f.assigns()
		}
		return f.rec, true
	}
	if f.in == nil && !f.solve() {
		return nil, false
	}
	f.rec = newRecord(f.fn)
	f.assigns()
	for _, b := range f.fn.Blocks {
		if in := f.in[b]; in != nil {
			for _, key := range in.keys {
				f.block(b, in.states[key])
			}
		}
	}
	return f.rec, true
}

// isTest reports whether fn is called by package testing, if by any: what it does
// matters to no caller.
func (p *program) isTest(fn *ssa.Function) bool { return len(p.callers[fn]) == 0 && p.inTest(fn.Pos()) }

// holdsLocks reports whether fn ever holds a lock, or releases one of a caller's.
func (f *flow) holdsLocks() bool {
	test := f.p.isTest(f.fn)
	for call := range calls(f.fn) {
		if f.p.opOf(call.Common()).changesLocks() {
			return true
		}
		if test {
			continue // only what a test does with locks itself is looked at
		}
		for _, t := range f.p.targets[call] {
			if sum := f.p.summaryOf(t.fn); sum != nil && sum.changesLocks() {
				return true
			}
		}
		for _, arg := range call.Common().Args {
			if isFunc(arg.Type()) && len(f.p.released(arg)) > 0 {
				return true
			}
		}
	}
	return false
}

// scan takes note of what fn does. It serves functions that hold no lock, in
// which all places are alike; most are of that kind.
func (f *flow) scan() {
	none := &state{}
	for _, b := range f.fn.Blocks {
		if ssabuild.ExitOf(b) != model.Returns {
			continue
		}
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Return:
				f.rec.returns(f, instr, none)
			case *ssa.Call:
				f.call(instr, none)
			case *ssa.Defer:
				f.call(instr, none)
			case *ssa.Send, *ssa.UnOp, *ssa.Select:
				f.wait(instr, none)
			}
		}
	}
}

func isFunc(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

// solve finds the states at every block. It reports false if they are too many.
func (f *flow) solve() bool {
	f.in = make(map[*ssa.BasicBlock]*places)
	entry := f.fn.Blocks[0]
	work := []*ssa.BasicBlock{entry}
	f.add(entry, &state{})
	for len(work) > 0 {
		b := work[0]
		work = work[1:]
		in := f.in[b]
		for _, key := range slices.Clone(in.keys) {
			for _, s := range f.block(b, in.states[key]) {
				for i, succ := range b.Succs {
					t := f.edge(b, i, s)
					if t == nil || !f.add(succ, t) {
						continue
					}
					if len(f.in[succ].keys) > maxStates {
						return false
					}
					if !slices.Contains(work, succ) {
						work = append(work, succ)
					}
				}
			}
		}
		if f.steps > maxSteps {
			return false
		}
	}
	return true
}

// add adds a state to those at a block's start. It reports whether that changes
// what is known there.
func (f *flow) add(b *ssa.BasicBlock, s *state) bool {
	in := f.in[b]
	if in == nil {
		in = &places{states: make(map[string]*state)}
		f.in[b] = in
	}
	key := s.key(f.ids)
	old, ok := in.states[key]
	if !ok {
		in.states[key] = s
		in.keys = append(in.keys, key)
		return true
	}
	merged, same := old.merge(s)
	in.states[key] = merged
	return !same
}

// loopBlocks returns the blocks of fn that can be executed more than once.
func loopBlocks(fn *ssa.Function) map[*ssa.BasicBlock]bool {
	looping := make(map[*ssa.BasicBlock]bool)
	for _, b := range fn.Blocks {
		for _, succ := range b.Succs {
			if succ.Dominates(b) { // a back edge: the natural loop of succ
				addLoop(looping, succ, b)
			}
		}
	}
	return looping
}

func addLoop(looping map[*ssa.BasicBlock]bool, head, latch *ssa.BasicBlock) {
	seen := map[*ssa.BasicBlock]bool{head: true}
	work := []*ssa.BasicBlock{latch}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[b] {
			continue
		}
		seen[b] = true
		work = append(work, b.Preds...)
	}
	for b := range seen {
		looping[b] = true
	}
}

// trackedTerms returns the terms of conditions that are worth remembering in fn:
// those that decide something more than once, in fn or in a function literal
// inside or around it.
func (p *program) trackedTerms(fn *ssa.Function) map[term]int {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	if terms, ok := p.terms[fn]; ok {
		return terms
	}
	terms := make(map[term]int)
	countTerms(fn, terms)
	p.terms[fn] = terms
	return terms
}

func countTerms(fn *ssa.Function, terms map[term]int) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.If:
				if f, ok := factOf(instr.Cond, true); ok {
					terms[f.Cond.X] += weight(f.Cond.X)
				}
			case ssa.CallInstruction:
				for _, arg := range instr.Common().Args {
					if isBool(arg.Type()) {
						if x, ok := termOf(arg); ok {
							terms[x] += weight(x)
						}
					}
				}
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		countTerms(anon, terms)
	}
}

// weight returns 2 for a term of which something can be known before it is first
// tested: what was assigned to it, or what its caller or its callee says.
func weight(x term) int {
	switch x.Path.Root().(type) {
	case *ssa.Phi, *ssa.Alloc, *ssa.Parameter, *ssa.Call, *ssa.Extract:
		return 2
	}
	return 1
}

func isBool(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}

// leftLoop reports whether b asks in which way the body of a range over a
// function left it, after all other ways have been asked for.
func leftLoop(b *ssa.BasicBlock) bool {
	return (b.Comment == "rangefunc.resume.exits" || b.Comment == "rangefunc.resume.cnd") &&
		b.Succs[1].Comment == "rangefunc.done"
}

// edge returns the state after going from b to its i'th successor, or nil if
// that is impossible.
func (f *flow) edge(b *ssa.BasicBlock, i int, s *state) *state {
	if i == 1 && leftLoop(b) {
		return nil
	}
	if cond, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok {
		if fact, ok := factOf(cond.Cond, i == 0); ok {
			if f.tracked[fact.Cond.X] >= 2 && len(s.facts) < maxFacts || fact.Cond.X.Path.IsZero() {
				s = s.know(fact)
			} else if is, known := s.facts.holds(fact); known && !is {
				s = nil
			}
			if s == nil {
				return nil
			}
		}
	}
	return f.phis(b, b.Succs[i], s)
}

// phis returns the state after the phis of a block took their values.
func (f *flow) phis(from, to *ssa.BasicBlock, s *state) *state {
	pred := slices.Index(to.Preds, from)
	var learned facts
	for _, instr := range to.Instrs {
		phi, ok := instr.(*ssa.Phi)
		if !ok {
			break
		}
		if x, ok := termOf(phi); ok && (f.tracked[x] > 0 || isBool(phi.Type())) {
			learned = append(learned, valueFacts(x, phi.Edges[pred], s.facts)...)
		}
		s = f.redefine(phi, s)
	}
	return s.assume(learned)
}

// redefine returns the state after v got a new value: what was known of the old
// one says nothing of the new one.
func (f *flow) redefine(v ssa.Value, s *state) *state {
	s = s.unknow(func(c *cond) bool { return c.uses(v) })
	return s.forget(func(p access.Path) bool { return p.Uses(v) })
}

// block returns the states at the end of a block that is entered in state s.
func (f *flow) block(b *ssa.BasicBlock, s *state) []*state {
	states := []*state{s}
	for _, instr := range b.Instrs {
		if _, ok := instr.(*ssa.Phi); ok {
			continue
		}
		var next []*state
		for _, s := range states {
			f.steps++
			f.p.work++
			if v, ok := instr.(ssa.Value); ok && f.looping[b] {
				s = f.redefine(v, s)
			}
			next = append(next, f.step(instr, s)...)
		}
		states = next
		if len(states) == 0 || len(states) > maxStates {
			break
		}
	}
	if ssabuild.ExitOf(b) != model.Returns {
		return nil
	}
	return states
}

// step returns the states after an instruction that is executed in state s;
// none if the goroutine does not get beyond it.
func (f *flow) step(instr ssa.Instruction, s *state) []*state {
	switch instr := instr.(type) {
	case *ssa.Call:
		return f.call(instr, s)
	case *ssa.Defer:
		if f.concernsLocks(instr) {
			s = s.deferring(instr)
		}
	case *ssa.RunDefers:
		return f.runDefers(s)
	case *ssa.Go:
		return []*state{f.spawn(instr, s)}
	case *ssa.Return:
		if f.rec != nil {
			f.rec.returns(f, instr, s)
		}
	case *ssa.Alloc:
		return []*state{f.zero(instr, s)}
	case *ssa.Store:
		return []*state{f.store(instr, s)}
	case *ssa.MapUpdate:
		s = f.handOver(s, instr.Value)
	case *ssa.Send:
		f.wait(instr, s)
		s = f.handOver(s, instr.X)
	case *ssa.UnOp, *ssa.Select:
		f.wait(instr, s)
	}
	return []*state{s}
}

// zero returns the state after a variable was declared.
func (f *flow) zero(alloc *ssa.Alloc, s *state) *state {
	x := term{Path: access.Path{}}
	p, ok := access.Of(alloc)
	if !ok {
		return s
	}
	if x.Path = p.Load(); f.tracked[x] == 0 {
		return s
	}
	switch t := alloc.Type().Underlying().(*types.Pointer).Elem().Underlying().(type) {
	case *types.Basic:
		if t.Info()&types.IsBoolean != 0 {
			return s.assume(facts{{&cond{X: x}, false}})
		}
		if t.Info()&types.IsInteger != 0 {
			return s.assume(equalsConst(x, "0"))
		}
	case *types.Pointer, *types.Interface, *types.Slice, *types.Map, *types.Chan, *types.Signature:
		return s.assume(valueFacts(x, ssa.NewConst(nil, alloc.Type().Underlying().(*types.Pointer).Elem()), nil))
	}
	return s
}

// store returns the state after an assignment: what was read through the memory
// that it writes is not known any more.
func (f *flow) store(instr *ssa.Store, s *state) *state {
	if _, ok := instr.Addr.(*ssa.Alloc); !ok {
		s = f.handOver(s, instr.Val)
	}
	if len(s.facts) == 0 && len(s.held) == 0 && len(f.tracked) == 0 {
		return s
	}
	p, ok := access.Of(instr.Addr)
	if !ok {
		return s
	}
	loaded := p.Load()
	learned := valueFacts(term{Path: loaded}, instr.Val, s.facts)
	s = s.unknow(func(c *cond) bool { return c.about(loaded) })
	if fa, ok := instr.Addr.(*ssa.FieldAddr); ok {
		if name := fieldName(fa); name != "" {
			s = s.forget(func(p access.Path) bool { return p.Loads(name) })
		}
	}
	if f.tracked[term{Path: loaded}] > 0 {
		s = s.assume(learned)
	}
	return s
}

func fieldName(fa *ssa.FieldAddr) string {
	if st, ok := fa.X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct); ok {
		return st.Field(fa.Field).Name()
	}
	return ""
}
