package twins

import (
	"runtime"
	"sync"
)

// RunKubernetes10182 is mended by a scout who hands in his map after letting go
// of the camp's lock.
func RunKubernetes10182() {
	go func() {
		c := newCamp()
		go c.start()
		go c.scout()
		go c.scout()
	}()
}

type camp struct {
	mu    sync.RWMutex
	maps  chan bool
	known int
}

func newCamp() *camp { return &camp{maps: make(chan bool)} }

func (c *camp) start() {
	go func() {
		for i := 0; i < 2; i++ {
			c.study()
		}
	}()
}

func (c *camp) study() {
	runtime.Gosched()
	<-c.maps
	c.forget()
}

func (c *camp) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known--
}

func (c *camp) scout() {
	c.mu.Lock()
	c.known++
	c.mu.Unlock()
	c.maps <- true
}
