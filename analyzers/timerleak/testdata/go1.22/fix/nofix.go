package fix

import "time"

// The duration must not be computed before next is called.
func moved(next func() chan int, left func() time.Duration) {
	for {
		select {
		case <-next():
		case <-time.After(left()): // want `each turn of this loop`
		}
	}
}

// NewTicker would panic where Tick returns nil.
func tickUnknown(d time.Duration, check func() bool) {
	for range time.Tick(d) { // want `the ticker of time.Tick`
		if check() {
			return
		}
	}
}
