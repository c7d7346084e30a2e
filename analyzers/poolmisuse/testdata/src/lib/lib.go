// Package lib has pools for others.
package lib

import (
	"bytes"
	"sync"
	"unsafe"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func GetBuffer() *bytes.Buffer {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	return b
}

func PutBuffer(b *bytes.Buffer) {
	if b.Cap() > 1<<16 {
		return
	}
	buffers.Put(b)
}

type Buf struct {
	data []byte
	pool *Pool
}

func (b *Buf) Bytes() []byte { return b.data }

func (b *Buf) Free() { b.pool.put(b) }

type Pool struct{ p sync.Pool }

func NewPool() *Pool {
	return &Pool{p: sync.Pool{New: func() any { return new(Buf) }}}
}

func (p *Pool) Get() *Buf {
	b := p.p.Get().(*Buf)
	b.data = b.data[:0]
	b.pool = p
	return b
}

func (p *Pool) put(b *Buf) { p.p.Put(b) }

func String(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// Typed pools values without boxing them anew.
type Typed[T any] struct{ items sync.Pool }

func (p *Typed[T]) Get() T {
	if v := p.items.Get(); v != nil {
		return *v.(*T)
	}
	var zero T
	return zero
}

func (p *Typed[T]) Put(item T) {
	ptr := new(T)
	*ptr = item
	p.items.Put(ptr)
}
