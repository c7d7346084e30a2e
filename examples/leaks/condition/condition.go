// Package condition leaves a goroutine at a condition that nobody signals at the end.
package condition

import "sync"

// A Queue is unbounded.
type Queue struct {
	mu     sync.Mutex
	filled *sync.Cond
	items  []int
	closed bool
}

// New returns a queue whose items are given to each, one after the other.
func New(each func(int)) *Queue {
	q := new(Queue)
	q.filled = sync.NewCond(&q.mu)
	go q.run(each)
	return q
}

func (q *Queue) run(each func(int)) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for {
		for len(q.items) == 0 && !q.closed {
			q.filled.Wait()
		}
		if len(q.items) == 0 {
			return
		}
		item := q.items[0]
		q.items = q.items[1:]
		q.mu.Unlock()
		each(item)
		q.mu.Lock()
	}
}

// Put adds an item.
func (q *Queue) Put(item int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, item)
	q.filled.Signal()
}

// Close lets the queue end.
func (q *Queue) Close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
}
