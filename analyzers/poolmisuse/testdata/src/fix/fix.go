package fix

import (
	"bytes"
	"compress/gzip"
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

var writers = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}

func compress(w io.Writer, data []byte) {
	gz := writers.Get().(*gzip.Writer)
	gz.Reset(w)
	gz.Write(data)
	gz.Close()
	writers.Put(gz) // want "still holding what it was reset to"
}

func compressDeferred(w io.Writer, data []byte) {
	gz := writers.Get().(*gzip.Writer)
	defer writers.Put(gz) // want "still holding what it was reset to"
	gz.Reset(w)
	gz.Write(data)
	gz.Close()
}

var slices = sync.Pool{New: func() any { return make([]byte, 0, 512) }}

func grow(words []string) int {
	b := slices.Get().([]byte)
	defer slices.Put(b) // want "the deferred call puts back the slice" "by value" "however large it grew"
	for _, w := range words {
		b = append(b, w...)
	}
	return len(b)
}
