package fix

import tm "time"

func aliased(events chan int) {
	for {
		select {
		case <-events:
		case <-tm.After(tm.Minute): // want `each turn of this loop`
			return
		}
	}
}
