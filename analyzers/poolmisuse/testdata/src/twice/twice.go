package twice

import (
	"bytes"
	"errors"
	"io"
	"sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func explicit(b *bytes.Buffer) {
	buffers.Put(b)
	buffers.Put(b) // want "b is put back twice"
}

func deferredToo(fail bool) error {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	if fail {
		buffers.Put(b) // want "b is put back twice"
		return errors.New("x")
	}
	return nil
}

func literalToo(fail bool) {
	b := buffers.Get().(*bytes.Buffer)
	defer func() { buffers.Put(b) }()
	if fail {
		buffers.Put(b) // want "b is put back twice"
	}
}

func unlessDone(fail bool) {
	b := buffers.Get().(*bytes.Buffer)
	done := false
	defer func() {
		if !done {
			buffers.Put(b)
		}
	}()
	if fail {
		buffers.Put(b)
		done = true
	}
}

func cleared(fail bool) {
	b := buffers.Get().(*bytes.Buffer)
	defer func() {
		if b != nil {
			buffers.Put(b)
		}
	}()
	if fail {
		buffers.Put(b)
		b = nil
	}
}

func either(fail bool) {
	b := buffers.Get().(*bytes.Buffer)
	if fail {
		buffers.Put(b)
		return
	}
	buffers.Put(b)
}

func all(list []*bytes.Buffer) {
	for _, b := range list {
		buffers.Put(b)
	}
}

type chain struct {
	next *chain
	buf  *bytes.Buffer
}

func chained(c *chain) {
	for ; c != nil; c = c.next {
		buffers.Put(c.buf)
	}
}

func (c *chain) advance() {
	buffers.Put(c.buf)
	c.fill()
	buffers.Put(c.buf)
}

func (c *chain) find(buf *bytes.Buffer) *chain {
	for c.buf != buf && c.next != nil {
		c = c.next
	}
	return c
}

var chains = sync.Pool{New: func() any { return new(chain) }}

func between(from *chain, buf *bytes.Buffer) {
	to := from.find(buf)
	chains.Put(from)
	if to != from {
		chains.Put(to)
	}
}

func (c *chain) fill() { c.buf = buffers.Get().(*bytes.Buffer) }

// Close.

type reader struct {
	buf *bytes.Buffer
	r   io.Reader
}

func (r *reader) Close() error {
	buffers.Put(r.buf) // want "Close puts a field back into the pool and leaves it set"
	return nil
}

type clearing struct{ buf *bytes.Buffer }

func (r *clearing) Close() error {
	if r.buf != nil {
		buffers.Put(r.buf)
		r.buf = nil
	}
	return nil
}

type guarded struct {
	buf    *bytes.Buffer
	closed bool
}

func (r *guarded) Close() error {
	if r.closed {
		return nil
	}
	r.closed = true
	buffers.Put(r.buf)
	return nil
}

type once struct {
	buf  *bytes.Buffer
	once sync.Once
}

func (r *once) Close() error {
	r.once.Do(func() { buffers.Put(r.buf) })
	return nil
}

// Release is not called twice.
func (r *reader) Release() { buffers.Put(r.buf) }

// Each element is another object.

type work struct {
	buf *bytes.Buffer
	err error
}

var works = sync.Pool{New: func() any { return new(work) }}

func elements(n int, dst []byte) ([]byte, error) {
	list := make([]*work, n)
	for i := range n {
		w := works.Get().(*work)
		list[i] = w
	}
	var first error
	for _, w := range list {
		if w.err != nil && first == nil {
			first = w.err
		}
		dst = append(dst, w.buf.Bytes()...)
		works.Put(w)
	}
	return dst, first
}

func elementsOfStructs(list []work) {
	for i := range list {
		list[i].buf = buffers.Get().(*bytes.Buffer)
	}
	for i := range list {
		buffers.Put(list[i].buf)
	}
}

func shifting(list []work) {
	i := 0
	list[i].buf = buffers.Get().(*bytes.Buffer)
	for i < len(list) {
		list[i].buf.Reset()
		buffers.Put(list[i].buf)
		i++
	}
}

func tail(list []*bytes.Buffer) {
	list[0] = buffers.Get().(*bytes.Buffer) // want "a field still refers to an object"
	buffers.Put(list[0])
	rest := list[1:]
	buffers.Put(rest[0])
}

func constantElement(list []*bytes.Buffer) {
	list[0] = buffers.Get().(*bytes.Buffer) // want "a field still refers to an object"
	buffers.Put(list[0])
	buffers.Put(list[0]) // want "list.0. is put back twice on one path"
}

// What owns an iterator ends it once.
type iterator struct{ buf *bytes.Buffer }

func (it *iterator) Close() { buffers.Put(it.buf) }
