package machine

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A state is the program at one moment: its goroutines and what they share.
type state struct {
	epoch      int32 // what carries it is this state's own; the rest is shared with others
	goroutines []*goroutine
	heap       map[int32]*object
	channels   []*channelState
	contexts   []contextState
	decided    map[symbol]value // what is assumed of unknown values
	last       *Event           // the last deciding event
	failed     bool             // the root returned an error
	fatal      bool             // a test failed, or a goroutine ended by a call like t.Fatal
	unsure     unsure           // by which steps the path was not sure to happen
}

// goroutine is a stack of frames, the innermost last.
type goroutine struct {
	epoch   int32
	slot    int                 // smallest number that was free at the start
	started ssa.CallInstruction // the go statement or call that started it; nil for the root
	frames  []*frame
	exiting bool    // unwinding after a call such as t.Fatal
	joining bool    // at the start of a block with several predecessors
	parked  bool    // goes on for ever without operations that others see
	waiting bool    // in Cond.Wait, not yet signalled
	woken   bool    // in Cond.Wait, signalled, to lock again
	waitsOn pointer // the condition variable, if waiting
	lasts   bool    // in a call that ends with a context, or started in one
	until   channel // the context's done channel, if it lasts
	inGroup bool    // its end counts down group
	begun   moment  // when it was started
	group   pointer
}

type frame struct {
	fn      *ssa.Function
	info    *funcInfo
	id      int32 // names the frame's unknowns: goroutine and chain of calls
	block   *ssa.BasicBlock
	from    *ssa.BasicBlock // the block before, if any
	pc      int
	env     []binding // sorted by number; what is not there is unknown
	defers  []deferred
	result  *ssa.Call   // in the caller's frame; nil for a deferred call
	visits  map[int]int // by block index: how often the frame entered it
	resumes bool        // when it returns, the goroutine goes on unwinding
}

// binding is what is known of the value with the given number.
type binding struct {
	number int32
	value  value
}

// get returns what is known of v in the frame, nil if nothing is.
func (f *frame) get(v ssa.Value) value {
	n, ok := f.info.number[v]
	if !ok {
		return nil
	}
	if i, found := f.find(n); found {
		return f.env[i].value
	}
	return nil
}

// set makes x what is known of v in the frame.
func (f *frame) set(v ssa.Value, x value) {
	n := f.info.number[v]
	i, found := f.find(n)
	switch {
	case x == nil && found:
		f.env = slices.Delete(f.env, i, i+1)
	case found:
		f.env[i].value = x
	case x != nil:
		f.env = slices.Insert(f.env, i, binding{n, x})
	}
}

// forget drops what is known of the value with the given number.
func (f *frame) forget(number int32) {
	if i, found := f.find(number); found {
		f.env = slices.Delete(f.env, i, i+1)
	}
}

func (f *frame) find(number int32) (int, bool) {
	return slices.BinarySearchFunc(f.env, number, func(b binding, n int32) int { return cmp.Compare(b.number, n) })
}

type deferred struct {
	call  *ssa.CallCommon
	instr ssa.CallInstruction
	fn    value
	args  []value
}

// object is a variable, a struct or an array of the heap.
type object struct {
	epoch   int32
	parts   map[string]value
	waited  bool // it holds a wait group or a condition variable
	escaped bool
	lent    chanUse // of the channel that it holds, by code that is not seen
	orphan  bool    // a leaked goroutine could reach it
	since   moment  // when it was made
	opaque  bool    // what was not stored is unknown rather than zero
}

type channelState struct {
	epoch    int32
	capacity int // unbounded if negative
	buffer   []value
	closed   bool
	escaped  bool
	lent     chanUse // by code that is not seen
	orphan   bool    // a leaked goroutine could reach it
	since    moment  // when it was made
	done     bool    // it is the done channel of a context
	made     ssa.Instruction
}

type contextState struct {
	parent value
	done   channel
}

// clone returns a state equal to st. Both share their parts until either changes
// one, which it does through own, object or channel.
func (e *explorer) clone(st *state) *state {
	e.epoch += 2
	st.epoch = e.epoch
	st.unsure.doubts = slices.Clip(st.unsure.doubts)
	return &state{
		epoch:      e.epoch + 1,
		goroutines: slices.Clone(st.goroutines),
		heap:       maps.Clone(st.heap),
		channels:   slices.Clone(st.channels),
		contexts:   slices.Clone(st.contexts),
		decided:    maps.Clone(st.decided),
		last:       st.last,
		failed:     st.failed,
		fatal:      st.fatal,
		unsure:     st.unsure,
	}
}

