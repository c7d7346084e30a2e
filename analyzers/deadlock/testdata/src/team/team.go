package team

import (
	"queue"
	"sync"
)

type cache struct {
	mu    sync.Mutex
	items []int
	from  *queue.Consumer
	log   queue.Log
}

func (c *cache) fill() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items = append(c.items, c.from.Next()) /* blocks-under-lock */ // want `c.mu is held while fill calls queue.Consumer.Next, which may block for ever`
}

func (c *cache) fillFrom(s queue.Source) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items = append(c.items, s.Next()) /* blocks-under-lock */ // want `c.mu is held while fillFrom calls queue.Source.Next, which may block for ever`
}

func (c *cache) next() int {
	return c.from.Next() /* blocks-under-lock */ // want `c.mu is held while next calls queue.Consumer.Next`
}

func (c *cache) fillLater() {
	c.mu.Lock()
	c.items = append(c.items, c.next())
	c.mu.Unlock()
}

// Deferred calls run in the order in which the lock is still held.
func (c *cache) fillAtLast() {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.from.Next() /* blocks-under-lock */ // want `c.mu is held while fillAtLast calls queue.Consumer.Next`
}

// What is called before the lock is taken, and in a goroutine, holds nobody up.
func (c *cache) fillBefore() {
	n := c.from.Next()
	c.mu.Lock()
	c.items = append(c.items, n)
	go c.from.Next()
	c.mu.Unlock()
	c.from.Next()
}

// A call that may mean another function is not enough.
func (c *cache) fillBy(next func() int) {
	c.mu.Lock()
	c.items = append(c.items, next())
	c.mu.Unlock()
}

func (c *cache) check(err error) {
	c.mu.Lock()
	if err != nil {
		queue.Die(err)
	}
	c.mu.Unlock()
}

func (c *cache) checked(err error) []int {
	c.mu.Lock()
	if err != nil {
		queue.Die(err)
		return nil
	}
	defer c.mu.Unlock()
	return c.items
}

func (c *cache) logged(err error) []int {
	c.mu.Lock()
	if err != nil {
		c.log.Fatal(err)
		return nil
	}
	defer c.mu.Unlock()
	return c.items
}

func (c *cache) forgotten(err error) []int {
	c.mu.Lock() /* missing-unlock */ // want `c.mu is not released on every path`
	if err != nil {
		return nil
	}
	defer c.mu.Unlock()
	return c.items
}
