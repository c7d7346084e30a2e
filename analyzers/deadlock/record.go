package deadlock

import (
	"cmp"
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/access"
)

// A record is what is noted of a function once the states in it are known.
type record struct {
	fn       *ssa.Function
	summary  summary
	relocks  map[relockKey]*relock
	order    []relockKey // of relocks
	edges    []edge
	unlocks  []badUnlock
	exits    []exit
	owed     []lock // released for others, at some exit
	released map[access.Path]bool
	blocked  map[blockedKey]*blocked
	held     map[ssa.Instruction][]hold // on every path
	takes    map[take]bool
}

func newRecord(fn *ssa.Function) *record {
	return &record{
		fn:       fn,
		relocks:  make(map[relockKey]*relock),
		released: make(map[access.Path]bool),
		takes:    make(map[take]bool),
		blocked:  make(map[blockedKey]*blocked),
		held:     make(map[ssa.Instruction][]hold),
	}
}

// A relock is a lock that is asked for by a goroutine that holds it.
type relock struct {
	at    ssa.Instruction
	held  hold
	taken lock
	place place
	maybe bool // through a call that may mean other functions

	// always tells that no branch lies between the two: whoever takes the lock
	// here takes it again.
	always bool
}

type relockKey struct {
	at   ssa.Instruction
	path access.Path
	read bool
}

// An edge is a lock that is asked for while another one is held.
type edge struct {
	fn     *ssa.Function
	at     ssa.Instruction
	held   hold
	taken  lock
	others []access.Class // of the other locks held
	place  place
	maybe  bool
}

// A badUnlock is a release of a lock that is not held, or not in that mode.
type badUnlock struct {
	at   ssa.Instruction
	lock lock
	held *hold // in the other mode
}

// An exit is a return, with the locks held there.
type exit struct {
	at    *ssa.Return
	held  []hold
	freed []lock
}

// A take is a lock that the function, or what it calls, asks for somewhere.
type take struct {
	at   ssa.Instruction
	lock lock
}

// A blocked is an operation that may wait, with the locks held on every path.
type blocked struct {
	at    ssa.Instruction
	op    *operation
	on    []access.Path // what it waits on
	held  []hold
	place place
	maybe bool
}

type blockedKey struct {
	at ssa.Instruction
	op *operation
}

// note keeps the locks that are held at an instruction on every path.
func (r *record) note(instr ssa.Instruction, s *state) {
	old, ok := r.held[instr]
	if !ok {
		r.held[instr] = s.held
		return
	}
	r.held[instr] = inBoth(old, s.held)
}

func inBoth(a, b []hold) []hold {
	return slices.DeleteFunc(slices.Clone(a), func(h hold) bool {
		return !slices.ContainsFunc(b, func(g hold) bool { return g.Path == h.Path })
	})
}

func (r *record) relock(k relock) {
	key := relockKey{k.at, k.taken.Path, k.taken.Mode == read}
	old := r.relocks[key]
	switch {
	case old == nil:
		r.relocks[key] = &k
		r.order = append(r.order, key)
	case old.maybe && !k.maybe, old.maybe == k.maybe && k.always && !old.always:
		*old = k
	}
}

func (r *record) edge(e edge) {
	for _, f := range r.edges {
		if e.at == f.at && e.held.lock == f.held.lock && e.taken == f.taken {
			return
		}
	}
	r.edges = append(r.edges, e)
}

func (r *record) block(b blocked) {
	key := blockedKey{b.at, b.op}
	if old := r.blocked[key]; old != nil {
		old.held = inBoth(old.held, b.held)
		return
	}
	r.blocked[key] = &b
}

// blockedInOrder returns the operations in source order.
func (r *record) blockedInOrder() []*blocked {
	all := slices.Collect(maps.Values(r.blocked))
	slices.SortFunc(all, func(a, b *blocked) int {
		return cmp.Or(cmp.Compare(a.at.Pos(), b.at.Pos()), cmp.Compare(a.place.pos, b.place.pos))
	})
	return all
}

func (r *record) take(at ssa.Instruction, l lock) {
	r.takes[take{at, l}] = true
}

