package deadlock

import (
	"cmp"
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/access"
)

// maxUp bounds how far up the callers of a partner are looked at.
const maxUp = 4

// maxWay bounds the calls on the way to an operation that waits, where it is less
// sure that it is the same lock: on a long way something else is often decided first.
const maxWay = 4

// A need is why a partner cannot come before a lock is released.
type need struct {
	end  end
	lock access.Path // as the partner sees it
	at   ssa.Instruction
	held bool // the partner holds the lock at the operation
}

// reportBlocked reports the operations that wait with a lock held for partners
// that need the lock first.
func (p *program) reportBlocked(rec *record) {
	for _, b := range rec.blockedInOrder() {
		if p.inTest(rec.fn.Pos()) || p.inTest(b.stands()) {
			continue
		}
		for _, h := range b.held {
			if h.Mode == once || h.lent || h.doubt || p.byMistake(h) {
				continue
			}
			if p.reportHeld(b, h) {
				break
			}
		}
	}
}

func (p *program) reportHeld(b *blocked, h hold) bool {
	switch b.op.kind {
	case waitsOnGroup:
		return p.reportGroup(b, h)
	case waitsOnCond:
		return p.reportCond(b, h)
	case waitsUnseen:
		return p.reportBlocks(b, h)
	}
	return p.reportChannel(b, h)
}

// reportChannel reports an operation on channels all of whose partners need a
// lock that is held.
func (p *program) reportChannel(b *blocked, h hold) bool {
	if b.maybe {
		return false
	}
	var needs []need
	sure := true
	alone := false
	for i, o := range b.op.on {
		partners, all := p.channels().partners(o.ch, o.dir)
		if !all || looksFirst(b.op.fn, o.ch) {
			return false
		}
		if len(partners) == 0 {
			alone = true
		}
		full := false // the channel, when the operation waits
		if o.dir == types.SendOnly && p.channels().isBuffered(o.ch) {
			if justMade(b.op.fn, o.ch) || p.channels().isSized(o.ch) {
				return false // whoever made it has found out how much room it needs
			}
			full, sure = true, false
		}
		for _, e := range partners {
			if p.inTest(e.fn.Pos()) {
				return false
			}
			n, ok := p.needs(e, b, h, maxUp)
			if !ok || full && !n.held && !comesBefore(n.end.instr, n.at) {
				return false // what received once needs no lock to make room
			}
			sure = sure && p.sameInstance(b.on[i], h.Path, n)
			needs = append(needs, n)
		}
	}
	switch {
	case len(needs) == 0 || alone && len(b.op.on) == 1:
		return alone && p.reportAlone(b, h)
	case sure:
		return p.reportNeed(b, h, needs, kindAcrossWait)
	}
	return p.reportNeed(b, h, needs, kindUnderLock)
}

// justMade reports whether fn makes a channel itself, or calls a function that
// makes the object which the channel belongs to.
func justMade(fn *ssa.Function, ch ssa.Value) bool {
	path, ok := access.Of(ch)
	if !ok {
		return false
	}
	switch root := path.Root().(type) {
	case *ssa.MakeChan:
		return root.Parent() == fn
	case *ssa.Alloc:
		return root.Parent() == fn && holdsMade(root)
	case *ssa.Call:
		callee := root.Call.StaticCallee()
		return callee != nil && returnsNew(callee)
	}
	return false
}

// holdsMade reports whether all that is stored in a variable are channels made there.
func holdsMade(variable *ssa.Alloc) bool {
	for _, ref := range *variable.Referrers() {
		store, ok := ref.(*ssa.Store)
		if !ok || store.Addr != ssa.Value(variable) {
			continue
		}
		if _, made := store.Val.(*ssa.MakeChan); !made {
			return false
		}
	}
	return true
}

// returnsNew reports whether what a function of the package returns first is
// always an object that it has made.
func returnsNew(fn *ssa.Function) bool {
	returns := false
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok {
			continue
		}
		if len(ret.Results) == 0 {
			return false
		}
		if _, made := ret.Results[0].(*ssa.Alloc); !made {
			return false
		}
		returns = true
	}
	return returns
}

// looksFirst reports whether a function asks how much is in a channel, or how much
// room it has: then it comes to an operation on it that need not wait.
func looksFirst(fn *ssa.Function, ch ssa.Value) bool {
	path, ok := access.Of(ch)
	if !ok {
		return false
	}
	for call := range calls(fn) {
		common := call.Common()
		if b, ok := common.Value.(*ssa.Builtin); ok && (b.Name() == "len" || b.Name() == "cap") {
			if asked, ok := access.Of(common.Args[0]); ok && asked == path {
				return true
			}
		}
	}
	return false
}

