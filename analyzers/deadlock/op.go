package deadlock

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/access"
	"github.com/gomend/gomend/analyzers/internal/model"
)

// A mode is how a lock is held.
type mode uint8

const (
	write mode = iota // Mutex.Lock, RWMutex.Lock
	read              // RWMutex.RLock
	once              // Once.Do, while its function runs
)

// conflicts reports whether a goroutine that asks for a lock in mode m can be
// made to wait by another that holds it in mode n.
func (m mode) conflicts(n mode) bool { return m != read || n != read }

func (m mode) acquire() string { return [...]string{"Lock", "RLock", "Do"}[m] }
func (m mode) release() string { return [...]string{"Unlock", "RUnlock", "return"}[m] }

// A lock is a lock of the program and how it is asked for.
type lock struct {
	Path access.Path `json:"p"`
	Mode mode        `json:"m,omitempty"`
}

// An opKind is what an operation does.
type opKind uint8

const (
	noOp opKind = iota
	acquireOp
	tryOp
	releaseOp
	doOp // Once.Do
	condWaitOp
	condSignalOp
	groupAddOp
	groupDoneOp
	groupWaitOp
	groupGoOp
)

// syncOps are the methods of package sync that lock, release or wait.
var syncOps = map[string]struct {
	kind opKind
	mode mode
}{
	"Mutex.Lock":       {acquireOp, write},
	"Mutex.TryLock":    {tryOp, write},
	"Mutex.Unlock":     {releaseOp, write},
	"RWMutex.Lock":     {acquireOp, write},
	"RWMutex.TryLock":  {tryOp, write},
	"RWMutex.Unlock":   {releaseOp, write},
	"RWMutex.RLock":    {acquireOp, read},
	"RWMutex.TryRLock": {tryOp, read},
	"RWMutex.RUnlock":  {releaseOp, read},
	"Locker.Lock":      {acquireOp, write},
	"Locker.Unlock":    {releaseOp, write},
	"Once.Do":          {doOp, once},
	"Cond.Wait":        {condWaitOp, write},
	"Cond.Signal":      {condSignalOp, write},
	"Cond.Broadcast":   {condSignalOp, write},
	"WaitGroup.Add":    {groupAddOp, write},
	"WaitGroup.Done":   {groupDoneOp, write},
	"WaitGroup.Go":     {groupGoOp, write},
	"WaitGroup.Wait":   {groupWaitOp, write},
}

// An op is a call of a method of package sync.
type op struct {
	kind opKind
	lock lock // what it works on
}

// changesLocks reports whether the operation takes or releases a lock.
func (o op) changesLocks() bool {
	switch o.kind {
	case acquireOp, tryOp, releaseOp, doOp:
		return true
	}
	return false
}

// opOf returns the operation that a call is, if it is one of package sync.
func (p *program) opOf(call *ssa.CallCommon) op {
	fn, recv := syncMethod(call)
	if fn == nil {
		return p.returnedRelease(call)
	}
	o, ok := syncOps[model.Name(fn)]
	if !ok {
		return op{}
	}
	path, mode := p.lockOf(recv)
	if path.IsZero() {
		return op{}
	}
	if o.mode != write {
		mode = o.mode
	}
	return op{kind: o.kind, lock: lock{path, mode}}
}

// returnedRelease returns the operation that a call of what a function returned
// is, if that function returns the Unlock of a lock for its caller to call, as in
// defer x.lock()().
func (p *program) returnedRelease(call *ssa.CallCommon) op {
	via, ok := call.Value.(*ssa.Call)
	if !ok || call.IsInvoke() {
		return op{}
	}
	maker := origin(via.Call.StaticCallee())
	if maker == nil {
		return op{}
	}
	var found op
	for _, b := range maker.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || b == maker.Recover {
			continue
		}
		if len(ret.Results) != 1 {
			return op{}
		}
		o := p.releaseValue(ret.Results[0])
		if o.kind != releaseOp || found.kind != noOp && found != o {
			return op{}
		}
		found = o
	}
	if found.kind == noOp {
		return op{}
	}
	if found.lock.Path, ok = found.lock.Path.Relative(maker); !ok {
		return op{}
	}
	if found.lock.Path, ok = found.lock.Path.At(access.Args(via.Call.Args)); !ok {
		return op{}
	}
	return found
}

// releaseValue returns the operation that a call of the method value v is, such as
// mu.Unlock.
func (p *program) releaseValue(v ssa.Value) op {
	mc, ok := v.(*ssa.MakeClosure)
	if !ok {
		return op{}
	}
	fn, recv := boundSyncMethod(mc)
	if fn == nil {
		return op{}
	}
	o := syncOps[model.Name(fn)]
	path, mode := p.lockOf(recv)
	if o.kind != releaseOp || path.IsZero() {
		return op{}
	}
	if o.mode != write {
		mode = o.mode
	}
	return op{kind: releaseOp, lock: lock{path, mode}}
}

