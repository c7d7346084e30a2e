package deadlock

import (
	"cmp"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// Bounds on the work for one package, in steps: an instruction in a state, or an
// effect of a callee seen from a call. The largest package that was seen, of
// 400,000 lines with its tests and locks everywhere, takes 1.7 million.
const (
	// maxRounds bounds how often the functions of a recursion are analysed
	// because one of them returns in another way than was assumed.
	maxRounds = 4

	// maxSettled is the work after which recursions are not analysed again:
	// what is missed loses defects.
	maxSettled = 1_000_000

	// maxWork is the work after which functions are left out, as those are
	// that are beyond the bounds by themselves.
	maxWork = 2_000_000
)

// solve analyses the functions that concern locks, callees first.
func (p *program) solve() {
	for _, group := range p.bottomUp(p.concerned()) {
		p.solveGroup(group)
	}
}

// solveGroup analyses the functions of a recursion, each again after a change of
// one that it calls. What a function takes and waits for is passed on once round
// the recursion and no more; how it returns, until nothing changes.
func (p *program) solveGroup(group []*ssa.Function) {
	flows := make(map[*ssa.Function]*flow, len(group)) // whose states are known
	todo := make(map[*ssa.Function]bool, len(group))
	for _, fn := range group {
		flows[fn], todo[fn] = nil, true
	}
	for round := 0; round < maxRounds && len(todo) > 0; round++ {
		if round > 0 && p.work > maxSettled {
			return
		}
		next := make(map[*ssa.Function]bool)
		for _, fn := range group {
			if !todo[fn] {
				continue
			}
			changedFlow, changedEffects := p.update(fn, flows)
			if !changedFlow && !(changedEffects && round == 0) {
				continue
			}
			for _, s := range p.callers[fn] {
				if _, in := flows[s.caller]; !in {
					continue
				}
				next[s.caller] = true
				if changedFlow {
					flows[s.caller] = nil
				}
			}
		}
		todo = next
	}
}

// update analyses a function again, from the states that are known if they are.
// It reports what that changes for its callers: how the function returns, and
// what it does before.
func (p *program) update(fn *ssa.Function, flows map[*ssa.Function]*flow) (flow, effects bool) {
	old := p.summaries[fn]
	if old != nil && old.beyond {
		return false, false
	}
	f := flows[fn]
	if f == nil {
		f = p.newFlow(fn)
	}
	rec, ok := f.analyze()
	flows[fn] = f
	if !ok {
		p.records[fn] = nil
		p.summaries[fn] = &summary{beyond: true}
		return true, true
	}
	sum := &rec.summary
	if len(sum.Outcomes) == 0 {
		sum.NoReturn = true
	}
	if len(sum.Outcomes) > maxOutcomes {
		sum.Outcomes = nil
	}
	p.records[fn] = rec
	p.summaries[fn] = sum
	if old == nil {
		return !sum.isNeutral(), !sum.isEmpty()
	}
	return !sum.sameFlow(old), !sum.sameEffects(old)
}

// summaryOf returns what is known of a call of fn; nil if that is nothing.
func (p *program) summaryOf(fn *ssa.Function) *summary {
	if sum, ok := p.summaries[fn]; ok {
		return sum
	}
	if len(fn.Blocks) > 0 {
		return nil
	}
	obj, ok := fn.Object().(*types.Func)
	if !ok {
		return nil
	}
	return p.importSummary(obj.Origin())
}

// concerned returns the functions that lock or wait, or call one that does.
func (p *program) concerned() map[*ssa.Function]bool {
	set := make(map[*ssa.Function]bool)
	var work []*ssa.Function
	add := func(fn *ssa.Function) {
		if !set[fn] {
			set[fn] = true
			work = append(work, fn)
		}
	}
	for _, fn := range p.fns {
		if p.locksOrWaits(fn) {
			add(fn)
		}
	}
	for len(work) > 0 {
		fn := work[len(work)-1]
		work = work[:len(work)-1]
		for _, s := range p.callers[fn] {
			add(s.caller)
		}
		if fn.Parent() != nil {
			add(fn.Parent())
		}
	}
	return set
}

// locksOrWaits reports whether fn itself does something with locks, waits, or
// calls a function of another package that does.
func (p *program) locksOrWaits(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok {
				if p.opOf(call.Common()).kind != noOp || p.saysBlocks(call) {
					return true
				}
				if _, ok := (&flow{p: p, fn: fn}).parameterCalled(call.Common()); ok {
					return true
				}
				for _, t := range p.targets[call] {
					if len(t.fn.Blocks) == 0 && !p.summaryOf(t.fn).isEmpty() {
						return true
					}
				}
			} else if p.operationOf(fn, instr) != nil {
				return true
			}
		}
	}
	return false
}

// bottomUp returns the functions grouped by recursion, callees before callers
// and function literals before the functions around them. It is Tarjan's
// algorithm.
func (p *program) bottomUp(set map[*ssa.Function]bool) [][]*ssa.Function {
	t := tarjan{p: p, set: set, index: make(map[*ssa.Function]int), low: make(map[*ssa.Function]int), left: make(map[*ssa.Function]int), on: make(map[*ssa.Function]bool)}
	for _, fn := range p.fns {
		if set[fn] && t.index[fn] == 0 {
			t.visit(fn)
		}
	}
	return t.groups
}

type tarjan struct {
	p      *program
	set    map[*ssa.Function]bool
	index  map[*ssa.Function]int
	low    map[*ssa.Function]int
	left   map[*ssa.Function]int // the order in which they were left: callees first, as far as can be
	on     map[*ssa.Function]bool
	stack  []*ssa.Function
	groups [][]*ssa.Function
}

func (t *tarjan) visit(fn *ssa.Function) {
	t.index[fn] = len(t.index) + 1
	t.low[fn] = t.index[fn]
	t.stack = append(t.stack, fn)
	t.on[fn] = true
	for _, callee := range t.p.callees(fn) {
		if !t.set[callee] {
			continue
		}
		if t.index[callee] == 0 {
			t.visit(callee)
			t.low[fn] = min(t.low[fn], t.low[callee])
		} else if t.on[callee] {
			t.low[fn] = min(t.low[fn], t.index[callee])
		}
	}
	t.left[fn] = len(t.left)
	if t.low[fn] != t.index[fn] {
		return
	}
	i := len(t.stack) - 1
	for t.stack[i] != fn {
		i--
	}
	group := append([]*ssa.Function(nil), t.stack[i:]...)
	slices.SortFunc(group, func(a, b *ssa.Function) int { return cmp.Compare(t.left[a], t.left[b]) })
	t.stack = t.stack[:i]
	for _, g := range group {
		t.on[g] = false
	}
	t.groups = append(t.groups, group)
}

// callees returns the functions of the package that fn calls, passes to calls or
// holds as function literals.
func (p *program) callees(fn *ssa.Function) []*ssa.Function {
	callees := append([]*ssa.Function(nil), fn.AnonFuncs...)
	for call := range calls(fn) {
		for _, t := range p.targets[call] {
			callees = append(callees, t.fn)
		}
		for _, arg := range call.Common().Args {
			if isFunc(arg.Type()) {
				for _, fv := range p.funcsOf(arg, maxFlow) {
					callees = append(callees, fv.fn)
				}
			}
		}
	}
	return callees
}