// needs returns why an operation that a partner does must wait for h's lock: the
// partner holds the lock there; takes it before, in the function or, round and
// round, in what calls it; or waits before for another that does.
func (p *program) needs(e end, b *blocked, h hold, up int) (need, bool) {
	if n, ok := p.needsHere(e, b, h, up == maxUp); ok {
		return n, true
	}
	if up == 0 {
		return need{}, false
	}
	if n, ok := p.waitsBefore(e, b, h, up); ok {
		return n, true
	}
	sites := p.callers[e.fn]
	if len(sites) == 0 || !p.allCallersKnown(e.fn) && !p.inMain() {
		return need{}, false
	}
	var first need
	for i, s := range sites {
		if _, ok := s.call.(*ssa.Go); ok {
			return need{}, false
		}
		n, ok := p.needs(p.lift(e, s), b, h, up-1)
		if !ok {
			return need{}, false
		}
		if i == 0 {
			first = n
		}
	}
	return first, true
}

// lift returns an operation as it is seen at a call of the function that does it.
func (p *program) lift(e end, s site) end {
	up := end{fn: s.caller, instr: s.call, does: e.does}
	for _, t := range p.targets[s.call] {
		if rel, ok := e.path.Relative(e.fn); ok && t.fn == e.fn {
			up.path, _ = t.restate(rel)
		}
	}
	return up
}

func (p *program) inMain() bool { return p.pass.Pkg.Name() == "main" }

// needsHere returns why an operation must wait for h's lock by what its function
// does with the lock: once is whether a lock that is taken but once counts.
func (p *program) needsHere(e end, b *blocked, h hold, once bool) (need, bool) {
	rec := p.records[e.fn]
	if rec == nil {
		return need{}, false
	}
	class := h.Path.Class()
	for _, g := range rec.held[e.instr] {
		if g.Path.Class() == class && g.Mode.conflicts(h.Mode) {
			return need{e, g.Path, g.by, true}, true
		}
	}
	var found need
	started := p.startedBy(e.fn, b.at.Parent())
	for t := range rec.takes {
		if t.lock.Path.Class() != class || !t.lock.Mode.conflicts(h.Mode) || !comesBefore(t.at, e.instr) {
			continue
		}
		if t.at == e.instr {
			continue // in the callee, which was looked at
		}
		if started != nil && !comesBefore(started, t.at) {
			continue // taken before there was anyone to wait for
		}
		if !once && !comesBefore(e.instr, t.at) {
			continue
		}
		found = found.orEarlier(need{e, t.lock.Path, t.at, false})
	}
	return found, found.at != nil
}

// orEarlier returns the one of two needs whose lock is taken first in the source,
// so that the order of a map does not decide.
func (n need) orEarlier(m need) need {
	if n.at == nil {
		return m
	}
	if cmp.Or(cmp.Compare(m.at.Pos(), n.at.Pos()), strings.Compare(m.lock.String(), n.lock.String())) < 0 {
		return m
	}
	return n
}

// waitsBefore returns why an operation must wait for h's lock if the goroutine
// must first wait, for a channel, for one that needs the lock.
func (p *program) waitsBefore(e end, b *blocked, h hold, up int) (need, bool) {
	rec := p.records[e.fn]
	started := p.startedBy(e.fn, b.at.Parent())
	if rec == nil || started == nil || up < maxUp {
		return need{}, false
	}
	for _, w := range rec.blockedInOrder() {
		if len(w.op.on) != 1 || w.at == e.instr || !comesBefore(started, w.at) || !mustComeBefore(w.at, e.instr) {
			continue
		}
		partners, all := p.channels().partners(w.op.on[0].ch, w.op.on[0].dir)
		if !all || len(partners) == 0 {
			continue
		}
		for i, q := range partners {
			n, ok := p.needsHere(q, b, h, true)
			if !ok {
				break
			}
			if i == len(partners)-1 {
				n.end = e
				return n, true
			}
		}
	}
	return need{}, false
}

// mustComeBefore reports whether control passes a before it comes to b, or to the
// end of the function if b is deferred.
func mustComeBefore(a, b ssa.Instruction) bool {
	if _, ok := b.(*ssa.Defer); ok {
		if !comesBefore(a, b) {
			return false
		}
		for _, blk := range a.Parent().Blocks {
			_, returns := blk.Instrs[len(blk.Instrs)-1].(*ssa.Return)
			if returns && blk != a.Parent().Recover && !a.Block().Dominates(blk) {
				return false
			}
		}
		return true
	}
	return a.Block().Dominates(b.Block()) && comesBefore(a, b)
}

// startedBy returns the go statement in fn that starts the goroutine which runs
// waiter, if there is one.
func (p *program) startedBy(fn, waiter *ssa.Function) ssa.Instruction {
	for ; waiter != nil; waiter = waiter.Parent() {
		for _, s := range p.callers[waiter] {
			if _, ok := s.call.(*ssa.Go); ok && s.caller == fn {
				return s.call
			}
		}
	}
	return nil
}

// comesBefore reports whether a can be done before b without coming by one of the
// instructions without. What is deferred comes after all else, and after what was
// deferred later.
func comesBefore(a, b ssa.Instruction, without ...ssa.Instruction) bool {
	_, last := a.(*ssa.Defer)
	if _, ok := b.(*ssa.Defer); ok {
		return !last || reaches(b, a)
	}
	return !last && reaches(a, b, without...)
}