// own returns the goroutine at index i for changing.
func (st *state) own(i int) *goroutine {
	g := st.goroutines[i]
	if g.epoch == st.epoch {
		return g
	}
	c := *g
	c.epoch = st.epoch
	c.frames = make([]*frame, len(g.frames))
	for j, f := range g.frames {
		cf := *f
		cf.env = slices.Clone(f.env)
		cf.defers = slices.Clone(f.defers)
		cf.visits = maps.Clone(f.visits)
		c.frames[j] = &cf
	}
	st.goroutines[i] = &c
	return &c
}

// object returns the object of the given identity for changing, nil if there
// is none.
func (st *state) object(id int32) *object {
	o := st.heap[id]
	if o == nil || o.epoch == st.epoch {
		return o
	}
	c := *o
	c.epoch = st.epoch
	c.parts = maps.Clone(o.parts)
	st.heap[id] = &c
	return &c
}

// channel returns a channel for changing.
func (st *state) channel(ch channel) *channelState {
	c := st.channels[ch]
	if c.epoch == st.epoch {
		return c
	}
	cc := *c
	cc.epoch = st.epoch
	cc.buffer = slices.Clone(c.buffer)
	st.channels[ch] = &cc
	return &cc
}

func (g *goroutine) top() *frame { return g.frames[len(g.frames)-1] }

// instr returns the instruction that the goroutine executes next.
func (g *goroutine) instr() ssa.Instruction {
	f := g.top()
	return f.block.Instrs[f.pc]
}

// reach collects the objects and channels that are reachable from values.
type reach struct {
	st       *state
	objects  map[int32]bool
	channels map[channel]bool
	lend     func(*closure) // reaches what a closure captured; nil for all of it
}

func newReach(st *state) *reach {
	return &reach{st: st, objects: make(map[int32]bool), channels: make(map[channel]bool)}
}

func (r *reach) value(v value) {
	switch v := v.(type) {
	case pointer:
		r.object(v.object)
	case slice:
		r.object(v.object)
	case channel:
		// Who has a context's done channel can wait for it, not close it.
		if !r.st.channels[v].done {
			r.channel(v)
		}
	case cancel:
		r.cancel(context(v))
	case *closure:
		if r.lend != nil {
			r.lend(v)
			return
		}
		for _, b := range v.binds {
			r.value(b)
		}
	case boxed:
		r.value(v.value)
	case *aggregate:
		for _, part := range v.parts {
			r.value(part)
		}
	case tuple:
		for _, part := range v {
			r.value(part)
		}
	}
}

func (r *reach) object(id int32) {
	if r.objects[id] {
		return
	}
	r.objects[id] = true
	if o := r.st.heap[id]; o != nil {
		for _, part := range o.parts {
			r.value(part)
		}
	}
}

func (r *reach) channel(ch channel) {
	if r.channels[ch] {
		return
	}
	r.channels[ch] = true
	for _, v := range r.st.channels[ch].buffer {
		r.value(v)
	}
}

// cancel makes the done channels reachable that close when c is cancelled: its
// own and its descendants'.
func (r *reach) cancel(c context) {
	r.channel(r.st.contexts[c].done)
	for i, other := range r.st.contexts {
		if parent, ok := other.parent.(context); ok && parent == c {
			r.cancel(context(i))
		}
	}
}

// goroutine makes all reachable that g can still use.
func (r *reach) goroutine(g *goroutine) {
	if g.inGroup {
		r.object(g.group.object)
	}
	for i, f := range g.frames {
		pc := f.pc
		if i < len(g.frames)-1 && pc+1 < len(f.block.Instrs) {
			pc++ // the call under way has taken its operands
		}
		if !g.exiting {
			live := f.info.liveBefore(f.block, pc)
			for _, b := range f.env {
				if live.Bit(int(b.number)) != 0 {
					r.value(b.value)
				}
			}
		}
		for _, d := range f.defers {
			r.value(d.fn)
			for _, a := range d.args {
				r.value(a)
			}
		}
	}
}

