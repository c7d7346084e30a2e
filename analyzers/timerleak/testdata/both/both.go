// Package both is analysed for old and new timers alike.
package both

import "time"

func otherCaseWins(events chan int) {
	for {
		select {
		case <-events:
		case <-time.After(time.Minute): // want `each turn of this loop`
			return
		}
	}
}