// syncMethod returns the method of package sync that a call calls, and the
// receiver: directly, through a method value, or through a sync.Locker.
func syncMethod(call *ssa.CallCommon) (*types.Func, ssa.Value) {
	if call.IsInvoke() {
		if isSync(call.Method) {
			return call.Method, call.Value
		}
		return nil, nil
	}
	switch v := call.Value.(type) {
	case *ssa.Function:
		if fn, ok := v.Object().(*types.Func); ok && isSync(fn) && len(call.Args) > 0 {
			return fn, call.Args[0]
		}
	case *ssa.MakeClosure:
		return boundSyncMethod(v)
	}
	return nil, nil
}

// boundSyncMethod returns the method of package sync that a method value such
// as mu.Unlock is, and its receiver.
func boundSyncMethod(v *ssa.MakeClosure) (*types.Func, ssa.Value) {
	wrapper := v.Fn.(*ssa.Function)
	if fn, ok := wrapper.Object().(*types.Func); ok && isSync(fn) && len(v.Bindings) == 1 {
		return fn, v.Bindings[0]
	}
	return nil, nil
}

func isSync(fn *types.Func) bool {
	return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "sync" && fn.Signature().Recv() != nil
}

// lockOf returns the path of the lock that v points to. A Locker made by
// RWMutex.RLocker is that RWMutex, asked for in mode read; the L of a Cond is
// the lock that the Cond was made with, where the package shows it.
func (p *program) lockOf(v ssa.Value) (access.Path, mode) {
	for {
		if c, ok := v.(*ssa.ChangeInterface); ok {
			v = c.X
			continue
		}
		break
	}
	if call, ok := v.(*ssa.Call); ok {
		if fn, recv := syncMethod(&call.Call); fn != nil && model.Name(fn) == "RWMutex.RLocker" {
			path, _ := p.lockOf(recv)
			return path, read
		}
	}
	if l, ok := p.conds.load(v); ok {
		return l.Path, l.Mode
	}
	path, ok := access.Of(v)
	if !ok || types.IsInterface(v.Type()) && path.Steps() == "" && isOwnLocker(path.Root()) {
		return access.Path{}, write
	}
	if made, ok := v.(*ssa.MakeInterface); ok {
		path = embeddedLock(path, made.X.Type())
	}
	return path, write
}

// isOwnLocker reports whether v, which a Locker holds or is, is no lock of package
// sync nor embeds one: what its Lock does is not known.
func isOwnLocker(v ssa.Value) bool {
	if v == nil {
		return false
	}
	if made, ok := v.(*ssa.MakeInterface); ok {
		v = made.X
	}
	if !types.IsInterface(v.Type()) {
		obj, _, _ := types.LookupFieldOrMethod(v.Type(), true, nil, "Lock")
		fn, ok := obj.(*types.Func)
		return !ok || !isSync(fn)
	}
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	callee := origin(call.Call.StaticCallee())
	if callee == nil {
		return false
	}
	if len(callee.Blocks) == 0 {
		return true // of another package, which need not return a lock
	}
	for _, b := range callee.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && len(ret.Results) == 1 {
			if made, ok := ret.Results[0].(*ssa.MakeInterface); ok && isOwnLocker(made) {
				return true
			}
		}
	}
	return false
}

// embeddedLock returns the path of the lock whose methods the type t, that of
// what path names, has by embedding it; it is path itself if t is a lock.
func embeddedLock(path access.Path, t types.Type) access.Path {
	obj, index, _ := types.LookupFieldOrMethod(t, true, nil, "Lock")
	if fn, ok := obj.(*types.Func); !ok || !isSync(fn) {
		return path
	}
	return embedded(path, t, index)
}

// embedded returns the path of the embedded field at which the last step of a
// selection from a value of type t begins; index is as types.Selection's.
func embedded(path access.Path, t types.Type, index []int) access.Path {
	for _, i := range index[:len(index)-1] {
		if ptr, ok := t.Underlying().(*types.Pointer); ok {
			t = ptr.Elem()
		}
		s, ok := t.Underlying().(*types.Struct)
		if !ok {
			return path
		}
		path = path.Field(t, s.Field(i).Name())
		if t = s.Field(i).Type(); isPointer(t) {
			path = path.Load()
		}
	}
	return path
}

func isPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

// A blocking operation on channels.
type chanOp struct {
	dir types.ChanDir // SendOnly: a send; RecvOnly: a receive
	ch  ssa.Value
}

// chanOps returns what an instruction may wait for: one operation, or each of a
// select's. It returns none for a select with a default case.
func chanOps(instr ssa.Instruction) []chanOp {
	switch instr := instr.(type) {
	case *ssa.Send:
		return []chanOp{{dir: types.SendOnly, ch: instr.Chan}}
	case *ssa.UnOp:
		if instr.Op == token.ARROW {
			return []chanOp{{dir: types.RecvOnly, ch: instr.X}}
		}
	case *ssa.Select:
		ops := make([]chanOp, len(instr.States))
		for i, s := range instr.States {
			ops[i] = chanOp{dir: s.Dir, ch: s.Chan}
		}
		return ops
	}
	return nil
}
