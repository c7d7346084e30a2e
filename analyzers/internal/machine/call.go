package machine

import (
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// method is a method of a value whose dynamic type is unknown, or of a context.
type method struct {
	name string
	of   types.Type
	recv value
}

// callee returns what a call calls and with which arguments, a method's
// receiver first.
func (e *explorer) callee(st *state, f *frame, call *ssa.CallCommon) (value, []value) {
	var args []value
	for _, a := range call.Args {
		args = append(args, e.eval(st, e.operand(f, a)))
	}
	if !call.IsInvoke() {
		if b, ok := call.Value.(*ssa.Builtin); ok {
			return b, args
		}
		return e.eval(st, e.operand(f, call.Value)), args
	}
	recv := e.eval(st, e.operand(f, call.Value))
	if b, ok := recv.(boxed); ok {
		if fn := e.lookupMethod(b.dynamic, call.Method); fn != nil {
			return &closure{fn: fn}, append([]value{b.value}, args...)
		}
		recv = b.value
	}
	return method{name: call.Method.Name(), of: call.Value.Type(), recv: recv}, args
}

// lookupMethod returns the method that a value of the given dynamic type has.
func (e *explorer) lookupMethod(dynamic types.Type, m *types.Func) *ssa.Function {
	if types.IsInterface(dynamic) {
		return nil
	}
	sel := e.pkg.Prog.MethodSets.MethodSet(dynamic).Lookup(m.Pkg(), m.Name())
	if sel == nil {
		return nil
	}
	return e.pkg.Prog.MethodValue(sel)
}

// modelled returns the name under which a function or method stands in the
// models: "sync.WaitGroup.Wait".
func (m *Machine) modelled(fn value) string {
	c, ok := fn.(*closure)
	if !ok {
		return ""
	}
	name, ok := m.names[c.fn]
	if !ok {
		name = modelName(c.fn)
		m.names[c.fn] = name
	}
	return name
}

func modelName(fn *ssa.Function) string {
	obj, ok := fn.Object().(*types.Func)
	if !ok || obj.Pkg() == nil {
		return ""
	}
	return obj.Pkg().Path() + "." + model.Name(obj)
}

// mayBlock reports whether a call can be one of a primitive that blocks.
func (m *Machine) mayBlock(call *ssa.CallCommon) bool {
	if call.IsInvoke() {
		switch call.Method.Name() {
		case "Lock", "RLock", "Wait":
			return true
		}
		return false
	}
	callee := call.StaticCallee()
	if callee == nil {
		return false
	}
	_, ok := blockingCalls[m.modelled(&closure{fn: callee})]
	return ok
}

func makesByModel(fn *ssa.Function) bool {
	switch modelName(fn) {
	case "context.WithCancel", "context.WithCancelCause", "sync.NewCond":
		return true
	}
	return false
}

// call executes a call: by a model, by running the callee's body, or by
// assuming that it returns and may keep what it was given. The result goes to
// into, if the call is an instruction of its own rather than a deferred one.
func (e *explorer) call(st *state, g *goroutine, instr ssa.CallInstruction, fn value, args []value, into *ssa.Call) outcome {
	f := g.top()
	done := func(result value) outcome {
		if into != nil {
			f.set(into, result)
			f.pc++
		}
		return goOn
	}
	if e.neverReturns(timing.Callee(instr)) {
		return dead
	}
	if until, ok := e.lastsUntil(st, instr, fn, args); ok && into != nil {
		return e.callLasting(st, g, fn, args, into, until)
	}
	switch c := fn.(type) {
	case *ssa.Builtin:
		return e.builtin(st, g, c, args, into)
	case cancel:
		e.cancel(st, context(c))
		return done(nil)
	case method:
		if result, ok := e.contextMethod(st, c); ok {
			return done(result)
		}
		if endsTest(c) {
			g.exiting = true
			st.fatal = true
			st.last = &Event{Pos: instr.Pos(), What: Exited, Fn: f.fn}
			return goOn
		}
		e.escape(st, c.recv)
	case nilValue:
		return dead
	case *closure:
		if result, ok, out := e.byModel(st, g, instr, e.modelled(fn), args); ok {
			if out != goOn {
				return out
			}
			return done(result)
		}
		if e.worthRunning(g, c, args) {
			e.push(st, g, c, args, into)
			if run := g.top(); into == nil {
				run.result = nil
			}
			return goOn
		}
		for _, b := range c.binds {
			e.escape(st, b)
		}
		if obj, ok := c.fn.Object().(*types.Func); ok && model.Harmless(obj) {
			result := e.unknownResult(st, f, into)
			if failsTest(e.modelled(c)) {
				st.fatal = true
			}
			if obj.Pkg() != nil && obj.Pkg().Path() == "sync/atomic" || e.determined(st, args) {
				e.keep(result, into)
			}
			for _, a := range args {
				e.escapeFuncs(st, a)
			}
			return done(result)
		}
		for _, a := range args {
			e.escape(st, a)
		}
		result := e.unknownResult(st, f, into)
		if e.inlinable(c.fn) || e.determined(st, args) {
			e.keep(result, into)
		}
		return done(result)
	}
	for _, a := range args {
		e.escape(st, a)
	}
	return done(e.unknownResult(st, f, into))
}

// The sizes, in basic blocks, up to which a callee is run: one that is given
// what goroutines wait for, and one that makes it. What is larger has more ways
// than can be explored, and is more than a constructor.
const (
	maxBlocks        = 120
	maxBlocksOfMaker = 30
)

// withCleanup returns the calls to come with that of a test's cleanup function,
// which runs after all that are deferred and before cleanups that are older.
func withCleanup(defers []deferred, d deferred) []deferred {
	n := slices.IndexFunc(defers, func(d deferred) bool { _, is := d.instr.(*ssa.Defer); return is })
	if n < 0 {
		n = len(defers)
	}
	return slices.Insert(slices.Clone(defers), n, d)
}

// worthRunning reports whether running c's body can matter: it is given what
// goroutines wait for, or returns it.
func (e *explorer) worthRunning(g *goroutine, c *closure, args []value) bool {
	if !e.inlinable(c.fn) || len(g.frames) >= e.limits.Depth || len(c.fn.Blocks) > maxBlocks {
		return false
	}
	for _, f := range g.frames {
		if f.fn == c.fn {
			return false
		}
	}
	for _, a := range args {
		if matters(a) {
			return true
		}
	}
	for _, b := range c.binds {
		if matters(b) {
			return true
		}
	}
	if len(c.fn.Blocks) > maxBlocksOfMaker {
		return false
	}
	results := c.fn.Signature.Results()
	for i := range results.Len() {
		if mayCarry(results.At(i).Type()) && e.Makes(c.fn) {
			return true
		}
	}
	return false
}

func matters(v value) bool {
	if _, ok := v.(context); ok {
		return true
	}
	return carries(v)
}

// mayCarry reports whether a value of type t can hold a channel or the means to
// reach one.
func mayCarry(t types.Type) bool {
	_, basic := t.Underlying().(*types.Basic)
	return !basic && t.String() != "error"
}

// keep notes that a call's only result is state that the program keeps itself.
// One that comes with an error, or is one, is an answer from outside.
func (e *explorer) keep(result value, into *ssa.Call) {
	if s, ok := result.(symbol); ok && !isError(into.Type()) {
		e.symbols.all[s].kept = true
	}
}

// determined reports whether the machine knows, or could have known, all of args,
// which are not mere constants. What a function makes of them is not an input
// that can be either way.
func (e *explorer) determined(st *state, args []value) bool {
	made := false
	for _, a := range args {
		switch a := a.(type) {
		case intValue, boolValue:
			continue
		case symbol:
			if e.constant(a) {
				continue
			}
		}
		if !e.ours(st, a, 3) {
			return false
		}
		made = true
	}
	return made
}

// ours reports whether v, and what it holds down to the given depth, is known
// or state that the program keeps itself.
func (e *explorer) ours(st *state, v value, depth int) bool {
	switch v := v.(type) {
	case nil:
		return false
	case symbol:
		return e.allKept(v)
	case negation:
		return e.allKept(symbol(v))
	case boxed:
		return e.ours(st, v.value, depth)
	case pointer:
		o := st.heap[v.object]
		if o == nil || o.escaped || o.opaque || depth == 0 {
			return false
		}
		for _, part := range o.parts {
			if !e.ours(st, part, depth-1) {
				return false
			}
		}
	case *aggregate:
		for _, part := range v.parts {
			if !e.ours(st, part, depth) {
				return false
			}
		}
	}
	return true
}

// constant reports whether s is a constant that is known only by identity.
func (e *explorer) constant(s symbol) bool { return e.symbols.all[s].constant }

// allKept reports whether s depends on nothing but state that the program keeps
// itself.
func (e *explorer) allKept(s symbol) bool {
	for _, leaf := range e.symbols.all[s].of {
		if x := e.symbols.all[leaf]; !x.kept && !x.constant {
			return false
		}
	}
	return true
}

func (e *explorer) unknownResult(st *state, f *frame, into *ssa.Call) value {
	if into == nil {
		return nil
	}
	s := e.define(st, f, into)
	t, ok := into.Type().(*types.Tuple)
	if !ok {
		return s
	}
	results := make(tuple, t.Len())
	for i := range results {
		results[i] = e.symbols.derived("result"+strconv.Itoa(i), s)
	}
	return results
}

// builtin executes a call of a built-in function.
func (e *explorer) builtin(st *state, g *goroutine, b *ssa.Builtin, args []value, into *ssa.Call) outcome {
	f := g.top()
	var result value
	switch b.Name() {
	case "close":
		switch ch := args[0].(type) {
		case channel:
			if st.channels[ch].closed {
				return dead
			}
			st.channel(ch).closed = true
			e.served[service{st.channels[ch].made, true}] = true
		case nilValue:
			return dead
		}
	case "len":
		switch x := args[0].(type) {
		case slice:
			result = intValue(x.n)
		case symbol:
			s := e.symbols.derived("len", x)
			e.symbols.all[s].length = true
			result = e.eval(st, s)
		case channel:
			if ch := st.channels[x]; !ch.escaped && ch.lent == (chanUse{}) && ch.kept() == ch.capacity {
				result = intValue(len(ch.buffer))
			}
		case nilValue:
			result = intValue(0)
		}
	case "append":
		result = e.append(st, args)
	case "ssa:wrapnilchk":
		result = args[0]
	default:
		for _, a := range args {
			e.escape(st, a)
		}
	}
	if into != nil {
		if result == nil {
			result = e.unknownResult(st, f, into)
		}
		f.set(into, result)
		f.pc++
	}
	return goOn
}

// append returns the slice that append makes, nil if its elements are not
// followed.
func (e *explorer) append(st *state, args []value) value {
	elements := func(v value) (slice, bool) {
		switch v := v.(type) {
		case slice:
			return v, true
		case nilValue:
			return slice{}, true
		}
		return slice{}, false
	}
	if len(args) == 2 {
		a, ok1 := elements(args[0])
		b, ok2 := elements(args[1])
		if ok1 && ok2 && a.n+b.n <= maxElements {
			id := e.allocate(st, false)
			e.copyElements(st, id, 0, a)
			e.copyElements(st, id, a.n, b)
			return slice{object: id, n: a.n + b.n}
		}
	}
	for _, a := range args {
		e.escape(st, a)
		if s, ok := a.(slice); ok {
			if o := st.heap[s.object]; o != nil {
				for _, part := range o.parts {
					e.escape(st, part)
				}
			}
		}
	}
	return nil
}

func (e *explorer) copyElements(st *state, to int32, at int, from slice) {
	o := st.heap[from.object]
	if o == nil {
		return
	}
	for path, v := range o.parts {
		end := strings.IndexByte(path, ']')
		if len(path) == 0 || path[0] != '[' || end < 0 {
			continue
		}
		if i, err := strconv.Atoi(path[1:end]); err == nil && i < from.n {
			st.heap[to].parts["["+strconv.Itoa(at+i)+path[end:]] = v
		}
	}
}

// spawn executes a go statement. It reports false if that would be one goroutine
// more than is followed.
func (e *explorer) spawn(st *state, site ssa.CallInstruction, fn value, args []value) bool {
	c, ok := fn.(*closure)
	if ok && e.inlinable(c.fn) {
		if slices.ContainsFunc(args, matters) || slices.ContainsFunc(c.binds, matters) {
			return e.start(st, site, c, args)
		}
		return true
	}
	e.escape(st, fn)
	for _, a := range args {
		e.escape(st, a)
	}
	return true
}

// contextMethod executes a method of a context.
func (e *explorer) contextMethod(st *state, m method) (value, bool) {
	switch recv := m.recv.(type) {
	case context:
		switch m.name {
		case "Done":
			return st.contexts[recv].done, true
		case "Err":
			ch := st.channels[st.contexts[recv].done]
			if ch.escaped {
				return nil, true
			}
			if !ch.closed {
				return nilValue{}, true
			}
			return errorValue("context"), true
		}
		return nil, true
	case background:
		switch m.name {
		case "Done", "Err", "Value":
			return nilValue{}, true
		}
		return nil, true
	case symbol:
		if timing.IsNamed(m.of, "context", "Context") {
			return e.symbols.derived("context "+m.name, recv), true
		}
	}
	return nil, false
}

// endsTest reports whether m ends the goroutine as testing.TB's methods do. Many
// projects have an interface of their own for a test's handle; what gives it
// away is Helper.
func endsTest(m method) bool {
	switch m.name {
	case "Fatal", "Fatalf", "FailNow", "Skip", "Skipf", "SkipNow":
		obj, _, _ := types.LookupFieldOrMethod(m.of, true, nil, "Helper")
		return obj != nil
	}
	return false
}

// failsTest reports whether a call of the named function fails a test that goes
// on.
func failsTest(name string) bool {
	switch name {
	case "testing.common.Error", "testing.common.Errorf", "testing.common.Fail":
		return true
	}
	return false
}

// cancel cancels a context and those made from it.
func (e *explorer) cancel(st *state, c context) {
	st.channel(st.contexts[c].done).closed = true
	for i, other := range st.contexts {
		if parent, ok := other.parent.(context); ok && parent == c && !st.channels[other.done].closed {
			e.cancel(st, context(i))
		}
	}
}

// derive makes a context from parent. It ends when it is cancelled or its
// parent ends; one that a clock or code outside ends ends in time.
func (e *explorer) derive(st *state, parent value, made ssa.Instruction, ends bool) context {
	ch := e.makeChannel(st, made, 0)
	st.channels[ch].done = true
	c := context(len(st.contexts))
	st.contexts = append(st.contexts, contextState{parent: parent, done: ch})
	switch p := parent.(type) {
	case context:
		if st.channels[st.contexts[p].done].escaped {
			ends = true
		}
		st.channels[ch].closed = st.channels[st.contexts[p].done].closed
	case background:
	default:
		ends = true
	}
	st.channels[ch].escaped = ends
	return c
}

// byModel executes a call of a function of the standard library, or of one
// close to it, that the machine knows.
func (e *explorer) byModel(st *state, g *goroutine, instr ssa.CallInstruction, name string, args []value) (value, bool, outcome) {
	if name == "" {
		return nil, false, goOn
	}
	switch name {
	case "errors.New", "fmt.Errorf":
		return errorValue("made at " + strconv.Itoa(int(instr.Pos()))), true, goOn
	case "context.Background", "context.TODO":
		return background{}, true, goOn
	case "context.WithCancel", "context.WithCancelCause":
		c := e.derive(st, args[0], instr, false)
		return tuple{c, cancel(c)}, true, goOn
	case "context.WithTimeout", "context.WithDeadline", "context.WithTimeoutCause", "context.WithDeadlineCause", "os/signal.NotifyContext":
		c := e.derive(st, args[0], instr, true)
		return tuple{c, cancel(c)}, true, goOn
	case "context.WithValue":
		return args[0], true, goOn
	case "context.WithoutCancel":
		return background{}, true, goOn
	case "golang.org/x/sync/errgroup.WithContext":
		c := e.derive(st, args[0], instr, true)
		return tuple{pointer{object: e.allocate(st, false)}, c}, true, goOn
	case "sync.NewCond":
		p := pointer{object: e.allocate(st, false)}
		st.heap[p.object].waited = true
		e.store(st, pointer{p.object, condLocker}, args[0])
		return p, true, goOn
	case "testing.T.Run", "testing.B.Run", "testing.F.Fuzz":
		if c, ok := args[len(args)-1].(*closure); ok && e.worthRunning(g, c, nil) {
			into, _ := instr.(*ssa.Call)
			e.push(st, g, c, []value{e.symbols.leaf("subtest")}, into)
			return nil, true, entered
		}
		return nil, false, goOn
	case "testing.common.Cleanup", "testing.TB.Cleanup":
		switch fn := args[1].(type) {
		case *closure, cancel:
			bottom := g.frames[0]
			bottom.defers = withCleanup(bottom.defers, deferred{call: instr.Common(), instr: instr, fn: fn})
			return nil, true, goOn
		}
		return nil, false, goOn
	case "sync.Once.Do":
		p, ok := args[0].(pointer)
		if !ok {
			return nil, false, goOn
		}
		if n, _ := e.count(st, p, onceOf); n > 0 {
			return nil, true, goOn
		}
		st.setCount(p, onceOf, 1)
		if c, ok := args[1].(*closure); ok && e.worthRunning(g, c, nil) {
			into, _ := instr.(*ssa.Call)
			e.push(st, g, c, nil, into)
			return nil, true, entered
		}
		e.escape(st, args[1])
		return nil, true, goOn
	}
	if a, ok := assertions[name]; ok {
		e.assert(st, g, instr, a, args)
		return nil, true, goOn
	}
	if p, ok := receiver(st, args); ok {
		if done, out := e.primitiveCall(st, g, instr, name, p, args); done {
			return nil, true, out
		}
	}
	return nil, false, goOn
}

// receiver returns the address of the primitive that a method is called on, if
// all that is done with it is seen.
func receiver(st *state, args []value) (pointer, bool) {
	if len(args) == 0 {
		return pointer{}, false
	}
	p, ok := args[0].(pointer)
	if !ok || st.heap[p.object] == nil {
		return pointer{}, false
	}
	return p, true
}

// primitiveCall executes a method of a synchronisation primitive that never
// blocks.
func (e *explorer) primitiveCall(st *state, g *goroutine, instr ssa.CallInstruction, name string, p pointer, args []value) (bool, outcome) {
	switch name {
	case "sync.WaitGroup.Add":
		delta := e.eval(st, args[1])
		if s, ok := delta.(symbol); ok && e.isLength(s) {
			return true, e.choose(st, g, s)
		}
		n, known := e.count(st, p, countOf)
		d, ok := delta.(intValue)
		if !known || !ok {
			st.object(p.object).parts[p.path+countOf] = e.symbols.leaf("count")
			return true, goOn
		}
		st.setCount(p, countOf, n+int(d))
	case "sync.WaitGroup.Done":
		e.groupDone(st, p)
	case "sync.WaitGroup.Go", "golang.org/x/sync/errgroup.Group.Go", "github.com/sourcegraph/conc.WaitGroup.Go":
		c, ok := args[1].(*closure)
		if !ok || !e.inlinable(c.fn) {
			e.escape(st, args[1])
			st.object(p.object).parts[p.path+countOf] = e.symbols.leaf("count")
			return true, goOn
		}
		if n, known := e.count(st, p, countOf); known {
			st.setCount(p, countOf, n+1)
		}
		if !e.start(st, instr, c, nil) {
			return true, dead
		}
		started := st.goroutines[len(st.goroutines)-1]
		started.group, started.inGroup = p, true
	case "golang.org/x/sync/errgroup.Group.SetLimit":
	case "sync.Mutex.Unlock", "sync.RWMutex.Unlock":
		st.setCount(p, heldOf, 0)
	case "sync.RWMutex.RUnlock":
		if n, known := e.count(st, p, heldOf); known && n > 0 {
			st.setCount(p, heldOf, n-1)
		}
	case "sync.Mutex.Lock", "sync.RWMutex.Lock", "sync.RWMutex.RLock", "sync.WaitGroup.Wait",
		"golang.org/x/sync/errgroup.Group.Wait", "sync.Cond.Wait", "sync.Cond.Signal", "sync.Cond.Broadcast":
		// What others share with unseen code, or with none, proceeds.
	default:
		return false, goOn
	}
	return true, goOn
}

func (e *explorer) groupDone(st *state, p pointer) {
	if n, known := e.count(st, p, countOf); known {
		st.setCount(p, countOf, n-1)
	}
}
