package deadlock

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/access"
)

// A hold is a lock that is held.
type hold struct {
	lock
	times int // an RWMutex can be read-locked more than once

	// by is the instruction of the function that took the lock: the call
	// of Lock, or of a function that returns with it.
	by ssa.Instruction

	// doubt tells that what was called may have released the lock.
	doubt bool

	// lent tells that the function's caller held the lock, and that the
	// function released it and took it again.
	lent bool
}

// A state is what is known at a place of a function on the paths that lead
// there with the same locks held. States are values: none is changed once made.
type state struct {
	held   []hold
	owed   []lock       // released for a caller that holds them
	freed  []lock       // taken and released again on every path
	defers []*ssa.Defer // calls to come at the function's end that concern locks
	facts  facts
}

// holding returns the hold on a path's lock.
func (s *state) holding(p access.Path) (hold, bool) {
	if i := s.index(p); i >= 0 {
		return s.held[i], true
	}
	return hold{}, false
}

func (s *state) index(p access.Path) int {
	if !p.Exact() {
		return -1
	}
	return slices.IndexFunc(s.held, func(h hold) bool { return h.Path == p })
}

// lock returns the state after a lock was taken by an instruction.
func (s *state) lock(l lock, by ssa.Instruction) *state {
	t := *s
	if i := s.index(l.Path); i >= 0 {
		t.held = slices.Clone(s.held)
		t.held[i].times++
		return &t
	}
	h := hold{lock: l, times: 1, by: by}
	if i := slices.Index(s.owed, l); i >= 0 {
		h.lent = true
		t.owed = slices.Delete(slices.Clone(s.owed), i, i+1)
	}
	t.held = append(s.held[:len(s.held):len(s.held)], h)
	t.freed = slices.DeleteFunc(slices.Clone(s.freed), func(f lock) bool { return f.Path == l.Path })
	return &t
}

// unlock returns the state after a lock was released.
func (s *state) unlock(l lock) *state {
	t := *s
	i := s.index(l.Path)
	if i < 0 {
		if l.Path.Exact() && !slices.Contains(s.owed, l) {
			t.owed = append(s.owed[:len(s.owed):len(s.owed)], l)
		}
		return &t
	}
	h := s.held[i]
	t.held = slices.Clone(s.held)
	if h.times > 1 {
		t.held[i].times--
		return &t
	}
	t.held = slices.Delete(t.held, i, i+1)
	if h.lent {
		t.owed = append(s.owed[:len(s.owed):len(s.owed)], h.lock)
	} else {
		t.freed = append(s.freed[:len(s.freed):len(s.freed)], h.lock)
	}
	return &t
}

// doubting returns the state in which the locks that doubt chooses may have been
// released.
func (s *state) doubting(doubt func(access.Path) bool) *state {
	if !slices.ContainsFunc(s.held, func(h hold) bool { return !h.doubt && doubt(h.Path) }) {
		return s
	}
	t := *s
	t.held = slices.Clone(s.held)
	for i := range t.held {
		t.held[i].doubt = t.held[i].doubt || doubt(t.held[i].Path)
	}
	return &t
}

// forget returns the state without the holds that drop chooses: nobody knows
// any more whether they are held.
func (s *state) forget(drop func(access.Path) bool) *state {
	if !slices.ContainsFunc(s.held, func(h hold) bool { return drop(h.Path) }) &&
		!slices.ContainsFunc(s.owed, func(l lock) bool { return drop(l.Path) }) &&
		!slices.ContainsFunc(s.freed, func(l lock) bool { return drop(l.Path) }) {
		return s
	}
	t := *s
	t.held = slices.DeleteFunc(slices.Clone(s.held), func(h hold) bool { return drop(h.Path) })
	t.owed = slices.DeleteFunc(slices.Clone(s.owed), func(l lock) bool { return drop(l.Path) })
	t.freed = slices.DeleteFunc(slices.Clone(s.freed), func(l lock) bool { return drop(l.Path) })
	return &t
}

// forgetFreed returns the state in which no lock is known to be released.
func (s *state) forgetFreed() *state {
	t := *s
	t.freed = nil
	return &t
}

// know returns the state with a fact, or nil if it contradicts what is known.
func (s *state) know(f fact) *state {
	is, known := s.facts.holds(f)
	switch {
	case known && !is:
		return nil
	case known:
		return s
	}
	t := *s
	t.facts = s.facts.with(f)
	return &t
}

// assume returns the state with facts that replace what was known before.
func (s *state) assume(fs facts) *state {
	if len(fs) == 0 {
		return s
	}
	t := *s
	for _, f := range fs {
		t.facts = t.facts.with(f)
	}
	return &t
}

// unknow returns the state without the facts that drop chooses.
func (s *state) unknow(drop func(*cond) bool) *state {
	kept := s.facts.without(func(f fact) bool { return drop(f.Cond) })
	if len(kept) == len(s.facts) {
		return s
	}
	t := *s
	t.facts = kept
	return &t
}

// deferring returns the state with a call to come.
func (s *state) deferring(d *ssa.Defer) *state {
	if slices.Contains(s.defers, d) {
		return s
	}
	t := *s
	t.defers = append(s.defers[:len(s.defers):len(s.defers)], d)
	return &t
}

// A numbering gives small numbers to what states are told apart by.
type numbering map[any]int

func (n numbering) of(v any) int {
	i, ok := n[v]
	if !ok {
		i = len(n)
		n[v] = i
	}
	return i
}

// key returns what tells the state apart from others at the same place: the
// locks and the calls to come. States that differ only in what else is known
// are merged, as in property simulation (Das, Lerner, Seigle: ESP, 2002), which
// keeps their number small and still sees that a lock that was taken under a
// condition is released under the same one.
func (s *state) key(n numbering) string {
	ids := make([]int, 0, 8)
	for _, h := range s.held {
		ids = append(ids, n.of(h.lock)*4+h.times&1)
	}
	slices.Sort(ids)
	owed := make([]int, 0, 4)
	for _, l := range s.owed {
		owed = append(owed, n.of(l))
	}
	slices.Sort(owed)
	var b strings.Builder
	write := func(ids []int) {
		for _, id := range ids {
			b.WriteString(strconv.Itoa(id))
			b.WriteByte(' ')
		}
		b.WriteByte('/')
	}
	write(ids)
	write(owed)
	for _, d := range s.defers {
		b.WriteString(strconv.Itoa(n.of(d)))
		b.WriteByte(' ')
	}
	return b.String()
}

// merge returns what s and other have in common, and whether that is all of s.
func (s *state) merge(other *state) (*state, bool) {
	facts, same := s.facts.common(other.facts)
	var freed []lock
	for _, l := range s.freed {
		if slices.Contains(other.freed, l) {
			freed = append(freed, l)
		}
	}
	doubt := func(p access.Path) bool {
		h, _ := other.holding(p)
		return h.doubt
	}
	if d := s.doubting(doubt); d != s {
		s, same = d, false
	}
	if same && len(freed) == len(s.freed) {
		return s, true
	}
	t := *s
	t.facts = facts
	t.freed = freed
	return &t, false
}
