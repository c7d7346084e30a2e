package deadlock

import (
	"fmt"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/access"
)

// reportGroup reports a WaitGroup that is waited for with a lock held that a
// goroutine needs before it is done.
func (p *program) reportGroup(b *blocked, h hold) bool {
	group, ok := access.Of(b.op.recv)
	if !ok || b.maybe {
		return false
	}
	for _, e := range p.dones(group.Class()) {
		if p.inTest(e.fn.Pos()) {
			continue
		}
		n, ok := p.mayNeed(e, group.Class(), b, h, maxUp)
		if !ok {
			continue
		}
		kind := kindUnderLock
		if p.sameInstance(b.on[0], h.Path, n) || group == e.path && group.Exact() && h.Path == n.lock {
			kind = kindAcrossWait
		}
		return p.reportNeed(b, h, []need{n}, kind)
	}
	return false
}

// mayNeed is needs for one of many partners, all of which must come: it returns
// why a call of Done may have to wait for h's lock. Only what its goroutine does
// after it was added to the group counts: from the Add on, where that is in one of
// the functions that lead to Done, and otherwise from the first of them on.
func (p *program) mayNeed(e end, group access.Class, b *blocked, h hold, up int) (need, bool) {
	if p.leadsTo(e.fn, b.at.Parent()) {
		return need{}, false // it is the goroutine that waits
	}
	added := p.addsBefore(e, group)
	if n, ok := p.needsSince(added, e, h); ok {
		return n, true
	}
	if len(added) > 0 || up == 0 {
		return need{}, false
	}
	for _, s := range p.callers[e.fn] {
		if _, ok := s.call.(*ssa.Go); ok || !p.isSure(s.call) {
			continue
		}
		if n, ok := p.mayNeed(p.lift(e, s), group, b, h, up-1); ok {
			return n, true
		}
	}
	return need{}, false
}

// isSure reports whether a call calls one function that is known.
func (p *program) isSure(call ssa.CallInstruction) bool {
	targets := p.targets[call]
	return len(targets) == 1 && targets[0].sure
}

// needsSince returns why an operation must wait for h's lock by what its function
// does with the lock after any of the instructions since, or at all if there is
// none.
func (p *program) needsSince(since []ssa.Instruction, e end, h hold) (need, bool) {
	rec := p.records[e.fn]
	if rec == nil {
		return need{}, false
	}
	class := h.Path.Class()
	after := func(at ssa.Instruction) bool {
		return len(since) == 0 || goesBetween(since, at, e.instr)
	}
	for _, g := range rec.held[e.instr] {
		if g.Path.Class() == class && g.Mode.conflicts(h.Mode) && !g.doubt && after(g.by) {
			return need{e, g.Path, g.by, true}, true
		}
	}
	var found need
	for t := range rec.takes {
		if t.lock.Path.Class() != class || !t.lock.Mode.conflicts(h.Mode) || t.at == e.instr ||
			!comesBefore(t.at, e.instr) || !after(t.at) {
			continue
		}
		found = found.orEarlier(need{e, t.lock.Path, t.at, false})
	}
	return found, found.at != nil
}

// goesBetween reports whether control can go from one of the instructions since to
// the instruction at, and on to end, without coming by one of them again. A
// deferred end comes after all.
func goesBetween(since []ssa.Instruction, at, end ssa.Instruction) bool {
	if slices.Contains(since, at) {
		return false
	}
	if _, ok := end.(*ssa.Defer); !ok && !comesBefore(at, end, since...) {
		return false
	}
	for _, s := range since {
		if comesBefore(s, at) {
			return true
		}
	}
	return false
}

// addsBefore returns the instructions of e's function that add to a group of the
// class, by themselves or in what they call, and that can come before e.
func (p *program) addsBefore(e end, group access.Class) []ssa.Instruction {
	adders := p.addersTo(group)
	var adds []ssa.Instruction
	for call := range calls(e.fn) {
		if call == e.instr || !comesBefore(call, e.instr) {
			continue
		}
		if p.addsTo(call, group) {
			adds = append(adds, call)
			continue
		}
		if _, ok := call.(*ssa.Go); ok {
			continue
		}
		for _, t := range p.targets[call] {
			if adders[t.fn] {
				adds = append(adds, call)
				break
			}
		}
	}
	return adds
}

