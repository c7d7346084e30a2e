package fix

import (
	"bufio"
	"bytes"
	"io"
	"sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func render(name string) []byte {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	b.WriteString(name)
	return b.Bytes() // want "memory of a pooled object is returned"
}

func renderError(name string) ([]byte, error) {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	b.WriteString(name)
	return b.Bytes()[:1], nil // want "memory of a pooled object is returned"
}

var writers = sync.Pool{New: func() any { return bufio.NewWriter(io.Discard) }}

func write(w io.Writer, data []byte) {
	bw := writers.Get().(*bufio.Writer)
	bw.Reset(w)
	bw.Write(data)
	bw.Flush()
	writers.Put(bw) // want "still holding what it was reset to"
}

func writeDeferred(w io.Writer, data []byte) {
	bw := writers.Get().(*bufio.Writer)
	defer writers.Put(bw) // want "still holding what it was reset to"
	bw.Reset(w)
	bw.Write(data)
	bw.Flush()
}

var slices = sync.Pool{New: func() any { return make([]byte, 0, 512) }}

func grow(words []string) int {
	b := slices.Get().([]byte)
	defer slices.Put(b) // want "the deferred call puts back the slice" "however large it grew"
	for _, w := range words {
		b = append(b, w...)
	}
	return len(b)
}
