package twins

import (
	"runtime"
	"sync"
)

// RunKubernetes1321 is mended by a listener who hangs up before he takes the
// lock, and a caller who notices.
func RunKubernetes1321() {
	go listenIn()
}

func listenIn() {
	s := newSwitchboard()
	s.join().hangUp()
}

type listener struct {
	words  chan struct{}
	hungUp chan struct{}
	board  *switchboard
	number int64
}

func (l *listener) hangUp() {
	close(l.hungUp)
	l.board.drop(l.number)
}

type switchboard struct {
	mu        sync.Mutex
	listeners map[int64]*listener
}

func newSwitchboard() *switchboard {
	s := &switchboard{listeners: map[int64]*listener{}}
	go s.talk()
	return s
}

func (s *switchboard) join() *listener {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := &listener{
		words:  make(chan struct{}),
		hungUp: make(chan struct{}),
		board:  s,
		number: int64(len(s.listeners)),
	}
	s.listeners[l.number] = l
	runtime.Gosched()
	return l
}

func (s *switchboard) talk() {
	for i := 0; i < 100; i++ {
		s.speak()
	}
}

func (s *switchboard) speak() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.listeners {
		select {
		case l.words <- struct{}{}:
		case <-l.hungUp:
		}
		runtime.Gosched()
	}
}

func (s *switchboard) drop(number int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.listeners[number]
	if !ok {
		return
	}
	delete(s.listeners, number)
	close(l.words)
}
