// Package never holds timeouts that cannot fire, on any version of Go.
package never

import (
	"errors"
	"time"
)

var errTimeout = errors.New("timeout")

const limit = 5 * time.Minute

func withDefault(ready func() bool, timeout time.Duration) error {
	for {
		select {
		case <-time.After(timeout): // want `this never fires: the timer is started here and the default case does not wait for it`
			return errTimeout
		default:
			if ready() {
				return nil
			}
			time.Sleep(time.Second)
		}
	}
}

// A timer that was started before the loop can fire.
func startedBefore(ready func() bool, timeout time.Duration) error {
	expired := time.After(timeout)
	for {
		select {
		case <-expired:
			return errTimeout
		default:
			if ready() {
				return nil
			}
			time.Sleep(time.Second)
		}
	}
}

// What is left until a deadline is nothing in the end.
func untilDeadline(ready func() bool, deadline time.Time) error {
	for {
		select {
		case <-time.After(time.Until(deadline)):
			return errTimeout
		default:
			if ready() {
				return nil
			}
			time.Sleep(time.Second)
		}
	}
}

func besideTicker(ready func() bool) error {
	poll := time.NewTicker(time.Second)
	defer poll.Stop()
	for {
		select {
		case <-poll.C:
			if ready() {
				return nil
			}
		case <-time.After(limit): // want `this never fires: every turn of the loop starts it anew for 5m0s, and another case wins after 1s`
			return errTimeout
		}
	}
}

func besideAfter(ready func() bool) error {
	for {
		select {
		case <-time.After(time.Second):
			if ready() {
				return nil
			}
		case <-time.After(limit): // want `this never fires`
			return errTimeout
		}
	}
}

func besideTick(ready func() bool) error {
	poll := time.Tick(time.Second)
	for {
		select {
		case <-poll:
			if ready() {
				return nil
			}
		case <-time.After(limit): // want `this never fires`
			return errTimeout
		}
	}
}

func resetEachTurn(ready func() bool) error {
	timeout := time.NewTicker(limit)
	defer timeout.Stop()
	poll := time.NewTicker(time.Second)
	defer poll.Stop()
	for {
		timeout.Reset(limit) // want `this never fires`
		select {
		case <-poll.C:
			if ready() {
				return nil
			}
		case <-timeout.C:
			return errTimeout
		}
	}
}

// The ticker is slower than the timeout, or nobody knows.
func slowerTicker(ready func() bool, every time.Duration) error {
	slow := time.NewTicker(time.Hour)
	unknown := time.NewTicker(every)
	changed := time.NewTicker(time.Second)
	changed.Reset(time.Hour)
	for {
		select {
		case <-slow.C:
		case <-unknown.C:
		case <-changed.C:
		case <-time.After(limit):
			return errTimeout
		}
	}
}

// Started once, it fires.
func onceBesideTicker(ready func() bool) error {
	poll := time.NewTicker(time.Second)
	defer poll.Stop()
	timeout := time.After(limit)
	for {
		select {
		case <-poll.C:
			if ready() {
				return nil
			}
		case <-timeout:
			return errTimeout
		}
	}
}

// Reset only where something happened, it fires when nothing does.
func resetOnProgress(progress func() bool) error {
	timeout := time.NewTimer(limit)
	poll := time.NewTicker(time.Second)
	defer poll.Stop()
	for {
		select {
		case <-poll.C:
			if progress() {
				timeout.Reset(limit)
			}
		case <-timeout.C:
			return errTimeout
		}
	}
}

// Started anew only when the inner loop is done, it fires while that waits.
func innerLoop(ready func() bool) error {
	poll := time.NewTicker(time.Second)
	defer poll.Stop()
	for {
		timeout := time.After(limit)
		for !ready() {
			select {
			case <-poll.C:
			case <-timeout:
				return errTimeout
			}
		}
	}
}
