package twins

import "sync"

// RunCockroach584 is mended by an unlock before the break out of each loop.
func RunCockroach584() {
	t := &theatre{closed: true}
	go func() {
		t.rehearse()
		t.perform()
	}()
}

type theatre struct {
	mu     sync.Mutex
	closed bool
	shows  int
}

func (t *theatre) rehearse() {
	for {
		t.mu.Lock()
		if t.closed {
			t.mu.Unlock()
			break
		}
		t.mu.Unlock()
	}
}

func (t *theatre) perform() {
	for {
		t.mu.Lock()
		if t.closed {
			t.mu.Unlock()
			break
		}
		t.shows++
		t.mu.Unlock()
	}
}
