package escapes

import (
	"bytes"
	"context"
	"io"
	"sync"
	"time"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func goroutine(conn io.Writer) {
	b := buffers.Get().(*bytes.Buffer)
	go func() { conn.Write(b.Bytes()) }()
	buffers.Put(b) // want "b is put back while a goroutine may still use it"
}

func deferredPut(conn io.Writer) {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b) // want "b is put back while a goroutine may still use it"
	go send(conn, b.Bytes())
}

func send(conn io.Writer, data []byte) { conn.Write(data) }

func goroutinePuts(conn io.Writer) {
	b := buffers.Get().(*bytes.Buffer)
	go func() {
		conn.Write(b.Bytes())
		buffers.Put(b)
	}()
}

func afterPut(conn io.Writer) {
	b := buffers.Get().(*bytes.Buffer)
	buffers.Put(b)
	go send(conn, b.Bytes()) // want "a goroutine gets an object that was already put back" "an object is used after it was put back"
}

func goesAfterPut() {
	b := buffers.Get().(*bytes.Buffer)
	buffers.Put(b)
	go fill(b) // want "a goroutine gets an object that was already put back"
}

func fill(b *bytes.Buffer) { b.WriteString("x") }

func waited(conn io.Writer) {
	b := buffers.Get().(*bytes.Buffer)
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		conn.Write(b.Bytes())
	}()
	wg.Wait()
	buffers.Put(b)
}

func received(conn io.Writer) {
	b := buffers.Get().(*bytes.Buffer)
	done := make(chan error)
	go func() {
		_, err := conn.Write(b.Bytes())
		done <- err
	}()
	<-done
	buffers.Put(b)
}

func timedOut(ctx context.Context, conn io.Writer) {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b) // want "b is put back while a goroutine may still use it"
	done := make(chan error, 1)
	go func() {
		_, err := conn.Write(b.Bytes())
		done <- err
	}()
	select {
	case <-done:
	case <-ctx.Done():
	case <-time.After(time.Second):
	}
}

func sent(ch chan *bytes.Buffer) {
	b := buffers.Get().(*bytes.Buffer)
	ch <- b
	buffers.Put(b) // want "b is put back while who receives it from a channel may still use it"
}

func sentBytes(ch chan []byte) {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b) // want "b is put back while who receives it from a channel may still use it"
	ch <- b.Bytes()
}

func sentOrPut(ch chan *bytes.Buffer) {
	b := buffers.Get().(*bytes.Buffer)
	select {
	case ch <- b:
	default:
		buffers.Put(b)
	}
}

func answered(ch chan []byte, answer chan int) {
	b := buffers.Get().(*bytes.Buffer)
	ch <- b.Bytes()
	<-answer
	buffers.Put(b)
}

type job struct{ buf *bytes.Buffer }

func (j *job) run() {}

func inJob() {
	b := buffers.Get().(*bytes.Buffer)
	j := &job{buf: b}
	go j.run()
	buffers.Put(b) // want "b is put back while a goroutine may still use it"
}

var last []byte

func global() {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	last = b.Bytes() // want "last still refers to memory of an object that is put back"
}

type server struct{ last []byte }

func (s *server) keep() {
	b := buffers.Get().(*bytes.Buffer)
	s.last = b.Bytes() // want "a field still refers to memory of an object that is put back"
	buffers.Put(b)
}

func (s *server) clear() {
	b := buffers.Get().(*bytes.Buffer)
	s.last = b.Bytes()
	s.work()
	s.last = nil
	buffers.Put(b)
}

func (s *server) work() {}

// A frame is kept for the next read, which does not come after an error.

type conn struct {
	handle *bytes.Buffer
	frame  []byte
}

func (c *conn) read(r io.Reader) (int, error) {
	old := c.handle
	c.frame = old.Bytes()
	c.handle = buffers.Get().(*bytes.Buffer)
	c.handle.Write(c.frame)
	buffers.Put(old)
	if _, err := io.CopyN(c.handle, r, 64); err != nil {
		return 0, err
	}
	c.frame = c.handle.Bytes()
	return len(c.frame), nil
}

func (c *conn) skip(r io.Reader, n int64) (int, error) {
	old := c.handle
	c.frame = old.Bytes() // want "a field still refers to memory of an object that is put back"
	c.handle = buffers.Get().(*bytes.Buffer)
	c.handle.Reset()
	c.handle.Write(c.frame)
	buffers.Put(old)
	if n == 0 {
		return 0, nil
	}
	c.frame = c.handle.Bytes()
	return len(c.frame), nil
}

// Who was given what refers to the object, and was waited for, may have let it go.

type stream struct {
	buf *bytes.Buffer
	wg  sync.WaitGroup
}

type parsing struct{ from *stream }

func (j *parsing) run() {
	from := j.from
	j.from = nil
	parsings.Put(j)
	from.wg.Done()
}

type runner interface{ run() }

var (
	streams  = sync.Pool{New: func() any { return new(stream) }}
	parsings = sync.Pool{New: func() any { return new(parsing) }}
	queue    = make(chan runner)
)

func newParsing() *parsing { return parsings.Get().(*parsing) }

func schedule(r runner) { queue <- r }

func parse(lines int) {
	s := streams.Get().(*stream)
	defer streams.Put(s)
	for range lines {
		j := newParsing()
		j.from = s
		s.wg.Add(1)
		schedule(j)
	}
	s.wg.Wait()
}

func lentAndWaited(j *parsing, start func()) {
	s := streams.Get().(*stream)
	defer streams.Put(s)
	j.from = s
	s.wg.Add(1)
	start()
	s.wg.Wait()
}

func lentStill(j *parsing, start func()) {
	s := streams.Get().(*stream)
	defer streams.Put(s)
	j.from = s // want "a field still refers to an object that is put back"
	start()
}
