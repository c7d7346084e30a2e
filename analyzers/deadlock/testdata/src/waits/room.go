package waits

import "sync"

type backlog struct {
	mu    sync.Mutex
	items chan int
}

func newBacklog(n int) *backlog { return &backlog{items: make(chan int, n)} }

// Who has looked that there is something receives it under the same lock.
func (b *backlog) drain() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.items) > 0 {
		println(<-b.items)
	}
}

func (b *backlog) add(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.items) < cap(b.items) {
		b.items <- n
	}
}
