package useafter

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"unsafe"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

var slices = sync.Pool{New: func() any { b := make([]byte, 0, 1024); return &b }}

// The object itself.

func method() int {
	b := buffers.Get().(*bytes.Buffer)
	buffers.Put(b) // want "however large it grew"
	return b.Len() // want "an object is used after it was put back"
}

func argument(w io.Writer) {
	b := buffers.Get().(*bytes.Buffer)
	buffers.Put(b)
	fmt.Fprintln(w, b) // want "an object is used after it was put back"
}

func returned() *bytes.Buffer {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	return b // want "an object is returned after it was put back"
}

func capacity() int {
	p := slices.Get().(*[]byte)
	slices.Put(p)
	return cap(*p) // want "an object is used after it was put back"
}

func before() int {
	b := buffers.Get().(*bytes.Buffer)
	n := b.Len()
	buffers.Put(b)
	return n
}

// Memory that belongs to it.

func deferredBytes() []byte {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.WriteString("x")
	return b.Bytes() // want "memory of a pooled object is returned after it was put back"
}

func explicitBytes() []byte {
	b := buffers.Get().(*bytes.Buffer)
	b.WriteString("x")
	data := b.Bytes()
	buffers.Put(b)
	return data // want "memory of a pooled object is returned"
}

func deferredLiteral() []byte {
	b := buffers.Get().(*bytes.Buffer)
	defer func() {
		b.Reset()
		buffers.Put(b)
	}()
	return b.Bytes() // want "memory of a pooled object is returned"
}

func subslice() []byte {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	head, _, _ := bytes.Cut(bytes.TrimSpace(b.Bytes()), []byte(":"))
	return head[1:] // want "memory of a pooled object is returned"
}

func derefed(data []byte) []byte {
	p := slices.Get().(*[]byte)
	defer slices.Put(p)
	out := append((*p)[:0], data...)
	return out // want "memory of a pooled object is returned"
}

func unsafeString() string {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	data := b.Bytes()
	return unsafe.String(unsafe.SliceData(data), len(data)) // want "memory of a pooled object is returned"
}

func oldUnsafeString() string {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	data := b.Bytes()
	return *(*string)(unsafe.Pointer(&data)) // want "memory of a pooled object is returned"
}

type result struct {
	name string
	body []byte
}

func inStruct() *result {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	return &result{name: "x", body: b.Bytes()} // want "what holds memory of a pooled object is returned"
}

func reader() io.Reader {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	return bytes.NewReader(b.Bytes()) // want "what holds memory of a pooled object is returned"
}

func convertedTooLate() string {
	b := buffers.Get().(*bytes.Buffer)
	data := b.Bytes()
	buffers.Put(b)
	return string(data) // want "memory of a pooled object is used"
}

func flushedTooLate() {
	b := buffers.Get().(*bytes.Buffer)
	w := bufio.NewWriter(b)
	defer w.Flush() // want "what holds memory of a pooled object is used"
	defer buffers.Put(b)
	w.WriteString("x")
}

func flushedInTime() {
	b := buffers.Get().(*bytes.Buffer)
	w := bufio.NewWriter(b)
	defer buffers.Put(b)
	defer w.Flush()
	w.WriteString("x")
}

// Copies.

func copiedString() string {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	return b.String()
}

func converted() string {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	return string(b.Bytes())
}

func cloned() []byte {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	return bytes.Clone(b.Bytes())
}

func appendedTo(dst []byte) []byte {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	return append(dst, b.Bytes()...)
}

func noRoom() []byte {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	data := b.Bytes()
	return append(data[:0:0], data...)
}

func upper() string {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	return strings.ToUpper(b.String())
}

// What was taken out of the object before is not its memory any more.

type encoder struct {
	buf []byte
	err error
}

var encoders = sync.Pool{New: func() any { return new(encoder) }}

func (e *encoder) reset() { e.buf = e.buf[:0] }

func kept() []byte {
	e := encoders.Get().(*encoder)
	defer encoders.Put(e)
	e.reset()
	e.buf = append(e.buf, "x"...)
	return e.buf // want "memory of a pooled object is returned"
}

func stolen() []byte {
	e := encoders.Get().(*encoder)
	e.buf = append(e.buf[:0], "x"...)
	out := e.buf
	e.buf = nil
	encoders.Put(e)
	return out
}

func stolenWhole() []byte {
	e := encoders.Get().(*encoder)
	out := e.buf
	*e = encoder{}
	encoders.Put(e)
	return out
}

func release(e *encoder) {
	e.buf = nil
	encoders.Put(e)
}

