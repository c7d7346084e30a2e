package mend

import (
	"bytes"
	"fmt"
	"maps"
)

// A history is the states that a directory was in, round by round.
type history []state

// A state is what a directory was at the begin of a round.
type state struct {
	content map[string][]byte // the files that had changed
	applied int               // how many fixes had been made
}

func (h *history) add(d *directory) {
	*h = append(*h, state{maps.Clone(d.content), len(d.applied)})
}

// rewind reports whether the directory is again what it was in an earlier round: fixers undo
// what others do. Then it is as it was at first, and these fixes are not made, so that a
// second run ends in the same.
func (h *history) rewind(d *directory) bool {
	for _, s := range *h {
		if len(d.applied) == s.applied || !d.isAt(s) {
			continue
		}
		undone := d.applied[s.applied:]
		for _, p := range undone {
			d.banned[p.key] = true
			p.site.Why = "it and other fixes undo each other"
			for _, other := range undone {
				if other.site.Fixer != p.site.Fixer {
					p.site.Why = fmt.Sprintf("%s and %s undo each other", p.site.Fixer, other.site.Fixer)
					break
				}
			}
			d.dropped = append(d.dropped, p.site)
		}
		first := (*h)[0]
		d.content, d.applied = first.content, d.applied[:first.applied]
		*h = nil
		return true
	}
	return false
}

// isAt reports whether all files are as they were in a state.
func (d *directory) isAt(s state) bool {
	for name, data := range d.content {
		old, ok := s.content[name]
		if !ok {
			old = d.original[name]
		}
		if !bytes.Equal(data, old) {
			return false
		}
	}
	return true
}
