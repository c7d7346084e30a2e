package twins

import (
	"runtime"
	"sync"
)

// RunGrpc1460 is mended by a lighthouse keeper who lets go of the log before he
// waits for the first ship, and by a bell that remembers that it was rung.
func RunGrpc1460() {
	go func() {
		l := &lighthouse{bell: make(chan struct{}, 1)}
		go l.keep()
		go l.sight()
	}()
}

type sail struct{}

type lighthouse struct {
	mu    sync.Mutex
	bell  chan struct{}
	sails []*sail
}

func (l *lighthouse) keep() {
	l.mu.Lock()
	if len(l.sails) < 1 {
		l.mu.Unlock()
		<-l.bell
	} else {
		l.mu.Unlock()
	}
}

func (l *lighthouse) sight() {
	l.mu.Lock()
	runtime.Gosched()
	l.sails = append(l.sails, &sail{})
	if len(l.sails) == 1 {
		select {
		case l.bell <- struct{}{}:
		default:
		}
	}
	l.mu.Unlock()
}
