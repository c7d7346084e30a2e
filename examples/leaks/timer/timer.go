// Package timer leaves a goroutine that a timer wakes now and then.
package timer

import "time"

// A Cache forgets what it holds once an hour.
type Cache struct {
	stop    chan struct{}
	Entries map[string]string
}

// New returns an empty cache.
func New() *Cache {
	c := &Cache{stop: make(chan struct{}), Entries: make(map[string]string)}
	go func() {
		for {
			select {
			case <-time.After(time.Hour):
				clear(c.Entries)
			case <-c.stop: // there is no Close
				return
			}
		}
	}()
	return c
}
