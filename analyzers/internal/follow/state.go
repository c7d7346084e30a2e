package follow

import (
	"encoding/binary"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/alias"
)

// A state is what is known at a point of a path. States are immutable: what
// changes one returns another.
type state struct {
	registers []register
	cells     []cell
	known     []known
	defers    []deferred
	running   []Share
	passed    []ssa.Instruction
	cleared   []*types.Var
	freed     *Giving
	stored    bool
	shared    bool
	sized     bool
	failed    bool // an error was met on the path
	over      bool // a signal was received that ends the work
	note      uint8
}

// A tie is what a value refers to of the object, and the field of the object
// that it was loaded from, if it was.
type tie struct {
	ref   alias.Ref
	field *types.Var

	// filled reports that the value is a slice to which what refers to the
	// object was appended and that was not cut since, so that it has a length.
	filled bool
}

// A register is a value, or a component of a tuple, that refers to the object.
type register struct {
	value ssa.Value
	index int
	tie
}

// A cell is a place in memory that holds such a value.
type cell struct {
	place alias.Place
	tie
	store ssa.Instruction
}

// A deferred call, with what its arguments referred to when it was deferred.
type deferred struct {
	at   *ssa.Defer
	args []register
}

func (s *state) clone() *state {
	c := *s
	return &c
}

// get returns what a component of v refers to by the registers alone.
func (s *state) get(v ssa.Value, index int) tie {
	for _, r := range s.registers {
		if r.value == v && r.index == index {
			return r.tie
		}
	}
	return tie{}
}

// set returns s with what a component of v refers to.
func (w *walker) set(s *state, v ssa.Value, index int, t tie) *state {
	if s.get(v, index) == t {
		return s
	}
	c := s.clone()
	c.registers = slices.DeleteFunc(slices.Clone(s.registers), func(r register) bool {
		return r.value == v && r.index == index
	})
	if t.ref != alias.None {
		c.registers = append(c.registers, register{v, index, t})
		slices.SortFunc(c.registers, func(a, b register) int {
			if d := int(w.id(a.value)) - int(w.id(b.value)); d != 0 {
				return d
			}
			return a.index - b.index
		})
	}
	return c
}

// store returns s after t was stored in a place.
func (w *walker) store(s *state, p alias.Place, t tie, at ssa.Instruction) *state {
	c := s.clone()
	c.cells = slices.DeleteFunc(slices.Clone(s.cells), func(c cell) bool {
		return p.Contains(c.place) && (p.IsExact() || c.place == p && t.ref != alias.None)
	})
	c.known = slices.DeleteFunc(slices.Clone(s.known), func(k known) bool { return k.loads(p) })
	if t.ref != alias.None {
		c.cells = append(c.cells, cell{p, t, at})
		slices.SortFunc(c.cells, func(a, b cell) int { return int(w.id(a.place)) - int(w.id(b.place)) })
	}
	return c
}

// load returns what is stored in a place. An element at an index that is not
// constant is another one each time, as far as is known.
func (s *state) load(p alias.Place, t types.Type) tie {
	if !p.IsExact() {
		return tie{}
	}
	var parts alias.Ref
	for _, c := range s.cells {
		if c.place == p {
			return c.tie
		}
		if p.Contains(c.place) {
			parts = alias.Holder
		}
	}
	switch t.Underlying().(type) {
	case *types.Struct, *types.Array:
		return tie{ref: parts}
	}
	return tie{}
}

// forget returns s without the cells that match and without the registers of
// the same kind.
func (s *state) forget(dead func(tie) bool) *state {
	c := s.clone()
	c.registers = slices.DeleteFunc(slices.Clone(s.registers), func(r register) bool { return dead(r.tie) })
	c.cells = slices.DeleteFunc(slices.Clone(s.cells), func(c cell) bool { return dead(c.tie) })
	return c
}

// forgetRoot returns s without what is stored in the memory that a pointer
// leads to, which a function that got the pointer may have replaced.
func (s *state) forgetRoot(root alias.Place) *state {
	in := func(c cell) bool { return root.Contains(c.place) }
	if !slices.ContainsFunc(s.cells, in) {
		return s
	}
	c := s.clone()
	c.cells = slices.DeleteFunc(slices.Clone(s.cells), in)
	return c
}