func stolenByWrapper() []byte {
	e := encoders.Get().(*encoder)
	out := e.buf
	release(e)
	return out
}

func errorOf() error {
	e := encoders.Get().(*encoder)
	encoders.Put(e)
	return e.err // want "an object is used after it was put back"
}

func errorBefore() error {
	e := encoders.Get().(*encoder)
	err := e.err
	encoders.Put(e)
	return err
}

// Paths.

func onOnePath(flush bool) int {
	b := buffers.Get().(*bytes.Buffer)
	if flush {
		buffers.Put(b)
	}
	if !flush {
		n := b.Len()
		buffers.Put(b)
		return n
	}
	return 0
}

func onBadPath(flush, more bool) int {
	b := buffers.Get().(*bytes.Buffer)
	if flush {
		buffers.Put(b)
	}
	if more {
		return b.Len() // want "an object is used after it was put back"
	}
	return 0 // a get-without-put would stand at the Get, but the Put is conditional
}

func flagged(n int) int {
	var b *bytes.Buffer
	pooled := false
	if n > 10 {
		b = buffers.Get().(*bytes.Buffer)
		pooled = true
	} else {
		b = new(bytes.Buffer)
	}
	if pooled {
		buffers.Put(b)
	}
	if !pooled {
		return b.Len()
	}
	return 0
}

func loop(lines []string) (n int) {
	for _, line := range lines {
		b := buffers.Get().(*bytes.Buffer)
		b.Reset()
		b.WriteString(line)
		n += b.Len()
		buffers.Put(b)
	}
	return n
}

func again() int {
	b := buffers.Get().(*bytes.Buffer)
	buffers.Put(b)
	b = buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	return b.Len()
}

func labelled(lines []string) {
	b := buffers.Get().(*bytes.Buffer)
outer:
	for _, line := range lines {
		for _, c := range line {
			if c == 'x' {
				break outer
			}
			if c == 'y' {
				buffers.Put(b)
				goto done
			}
		}
	}
	buffers.Put(b)
	return
done:
	b.Reset() // want "an object is used after it was put back"
}

func exits(b *bytes.Buffer) {
	buffers.Put(b)
	if b == nil {
		os.Exit(1)
	}
}

// Method values and variables.

func methodValue() int {
	b := buffers.Get().(*bytes.Buffer)
	put := buffers.Put
	put(b)
	return b.Len() // want "an object is used after it was put back"
}

func boundLater() {
	b := buffers.Get().(*bytes.Buffer)
	write := b.WriteString
	buffers.Put(b)
	write("x") // want "an object is used after it was put back"
}

func literalValue() int {
	b := buffers.Get().(*bytes.Buffer)
	done := func() { buffers.Put(b) }
	done()
	return b.Len() // want "an object is used after it was put back"
}

func field(s *struct{ buf *bytes.Buffer }) {
	buffers.Put(s.buf)
	s.buf.Reset() // want "an object is used after it was put back"
}

func fieldReplaced(s *struct{ buf *bytes.Buffer }) {
	buffers.Put(s.buf)
	s.buf = new(bytes.Buffer)
	s.buf.Reset()
}

// Unknown code.

func handed(run func(func())) int {
	b := buffers.Get().(*bytes.Buffer)
	run(func() { buffers.Put(b) })
	return b.Len()
}

func identity(b []byte) []byte { return b }

func throughOwn() []byte {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	return identity(b.Bytes()) // want "memory of a pooled object is returned"
}

type codec struct{ toString func([]byte) string }

func inPlace(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func newCodec() *codec { return &codec{toString: inPlace} }

func (c *codec) throughField() string {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	return c.toString(b.Bytes()) // want "memory of a pooled object is returned"
}

func throughUnknown(f func([]byte) []byte) []byte {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	return f(b.Bytes())
}

// References that are counted.

type counted struct{ refs int }

var countedPool = sync.Pool{New: func() any { return new(counted) }}

func (c *counted) decRef() {
	c.refs--
	if c.refs == 0 {
		countedPool.Put(c)
	}
}

func count() int {
	c := countedPool.Get().(*counted)
	c.decRef()
	return c.refs
}

// A size decides for the wrapper, but its caller has given the buffer up.

func putSmall(b *bytes.Buffer) {
	if b.Cap() > 1<<16 {
		return
	}
	b.Reset()
	buffers.Put(b)
}

func afterPutSmall() int {
	b := buffers.Get().(*bytes.Buffer)
	putSmall(b)
	return b.Len() // want "an object is used after it was put back"
}