// returns notes a way in which the function returns.
func (r *record) returns(f *flow, ret *ssa.Return, s *state) {
	r.exits = append(r.exits, exit{ret, s.held, s.freed})
	o := outcome{When: f.callersFacts(s.facts), Sets: f.outerFacts(s.facts)}
	for _, h := range s.held {
		if p, ok := h.Path.Relative(f.fn); ok && !h.lent && !h.doubt {
			o.Held = append(o.Held, lock{p, h.Mode})
		}
	}
	r.owed = append(r.owed, s.owed...)
	for _, l := range s.owed {
		if p, ok := l.Path.Relative(f.fn); ok {
			o.Owed = append(o.Owed, lock{p, l.Mode})
		}
	}
	for i, v := range ret.Results {
		o.Results = append(o.Results, resultFacts(i, v, s.facts)...)
	}
	if isYield(f.fn) {
		o.defers = s.defers
	}
	r.summary.addOutcome(o)
}

// resultFacts returns what is known of the i'th result v: a truth, or whether it
// is nil.
func resultFacts(i int, v ssa.Value, known facts) facts {
	x := term{Result: i + 1}
	fs := valueFacts(x, v, known)
	if y, ok := termOf(v); ok {
		for _, f := range known {
			if f.Cond.X == y && f.Cond.Y.Path.IsZero() {
				fs = fs.with(f.on(x))
			}
		}
	}
	return fs
}

// callersFacts returns the facts that held when the function was called and that
// a caller can decide: of parameters, of package variables, and for a function
// literal of the variables around it.
func (f *flow) callersFacts(known facts) facts {
	return known.relative(f.fn, func(p access.Path) bool { return !f.assigned()[p] })
}

// isSimple reports whether conditions test values of type t: truth, numbers,
// strings, and what can be nil.
func isSimple(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Basic, *types.Pointer, *types.Interface, *types.Slice, *types.Map, *types.Chan, *types.Signature:
		return true
	}
	return false
}

// outerFacts returns the facts about variables that the function has set.
func (f *flow) outerFacts(known facts) facts {
	return known.relative(f.fn, func(p access.Path) bool { return f.assigned()[p] })
}

// assigned returns what the function assigns, as loaded from.
func (f *flow) assigned() map[access.Path]bool { return f.p.assignedIn(f.fn) }

// assignedIn returns what fn itself assigns, as loaded from.
func (p *program) assignedIn(fn *ssa.Function) map[access.Path]bool {
	if paths, ok := p.assigned[fn]; ok {
		return paths
	}
	paths := make(map[access.Path]bool)
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			store, ok := instr.(*ssa.Store)
			if !ok || !isSimple(store.Val.Type()) {
				continue
			}
			if path, ok := access.Of(store.Addr); ok {
				paths[path.Load()] = true
			}
		}
	}
	p.assigned[fn] = paths
	return paths
}

// assigns notes what the function, or what it calls, assigns.
func (f *flow) assigns() {
	set := make(map[access.Path]bool)
	add := func(p access.Path) {
		if p, ok := p.Relative(f.fn); ok && p.Rooted() {
			set[p] = true
		}
	}
	for p := range f.assigned() {
		add(p)
	}
	for call := range calls(f.fn) {
		for _, t := range f.p.targets[call] {
			if callee := f.p.summaryOf(t.fn); callee != nil {
				for _, p := range callee.Assigns {
					if q, ok := t.restate(p); ok {
						add(q)
					}
				}
			}
		}
	}
	// Sorted before it is cut, lest chance decide what a fact says.
	all := slices.SortedFunc(maps.Keys(set), func(a, b access.Path) int {
		return cmp.Or(strings.Compare(a.String(), b.String()), cmp.Compare(a.Class(), b.Class()))
	})
	f.rec.summary.Assigns = slices.Clip(all[:min(len(all), maxAssigns)])
}

// relative returns the facts whose terms can be restated at calls of fn and
// begin where wanted says.
func (fs facts) relative(fn *ssa.Function, wanted func(access.Path) bool) facts {
	var out facts
	for _, f := range fs {
		if !wanted(f.Cond.X.Path) {
			continue
		}
		c := *f.Cond
		var ok bool
		if c.X.Path, ok = c.X.Path.Relative(fn); !ok || !c.X.Path.Exact() {
			continue
		}
		if !c.Y.Path.IsZero() {
			if c.Y.Path, ok = c.Y.Path.Relative(fn); !ok {
				continue
			}
		}
		if out = append(out, fact{&c, f.True}); len(out) == 8 {
			break
		}
	}
	return out
}

// isYield reports whether fn is the body of a range over a function.
func isYield(fn *ssa.Function) bool { return fn.Synthetic == "range-over-func yield" }
