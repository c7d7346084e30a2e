package dirty

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"

	"sync"
)

// Readers and writers that hold what they were reset to.

var lines = sync.Pool{New: func() any { return bufio.NewReader(nil) }}

func read(r io.Reader) (string, error) {
	br := lines.Get().(*bufio.Reader)
	br.Reset(r)
	s, err := br.ReadString('\n')
	lines.Put(br) // want "br goes back into the pool still holding what it was reset to"
	return s, err
}

func readDeferred(r io.Reader) (string, error) {
	br := lines.Get().(*bufio.Reader)
	defer lines.Put(br) // want "br goes back into the pool still holding"
	br.Reset(r)
	return br.ReadString('\n')
}

func readClean(r io.Reader) (string, error) {
	br := lines.Get().(*bufio.Reader)
	br.Reset(r)
	s, err := br.ReadString('\n')
	br.Reset(nil)
	lines.Put(br)
	return s, err
}

var writers = sync.Pool{New: func() any { return bufio.NewWriter(io.Discard) }}

func write(w io.Writer, data []byte) {
	bw := writers.Get().(*bufio.Writer)
	bw.Reset(w)
	bw.Write(data)
	bw.Flush()
	writers.Put(bw) // want "bw goes back into the pool still holding what it was reset to"
}

func writeClean(w io.Writer, data []byte) {
	bw := writers.Get().(*bufio.Writer)
	bw.Reset(w)
	defer func() {
		bw.Reset(io.Discard)
		writers.Put(bw)
	}()
	bw.Write(data)
	bw.Flush()
}

// A compressor would clear its tables once more for each request.

var compressors = sync.Pool{New: func() any { return gzip.NewWriter(io.Discard) }}

func compress(data []byte) []byte {
	gz := compressors.Get().(*gzip.Writer)
	defer compressors.Put(gz)
	var b bytes.Buffer
	gz.Reset(&b)
	gz.Write(data)
	gz.Close()
	return b.Bytes()
}

// A reader that reads a header cannot be reset to nothing.

var inflaters = sync.Pool{New: func() any { return new(gzip.Reader) }}

func inflate(w io.Writer, r io.Reader) error {
	gz := inflaters.Get().(*gzip.Reader)
	defer inflaters.Put(gz)
	if err := gz.Reset(r); err != nil {
		return err
	}
	_, err := io.Copy(w, gz)
	return err
}

// Buffers that nobody empties.

var never = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func greet(name string) string {
	b := never.Get().(*bytes.Buffer)
	fmt.Fprintf(b, "hello %s", name)
	s := b.String()
	never.Put(b) // want "the buffer goes back into the pool with its contents"
	return s
}

var emptied = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func greetClean(name string) string {
	b := emptied.Get().(*bytes.Buffer)
	b.Reset()
	fmt.Fprintf(b, "hello %s", name)
	s := b.String()
	emptied.Put(b)
	return s
}

var drained = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func copyOut(w io.Writer) {
	b := drained.Get().(*bytes.Buffer)
	b.WriteString("x")
	b.WriteTo(w)
	drained.Put(b)
}

// Slices with pointers.

type label struct{ name, value string }

var labels = sync.Pool{New: func() any { return new([]label) }}

func collect(in []label) int {
	p := labels.Get().(*[]label)
	list := append((*p)[:0], in...)
	n := len(list)
	*p = list
	labels.Put(p) // want "a slice of label goes back into the pool with its elements"
	return n
}

func collectClean(in []label) int {
	p := labels.Get().(*[]label)
	list := append((*p)[:0], in...)
	n := len(list)
	clear(list)
	*p = list[:0]
	labels.Put(p)
	return n
}

func collectZero(in []label) int {
	p := labels.Get().(*[]label)
	list := append((*p)[:0], in...)
	n := len(list)
	for i := range list {
		list[i].name = ""
	}
	*p = list[:0]
	labels.Put(p)
	return n
}

func collectNil(in []label) int {
	p := labels.Get().(*[]label)
	*p = in
	n := len(*p)
	*p = nil
	labels.Put(p)
	return n
}

var numbers = sync.Pool{New: func() any { return new([]int) }}

func sum(in []int) (n int) {
	p := numbers.Get().(*[]int)
	*p = append((*p)[:0], in...)
	for _, x := range *p {
		n += x
	}
	numbers.Put(p)
	return n
}

// Elements that are there to be used again.

var records = sync.Pool{New: func() any { return new([][]string) }}

func putRecords(p *[][]string) {
	*p = (*p)[:0]
	records.Put(p)
}

type point struct {
	at   int64
	data *label
}

var points = sync.Pool{New: func() any { return new([]point) }}

// next lengthens the list by an element that may have been used before.
func next(p *[]point) *label {
	list := *p
	if n := len(list); n < cap(list) {
		list = list[:n+1]
	} else {
		list = append(list, point{data: new(label)})
	}
	*p = list
	return list[len(list)-1].data
}

func putPoints(p *[]point) {
	*p = (*p)[:0]
	points.Put(p)
}

type mark struct {
	at   int64
	data *label
}

var marks = sync.Pool{New: func() any { return new([]mark) }}

func putMarks(p *[]mark) {
	*p = (*p)[:0]
	marks.Put(p) // want "a slice of mark goes back into the pool with its elements"
}

func getMarks() *[]mark { return marks.Get().(*[]mark) }

// The elements have a pool of their own.
type series struct{ ticks *[]int }

var (
	seriesPool = sync.Pool{New: func() any { return new([]series) }}
	tickPool   = sync.Pool{New: func() any { return new([]int) }}
)

func putSeries(all *[]series) {
	for i := range *all {
		putTicks((*all)[i].ticks)
	}
	*all = (*all)[:0]
	seriesPool.Put(all)
}

func putTicks(p *[]int) {
	*p = (*p)[:0]
	tickPool.Put(p)
}
