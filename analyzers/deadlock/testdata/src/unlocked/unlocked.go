package unlocked

import (
	"sync"
	"testing"
)

type box struct {
	mu sync.Mutex
	rw sync.RWMutex
	n  int
}

func (b *box) twice() {
	b.mu.Lock()
	defer b.mu.Unlock() /* unlock-of-unlocked */ // want `b.mu was released before on every path that leads here`
	b.n++
	b.mu.Unlock()
}

func (b *box) wrongMode() {
	b.rw.RLock()
	b.n++
	b.rw.Unlock() /* unlock-of-unlocked */ // want `b.rw is released by Unlock here, but was taken by RLock`
}

// On one path only, and under the same condition.
func (b *box) early(done bool) {
	b.mu.Lock()
	if done {
		b.mu.Unlock()
	}
	b.n++
	if !done {
		b.mu.Unlock()
	}
}

// Released, and taken again before the deferred Unlock runs.
func (b *box) window(f func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mu.Unlock()
	f()
	b.mu.Lock()
}

// The caller holds the lock.
func (b *box) release() { b.mu.Unlock() }

func (b *box) use() {
	b.mu.Lock()
	b.n++
	b.release()
}

// Of two objects.
func swap(a, b *box) {
	a.mu.Lock()
	a.mu.Unlock()
	b.mu.Unlock()
}

// What is called may have taken it again.
func (b *box) again() {
	b.mu.Lock()
	b.mu.Unlock()
	b.take()
	b.mu.Unlock()
}

func (b *box) take() { b.mu.Lock() }

// A helper that is passed the test may end it.
func (b *box) check(t *testing.T, err error) {
	b.mu.Lock()
	if err != nil {
		b.mu.Unlock()
		require(t, err)
	}
	b.n++
	b.mu.Unlock()
}

func require(t testing.TB, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

// A Once keeps the lock from being released twice.
func (b *box) releasedOnce(f func() error) error {
	b.mu.Lock()
	var once sync.Once
	unlock := func() { once.Do(b.mu.Unlock) }
	defer unlock()
	if err := f(); err != nil {
		return err
	}
	unlock()
	b.mu.Lock()
	b.n++
	b.mu.Unlock()
	return nil
}

func (b *box) releasedOnceInLoop(fs []func() error) {
	for _, f := range fs {
		b.releasedOnce(f)
	}
}
