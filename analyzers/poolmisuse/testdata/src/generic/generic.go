package generic

import (
	"bytes"
	"sync"
)

type Pool[T any] struct {
	p     sync.Pool
	reset func(T)
}

func New[T any](make func() T, reset func(T)) *Pool[T] {
	return &Pool[T]{p: sync.Pool{New: func() any { return make() }}, reset: reset}
}

func (p *Pool[T]) get() T { return p.p.Get().(T) }

func (p *Pool[T]) put(x T) {
	p.reset(x)
	p.p.Put(x)
}

var buffers = New(func() *bytes.Buffer { return new(bytes.Buffer) }, (*bytes.Buffer).Reset)

func use() []byte {
	b := buffers.get()
	defer buffers.put(b)
	return b.Bytes() // want "memory of a pooled object is returned"
}

func methodValue() int {
	b := buffers.get()
	put := buffers.put
	put(b)
	return b.Len() // want "an object is used after it was put back"
}

func with[T any](p *Pool[T], f func(T)) {
	x := p.get()
	defer p.put(x)
	f(x)
}

func keep[T any](p *Pool[T]) T {
	x := p.get()
	defer p.put(x)
	return x // want "an object is returned after it was put back"
}