// key returns a text that is equal for states from which the same can happen,
// nil if nothing that matters can. It is valid until the next call.
// Objects and channels are numbered in the order in which the goroutines reach
// them, so that garbage and the history of allocation do not tell states apart.
func (e *explorer) key(st *state) []byte {
	if len(st.goroutines) == 0 {
		return nil
	}
	k := e.keyer(st)
	k.flags(st.failed, st.fatal)
	for _, g := range st.goroutines {
		k.number('G', g.slot)
		k.flags(g.exiting, g.parked, g.waiting, g.woken)
		k.since(g.begun)
		if g.inGroup {
			k.value(g.group)
		}
		if g.waiting {
			k.value(g.waitsOn)
		}
		if g.lasts {
			k.value(g.until)
		}
		for i, f := range g.frames {
			k.number('F', int(f.id))
			k.number('.', f.block.Index)
			k.number('.', f.pc)
			pc := f.pc
			if i < len(g.frames)-1 && pc+1 < len(f.block.Instrs) {
				pc++
			}
			live := f.info.liveBefore(f.block, pc)
			if i == len(g.frames)-1 {
				f.env = slices.DeleteFunc(f.env, func(b binding) bool { return live.Bit(int(b.number)) == 0 })
			}
			for _, b := range f.env {
				if live.Bit(int(b.number)) != 0 {
					k.buf = strconv.AppendInt(append(k.buf, ','), int64(b.number), 10)
					k.value(b.value)
				}
			}
			for _, d := range f.defers {
				k.buf = append(k.buf, 'D')
				k.value(d.fn)
				for _, a := range d.args {
					k.value(a)
				}
			}
		}
	}
	k.decisions()
	for id := range st.heap {
		if _, reached := k.objects[id]; !reached {
			delete(st.heap, id)
		}
	}
	if !k.worthwhile() {
		return nil
	}
	return k.buf
}

// worthwhile reports whether a goroutine can still come to wait: there is
// something to wait for, or something can still be made.
func (k *keyer) worthwhile() bool {
	for ch := range k.channels {
		if !k.st.channels[ch].escaped {
			return true
		}
	}
	for id := range k.objects {
		if o := k.st.heap[id]; o != nil && o.waited && !o.escaped {
			return true
		}
	}
	for _, g := range k.st.goroutines {
		for _, f := range g.frames {
			if f.info.making[f.block.Index] {
				return true
			}
		}
	}
	return false
}

type keyer struct {
	e        *explorer
	st       *state
	buf      []byte
	objects  map[int32]int
	channels map[channel]int
	live     map[symbol]bool // the leaves that live values depend on
	paths    []string        // of the parts under way, the innermost value's last
	decided  []symbol
}

// keyer returns the explorer's keyer, emptied, for a state.
func (e *explorer) keyer(st *state) *keyer {
	k := &e.keys
	if k.e == nil {
		*k = keyer{e: e, objects: make(map[int32]int), channels: make(map[channel]int), live: make(map[symbol]bool)}
	}
	k.st, k.buf = st, k.buf[:0]
	clear(k.objects)
	clear(k.channels)
	clear(k.live)
	return k
}

func (k *keyer) number(what byte, n int) {
	k.buf = strconv.AppendInt(append(k.buf, what), int64(n), 10)
}

func (k *keyer) flags(flags ...bool) {
	for _, set := range flags {
		c := byte('f')
		if set {
			c = 't'
		}
		k.buf = append(k.buf, c)
	}
}

func (k *keyer) since(before moment) {
	c := k.st.unsure.since(before)
	k.flags(c.doubt, c.guess)
}

func (k *keyer) value(v value) {
	switch v := v.(type) {
	case symbol:
		k.alive(v)
		k.buf = appendKey(k.buf, v)
	case negation:
		k.alive(symbol(v))
		k.buf = appendKey(k.buf, v)
	case iteration:
		k.alive(v.over)
		k.buf = appendKey(k.buf, v)
	case pointer:
		k.object(v.object)
		k.buf = append(k.buf, v.path...)
	case slice:
		k.object(v.object)
		k.buf = strconv.AppendInt(append(k.buf, ':'), int64(v.n), 10)
	case channel:
		k.channel(v)
	case context:
		k.buf = append(k.buf, 'x')
		k.channel(k.st.contexts[v].done)
		k.value(k.st.contexts[v].parent)
	case cancel:
		k.buf = append(k.buf, 'X')
		k.channel(k.st.contexts[v].done)
	case *closure:
		k.number('f', k.e.functionNumber(v.fn))
		k.buf = append(k.buf, '(')
		for _, b := range v.binds {
			k.value(b)
		}
		k.buf = append(k.buf, ')')
	case boxed:
		k.buf = append(append(k.buf, 'b'), k.e.typeName(v.dynamic)...)
		k.value(v.value)
	case *aggregate:
		k.parts(v.parts)
	case tuple:
		for _, part := range v {
			k.buf = append(k.buf, ',')
			k.value(part)
		}
	default:
		k.buf = appendKey(k.buf, v)
	}
}

func (k *keyer) alive(s symbol) {
	for _, leaf := range k.e.symbols.all[s].of {
		k.live[leaf] = true
	}
}

func (k *keyer) parts(parts map[string]value) {
	k.buf = append(k.buf, '{')
	first := len(k.paths)
	for path := range parts {
		k.paths = append(k.paths, path)
	}
	slices.Sort(k.paths[first:])
	for i := range len(parts) {
		path := k.paths[first+i]
		k.buf = append(append(k.buf, path...), '=')
		k.value(parts[path])
	}
	k.paths = k.paths[:first]
	k.buf = append(k.buf, '}')
}

