// Package records has pools of its own over those of package lib.
package records

import "lib"

type Entry struct{ Name *string }

type Entries struct{ items lib.Typed[[]Entry] }

// Put zeroes the entries, so that its callers need not.
func (e *Entries) Put(list []Entry) {
	clear(list)
	e.items.Put(list[:0])
}
