package team

import "testing"

// A test may hold a lock to see what waits for it.
func TestFill(t *testing.T) {
	var c cache
	c.mu.Lock()
	c.from.Next()
	c.mu.Unlock()
}
