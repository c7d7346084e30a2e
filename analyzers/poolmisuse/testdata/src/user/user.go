// Package user uses the pools of package lib.
package user

import (
	"lib"
	"records"
)

func returned() []byte {
	b := lib.GetBuffer()
	defer lib.PutBuffer(b)
	return b.Bytes() // want "memory of a pooled object is returned"
}

func returnedString() string {
	b := lib.GetBuffer()
	defer lib.PutBuffer(b)
	return lib.String(b.Bytes()) // want "memory of a pooled object is returned"
}

func forgotten(skip bool) error {
	b := lib.GetBuffer() // want "not put back on every path"
	if skip {
		return nil
	}
	lib.PutBuffer(b)
	return nil
}

func freed(p *lib.Pool) []byte {
	b := p.Get()
	data := b.Bytes()
	b.Free()
	return data // want "memory of a pooled object is returned"
}

func twice(p *lib.Pool) {
	b := p.Get()
	defer b.Free()
	b.Free() // want "b is put back twice"
}

type entry struct{ name *string }

func typed(p *lib.Typed[[]entry], list []entry) {
	list = append(p.Get()[:0], list...)
	p.Put(list) // want "a slice of entry goes back into the pool with its elements"
}

func typedClean(p *lib.Typed[[]entry], list []entry) {
	list = append(p.Get()[:0], list...)
	clear(list)
	p.Put(list[:0])
}

func typedUse(p *lib.Typed[[]int], list []int) int {
	p.Put(list)
	return list[0] // want "an object is used after it was put back"
}

// What a wrapper for one type puts back is that wrapper's to clear.

func clearedByWrapper(e *records.Entries, list []records.Entry) {
	e.Put(append(list, records.Entry{}))
}
