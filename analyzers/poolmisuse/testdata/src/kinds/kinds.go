package kinds

import (
	"bytes"
	"io"
	"sync"
	"unsafe"
)

// Values that are not pointers.

var bytesPool = sync.Pool{New: func() any { return make([]byte, 0, 64) }}

func putSlice() {
	b := bytesPool.Get().([]byte)
	bytesPool.Put(b[:0]) // want `\[\]byte is put into the pool by value`
}

// Slices beside which the box is small, or whose size New does not tell.

var large = sync.Pool{New: func() any { return make([]byte, 0, 512) }}

func putLarge() {
	b := large.Get().([]byte)
	large.Put(b[:0])
}

func newSized(n int) *sync.Pool {
	return &sync.Pool{New: func() any { return make([]byte, n) }}
}

var sized = newSized(16)

func putSized() {
	b := sized.Get().([]byte)
	sized.Put(b)
}

var growing = sync.Pool{New: func() any { return []byte{} }}

func putGrowing(p []byte) {
	b := append(growing.Get().([]byte)[:0], p...)
	growing.Put(b)
}

// Decided on by who silenced staticcheck.

var decided = sync.Pool{New: func() any { return make([]int, 0, 8) }}

func putDecided() {
	b := decided.Get().([]int)
	defer func() {
		decided.Put(b) //nolint:staticcheck
	}()
	//lint:ignore SA6002 a pointer would escape
	decided.Put(b[:0:0])
}

func putDecidedAgain() {
	b := decided.Get().([]int)
	//nolint:staticcheck // SA6002: a pointer would escape
	decided.Put(b[:0])
}

var undecided = sync.Pool{New: func() any { return make([]int, 0, 8) }}

func putUndecided(b []int) {
	undecided.Put(b[:0]) //nolint:errcheck // want `\[\]int is put into the pool by value`
}

func getUndecided() []int { return undecided.Get().([]int) }

type pair struct{ a, b int }

var pairs = sync.Pool{New: func() any { return pair{} }}

func putStruct() {
	p := pairs.Get().(pair)
	pairs.Put(p) // want "pair is put into the pool by value"
}

type box struct{ p *int }

var shaped sync.Pool

func putPointerShaped(m map[string]int, c chan int, f func(), p unsafe.Pointer, b box) {
	shaped.Put(m)
	shaped.Put(c)
	shaped.Put(f)
	shaped.Put(p)
	shaped.Put(b)
	shaped.Put(&pair{})
	_ = shaped.Get()
}

// Types that do not agree.

var series = &sync.Pool{New: func() any { return []int{} }}

func assertPointer() *[]int {
	return series.Get().(*[]int) // want `New of the pool makes \[\]int, asserted here to be \*\[\]int`
}

func putSeries(s *[]int) { series.Put(s) }

var readers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func assertInterface() io.Reader { return readers.Get().(io.Reader) }

func putOther() {
	readers.Put(new(bytes.Reader)) // ok: it is an io.Reader, too
}

var mixed = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func getMixed() *bytes.Buffer { return mixed.Get().(*bytes.Buffer) }

func putMixed() {
	mixed.Put(new(bytes.Reader)) // want `\*bytes.Reader is put into a pool whose Get is asserted to be \*bytes.Buffer`
}

type holder struct {
	pool *sync.Pool
	bufs sync.Pool
}

func newHolder() *holder {
	pool := &sync.Pool{New: func() any { return pair{} }}
	h := &holder{pool: pool}
	h.bufs.New = func() any { return &pair{} }
	return h
}

func (h *holder) get() *pair {
	return h.pool.Get().(*pair) // want `New of the pool makes pair, asserted here to be \*pair`
}

func (h *holder) getBuf() *pair { return h.bufs.Get().(*pair) }

func (h *holder) put(p, q *pair) {
	h.pool.Put(p)
	h.bufs.Put(q)
}

// No New.

var empty sync.Pool

func unchecked() *pair {
	return empty.Get().(*pair) // want "the pool has no New"
}

func checked() *pair {
	p, ok := empty.Get().(*pair)
	if !ok {
		return new(pair)
	}
	return p
}

func comparedWithNil() *pair {
	v := empty.Get()
	if v == nil {
		return new(pair)
	}
	return v.(*pair)
}

func fillEmpty(p *pair) { empty.Put(p) }

// Exported may be set by others.
var Exported sync.Pool

func fromExported() *pair { return Exported.Get().(*pair) }

var setLater sync.Pool

func setUp() { setLater.New = func() any { return new(pair) } }

func fromSetLater() *pair { return setLater.Get().(*pair) }

func intoSetLater(p *pair) { setLater.Put(p) }

// Nothing is put.

var forgotten = sync.Pool{New: func() any { return new(pair) }}

func take() int {
	p := forgotten.Get().(*pair) // want "nothing is ever put into this pool"
	return p.a
}

var shared = sync.Pool{New: func() any { return new(pair) }}

func takeShared() int {
	share(&shared)
	return shared.Get().(*pair).a
}

func share(*sync.Pool) {}
