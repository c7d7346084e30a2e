package missing

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func earlyReturn(r io.Reader) (string, error) {
	b := buffers.Get().(*bytes.Buffer) // want "an object taken from a pool is not put back on every path"
	if _, err := b.ReadFrom(r); err != nil {
		return "", err
	}
	if b.Len() == 0 {
		return "", nil
	}
	s := b.String()
	buffers.Put(b) // want "however large it grew"
	return s, nil
}

func continued(rs []io.Reader) {
	for _, r := range rs {
		b := buffers.Get().(*bytes.Buffer)
		if _, err := b.ReadFrom(r); err != nil {
			continue
		}
		buffers.Put(b)
	}
}

func deferred(r io.Reader) error {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	_, err := b.ReadFrom(r)
	return err
}

func inSwitch(kind int) error {
	switch kind {
	case 1:
		b := buffers.Get().(*bytes.Buffer)
		defer buffers.Put(b)
		b.Reset()
		if _, err := b.WriteString("x"); err != nil {
			return err
		}
	}
	return nil
}

func fatal(r io.Reader) {
	b := buffers.Get().(*bytes.Buffer)
	if _, err := b.ReadFrom(r); err != nil {
		os.Exit(1)
	}
	if b.Len() == 0 {
		panic("empty")
	}
	buffers.Put(b)
}

func sparesLarge() {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	b.WriteString("x")
	if b.Cap() < 1<<16 {
		buffers.Put(b)
	}
}

func tooSmall(n int) []byte {
	p := chunks.Get().(*[]byte)
	if cap(*p) < n {
		return make([]byte, n)
	}
	return (*p)[:n]
}

var chunks = sync.Pool{New: func() any { return new([]byte) }}

func putChunk(p *[]byte) { chunks.Put(p) }

func handedOver(r io.Reader, take func(*bytes.Buffer) error) error {
	b := buffers.Get().(*bytes.Buffer)
	if _, err := b.ReadFrom(r); err != nil {
		buffers.Put(b)
		return err
	}
	return take(b)
}

// Who is called may own the buffer if all goes well, and put it back himself.

func takenIfTrue(take func(*bytes.Buffer) bool) error {
	b := buffers.Get().(*bytes.Buffer)
	if take(b) {
		return nil
	}
	buffers.Put(b)
	return nil
}

// What gets only the memory of an object cannot put it back.

func lentPart(each func(part []byte) bool) {
	p := chunks.Get().(*[]byte) // want "an object taken from a pool is not put back on every path"
	if !each((*p)[:0]) {
		return
	}
	chunks.Put(p)
}

type logger interface {
	Log(b *bytes.Buffer) error
}

func logged(first, second logger, b *bytes.Buffer) error {
	dup := buffers.Get().(*bytes.Buffer)
	dup.Write(b.Bytes())
	if err := first.Log(dup); err != nil {
		buffers.Put(dup)
		return err
	}
	return second.Log(b)
}

func takenInList(take func(...*bytes.Buffer) bool) {
	b := buffers.Get().(*bytes.Buffer)
	if take(b, nil) {
		return
	}
	buffers.Put(b)
}

func borrowed(use func(*bytes.Buffer) error, more func() bool) error {
	b := buffers.Get().(*bytes.Buffer) // want "an object taken from a pool is not put back on every path"
	if err := use(b); err != nil {
		return err
	}
	if more() {
		return nil
	}
	buffers.Put(b)
	return nil
}

func optional(n int) {
	var b *bytes.Buffer
	if n > 0 {
		b = buffers.Get().(*bytes.Buffer)
	}
	if b != nil {
		buffers.Put(b)
	}
}

var plain sync.Pool

func fallback() {
	v := plain.Get()
	if v == nil {
		v = new(bytes.Buffer)
	}
	b := v.(*bytes.Buffer)
	b.Reset()
	plain.Put(b)
}

func fallbackOK() {
	b, ok := plain.Get().(*bytes.Buffer)
	if !ok {
		b = new(bytes.Buffer)
	}
	plain.Put(b)
}

func inLoop(stop func() bool) {
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	for !stop() {
		b.WriteString("x")
	}
	buffers.Put(b)
}

func collected(stop func() bool) (list []*bytes.Buffer) {
	for !stop() {
		b := buffers.Get().(*bytes.Buffer)
		list = append(list, b)
	}
	return list
}

type server struct {
	pool  sync.Pool
	queue chan *bytes.Buffer
}

func newServer() *server {
	return &server{pool: sync.Pool{New: func() any { return new(bytes.Buffer) }}}
}

