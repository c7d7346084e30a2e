package deadlock

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/access"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// condLocks tells which lock the L of a Cond is. A package says so once, where
// it makes the Cond: q.cond = sync.NewCond(&q.mu), or q.cond.L = &q.mu. What is
// said there of q holds for every q.
type condLocks struct {
	p     *program
	locks map[access.Class]condLock // by the Cond's class
}

// A condLock says how the lock of a Cond is reached from what the Cond is
// reached from: the steps to the Cond are swapped for those to the lock.
type condLock struct {
	cond, lock string
	class      access.Class
	mode       mode
	ambiguous  bool // Conds of the class are made with different locks
}

func findCondLocks(p *program) condLocks {
	c := condLocks{p, make(map[access.Class]condLock)}
	for _, fn := range p.fns {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if store, ok := instr.(*ssa.Store); ok {
					c.learn(store)
				}
			}
		}
	}
	return c
}

// learn takes note of a store of a new Cond, or to the L of one.
func (c condLocks) learn(store *ssa.Store) {
	var cond access.Path // the Cond, as read from where it is stored
	var locker ssa.Value
	if call, ok := store.Val.(*ssa.Call); ok && isNewCond(call) {
		path, ok := access.Of(store.Addr)
		if !ok {
			return
		}
		cond, locker = path.Load(), call.Call.Args[0]
	} else if fa, ok := store.Addr.(*ssa.FieldAddr); ok && isCondL(fa) {
		path, ok := access.Of(fa.X)
		if !ok {
			return
		}
		cond, locker = path, store.Val
	} else {
		return
	}
	lock, mode := c.p.lockOf(locker)
	if lock.IsZero() || cond.Class() == "" {
		return
	}
	base := commonSteps(cond, lock)
	said := condLock{cond: cond.Steps()[base:], lock: lock.Steps()[base:], class: lock.Class(), mode: mode}
	said.ambiguous = !cond.SameRoot(lock)
	if old, ok := c.locks[cond.Class()]; ok && old != said {
		said.ambiguous = true
	}
	c.locks[cond.Class()] = said
}

func isNewCond(call *ssa.Call) bool {
	callee := call.Call.StaticCallee()
	if callee == nil {
		return false
	}
	fn, ok := callee.Object().(*types.Func)
	return ok && fn.FullName() == "sync.NewCond"
}

// isCondL reports whether fa is the field L of a Cond.
func isCondL(fa *ssa.FieldAddr) bool {
	ptr, ok := fa.X.Type().Underlying().(*types.Pointer)
	return ok && timing.IsNamed(ptr.Elem(), "sync", "Cond") &&
		ptr.Elem().Underlying().(*types.Struct).Field(fa.Field).Name() == "L"
}

// commonSteps returns the length of the steps that two paths share before the
// field in which they part.
func commonSteps(a, b access.Path) int {
	s, t := a.Steps(), b.Steps()
	start := 0
	for i := 0; i < len(s) && i < len(t) && s[i] == t[i]; i++ {
		if s[i] == '*' {
			start = i + 1
		}
	}
	return start
}

// load returns the lock that a value loaded from the L of a Cond is, and the
// mode that its Lock method asks for.
func (c condLocks) load(v ssa.Value) (lock, bool) {
	ld, ok := v.(*ssa.UnOp)
	if !ok || ld.Op != token.MUL {
		return lock{}, false
	}
	fa, ok := ld.X.(*ssa.FieldAddr)
	if !ok || !isCondL(fa) {
		return lock{}, false
	}
	return c.of(fa.X)
}

// of returns the lock of the Cond that v points to, which Cond.Wait releases
// while it waits.
func (c condLocks) of(v ssa.Value) (lock, bool) {
	cond, ok := access.Of(v)
	if !ok {
		return lock{}, false
	}
	if call, ok := cond.Root().(*ssa.Call); ok && cond.Steps() == "" && isNewCond(call) {
		path, mode := c.p.lockOf(call.Call.Args[0])
		return lock{path, mode}, !path.IsZero()
	}
	said, ok := c.locks[cond.Class()]
	if !ok || said.ambiguous {
		return lock{}, false
	}
	path, ok := cond.Swap(said.cond, said.lock, said.class)
	return lock{path, said.mode}, ok
}
