// Package twice holds receives of a value that was received before. They block
// on every version of Go.
package twice

import (
	"context"
	"time"
)

func afterSelect(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	select {
	case <-t.C:
	case <-ctx.Done():
	}
	if !t.Stop() {
		<-t.C // want `this blocks for ever if the timer's value was received before: no other comes until Reset`
	}
}

// A flag keeps the two apart.
func afterSelectFlag(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	fired := false
	select {
	case <-t.C:
		fired = true
	case <-ctx.Done():
	}
	if !fired && !t.Stop() {
		<-t.C // want `needless since Go 1.23, or blocks for ever`
	}
}

func onlyOtherCase(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	select {
	case <-t.C:
	case <-ctx.Done():
		if !t.Stop() {
			<-t.C // want `needless since Go 1.23, or blocks for ever`
		}
	}
}

func inLoop(events chan int, d time.Duration) {
	t := time.NewTimer(d)
	for {
		if !t.Stop() {
			<-t.C // want `this blocks for ever if the timer's value was received before`
		}
		t.Reset(d)
		select {
		case <-events:
		case <-t.C:
		}
	}
}

func twoTicks(d time.Duration, work func()) {
	t := time.NewTimer(d)
	for {
		<-t.C // want `this blocks for ever if the timer's value was received before`
		work()
	}
}

func resetBetween(d time.Duration, work func()) {
	t := time.NewTimer(d)
	for {
		<-t.C
		work()
		t.Reset(d)
	}
}

func lent(t *time.Timer, events chan int) {
	select {
	case <-events:
	case <-t.C:
	}
	if !t.Stop() {
		<-t.C // want `this blocks for ever if the timer's value was received before`
	}
}

// Somebody else may reset it.
func shared(d time.Duration, keep func(*time.Timer)) {
	t := time.NewTimer(d)
	keep(t)
	<-t.C
	<-t.C
}

func inClosure(d time.Duration) {
	t := time.NewTimer(d)
	go func() { t.Reset(d) }()
	<-t.C
	<-t.C
}

// Another timer in each turn.
func eachTurn(ctx context.Context, turns int, d time.Duration) {
	for range turns {
		t := time.NewTimer(d)
		select {
		case <-t.C:
		case <-ctx.Done():
			if !t.Stop() {
				<-t.C // want `needless since Go 1.23, or blocks for ever`
			}
			return
		}
	}
}

// What is queued decides that the timer runs where it is drained.
func whileQueued(events chan int, d time.Duration) {
	t := time.NewTimer(0)
	if !t.Stop() {
		<-t.C // want `needless since Go 1.23, or blocks for ever`
	}
	queued := 0
	for {
		if queued == 1 {
			t.Reset(d)
		}
		select {
		case n := <-events:
			if n > 0 {
				queued++
				continue
			}
			if queued > 0 {
				if !t.Stop() {
					<-t.C // want `needless since Go 1.23, or blocks for ever`
				}
			}
		case <-t.C:
			queued--
			if queued > 0 {
				t.Reset(d)
			}
		}
	}
}

// The value is received on every way to the second receive.
func always(d time.Duration, again bool) {
	t := time.NewTimer(d)
	<-t.C
	if again {
		<-t.C // want `this blocks for ever if the timer's value was received before`
	}
}
