// Package lock leaves a goroutine at a lock that an early return keeps.
package lock

import (
	"errors"
	"sync"
)

// ErrEmpty is returned for an empty key.
var ErrEmpty = errors.New("empty key")

// A Table counts keys.
type Table struct {
	mu     sync.Mutex
	counts map[string]int
}

// New returns an empty table.
func New() *Table { return &Table{counts: make(map[string]int)} }

// Add counts a key.
func (t *Table) Add(key string) error {
	t.mu.Lock()
	if key == "" {
		return ErrEmpty
	}
	t.counts[key]++
	t.mu.Unlock()
	return nil
}

// AddLater counts a key without making the caller wait.
func (t *Table) AddLater(key string) {
	go t.Add(key)
}
