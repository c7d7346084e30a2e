// Package fix holds the defects that come with a fix.
package fix

import (
	"context"
	"time"
)

func wins(events chan int, handle func(int)) {
	for {
		select {
		case e := <-events:
			handle(e)
		case <-time.After(time.Minute): // want `each turn of this loop`
			return
		}
	}
}

// The name is taken; there is a default case, and one without a body.
func names(timer, events, more chan int, d time.Duration) {
	for {
		select {
		case <-timer:
			// Nothing to do.
		case <-events: // a comment
		case <-more:
			return
		case now := <-time.After(d): // want `each turn of this loop`
			_ = now
		default:
			time.Sleep(time.Millisecond)
		}
	}
}

func leaves(ctx context.Context, interval func() time.Duration) {
wait:
	for {
	again:
		select {
		case <-ctx.Done():
			break wait
		case <-time.After(interval() / 2): // want `the timer stays in memory`
			break again
		}
	}
}

func made(events chan int) {
	for {
		t := time.NewTimer(time.Minute) // want `each turn of this loop that ends without Stop`
		select {
		case <-events:
		case <-t.C:
			return
		}
	}
}

// Only what does not stop the timer yet is given a Stop.
func madeAndStopped(events, more chan int) {
	for {
		t := time.NewTimer(time.Minute) // want `each turn of this loop that ends without Stop`
		select {
		case <-events:
			t.Stop()
		case <-more:
		case <-t.C:
			return
		}
	}
}

func ticks(stop chan struct{}, work func()) {
	t := time.NewTicker(time.Minute) // want `nothing stops this ticker`
	for {
		select {
		case <-t.C:
			work()
		case <-stop:
			return
		}
	}
}

func ticksInGoroutine(stop chan struct{}, work func()) {
	t := time.NewTicker(time.Minute) // want `nothing stops this ticker`
	go func() {
		for {
			select {
			case <-t.C:
				work()
			case <-stop:
				return
			}
		}
	}()
}

func tick(stop chan struct{}, work func()) {
	c := time.Tick(time.Minute) // want `the ticker of time.Tick`
	for {
		select {
		case <-c:
			work()
		case <-stop:
			return
		}
	}
}

func tickRange(check func() bool) {
	for range time.Tick(time.Minute) { // want `the ticker of time.Tick`
		if check() {
			return
		}
	}
}
