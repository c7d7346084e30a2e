package deadlock

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/access"
)

// reportExits reports the locks that fn still holds when it returns, although
// nobody will release them.
func (p *program) reportExits(rec *record) {
	if rec.fn.Name() == "main" && rec.fn.Pkg != nil && rec.fn.Pkg.Pkg.Name() == "main" {
		return // the process ends
	}
	reported := make(map[ssa.Instruction]*analysis.Diagnostic)
	var order []*analysis.Diagnostic
	for _, e := range rec.exits {
		for _, h := range e.held {
			if !p.forgotten(rec, h, e) {
				continue
			}
			d := reported[h.by]
			if d == nil {
				d = &analysis.Diagnostic{
					Pos:      h.by.Pos(),
					Category: kindMissingUnlock,
					Message: fmt.Sprintf("%s is not released on every path: where the function returns with it, the next %s waits for ever",
						h.Path, h.Mode.acquire()),
				}
				reported[h.by] = d
				order = append(order, d)
			}
			if len(d.Related) < 3 {
				d.Related = append(d.Related, analysis.RelatedInformation{Pos: returnPos(e.at), Message: "returns with " + h.Path.String() + " held"})
			}
		}
	}
	for _, d := range order {
		p.pass.Report(*d)
	}
}

// forgotten reports whether a lock that is held at an exit should have been
// released by the function.
func (p *program) forgotten(rec *record, h hold, e exit) bool {
	return !h.lent && !h.doubt && h.Mode != once && !rec.comesRound(h) &&
		(isLockCall(h.by) || p.returnsLocked(h)) && p.mustRelease(rec, h, e)
}

// byMistake reports whether a lock is held because a function that was called
// forgot to release it. What follows from that is the same defect.
func (p *program) byMistake(h hold) bool {
	call, ok := h.by.(ssa.CallInstruction)
	if !ok || isLockCall(call) {
		return false
	}
	return slices.ContainsFunc(p.targets[call], func(t target) bool { return p.forgets(t.fn)[h.Path.Class()] })
}

// forgets returns the classes of the locks that fn, or a function that it calls,
// forgets to release.
func (p *program) forgets(fn *ssa.Function) map[access.Class]bool {
	if classes, ok := p.forgot[fn]; ok {
		return classes
	}
	p.forgot[fn] = nil // in a recursion
	rec := p.records[fn]
	if rec == nil {
		return nil
	}
	classes := make(map[access.Class]bool)
	for _, e := range rec.exits {
		for _, h := range e.held {
			if p.forgotten(rec, h, e) || p.byMistake(h) {
				classes[h.Path.Class()] = true
			}
		}
	}
	p.forgot[fn] = classes
	return classes
}

// comesRound reports whether a lock is reported as still held when its loop comes
// round, which is the same defect.
func (r *record) comesRound(h hold) bool {
	k := r.relocks[relockKey{h.by, h.Path, h.Mode == read}]
	return k != nil && k.held.by == h.by && isLockCall(h.by)
}

// returnPos returns the position of a return, or of the end of a function that
// ends without one.
func returnPos(ret *ssa.Return) token.Pos {
	if ret.Pos() != token.NoPos {
		return ret.Pos()
	}
	switch syntax := ret.Parent().Syntax().(type) {
	case *ast.FuncDecl:
		return syntax.Body.Rbrace
	case *ast.FuncLit:
		return syntax.Body.Rbrace
	}
	return ret.Parent().Pos()
}

// mustRelease reports whether fn, that returns holding h, should have released
// it: no other function releases it for fn, and it is not given to the caller.
func (p *program) mustRelease(rec *record, h hold, e exit) bool {
	class := h.Path.Class()
	if class == "" || p.releasedForOthers()[class] {
		return false
	}
	if root, ok := h.Path.Root().(*ssa.Alloc); ok && root.Parent() == rec.fn && h.Path.Direct() {
		return false // nobody else can want it
	}
	if p.givesAway(h.Path, e.at) || p.releasedByCallers(rec.fn, class) {
		return false
	}
	if isAccessible(class) && rec.tellsWhetherHeld(h) {
		return false
	}
	return rec.released[h.Path] // what it never releases it keeps on purpose
}

// tellsWhetherHeld reports whether a result tells the caller if the function
// returns with a lock: it is true where it does and false where it does not.
func (r *record) tellsWhetherHeld(h hold) bool {
	for _, e := range r.exits {
		held := slices.ContainsFunc(e.held, func(g hold) bool { return g.Path == h.Path })
		if !slices.ContainsFunc(e.at.Results, func(v ssa.Value) bool { return isTruth(v, held) }) {
			return false
		}
	}
	return true
}

func isTruth(v ssa.Value, want bool) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value != nil && c.Value.Kind() == constant.Bool && constant.BoolVal(c.Value) == want
}

// releasedByCallers reports whether a caller of fn releases locks of a class, as
// the callers of a function that locks for them do. They are looked at instead.
func (p *program) releasedByCallers(fn *ssa.Function, class access.Class) bool {
	for _, s := range p.callers[fn] {
		if rec := p.records[s.caller]; rec != nil {
			for path := range rec.released {
				if path.Class() == class {
					return true
				}
			}
		}
	}
	return false
}

