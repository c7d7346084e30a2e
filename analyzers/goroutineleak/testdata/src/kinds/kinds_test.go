package kinds

import (
	"context"
	"testing"
	"time"
)

// In most runs the answer comes in time.
func TestSometimes(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	answer := make(chan int)
	go func() { answer <- 1 }()
	select {
	case <-answer:
	case <-ctx.Done():
	}
}

// In no run does anybody receive.
func TestAlways(t *testing.T) {
	answer := make(chan int)
	go func() { answer <- 1 }() // want `can block for ever`
	t.Log("started")
}
