package twins

import (
	"runtime"
	"sync"
)

// RunKubernetes26980 is mended by a clerk who lets go of the lock before he
// passes a form on, and by a closing that wakes him.
func RunKubernetes26980() {
	go func() {
		c := newCounter()
		evening := make(chan struct{})
		defer c.shut(evening)
		c.file(1)
		runtime.Gosched()
		go c.serve(evening)

		locked := make(chan struct{})
		go func() {
			c.mu.Lock()
			close(locked)
		}()
		runtime.Gosched()
		<-locked
		c.mu.Unlock()
	}()
}

type counter struct {
	mu    sync.RWMutex
	filed sync.Cond
	forms []any
}

func newCounter() *counter {
	c := &counter{forms: []any{}}
	c.filed.L = &c.mu
	return c
}

func (c *counter) file(form any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forms = append(c.forms, form)
	c.filed.Broadcast()
}

func (c *counter) shut(evening chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(evening)
	c.filed.Broadcast()
}

func (c *counter) next(evening <-chan struct{}) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.forms) == 0 {
		select {
		case <-evening:
			return false
		default:
		}
		c.filed.Wait()
	}
	c.forms = c.forms[1:]
	return true
}

func (c *counter) serve(evening <-chan struct{}) {
	for c.next(evening) {
		select {
		case <-evening:
			return
		}
	}
}
