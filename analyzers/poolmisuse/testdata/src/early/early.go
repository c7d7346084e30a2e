package early

import (
	"bytes"
	"sync"
)

type buf struct{ b []byte }

var slices = sync.Pool{New: func() any { return make([]byte, 0, 512) }}

func grown(words []string) int {
	b := slices.Get().([]byte)
	defer slices.Put(b) // want "the deferred call puts back the slice that b is now" "however large it grew"
	for _, w := range words {
		b = append(b, w...)
	}
	return len(b)
}

func literal(words []string) int {
	b := slices.Get().([]byte)
	defer func() { slices.Put(b[:0]) }()
	for _, w := range words {
		b = append(b, w...)
	}
	return len(b)
}

func notGrown() int {
	b := slices.Get().([]byte)
	defer slices.Put(b)
	return copy(b[:cap(b)], "x")
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func nilYet(n int) string {
	var b *bytes.Buffer
	defer buffers.Put(b) // want "the deferred call puts back the value b has now, which is nil"
	b = buffers.Get().(*bytes.Buffer)
	b.Reset()
	return b.String()
}

func pointer() int {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	b.WriteString("x")
	return b.Len()
}
