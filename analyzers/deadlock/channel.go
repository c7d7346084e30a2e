package deadlock

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/access"
)

// channels tells which values and variables of the package may be one channel,
// and what is done with it. Channels are told apart by where they are kept: all
// instances of a field are one.
type channels struct {
	p      *program
	parent map[any]any // of a union-find; keys are ssa.Values and access.Classes

	leaked   map[any]bool // other packages may use it, or it cannot be followed
	buffered map[any]bool
	sized    map[any]bool // with a buffer whose size is computed
	made     map[any]bool // unbuffered
	ends     map[any][]end
}

// An end is an operation on a channel that another one may wait for.
type end struct {
	fn    *ssa.Function
	instr ssa.Instruction
	path  access.Path
	does  endKind
}

type endKind uint8

const (
	sends endKind = iota
	receives
	closes
)

// channels returns what is known of the package's channels.
func (p *program) channels() *channels {
	if p.chans == nil {
		p.chans = findChannels(p)
	}
	return p.chans
}

func findChannels(p *program) *channels {
	c := &channels{
		p:        p,
		parent:   make(map[any]any),
		leaked:   make(map[any]bool),
		buffered: make(map[any]bool),
		sized:    make(map[any]bool),
		made:     make(map[any]bool),
		ends:     make(map[any][]end),
	}
	var leaks, ends []func()
	for _, fn := range p.fns {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				c.flows(instr)
				leaks = append(leaks, c.leaks(instr)...)
				ends = append(ends, c.uses(fn, instr)...)
			}
		}
		c.exported(fn)
	}
	for _, f := range append(leaks, ends...) {
		f()
	}
	return c
}

// node returns what stands for the channel v; nil for no channel.
func (c *channels) node(v ssa.Value) any {
	p, ok := access.Of(v)
	switch {
	case !ok:
		return nil
	case p.Class() != "":
		if isAccessible(p.Class()) && !c.p.inMain() {
			c.leaked[c.find(p.Class())] = true
		}
		return p.Class()
	case p.Steps() == "":
		return p.Root()
	}
	return v
}

func (c *channels) find(n any) any {
	for {
		up, ok := c.parent[n]
		if !ok {
			return n
		}
		if upper, ok := c.parent[up]; ok {
			c.parent[n] = upper
		}
		n = up
	}
}

func (c *channels) union(a, b any) {
	if a == nil || b == nil {
		return
	}
	a, b = c.find(a), c.find(b)
	if a == b {
		return
	}
	c.parent[a] = b
	c.leaked[b] = c.leaked[b] || c.leaked[a]
	c.buffered[b] = c.buffered[b] || c.buffered[a]
	c.sized[b] = c.sized[b] || c.sized[a]
	c.made[b] = c.made[b] || c.made[a]
}

// flows unites what an instruction makes one.
func (c *channels) flows(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case *ssa.Store:
		if isChan(instr.Val.Type()) {
			if p, ok := access.Of(instr.Addr); ok && p.Class() != "" {
				c.union(c.node(instr.Val), p.Class())
			} else {
				c.leak(instr.Val)
			}
		}
	case *ssa.MapUpdate:
		if isChan(instr.Value.Type()) {
			if p, ok := access.Of(instr.Map); ok && p.Class() != "" {
				c.union(c.node(instr.Value), p.Class())
			} else {
				c.leak(instr.Value)
			}
		}
	case *ssa.Phi:
		if isChan(instr.Type()) {
			for _, e := range instr.Edges {
				c.union(c.node(e), c.node(instr))
			}
		}
	case *ssa.MakeChan:
		n := c.find(c.node(instr))
		size, ok := instr.Size.(*ssa.Const)
		switch {
		case !ok:
			c.sized[n], c.buffered[n] = true, true
		case size.Value != nil && constant.Sign(size.Value) == 0:
			c.made[n] = true
		default:
			c.buffered[n] = true
		}
	case ssa.CallInstruction:
		c.call(instr)
	}
}

// call unites arguments with parameters, and results with what is returned.
func (c *channels) call(instr ssa.CallInstruction) {
	for _, t := range c.p.targets[instr] {
		if len(t.fn.Blocks) == 0 {
			continue
		}
		for i, param := range t.fn.Params {
			if isChan(param.Type()) && i < len(t.values) {
				c.union(c.node(t.values[i]), c.node(param))
			}
		}
		call, ok := instr.(*ssa.Call)
		if !ok {
			continue
		}
		for _, b := range t.fn.Blocks {
			ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
			if !ok {
				continue
			}
			for i, v := range ret.Results {
				if r := resultValue(call, i); r != nil && isChan(v.Type()) {
					c.union(c.node(v), c.node(r))
				}
			}
		}
	}
}