func (p *program) addsTo(call ssa.CallInstruction, group access.Class) bool {
	o := p.opOf(call.Common())
	return o.kind == groupAddOp && o.lock.Path.Class() == group
}

// addersTo returns the functions that add to a group of the class, by themselves
// or in what they call.
func (p *program) addersTo(group access.Class) map[*ssa.Function]bool {
	if adders, ok := p.adders[group]; ok {
		return adders
	}
	adders := make(map[*ssa.Function]bool)
	var work []*ssa.Function
	add := func(fn *ssa.Function) {
		if !adders[fn] {
			adders[fn] = true
			work = append(work, fn)
		}
	}
	for _, fn := range p.fns {
		for call := range calls(fn) {
			if p.addsTo(call, group) {
				add(fn)
			}
		}
	}
	for len(work) > 0 {
		fn := work[len(work)-1]
		work = work[:len(work)-1]
		for _, s := range p.callers[fn] {
			if _, ok := s.call.(*ssa.Go); !ok {
				add(s.caller)
			}
		}
	}
	if p.adders == nil {
		p.adders = make(map[access.Class]map[*ssa.Function]bool)
	}
	p.adders[group] = adders
	return adders
}

// leadsTo reports whether fn is callee, or calls it by the way of functions that
// are known.
func (p *program) leadsTo(fn, callee *ssa.Function) bool {
	seen := map[*ssa.Function]bool{fn: true}
	work := []*ssa.Function{fn}
	for len(work) > 0 {
		g := work[len(work)-1]
		work = work[:len(work)-1]
		if g == callee {
			return true
		}
		for call := range calls(g) {
			if _, ok := call.(*ssa.Go); ok {
				continue
			}
			for _, t := range p.targets[call] {
				if t.sure && !seen[t.fn] {
					seen[t.fn] = true
					work = append(work, t.fn)
				}
			}
		}
	}
	return false
}

// dones returns the calls of Done on WaitGroups of a class.
func (p *program) dones(class access.Class) []end {
	if class == "" {
		return nil
	}
	if p.doneCalls == nil {
		p.doneCalls = p.callsOf(groupDoneOp)
	}
	return p.doneCalls[class]
}

// signals returns the calls that wake those who wait for Conds of a class.
func (p *program) signals(class access.Class) []end {
	if class == "" {
		return nil
	}
	if p.signalCalls == nil {
		p.signalCalls = p.callsOf(condSignalOp)
	}
	return p.signalCalls[class]
}

// callsOf returns the operations of a kind, by the class of what they work on.
func (p *program) callsOf(kind opKind) map[access.Class][]end {
	ends := make(map[access.Class][]end)
	for _, fn := range p.fns {
		for call := range calls(fn) {
			if o := p.opOf(call.Common()); o.kind == kind {
				c := o.lock.Path.Class()
				ends[c] = append(ends[c], end{fn, call, o.lock.Path, closes})
			}
		}
	}
	return ends
}

// reportCond reports a second lock that is held while waiting for a Cond, if
// whoever could signal it needs that lock first.
func (p *program) reportCond(b *blocked, h hold) bool {
	cond, ok := access.Of(b.op.recv)
	if !ok || b.maybe {
		return false
	}
	signals := p.signals(cond.Class())
	if len(signals) == 0 {
		return false
	}
	var first need
	for i, e := range signals {
		if p.inTest(e.fn.Pos()) {
			return false
		}
		n, ok := p.needs(e, b, h, maxUp)
		if !ok {
			return false
		}
		if i == 0 {
			first = n
		}
	}
	p.pass.Report(analysis.Diagnostic{
		Pos: b.stands(), Category: kindUnderLock,
		Message: fmt.Sprintf("%s is held while %s waits for a Cond, which releases only its own lock; %s, which signals it, needs %s first: each waits for the other for ever",
			h.Path, waiter(b), first.end.fn.Name(), h.Path),
		Related: append(p.lockedHere(b, h),
			analysis.RelatedInformation{Pos: first.at.Pos(), Message: "the other side takes the lock here"},
			analysis.RelatedInformation{Pos: instrPos(first.end.instr), Message: first.end.fn.Name() + " signals here"}),
	})
	return true
}
