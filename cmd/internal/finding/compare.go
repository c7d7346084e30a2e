package finding

import (
	"strings"
	"unicode/utf8"
)

// A Comparison tells what a change did to findings.
type Comparison struct {
	// New are in head and not in base.
	New []Finding

	// Fixed are in base and not in head.
	Fixed []Finding

	// Moved are in both, at another place of the code. They are old: a
	// change that moves them is not to blame for them.
	Moved []Move

	// Unchanged are in both; they are head's.
	Unchanged []Finding
}

// A Move is one finding before and after.
type Move struct {
	From, To Finding
}

// Compare compares the findings of two revisions of the code. Both must have
// fingerprints.
//
// Findings with the same fingerprint are the same; they have moved if they are
// in another file. What is then left on both sides is the same if the rule, the
// kind, the message but for the name of the declaration, and the source line
// agree, and the change tells that the code is the same: it did not touch the
// line, or it took the lines around it out at one place and put them in at the
// other. If there are several candidates, the one with the same declaration is
// taken, then one in the same package, then the first in file order.
//
// Of equal findings, those that head has more of are New, and those it has less
// of are Fixed: those whose line was written or taken out by the change, then
// the last in file order.
func Compare(base, head []Finding, change Change) Comparison {
	m := matching{
		base: base, head: head,
		baseOf: make([]int, len(head)), taken: make([]bool, len(base)),
	}
	for i := range m.baseOf {
		m.baseOf[i] = -1
	}
	code := newTracer(change)
	m.pair(fingerprintKey, code.kept)
	m.pair(fingerprintKey, func(a, b *Finding) bool { return a.File == b.File })
	m.pair(fingerprintKey, func(a, b *Finding) bool { return true })
	m.pair(looseKey, func(a, b *Finding) bool { return code.kept(a, b) && code.moved(a, b) })
	m.pair(looseKey, func(a, b *Finding) bool { return symbolKey(a.Symbol) == symbolKey(b.Symbol) && code.moved(a, b) })
	m.pair(looseKey, func(a, b *Finding) bool { return packageKey(a) == packageKey(b) && code.moved(a, b) })
	m.pair(looseKey, code.moved)
	return m.result()
}

func fingerprintKey(f *Finding) string { return Kin(f.Fingerprint) }

// looseKey returns what stays of a finding's identity when its declaration
// moves to another package, is renamed, or is cut in two.
func looseKey(f *Finding) string {
	message := f.Message
	for _, name := range symbolNames(f.Symbol) {
		message = replaceName(message, name)
	}
	return digest(f.Rule, f.Kind, messageKey(message), lineKey(f.LineText))
}

// symbolNames returns the ways in which a message may name a declaration:
// "(*T).m", "T.m" and "m".
func symbolNames(symbol string) []string {
	key := symbolKey(symbol)
	if key == "" {
		return nil
	}
	names := []string{symbol, key, strings.NewReplacer("(*", "", "(", "", ")", "").Replace(key)}
	if i := strings.LastIndexByte(key, '.'); i >= 0 {
		names = append(names, key[i+1:])
	}
	return names
}

// replaceName replaces name in the message wherever it is not a part of a
// longer name.
func replaceName(message, name string) string {
	var b strings.Builder
	for {
		i := strings.Index(message, name)
		if i < 0 {
			b.WriteString(message)
			return b.String()
		}
		before, _ := utf8.DecodeLastRuneInString(b.String() + message[:i])
		after, _ := utf8.DecodeRuneInString(message[i+len(name):])
		b.WriteString(message[:i])
		if isNamePart(before) && before != utf8.RuneError || isNamePart(after) && after != utf8.RuneError {
			b.WriteString(name)
		} else {
			b.WriteString(volatile)
		}
		message = message[i+len(name):]
	}
}

// A matching pairs findings of head with findings of base.
type matching struct {
	base, head []Finding
	baseOf     []int // for each of head, its partner in base, or -1
	taken      []bool
}

// pair pairs what has no partner yet, has the same key and agrees, in file
// order.
func (m *matching) pair(key func(*Finding) string, agree func(a, b *Finding) bool) {
	candidates := make(map[string][]int)
	for _, i := range inFileOrder(m.base) {
		if !m.taken[i] {
			k := key(&m.base[i])
			candidates[k] = append(candidates[k], i)
		}
	}
	for _, j := range inFileOrder(m.head) {
		if m.baseOf[j] >= 0 {
			continue
		}
		for _, i := range candidates[key(&m.head[j])] {
			if !m.taken[i] && agree(&m.base[i], &m.head[j]) {
				m.baseOf[j], m.taken[i] = i, true
				break
			}
		}
	}
}

func (m *matching) result() Comparison {
	var c Comparison
	for _, j := range inFileOrder(m.head) {
		head := m.head[j]
		if m.baseOf[j] < 0 {
			c.New = append(c.New, head)
			continue
		}
		base := m.base[m.baseOf[j]]
		if base.File == head.File && Kin(base.Fingerprint) == Kin(head.Fingerprint) {
			c.Unchanged = append(c.Unchanged, head)
		} else {
			c.Moved = append(c.Moved, Move{base, head})
		}
	}
	for _, i := range inFileOrder(m.base) {
		if !m.taken[i] {
			c.Fixed = append(c.Fixed, m.base[i])
		}
	}
	return c
}
