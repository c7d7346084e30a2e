package idle

import (
	"testing"
	"time"
)

// A test's timeout says that nothing comes any more; the test ends by itself.
func TestReceivesAll(t *testing.T) {
	messages := make(chan string)
	go func() {
		for range 100 {
			messages <- "x"
		}
	}()
	for count := 0; ; {
		select {
		case <-messages:
			if count++; count == 100 {
				return
			}
		case <-time.After(5 * time.Second):
			t.Errorf("%d messages", count)
			return
		}
	}
}
