package twins

import "sync"

// RunGrpc795 is mended by an unlock where a lock was taken again.
func RunGrpc795() {
	go closeTwice()
}

func closeTwice() {
	m := &market{}
	m.openStall()
	for i := 0; i < 3; i++ {
		m.stall.close()
	}
}

type stall struct {
	mu     sync.Mutex
	closed bool
	sold   int
}

func (s *stall) close() {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.closed = true
	s.mu.Unlock()
}

func (s *stall) sell() {
	s.mu.Lock()
	s.sold++
	s.mu.Unlock()
}

type market struct {
	stall *stall
}

func (m *market) openStall() {
	s := &stall{}
	m.stall = s
	go s.sell()
}