// reaches reports whether control can go from a to b without coming by one of the
// instructions without.
func reaches(a, b ssa.Instruction, without ...ssa.Instruction) bool {
	// Where control first comes to in a block, from an instruction on.
	stops := func(blk *ssa.BasicBlock, from int) (there, stopped bool) {
		for _, instr := range blk.Instrs[from:] {
			switch {
			case instr == b:
				return true, true
			case slices.Contains(without, instr):
				return false, true
			}
		}
		return false, false
	}
	if there, stopped := stops(a.Block(), position(a)+1); stopped {
		return there
	}
	seen := make(map[*ssa.BasicBlock]bool)
	work := append([]*ssa.BasicBlock(nil), a.Block().Succs...)
	for len(work) > 0 {
		blk := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[blk] {
			continue
		}
		seen[blk] = true
		there, stopped := stops(blk, 0)
		if there {
			return true
		}
		if !stopped {
			work = append(work, blk.Succs...)
		}
	}
	return false
}

func position(instr ssa.Instruction) int {
	for i, other := range instr.Block().Instrs {
		if other == instr {
			return i
		}
	}
	return -1
}

// sameInstance reports whether the partner's lock is that of the same object:
// lock and channel are reached in the same way from one object on both sides.
func (p *program) sameInstance(ch, lock access.Path, n need) bool {
	if lock == n.lock && lock.Exact() {
		return true
	}
	here, ok := relation(ch, lock)
	there, ok2 := relation(n.end.path, n.lock)
	return ok && ok2 && here == there
}

// relation returns how two paths part from what they have in common.
func relation(a, b access.Path) ([2]string, bool) {
	if !a.SameRoot(b) {
		return [2]string{}, false
	}
	i := commonSteps(a, b)
	return [2]string{a.Steps()[i:], b.Steps()[i:]}, true
}

// reportAlone reports an operation that nothing in the package can complete.
func (p *program) reportAlone(b *blocked, h hold) bool {
	p.pass.Report(analysis.Diagnostic{
		Pos: b.stands(), Category: kindUnderLock,
		Message: fmt.Sprintf("%s is held while %s %s, and nothing in the package %s: the lock is never released",
			h.Path, waiter(b), verb(b.op), counterpart(b.op)),
		Related: p.lockedHere(b, h),
	})
	return true
}

func (p *program) reportNeed(b *blocked, h hold, needs []need, kind string) bool {
	n := needs[0]
	if kind == kindUnderLock && len(b.place.Path) >= maxWay {
		return false
	}
	needed := "takes it before it comes to that"
	if n.held {
		needed = "holds it there"
	}
	d := analysis.Diagnostic{
		Pos: b.stands(), Category: kind,
		Message: fmt.Sprintf("%s is held while %s %s; %s, which %s, %s: each waits for the other for ever",
			h.Path, waiter(b), verb(b.op), n.end.fn.Name(), does(n.end), needed),
		Related: p.lockedHere(b, h),
	}
	d.Related = append(d.Related,
		analysis.RelatedInformation{Pos: n.at.Pos(), Message: "the other side takes the lock here"},
		analysis.RelatedInformation{Pos: instrPos(n.end.instr), Message: n.end.fn.Name() + " " + does(n.end) + " here"})
	p.pass.Report(d)
	return true
}

func (p *program) lockedHere(b *blocked, h hold) []analysis.RelatedInformation {
	related := []analysis.RelatedInformation{{Pos: h.by.Pos(), Message: h.Path.String() + " is locked here"}}
	return append(related, b.place.steps(b.at.Parent(), b.at)...)
}

// stands returns the position of the operation, which may be in a callee.
func (b *blocked) stands() token.Pos { return b.place.pos }

// waiter returns the function that waits.
func waiter(b *blocked) string {
	if len(b.place.Path) > 0 {
		return strings.Join(b.place.Path, ", ") + ", " + b.place.Func
	}
	return b.place.Func
}

func verb(op *operation) string {
	switch {
	case op.kind == waitsOnGroup:
		return "waits for a WaitGroup"
	case len(op.on) > 1:
		return "waits in a select"
	case op.on[0].dir == types.SendOnly:
		return "sends on a channel"
	}
	return "receives from a channel"
}

func counterpart(op *operation) string {
	if op.on[0].dir == types.SendOnly {
		return "receives from it"
	}
	return "sends on it or closes it"
}

func does(e end) string {
	if call, ok := e.instr.(ssa.CallInstruction); ok {
		if b, ok := call.Common().Value.(*ssa.Builtin); ok && b.Name() == "close" {
			return "closes it"
		}
		return "completes it"
	}
	return [...]string{"sends", "receives", "closes it"}[e.does]
}

func instrPos(instr ssa.Instruction) token.Pos {
	if sel, ok := instr.(*ssa.Select); ok && !sel.Pos().IsValid() && len(sel.States) > 0 {
		return sel.States[0].Pos
	}
	return instr.Pos()
}
