package rangefunc

import (
	"iter"
	"sync"
)

type table struct {
	mu   sync.Mutex
	rows []int
}

func (t *table) all() iter.Seq[int] {
	return func(yield func(int) bool) {
		for _, r := range t.rows {
			if !yield(r) {
				return
			}
		}
	}
}

func check(int) error { return nil }

// A return inside the loop's body releases the lock, and so does the end.
func (t *table) both() error {
	t.mu.Lock()
	for r := range t.all() {
		for q := range t.all() {
			if err := check(q); err != nil {
				t.mu.Unlock()
				return err
			}
		}
		if err := check(r); err != nil {
			t.mu.Unlock()
			return err
		}
	}
	t.mu.Unlock()
	return nil
}

func (t *table) forgotten() error {
	t.mu.Lock() // want `t.mu is not released on every path`
	for r := range t.all() {
		if err := check(r); err != nil {
			return err
		}
	}
	t.mu.Unlock()
	return nil
}

func (t *table) again() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for range t.all() {
		t.mu.Lock() // want `t.mu is locked again`
		t.mu.Unlock()
	}
}
