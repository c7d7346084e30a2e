package team

import (
	"bytes"
	"errors"
	"sync"
)

type Arena struct{ free []*bytes.Buffer }

func (a *Arena) Recycle(b *bytes.Buffer) { a.free = append(a.free, b) }

var list []*bytes.Buffer

func Free(b *bytes.Buffer) { list = append(list, b) }

func freed(b *bytes.Buffer) {
	Free(b)
	b.Reset() // want "an object is used after it was put back"
}

func recycled(a *Arena) int {
	b := new(bytes.Buffer)
	a.Recycle(b)
	return b.Len() // want "an object is used after it was put back"
}

func recycledTwice(a *Arena, b *bytes.Buffer) {
	a.Recycle(b)
	a.Recycle(b) // want "b is put back twice"
}

type Sink interface{ Take(b *bytes.Buffer) error }

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func taken(s Sink, skip bool) error {
	b := buffers.Get().(*bytes.Buffer) // want "handed on by one path and forgotten by another"
	if skip {
		return nil
	}
	return s.Take(b)
}

// What a team says has to be given back counts on paths that fail, too.

func lostOnError(fail bool) error {
	b := buffers.Get().(*bytes.Buffer) // want "not put back on every path"
	if fail {
		return errors.New("fail")
	}
	Free(b)
	return nil
}

func put(b *bytes.Buffer) { buffers.Put(b) }
