package after

import (
	"testing"
	"time"
)

// What a test leaves behind goes with its process.
func TestLoop(t *testing.T) {
	events := make(chan event)
	for {
		select {
		case <-events:
		case <-time.After(time.Minute):
			t.Fatal("timeout")
		}
	}
}
