// Package idle holds waits that each event starts anew.
package idle

import (
	"context"
	"errors"
	"math/rand"
	"time"
)

type event struct{ id int }

var errTimeout = errors.New("timeout")

// Other events put the timeout off.
func waitFor(id int, events chan event, timeout time.Duration) error {
	for {
		select {
		case e := <-events:
			if e.id == id {
				return nil
			}
		case <-time.After(timeout): // want `each event that does not end this loop starts the timeout anew: it does not limit the whole wait`
			return errTimeout
		}
	}
}

func waitForOverall(id int, events chan event, timeout time.Duration) error {
	expired := time.After(timeout)
	for {
		select {
		case e := <-events:
			if e.id == id {
				return nil
			}
		case <-expired:
			return errTimeout
		}
	}
}

// Said to be so.
func waitForIdle(id int, events chan event, timeout time.Duration) error {
	for {
		select {
		case e := <-events:
			if e.id == id {
				return nil
			}
		case <-time.After(timeout):
			return errTimeout
		}
	}
}

func reader(in chan event, idleTimeout time.Duration, stop func(event) bool) error {
	for {
		select {
		case e := <-in:
			if stop(e) {
				return nil
			}
		case <-time.After(idleTimeout):
			return errTimeout
		}
	}
}

// A loop that ends when its channel is closed, or on an error, waits for each
// event, not for one.
func pump(in chan event, timeout time.Duration, handle func(event) error) error {
	for {
		select {
		case e, ok := <-in:
			if !ok {
				return nil
			}
			if err := handle(e); err != nil {
				return err
			}
		case <-time.After(timeout):
			return errTimeout
		}
	}
}

// A busy loop never gets to the check.
func acks(ctx context.Context, in chan event, handle func(event), check func()) {
	spread := time.Duration(rand.Int63n(int64(time.Minute)))
	for {
		select {
		case e := <-in:
			handle(e)
		case <-time.After(time.Minute + spread): // want `each event starts this wait anew: a busy loop never gets to what it is for`
			check()
		case <-ctx.Done():
			return
		}
	}
}

// The other case does the same.
func sooner(in chan event, check func()) {
	for {
		select {
		case <-in:
		case <-time.After(time.Minute):
		}
		check()
	}
}

// What is left until some time is started anew rightly.
func acksUntil(in chan event, handle func(event), check func() time.Time) {
	next := check()
	for {
		select {
		case e := <-in:
			handle(e)
		case <-time.After(time.Until(next) + time.Second):
			next = check()
		}
	}
}

// Acting when nothing happens is the point of it.
func debounce(in chan event, flush func()) {
	for {
		select {
		case <-in:
		case <-time.After(time.Minute):
			flush()
		}
	}
}

// The other case leaves, or signals an end.
func periodic(ctx context.Context, check func()) {
	for {
		select {
		case <-time.After(time.Minute):
			check()
		case <-ctx.Done():
			return
		}
	}
}

// The limit is for the answer to what this turn asked.
func watchHealth(stop chan bool, ask func() error, timeout time.Duration) int {
	failures := 0
	for {
		answer := make(chan error, 1)
		go func() { answer <- ask() }()
		var err error
		select {
		case <-stop:
			return failures
		case err = <-answer:
		case <-time.After(timeout):
			err = errors.New("timeout")
		}
		if err != nil {
			failures++
		}
	}
}