// returnsLocked reports whether a hold comes from a call of a function that is
// meant to return with the lock.
func (p *program) returnsLocked(h hold) bool {
	call, ok := h.by.(ssa.CallInstruction)
	if !ok {
		return false
	}
	for _, t := range p.targets[call] {
		if p.releasedByCallers(t.fn, h.Path.Class()) {
			return true
		}
	}
	return false
}

// givesAway reports whether a return hands the object that holds the lock, or a
// function that releases it, to the caller.
func (p *program) givesAway(l access.Path, ret *ssa.Return) bool {
	for _, v := range ret.Results {
		for _, released := range p.released(v) {
			if released.Path == l {
				return true
			}
		}
		if _, ok := v.Type().Underlying().(*types.Signature); ok {
			if _, isConst := v.(*ssa.Const); !isConst {
				return true
			}
		}
		q, ok := access.Of(v)
		if !ok || q.Root() == nil || q.Root() != l.Root() {
			continue
		}
		if _, isParam := l.Root().(*ssa.Parameter); !isParam {
			return true
		}
	}
	return false
}

// isAccessible reports whether other packages can release a lock of the class:
// its field is exported, or embedded as Mutex or RWMutex.
func isAccessible(class access.Class) bool {
	for _, part := range splitClass(class)[1:] {
		if !ast.IsExported(part) {
			return false
		}
	}
	return true
}

// splitClass returns the names that a class consists of: package, type, fields.
func splitClass(class access.Class) []string { return strings.Split(class.Short(), ".") }

// releasedForOthers returns the classes of locks that a function releases without
// having taken them, unless it is called only by functions that have.
func (p *program) releasedForOthers() map[access.Class]bool {
	if p.handed != nil {
		return p.handed
	}
	p.handed = make(map[access.Class]bool)
	for _, fn := range p.fns {
		rec, ok := p.records[fn]
		if ok && rec == nil {
			p.allReleasedIn(fn)
			continue
		}
		if rec == nil || p.calledWithLocks(fn) {
			continue
		}
		for _, o := range rec.summary.Outcomes {
			for _, l := range o.Owed {
				p.handed[l.Path.Class()] = true
			}
		}
		for _, l := range rec.owed {
			p.handed[l.Path.Class()] = true
		}
	}
	p.methodValues()
	return p.handed
}

// calledWithLocks reports whether all calls of fn are known, so that the locks
// that fn releases are accounted for in its callers.
func (p *program) calledWithLocks(fn *ssa.Function) bool {
	if isYield(fn) {
		return true // its locks are those of the function around it
	}
	if len(p.callers[fn]) == 0 || fn.Parent() == nil && ast.IsExported(fn.Name()) {
		return false
	}
	for _, s := range p.callers[fn] {
		if _, ok := s.call.(*ssa.Go); ok {
			return false
		}
	}
	return true
}

// allReleasedIn adds the locks that a function beyond the bounds releases.
func (p *program) allReleasedIn(fn *ssa.Function) {
	for call := range calls(fn) {
		if o := p.opOf(call.Common()); o.kind == releaseOp {
			p.handed[o.lock.Path.Class()] = true
		}
	}
}

// methodValues adds the locks whose Unlock is used as a value other than in a
// call: it may be called from anywhere.
func (p *program) methodValues() {
	for _, fn := range p.fns {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				mc, ok := instr.(*ssa.MakeClosure)
				if !ok {
					continue
				}
				if onlyCalled(mc) || isYield(mc.Fn.(*ssa.Function)) {
					continue
				}
				for _, l := range p.released(mc) {
					p.handed[l.Path.Class()] = true
				}
			}
		}
	}
}

// onlyCalled reports whether a function value is used in calls and defer
// statements alone, where it stands.
func onlyCalled(mc *ssa.MakeClosure) bool {
	for _, ref := range *mc.Referrers() {
		call, ok := ref.(ssa.CallInstruction)
		if !ok || call.Common().Value != mc {
			return false
		}
		if _, ok := call.(*ssa.Go); ok {
			return false
		}
	}
	return true
}

// reportUnlocks reports the releases that end the program.
func (p *program) reportUnlocks(rec *record) {
	seen := make(map[ssa.Instruction]bool)
	for _, u := range rec.unlocks {
		if seen[u.at] || !isLockCall(u.at) {
			continue
		}
		seen[u.at] = true
		d := analysis.Diagnostic{Pos: u.at.Pos(), Category: kindBadUnlock}
		if u.held != nil {
			d.Message = fmt.Sprintf("%s is released by %s here, but was taken by %s: the program ends with a fatal error",
				u.lock.Path, u.lock.Mode.release(), u.held.Mode.acquire())
			d.Related = []analysis.RelatedInformation{{Pos: u.held.by.Pos(), Message: "taken here"}}
		} else {
			d.Message = fmt.Sprintf("%s was released before on every path that leads here: the program ends with a fatal error, or takes the lock from a goroutine that holds it",
				u.lock.Path)
		}
		p.pass.Report(d)
	}
}