func (c *channels) leak(v ssa.Value) {
	if n := c.node(v); n != nil {
		c.leaked[c.find(n)] = true
	}
}

// leaks marks channels that go where they cannot be followed. It is done after
// all that is one is united.
func (c *channels) leaks(instr ssa.Instruction) []func() {
	var out []func()
	leak := func(v ssa.Value) {
		if isChan(v.Type()) {
			out = append(out, func() { c.leak(v) })
		}
	}
	switch instr := instr.(type) {
	case *ssa.Send:
		leak(instr.X)
	case *ssa.Select:
		for _, s := range instr.States {
			if s.Dir == types.SendOnly {
				leak(s.Send)
			}
		}
	case *ssa.MakeInterface:
		leak(instr.X)
	case ssa.CallInstruction:
		known := false
		for _, t := range c.p.targets[instr] {
			known = known || len(t.fn.Blocks) > 0
		}
		if _, builtin := instr.Common().Value.(*ssa.Builtin); known || builtin {
			break
		}
		for _, arg := range instr.Common().Args {
			leak(arg)
		}
		if call, ok := instr.(*ssa.Call); ok && isChan(call.Type()) {
			leak(call)
		}
	case *ssa.Extract:
		// Received over a channel, asserted from an interface, or one of
		// the results of a call that is not known.
		switch tuple := instr.Tuple.(type) {
		case *ssa.Call:
			if len(c.p.targets[tuple]) == 0 {
				leak(instr)
			}
		case *ssa.UnOp, *ssa.TypeAssert, *ssa.Select:
			leak(instr)
		}
	case *ssa.UnOp:
		if instr.Op == token.ARROW {
			leak(instr)
		}
	case *ssa.TypeAssert:
		leak(instr)
	}
	return out
}

// exported marks what a function that other packages can call is passed, and
// what it returns.
func (c *channels) exported(fn *ssa.Function) {
	if fn.Parent() != nil && len(c.p.callers[fn]) > 0 || fn.Parent() == nil && (!ast.IsExported(fn.Name()) || c.p.inMain()) {
		return
	}
	for _, param := range fn.Params {
		if isChan(param.Type()) {
			c.leak(param)
		}
	}
	if fn.Parent() != nil {
		return
	}
	for _, b := range fn.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
			for _, v := range ret.Results {
				if isChan(v.Type()) {
					c.leak(v)
				}
			}
		}
	}
}

// uses notes what an instruction does on channels.
func (c *channels) uses(fn *ssa.Function, instr ssa.Instruction) []func() {
	var out []func()
	use := func(v ssa.Value, does endKind) {
		path, _ := access.Of(v)
		out = append(out, func() {
			if n := c.node(v); n != nil {
				n = c.find(n)
				c.ends[n] = append(c.ends[n], end{fn, instr, path, does})
			}
		})
	}
	for _, o := range chanOps(instr) {
		if o.dir == types.SendOnly {
			use(o.ch, sends)
		} else {
			use(o.ch, receives)
		}
	}
	if call, ok := instr.(ssa.CallInstruction); ok {
		if b, ok := call.Common().Value.(*ssa.Builtin); ok && b.Name() == "close" {
			use(call.Common().Args[0], closes)
		}
	}
	return out
}

// partners returns the operations that can complete an operation on v, and
// whether these are all.
func (c *channels) partners(v ssa.Value, dir types.ChanDir) ([]end, bool) {
	n := c.node(v)
	if n == nil {
		return nil, false
	}
	n = c.find(n)
	if c.leaked[n] || !c.made[n] && !c.buffered[n] {
		return nil, false
	}
	var out []end
	for _, e := range c.ends[n] {
		if (e.does == receives) == (dir == types.SendOnly) {
			out = append(out, e)
		}
	}
	return out, true
}

// isBuffered reports whether sending on v may go on without a receiver.
func (c *channels) isBuffered(v ssa.Value) bool {
	n := c.node(v)
	return n != nil && c.buffered[c.find(n)]
}

// isSized reports whether v may have a buffer whose size was computed, which is
// done to have room for all that will be sent.
func (c *channels) isSized(v ssa.Value) bool {
	n := c.node(v)
	return n != nil && c.sized[c.find(n)]
}

func isChan(t types.Type) bool {
	_, ok := t.Underlying().(*types.Chan)
	return ok
}
