package relock

import "testing"

// The test knows that nobody writes.
func TestCount(t *testing.T) {
	var rows table
	rows.rw.RLock()
	defer rows.rw.RUnlock()
	if rows.count() != 0 {
		panic("not empty")
	}
}

func (t *table) count() int {
	t.rw.RLock() /* rlock-reentry-in-test */ // want `rows.rw is read-locked again while TestCount, which calls count, holds it`
	defer t.rw.RUnlock()
	return len(t.rows)
}
