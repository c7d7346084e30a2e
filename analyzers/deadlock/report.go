package deadlock

import (
	"fmt"
	"go/token"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
)

// The kinds of defect, as in Rule.
const (
	kindDoubleLock    = "double-lock"
	kindMaybeRelock   = "double-lock-possible"
	kindRlockReentry  = "rlock-reentry"
	kindUpgrade       = "upgrade"
	kindOnceReentry   = "once-reentry"
	kindMissingUnlock = "missing-unlock"
	kindBadUnlock     = "unlock-of-unlocked"
	kindLockOrder     = "lock-order"
	kindLikelyOrder   = "lock-order-likely"
	kindMaybeOrder    = "lock-order-possible"
	kindAcrossWait    = "lock-across-wait"
	kindUnderLock     = "wait-under-lock"
)

// reportRelocks reports the locks that fn asks for while it holds them.
func (p *program) reportRelocks(rec *record) {
	for _, key := range rec.order {
		k := rec.relocks[key]
		switch {
		case k.maybe:
			p.report(k, kindMaybeRelock, fmt.Sprintf("%s may be taken again%s while this goroutine holds it: it would wait for itself for ever",
				k.taken.Path, via(k.place, k.at)), "first taken here")
		case k.held.by == k.at && isLockCall(k.at):
			p.reportLoop(k)
		case k.held.Mode == once:
			p.report(k, kindOnceReentry, fmt.Sprintf("%s runs inside %s's own Do%s and calls Do again: it waits for itself for ever",
				p.enclosing(k.at), k.taken.Path, via(k.place, k.at)), "the Do that is running")
		case k.held.Mode == read && k.taken.Mode == read:
			if p.hasWriter(k.taken) {
				p.report(k, kindRlockReentry, fmt.Sprintf("%s is read-locked again%s while this goroutine holds it: if another goroutine calls Lock in between, both wait for ever",
					k.taken.Path, via(k.place, k.at)), "first read-locked here")
			}
		case k.held.Mode == read:
			p.report(k, kindUpgrade, fmt.Sprintf("%s is locked%s while this goroutine holds it read-locked: Lock waits for the reader, which is itself",
				k.taken.Path, via(k.place, k.at)), "read-locked here")
		default:
			p.report(k, kindDoubleLock, fmt.Sprintf("%s is locked again%s while this goroutine holds it: it waits for itself for ever",
				k.taken.Path, via(k.place, k.at)), "first locked here")
		}
	}
}

// reportLoop reports a lock that is still held when its loop comes round.
func (p *program) reportLoop(k *relock) {
	p.pass.Report(analysis.Diagnostic{
		Pos:      k.at.Pos(),
		Category: kindMissingUnlock,
		Message: fmt.Sprintf("%s is still held when the loop comes round and locks it again: a path through the loop does not release it",
			k.taken.Path),
	})
}

func (p *program) report(k *relock, kind, message, first string) {
	d := analysis.Diagnostic{Pos: k.at.Pos(), Category: kind, Message: message}
	if !d.Pos.IsValid() { // the call of an iterator with a loop's body
		d.Pos = k.place.pos
	}
	if k.held.by != nil && k.held.by != k.at {
		d.Related = append(d.Related, analysis.RelatedInformation{Pos: k.held.by.Pos(), Message: first})
	}
	if k.place.pos != token.NoPos && k.place.pos != d.Pos {
		d.Related = append(d.Related, analysis.RelatedInformation{Pos: k.place.pos, Message: "taken again here"})
	}
	p.pass.Report(d)
}

// via tells by the way of which functions something happens, if not here.
func via(at place, instr ssa.Instruction) string {
	if at.pos == instr.Pos() || !instr.Pos().IsValid() {
		return ""
	}
	way := ""
	for _, fn := range at.Path {
		way += fn + ", "
	}
	return fmt.Sprintf(" in %s%s (%s)", way, at.Func, at.Line)
}

func (p *program) enclosing(instr ssa.Instruction) string { return instr.Parent().Name() }

// isLockCall reports whether an instruction is itself a call of a lock's method.
func isLockCall(instr ssa.Instruction) bool {
	call, ok := instr.(ssa.CallInstruction)
	if !ok {
		return false
	}
	fn, _ := syncMethod(call.Common())
	return fn != nil
}

// hasWriter reports whether the package write-locks a lock of l's class.
func (p *program) hasWriter(l lock) bool {
	for _, rec := range p.records {
		if rec == nil {
			continue
		}
		for t := range rec.takes {
			if t.lock.Mode == write && t.lock.Path.Class() == l.Path.Class() {
				return true
			}
		}
	}
	return false
}
