package mend

import (
	"bytes"
	"go/token"

	"github.com/aymanbagabas/go-udiff"
)

// A mapping tells where what stands in one text stands in another.
type mapping struct {
	from, to []byte
	edits    []udiff.Edit // that make one of the other, sorted
}

func newMapping(from, to []byte) *mapping {
	m := &mapping{from: from, to: to}
	if !bytes.Equal(from, to) {
		m.edits = udiff.Lines(string(from), string(to))
	}
	return m
}

// offset returns the offset in the other text. What has no counterpart is where it would
// stand.
func (m *mapping) offset(at int) int {
	shift := 0
	for _, e := range m.edits {
		if e.Start > at {
			break
		}
		if at < e.End {
			// Within what differs, offsets can only be guessed: no further than it goes.
			return e.Start + shift + min(at-e.Start, len(e.New))
		}
		shift += len(e.New) - (e.End - e.Start)
	}
	return at + shift
}

// position returns the place in the other text.
func (m *mapping) position(p token.Position) token.Position {
	if len(m.edits) == 0 {
		return p
	}
	at := min(m.offset(p.Offset), len(m.to))
	before := m.to[:at]
	return token.Position{
		Filename: p.Filename, Offset: at,
		Line:   1 + bytes.Count(before, []byte("\n")),
		Column: at - bytes.LastIndexByte(before, '\n'),
	}
}

// lineNow returns the line in which something stands in a file as it is to be now.
func (d *directory) lineNow(s Site) int {
	name := s.Pos.Filename
	if d.forth == nil {
		d.forth = make(map[string]*mapping)
	}
	if d.forth[name] == nil {
		now, err := d.read(name)
		if err != nil {
			return s.Pos.Line
		}
		d.forth[name] = newMapping(d.original[name], now)
	}
	return d.forth[name].position(s.Pos).Line
}
