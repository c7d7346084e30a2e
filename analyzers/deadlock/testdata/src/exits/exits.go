package exits

import (
	"log"
	"os"
	"sync"
	"testing"
)

type queue struct {
	mu    sync.Mutex
	items []int
}

func (q *queue) pop() (int, bool) {
	q.mu.Lock() /* missing-unlock */ // want `q.mu is not released on every path`
	if len(q.items) == 0 {
		return 0, false
	}
	item := q.items[0]
	q.mu.Unlock()
	return item, true
}

// What returns with the lock on every path means it; its callers are looked at.
func (q *queue) lock() { q.mu.Lock() }

func (q *queue) unlock() { q.mu.Unlock() }

func (q *queue) size() int {
	q.lock()
	defer q.unlock()
	return len(q.items)
}

func (q *queue) sizeOf(max int) int {
	q.lock() /* missing-unlock */ // want `q.mu is not released on every path`
	if len(q.items) > max {
		return max
	}
	q.unlock()
	return len(q.items)
}

// Ways that end in a panic or the end of the process release nothing.
func (q *queue) mustPop() int {
	q.mu.Lock()
	if len(q.items) == 0 {
		panic("empty")
	}
	if q.items[0] < 0 {
		log.Fatal("negative")
	}
	if q.items[0] == 0 {
		os.Exit(1)
	}
	item := q.items[0]
	q.mu.Unlock()
	return item
}

func (q *queue) check(t *testing.T) {
	q.mu.Lock()
	if len(q.items) == 0 {
		t.Fatal("empty")
	}
	q.mu.Unlock()
}

func (q *queue) checkAny(t testing.TB) {
	q.mu.Lock()
	if len(q.items) == 0 {
		t.Fatal("empty")
	}
	q.mu.Unlock()
}

// Taken and released under one condition.
func (q *queue) sometimes(safe bool) int {
	if safe {
		q.mu.Lock()
	}
	n := len(q.items)
	if safe {
		q.mu.Unlock()
	}
	return n
}

// The caller gets the function that releases.
type lender struct {
	mu    sync.Mutex
	items []int
}

func (l *lender) borrow() ([]int, func()) {
	l.mu.Lock()
	if l.items == nil {
		l.mu.Unlock()
		return nil, func() {}
	}
	return l.items, l.mu.Unlock
}

// Another function releases, as an end does for a begin.
type session struct {
	mu   sync.Mutex
	open bool
}

func (s *session) begin() error {
	s.mu.Lock()
	if s.open {
		s.mu.Unlock()
		return os.ErrExist
	}
	s.open = true
	return nil
}

func (s *session) end() {
	s.open = false
	s.mu.Unlock()
}

// A result tells whether the exported lock is held.
type Gate struct {
	Mu   sync.Mutex
	shut bool
}

func (g *Gate) enter() bool {
	g.Mu.Lock()
	if g.shut {
		g.Mu.Unlock()
		return false
	}
	return true
}

// Any other way to keep it is none.
func (g *Gate) close() bool {
	g.Mu.Lock() /* missing-unlock */ // want `g.Mu is not released on every path`
	if g.shut {
		return true
	}
	g.shut = true
	g.Mu.Unlock()
	return true
}

// Elements of a slice are not one lock.
func all(others []*queue) {
	for _, o := range others {
		o.mu.Lock()
	}
	for _, o := range others {
		o.mu.Unlock()
	}
}

// Who calls a function that forgets to release a lock waits for it, which is the
// same defect and not reported again.
func (q *queue) popTwice() (int, int) {
	a, _ := q.pop()
	b, _ := q.pop()
	return a, b
}

func (q *queue) popAndSize() int {
	n := q.popPositive()
	return n + q.size()
}

func (q *queue) popPositive() int {
	n, ok := q.pop()
	if !ok {
		return 0
	}
	return n
}

// What a function never releases it keeps on purpose: nobody is to come after it.
func (q *queue) closeForGood() {
	q.mu.Lock()
	q.items = nil
}

// Who does not want to import testing asks for what it needs of a testing.TB.
type tb interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

type fixture struct {
	mu sync.Mutex
	tb tb
	n  int
}

func (f *fixture) done() {
	f.mu.Lock()
	if f.n < 0 {
		f.tb.Fatal("more done than begun")
	}
	f.n--
	f.mu.Unlock()
}

func (f *fixture) failed() {
	f.mu.Lock()
	switch {
	case f.n < 0:
		f.tb.Fatalf("%d", f.n)
	default:
		f.mu.Unlock()
	}
}
