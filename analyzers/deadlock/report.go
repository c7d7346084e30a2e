package deadlock

import (
	"fmt"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"
)

// The kinds of defect, as in Rule.
const (
	kindDoubleLock    = "double-lock"
	kindLikelyRelock  = "double-lock-likely"
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
	r := relockReport{p: p, rec: rec, at: make(map[relockSite]*analysis.Diagnostic)}
	for _, key := range rec.order {
		r.add(rec.relocks[key])
	}
	for _, d := range r.order {
		p.pass.Report(*d)
	}
}

// A relockReport collects what is to report of one function that holds locks: an
// operation that it comes to by several calls is reported once.
type relockReport struct {
	p     *program
	rec   *record
	at    map[relockSite]*analysis.Diagnostic
	order []*analysis.Diagnostic
}

type relockSite struct {
	pos  token.Pos
	kind string
}

func (r *relockReport) add(k *relock) {
	lock, while := k.taken.Path, r.while(k)
	switch {
	case r.p.byMistake(k.held), k.mayBeReplaced():
	case k.maybe && k.place.comesAgain(r.rec.fn, k.at):
		// Round a recursion of calls that may mean others, nothing is likely.
	case k.maybe:
		r.report(k, kindMaybeRelock, "first taken here", fmt.Sprintf("%s may be taken again%s: the goroutine would wait for itself for ever", lock, while))
	case k.held.Mode == once:
		r.report(k, kindOnceReentry, "the Do that is running", fmt.Sprintf("%s's Do is called again%s inside the function that it runs: the goroutine waits for itself for ever",
			lock, calling(k)))
	case k.held.by == k.at && isLockCall(k.at):
		if k.taken.Mode == write || r.p.hasWriter(k.taken) {
			r.p.reportLoop(k)
		}
	case k.held.Mode == read && k.taken.Mode == read:
		if r.p.hasWriter(k.taken) {
			r.report(k, kindRlockReentry, "first read-locked here", fmt.Sprintf("%s is read-locked again%s: if another goroutine calls Lock in between, both wait for ever",
				lock, while))
		}
	case k.held.Mode == read:
		r.report(k, k.sure(kindUpgrade), "read-locked here", fmt.Sprintf("%s is locked%s for reading: Lock waits for the reader, which is itself", lock, while))
	case !k.always && len(k.chain()) > maxSureWay:
		r.report(k, kindMaybeRelock, "first locked here", fmt.Sprintf("%s may be locked again%s: the goroutine would wait for itself for ever", lock, while))
	default:
		r.report(k, k.sure(kindDoubleLock), "first locked here", fmt.Sprintf("%s is locked again%s: the goroutine waits for itself for ever", lock, while))
	}
}

// sure returns the kind for a lock that is certainly taken again, unless a branch
// decides whether it is. To lock again always hangs, which the first run shows: what is
// left in code that runs is mostly prevented by something that the branch looks at.
func (k *relock) sure(kind string) string {
	if k.always {
		return kind
	}
	return kindLikelyRelock
}

// maxSureWay bounds the calls on the way to a lock that this goroutine holds. On a
// longer one there are more branches than one looks at.
const maxSureWay = 3

// mayBeReplaced reports whether the lock is reached through a package variable that
// may point to something else by now: the lock was left held by a function that was
// called, and so was what took it again.
func (k *relock) mayBeReplaced() bool {
	return k.taken.Path.IsGlobal() && !k.taken.Path.Direct() && !isLockCall(k.held.by) && !isLockCall(k.at)
}

// while tells who holds the lock that is taken again.
func (r *relockReport) while(k *relock) string {
	names := k.chain()
	if len(names) == 0 {
		return k.place.inside() + " while this goroutine holds it"
	}
	return fmt.Sprintf("%s while %s, which calls %s, holds it", k.place.inside(), r.rec.fn.Name(), strings.Join(names, ", "))
}

// calling tells by the way of which functions a Once is entered again.
func calling(k *relock) string {
	way := ""
	if names := k.chain(); len(names) > 0 {
		way = " by way of " + strings.Join(names, ", ")
	}
	return k.place.inside() + way
}

// inside tells in which functions of another package it is done, if it is.
func (at place) inside() string {
	if at.abroad == nil {
		return ""
	}
	return fmt.Sprintf(" in %s (%s)", strings.Join(append(slices.Clone(at.abroad.Path), at.abroad.Func), ", "), at.abroad.Line)
}

// stands returns the position of the operation that waits; if that is in another
// package, of the call that leads there.
func (k *relock) stands() token.Pos { return k.place.pos }

// chain returns the functions that are called one by another from k's
// instruction to the operation; none if it is the operation.
func (k *relock) chain() []string { return k.place.chain(k.at) }

func (at place) chain(instr ssa.Instruction) []string {
	if at.pos == instr.Pos() || !instr.Pos().IsValid() {
		return nil
	}
	return append(slices.Clone(at.Path), at.Func)
}

// comesAgain reports whether the way from an instruction of fn to a place comes to
// a function of one name twice.
func (at place) comesAgain(fn *ssa.Function, instr ssa.Instruction) bool {
	seen := map[string]bool{fn.Name(): true}
	for _, name := range at.chain(instr) {
		if seen[name] {
			return true
		}
		seen[name] = true
	}
	return false
}

// steps relates the calls that lead from an instruction of fn to a place in the
// package.
func (at place) steps(fn *ssa.Function, instr ssa.Instruction) []analysis.RelatedInformation {
	names := at.chain(instr)
	if len(names) == 0 {
		return nil
	}
	var related []analysis.RelatedInformation
	caller := fn.Name()
	for i, pos := range append([]token.Pos{instr.Pos()}, at.calls...) {
		if pos.IsValid() && i < len(names) {
			related = append(related, analysis.RelatedInformation{Pos: pos, Message: caller + " calls " + names[i] + " here"})
			caller = names[i]
		}
	}
	return related
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

func (r *relockReport) report(k *relock, kind, first, message string) {
	if !k.stands().IsValid() {
		return // made by the compiler
	}
	if r.p.inTest(r.rec.fn.Pos()) && !r.p.inTest(k.stands()) {
		return // it may hold the lock to see that it is not asked for, or know that no writer comes
	}
	d := &analysis.Diagnostic{Pos: k.stands(), Category: kind, Message: message}
	if k.held.by != nil && k.held.by != k.at {
		d.Related = append(d.Related, analysis.RelatedInformation{Pos: k.held.by.Pos(), Message: first})
	}
	d.Related = append(d.Related, k.place.steps(r.rec.fn, k.at)...)
	site := relockSite{d.Pos, kind}
	if old := r.at[site]; old != nil {
		relate(old, d.Related)
		return
	}
	r.at[site] = d
	r.order = append(r.order, d)
}

// maxRelated bounds the places that a finding is related to.
const maxRelated = 12

// relate adds places that a finding is not yet related to.
func relate(d *analysis.Diagnostic, more []analysis.RelatedInformation) {
	for _, m := range more {
		if len(d.Related) < maxRelated && !slices.Contains(d.Related, m) {
			d.Related = append(d.Related, m)
		}
	}
}

// isLockCall reports whether an instruction is itself a call of a lock's method.
func isLockCall(instr ssa.Instruction) bool {
	call, ok := instr.(ssa.CallInstruction)
	if !ok {
		return false
	}
	fn, _ := syncMethod(call.Common())
	return fn != nil
}

// hasWriter reports whether a lock of l's class is taken for writing somewhere.
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
	return p.writtenElsewhere(l.Path.Class())
}
