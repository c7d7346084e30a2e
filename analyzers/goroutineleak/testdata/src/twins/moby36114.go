package twins

import "sync"

// RunMoby36114 is mended by an inner step that relies on the lock of the outer.
func RunMoby36114() {
	go func() {
		c := &crane{}
		go c.lift()
	}()
}

type crane struct {
	sync.Mutex
	load int
}

func (c *crane) lift() {
	c.Lock()
	defer c.Unlock()
	c.lowerHeld()
	c.load++
}

func (c *crane) lower() {
	c.Lock()
	defer c.Unlock()
	c.lowerHeld()
}

// lowerHeld is called with the lock.
func (c *crane) lowerHeld() { c.load = 0 }