// mayLoad reports whether what is loaded from an element may be the object, or
// lead to it: it is among the elements.
func (s *state) mayLoad(p alias.Place) bool {
	return !p.IsExact() && slices.ContainsFunc(s.cells, func(c cell) bool { return p.Contains(c.place) })
}

// forgetLent returns s without what is stored in memory from outside the
// function that others can reach, who may have replaced it while they were waited
// for. A package variable that still has the object is worth saying all the same.
func (w *walker) forgetLent(s *state) *state {
	lent := func(c cell) bool {
		_, global := c.place.Root.(*ssa.Global)
		return !global && !w.local(c.place)
	}
	if !slices.ContainsFunc(s.cells, lent) {
		return s
	}
	c := s.clone()
	c.cells = slices.DeleteFunc(slices.Clone(s.cells), lent)
	return c
}

// scope returns s as it is on entry to a block: without registers and variables
// whose definition does not dominate the block, which cannot be used there again.
func (s *state) scope(b *ssa.BasicBlock) *state {
	dead := func(v ssa.Value) bool {
		instr, ok := v.(ssa.Instruction)
		return ok && instr.Parent() == b.Parent() && !instr.Block().Dominates(b)
	}
	c := s.clone()
	c.registers = slices.DeleteFunc(slices.Clone(s.registers), func(r register) bool { return dead(r.value) })
	if len(s.defers) == 0 { // whose function literals may still read variables that are out of scope
		c.cells = slices.DeleteFunc(slices.Clone(s.cells), func(c cell) bool { return c.place.IsLocal() && dead(c.place.Root) })
	}
	return c
}

// leave returns s without the registers of a function literal that returned.
func (s *state) leave(fn *ssa.Function) *state {
	c := s.clone()
	c.registers = slices.DeleteFunc(slices.Clone(s.registers), func(r register) bool { return r.value.Parent() == fn })
	c.known = slices.DeleteFunc(slices.Clone(s.known), func(k known) bool { return k.test.reads(fn) })
	return c
}

// with returns list with x, in the order of the walk's numbering.
func (w *walker) with(list []ssa.Instruction, x ssa.Instruction) []ssa.Instruction {
	i, found := slices.BinarySearchFunc(list, x, func(a, b ssa.Instruction) int { return int(w.id(a)) - int(w.id(b)) })
	if found {
		return list
	}
	return slices.Insert(slices.Clone(list), i, x)
}

// key returns a string that is equal for equal states.
func (w *walker) key(s *state) string {
	var b []byte
	num := func(n int) { b = binary.AppendUvarint(b, uint64(n)) }
	num(len(s.registers))
	for _, r := range s.registers {
		num(int(w.id(r.value)))
		num(r.index)
		num(int(r.ref))
		num(int(w.id(r.field)))
		num(bit(r.filled))
	}
	num(len(s.cells))
	for _, c := range s.cells {
		num(int(w.id(c.place)))
		num(int(c.ref))
		num(int(w.id(c.field)))
		num(bit(c.filled))
		num(int(w.id(c.store)))
	}
	num(len(s.known))
	for _, k := range s.known {
		num(int(w.id(k.test)))
		num(bit(k.holds))
	}
	num(len(s.defers))
	for _, d := range s.defers {
		num(int(w.id(d.at)))
		num(len(d.args))
		for _, arg := range d.args {
			num(int(w.id(arg.value)))
			num(int(arg.ref))
		}
	}
	num(len(s.running))
	for _, r := range s.running {
		num(int(w.id(r)))
	}
	num(len(s.passed))
	for _, p := range s.passed {
		num(int(w.id(p)))
	}
	num(len(s.cleared))
	for _, f := range s.cleared {
		num(int(w.id(f)))
	}
	if s.freed != nil {
		num(int(w.id(*s.freed)))
	} else {
		num(0)
	}
	num(bit(s.stored))
	num(bit(s.shared))
	num(bit(s.sized))
	num(bit(s.failed))
	num(bit(s.over))
	num(int(s.note))
	return string(b)
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// id returns a number for x, from 1.
func (w *walker) id(x any) int32 {
	n, ok := w.ids[x]
	if !ok {
		n = int32(len(w.ids) + 1)
		w.ids[x] = n
	}
	return n
}
