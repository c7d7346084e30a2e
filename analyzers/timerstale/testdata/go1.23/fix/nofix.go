package fix

import "time"

// What else the condition asks for might be used no more.
func compound(t *time.Timer, events chan int) {
	fired := false
	select {
	case <-t.C:
		fired = true
	case <-events:
	}
	if !fired && !t.Stop() {
		<-t.C // want `needless`
	}
}