func (s *server) serve(r io.Reader) {
	for {
		b := s.pool.Get().(*bytes.Buffer) // want "an object taken from a pool is handed on by one path and forgotten by another"
		if _, err := b.ReadFrom(r); err != nil {
			return
		}
		select {
		case s.queue <- b:
		default:
		}
	}
}

func (s *server) done(b *bytes.Buffer) {
	s.pool.Put(b) // want "however large it grew"
}

var writers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

func newWriter(w io.Writer, level int) (io.Writer, error) {
	gz := writers.Get().(*gzip.Writer) // want "handed on by one path and forgotten by another"
	if level < 0 {
		return w, nil
	}
	gz.Reset(w)
	return gz, nil
}

func putWriter(gz *gzip.Writer) { writers.Put(gz) }

// A wrapper's callers own what it takes.

func getWriter(w io.Writer) *gzip.Writer {
	gz := writers.Get().(*gzip.Writer)
	gz.Reset(w)
	return gz
}

func viaWrapper(w io.Writer, data []byte) error {
	gz := getWriter(w) // want "not put back on every path"
	if len(data) == 0 {
		return nil
	}
	if _, err := gz.Write(data); err != nil {
		return err
	}
	putWriter(gz)
	return nil
}

// What a deferred function literal does with an object that was taken after the
// defer statement.

func deferredBefore(r io.Reader) error {
	var b *bytes.Buffer
	defer func() {
		if b != nil {
			buffers.Put(b)
		}
	}()
	if r == nil {
		return errors.New("no reader")
	}
	b = buffers.Get().(*bytes.Buffer)
	if _, err := b.ReadFrom(r); err != nil {
		return err
	}
	if b.Len() == 0 {
		buffers.Put(b) // want "put back twice"
	}
	return nil
}

type entry struct{ data []byte }

var entries = sync.Pool{New: func() any { return new(entry) }}

func newEntry(data []byte) *entry {
	e := entries.Get().(*entry)
	e.data = data
	return e
}

func putEntries(list []*entry) {
	for _, e := range list {
		entries.Put(e)
	}
}

type log interface{ append(list []*entry) error }

func deferredHandOver(l log, data [][]byte) error {
	var list []*entry
	defer func() { l.append(list) }()
	for _, d := range data {
		list = append(list, newEntry(d))
		if len(d) == 0 {
			return errors.New("empty")
		}
	}
	return nil
}

// A slice that an object was appended to is not empty.

func batches(l log, data [][]byte) error {
	var list []*entry
	size := 0
	for _, d := range data {
		list = append(list, newEntry(d))
		if size += len(d); size > 1<<10 {
			l.append(list)
			size, list = 0, nil
		}
	}
	if len(list) > 0 {
		return l.append(list)
	}
	return nil
}

func reusedBatches(l log, data [][]byte) error {
	var list []*entry
	for _, d := range data {
		list = append(list, newEntry(d))
		if len(list) > 100 {
			if err := l.append(list); err != nil {
				return err
			}
			list = list[:0]
		}
	}
	if 0 == len(list) {
		return nil
	}
	return l.append(list)
}

func forgottenBatch(l log, data [][]byte) error {
	var list []*entry
	for _, d := range data {
		list = append(list, newEntry(d)) // want "handed on by one path and forgotten by another"
		if len(list) > 100 {
			return nil
		}
	}
	if len(list) < 1 {
		return nil
	}
	return sendAll(list)
}

var sent = make(chan []*entry)

func sendAll(list []*entry) error {
	sent <- list
	return nil
}

// The elements of a list that are put back may be any of it.

func merged(in [][]byte) []byte {
	list := make([]*entry, 0, len(in))
	for _, data := range in {
		list = append(list, newEntry(data))
	}
	if len(list) == 0 {
		return nil
	}
	if len(list) == 1 {
		e := list[0]
		data := e.data
		entries.Put(e)
		return data
	}
	sendAll(list)
	return nil
}

func eachElement(in [][]byte) int {
	var list []*entry
	for _, data := range in {
		list = append(list, newEntry(data))
	}
	size := 0
	for _, e := range list {
		size += len(e.data)
		entries.Put(e)
	}
	return size
}

func eachOfArray(in [4][]byte, n int) int {
	var list [4]*entry
	for i, data := range in {
		list[i] = newEntry(data)
	}
	size := 0
	for i := range n {
		size += len(list[i].data)
		entries.Put(list[i])
	}
	return size
}
