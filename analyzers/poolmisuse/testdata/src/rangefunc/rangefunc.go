package rangefunc

import (
	"bytes"
	"iter"
	"sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func inside(seq iter.Seq[string]) (n int) {
	for s := range seq {
		b := buffers.Get().(*bytes.Buffer)
		b.Reset()
		b.WriteString(s)
		buffers.Put(b)
		n += b.Len() // want "an object is used after it was put back"
	}
	return n
}

func outside(seq iter.Seq[string]) int {
	b := buffers.Get().(*bytes.Buffer)
	for s := range seq {
		b.WriteString(s)
	}
	n := b.Len()
	buffers.Put(b)
	return n
}

func returnsInside(seq iter.Seq[string]) []byte {
	for s := range seq {
		b := buffers.Get().(*bytes.Buffer)
		defer buffers.Put(b)
		b.WriteString(s)
		if b.Len() > 10 {
			return b.Bytes() // want "memory of a pooled object is used"
		}
	}
	return nil
}

func putInside(seq iter.Seq[string]) int {
	b := buffers.Get().(*bytes.Buffer)
	for range seq {
		buffers.Put(b) // want "b is put back twice"
	}
	return b.Len() // want "an object is used after it was put back"
}

func early(seq iter.Seq[string]) bool {
	for s := range seq {
		b := buffers.Get().(*bytes.Buffer) // want "not put back on every path"
		if s == "" {
			return false
		}
		buffers.Put(b)
	}
	return true
}
