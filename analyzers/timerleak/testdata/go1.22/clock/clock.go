// Package clock has a clock of its own that tests can turn.
package clock

import "time"

type Clock interface {
	Now() time.Time
	After(time.Duration) <-chan time.Time
}

type wall struct{}

func (wall) Now() time.Time                         { return time.Now() }
func (wall) After(d time.Duration) <-chan time.Time { return time.After(d) }

type notAClock struct{}

func (notAClock) After(n int) <-chan int { return nil }

func loop(c Clock, events chan int) {
	for {
		select {
		case <-events:
		case <-c.After(time.Minute): // want `each turn of this loop that another case wins leaves a timer in memory for 1m0s`
			return
		}
	}
}

func other(c notAClock, events chan int) {
	for {
		select {
		case <-events:
		case <-c.After(60):
			return
		}
	}
}