func (k *keyer) object(id int32) {
	n, seen := k.objects[id]
	if !seen {
		n = len(k.objects)
		k.objects[id] = n
	}
	k.buf = strconv.AppendInt(append(k.buf, 'o'), int64(n), 10)
	if seen {
		return
	}
	if o := k.st.heap[id]; o != nil {
		k.flags(o.escaped, o.orphan, o.lent.sends, o.lent.receives)
		if o.waited {
			k.since(o.since)
		}
		k.parts(o.parts)
	}
}

func (k *keyer) channel(ch channel) {
	n, seen := k.channels[ch]
	if !seen {
		n = len(k.channels)
		k.channels[ch] = n
	}
	k.buf = strconv.AppendInt(append(k.buf, 'c'), int64(n), 10)
	if seen {
		return
	}
	c := k.st.channels[ch]
	k.number('[', c.capacity)
	k.flags(c.closed, c.escaped, c.lent.sends, c.lent.receives, c.orphan)
	k.since(c.since)
	for _, v := range c.buffer {
		k.value(v)
	}
	k.buf = append(k.buf, ']')
}

// decisions appends what was assumed of unknowns that still matter, and
// forgets the rest.
func (k *keyer) decisions() {
	k.decided = slices.AppendSeq(k.decided[:0], maps.Keys(k.st.decided))
	slices.Sort(k.decided)
	for _, s := range k.decided {
		matters := false
		for _, leaf := range k.e.symbols.all[s].of {
			matters = matters || k.live[leaf]
		}
		if !matters {
			delete(k.st.decided, s)
			continue
		}
		k.buf = strconv.AppendInt(append(k.buf, '?'), int64(s), 10)
		k.buf = appendKey(append(k.buf, '='), k.st.decided[s])
	}
}

// load returns the value at an address, given the type of what stands there.
func (e *explorer) load(st *state, p pointer, typ typer) value {
	o := st.heap[p.object]
	if o == nil {
		return e.symbols.derived("lost", p)
	}
	if v, ok := o.parts[p.path]; ok {
		return v
	}
	for path := p.path; path != ""; {
		path = parentPath(path)
		if v, ok := o.parts[path]; ok {
			return e.part(v, p.path[len(path):], typ)
		}
	}
	prefix := p.path
	var parts map[string]value
	for path, v := range o.parts {
		if rest, ok := strings.CutPrefix(path, prefix); ok && rest != "" && (rest[0] == '.' || rest[0] == '[') {
			if parts == nil {
				parts = make(map[string]value)
			}
			parts[rest] = v
		}
	}
	if parts != nil {
		return &aggregate{parts: parts}
	}
	if o.escaped || o.opaque {
		return e.symbols.derived("at"+p.path, e.symbols.leaf("object"+strconv.Itoa(int(p.object))))
	}
	return e.zero(typ.Type())
}

// part returns the part of a struct or array value at a path.
func (e *explorer) part(v value, path string, typ typer) value {
	switch v := v.(type) {
	case *aggregate:
		if part, ok := v.parts[path]; ok {
			return part
		}
		var parts map[string]value
		for p, pv := range v.parts {
			if rest, ok := strings.CutPrefix(p, path); ok && rest != "" && (rest[0] == '.' || rest[0] == '[') {
				if parts == nil {
					parts = make(map[string]value)
				}
				parts[rest] = pv
			}
		}
		if parts != nil {
			return &aggregate{parts: parts}
		}
		for q := path; q != ""; {
			q = parentPath(q)
			if pv, ok := v.parts[q]; ok && q != "" {
				return e.part(pv, path[len(q):], typ)
			}
		}
		return e.zero(typ.Type())
	case nil:
		return nil
	}
	return e.symbols.derived("part"+path, v)
}

// store puts v at an address of the heap.
func (e *explorer) store(st *state, p pointer, v value) {
	o := st.object(p.object)
	if o == nil {
		return
	}
	if o.escaped {
		e.escape(st, v)
	}
	if ch, ok := v.(channel); ok && o.lent != (chanUse{}) {
		st.lent(ch, o.lent)
	}
	for path := range o.parts {
		if rest, ok := strings.CutPrefix(path, p.path); ok && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			delete(o.parts, path)
		}
	}
	if agg, ok := v.(*aggregate); ok {
		for path, part := range agg.parts {
			o.parts[p.path+path] = part
		}
		if len(agg.parts) > 0 || p.path == "" {
			return
		}
	}
	if v == nil {
		v = e.symbols.leaf("unknown")
	}
	o.parts[p.path] = v
}

func parentPath(path string) string {
	i := strings.LastIndexAny(path, ".[")
	return path[:i]
}
