package silent

import (
	"container/heap"
	"context"
	"errors"
	"sync"
	"time"
)

type clock struct {
	mu        sync.RWMutex
	cond      *sync.Cond
	scheduled timers
}

type timers []func()

func (h timers) Len() int           { return len(h) }
func (h timers) Less(i, j int) bool { return i < j }
func (h timers) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *timers) Push(x any)        { *h = append(*h, x.(func())) }
func (h *timers) Pop() any          { return nil }

func (c *clock) init() {
	if c.cond == nil {
		c.cond = sync.NewCond(&c.mu)
	}
}

func (c *clock) await(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.init()
	for len(c.scheduled) < n {
		c.cond.Wait()
	}
}

func (c *clock) schedule(fn func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.init()
	heap.Push(&c.scheduled, fn)
	c.cond.Broadcast()
}

func (c *clock) sleep() {
	ch := make(chan time.Time, 1)
	c.schedule(func() { ch <- time.Now() })
	<-ch
}

// Whoever signals has changed what the waiter asks for, though that is not seen.
func awaits() {
	var c clock
	done := make(chan bool, 1)
	go func() {
		c.sleep()
		done <- true
	}()
	c.await(1)
	<-done
}

type status struct {
	code int
	err  error
}

type condition string

const (
	notRunning condition = "not-running"
	removed    condition = "removed"
)

type container struct {
	sync.Mutex
	Running, removed bool
	code             int
	message          string
	stopWaiters      []chan<- status
	removalWaiters   []chan<- status
}

func (c *container) err() error {
	if c.message != "" {
		return errors.New(c.message)
	}
	return nil
}

func (c *container) wait(ctx context.Context, until condition) <-chan status {
	c.Lock()
	defer c.Unlock()
	result := make(chan status, 1)
	if c.met(until) {
		result <- status{code: c.code, err: c.err()}
		return result
	}
	wait := make(chan status, 1)
	if until == removed {
		c.removalWaiters = append(c.removalWaiters, wait)
	} else {
		c.stopWaiters = append(c.stopWaiters, wait)
	}
	go func() {
		select {
		case <-ctx.Done():
			result <- status{code: -1, err: ctx.Err()}
			return
		case s := <-wait:
			result <- s
		}
	}()
	return result
}

func (c *container) met(until condition) bool {
	switch until {
	case notRunning:
		return !c.Running
	case removed:
		return c.removed
	}
	return false
}

func (c *container) notify(waiters *[]chan<- status) {
	result := status{code: c.code, err: c.err()}
	for _, w := range *waiters {
		w <- result
	}
	*waiters = nil
}

func (c *container) stop() {
	c.Running = false
	c.notify(&c.stopWaiters)
}

func (c *container) remove() {
	c.removed = true
	c.notify(&c.removalWaiters)
	c.notify(&c.stopWaiters)
}

// What is waited for decides where who waits is kept, and so who wakes it.
func lifecycle() {
	c := &container{}
	c.Running = true
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	removal := c.wait(ctx, removed)
	wait := c.wait(context.Background(), notRunning)
	c.Lock()
	c.stop()
	c.Unlock()
	<-wait
	c.remove()
	<-removal
}
