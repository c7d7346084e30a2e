// Package after holds what timerleak says of timers that fire once.
package after

import (
	"context"
	"errors"
	tm "time"
)

import . "time"

type event struct{}

func handle(event) {}

const minute = Minute

// Each event leaves a timer behind.
func otherCaseWins(events chan event) {
	for {
		select {
		case e := <-events:
			handle(e)
		case <-tm.After(minute): // want `each turn of this loop that another case wins leaves a timer in memory for 1m0s \(Go before 1\.23\)`
			return
		}
	}
}

func unknownDuration(events chan event, idle Duration) {
	for {
		select {
		case e := <-events:
			handle(e)
		case now := <-After(idle): // want `leaves a timer in memory for idle`
			_ = now
			return
		}
	}
}

// A send can win like a receive.
func sendWins(out chan event) {
	for {
		select {
		case out <- event{}:
		case <-After(minute): // want `each turn of this loop`
			return
		}
	}
}

func defaultWins(d Duration) {
	for {
		select {
		case <-After(d): // want `each turn of this loop`
			return
		default:
		}
	}
}

// Without other cases, time.After is a sleep.
func sleepOnly(work func()) {
	for {
		<-After(minute)
		work()
	}
}

func selectSleepOnly(work func()) {
	for {
		select {
		case <-After(minute):
		}
		work()
	}
}

// The other case ends the loop: one timer stays.
func otherCaseLeaves(ctx context.Context, work func()) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-After(minute): // want `the timer stays in memory for 1m0s after this loop has ended`
			work()
		}
	}
}

// One timer of a second does not matter.
func otherCaseLeavesSoon(ctx context.Context, work func()) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-After(Second):
			work()
		}
	}
}

// A retry loop: as otherCaseLeaves.
func retry(ctx context.Context, try func() error, wait func() Duration) error {
	for err := try(); err != nil; err = try() {
		select {
		case <-After(wait() / 2): // want `the timer stays in memory for wait\(\) / 2 after this loop has ended`
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// A loop that counts makes few timers.
func bounded(replies chan event) {
	for i := 0; i < 3; i++ {
		select {
		case <-replies:
		case <-After(minute): // want `each turn of this loop that another case wins leaves a timer in memory`
		}
	}
}

func boundedRange(peers []chan event) {
	for _, p := range peers {
		select {
		case p <- event{}:
		case <-After(minute): // want `each turn of this loop that another case wins leaves a timer in memory`
		}
	}
}

// A bounded loop inside of one that is not is not bounded.
func boundedInside(peers []chan event) {
	for {
		for _, p := range peers {
			select {
			case p <- event{}:
			case <-After(minute): // want `each turn of this loop`
			}
		}
	}
}

func rangeOverChannel(in, out chan event) {
	for e := range in {
		select {
		case out <- e:
		case <-After(minute): // want `each turn of this loop`
		}
	}
}

// Timers of a few seconds take many turns a second to be noticed, and of a few
// milliseconds are not.
func shortDurations(events chan event) {
	for {
		select {
		case e := <-events:
			handle(e)
		case <-After(2 * Second): // want `each turn of this loop`
			return
		}
		select {
		case e := <-events:
			handle(e)
		case <-After(20 * Millisecond):
			return
		}
	}
}

// A variable that nothing sets stands for a constant that tests shorten.
var (
	brief   = 20 * Millisecond
	changed = 20 * Millisecond
	flagged = 20 * Millisecond
)

func setChanged(d Duration) { changed = d }

func setFlagged(parse func(*Duration)) { parse(&flagged) }

func variables(events chan event) {
	for {
		select {
		case <-events:
		case <-After(brief):
			return
		}
		select {
		case <-events:
		case <-After(changed): // want `in memory for changed`
			return
		}
		select {
		case <-events:
		case <-After(flagged): // want `in memory for flagged`
			return
		}
	}
}

// A select that another wait paces cannot pile up many.
func paced(limit Duration) error {
	poll := NewTicker(Second)
	defer poll.Stop()
	for {
		select {
		case <-poll.C:
		case <-After(limit): // want `each turn of this loop`
			return errors.New("timeout")
		}
	}
}

func pacedBySleep(events chan event) {
	for {
		select {
		case <-events:
		case <-After(minute): // want `each turn of this loop`
			return
		}
		Sleep(Second)
	}
}

// A channel that tells that something ends wins once.
func endsOnce(done chan struct{}, work chan int) {
	for range work {
		select {
		case <-done:
		case <-After(minute): // want `each turn of this loop`
		}
	}
}

// As does one that a function returns, to tell many at once.
func broadcast(changed func() <-chan struct{}, work func()) {
	for {
		select {
		case <-changed():
		case <-After(minute): // want `each turn of this loop`
		}
		work()
	}
}

// A variable of the function around is what it was set to.
func inGoroutine(events chan event) {
	wait := 20 * Millisecond
	go func() {
		for {
			select {
			case <-events:
			case <-After(wait):
				return
			}
		}
	}()
}

// One timer for the whole loop is a deadline.
func deadline(events chan event) {
	timeout := After(minute)
	for {
		select {
		case e := <-events:
			handle(e)
		case <-timeout:
			return
		}
	}
}

// A timer for each batch, dropped when the batch is full.
func batches(in chan event, flush func([]event)) {
	for {
		var batch []event
		timeout := After(minute) // want `each turn of this loop`
	fill:
		for len(batch) < 100 {
			select {
			case e := <-in:
				batch = append(batch, e)
			case <-timeout:
				break fill
			}
		}
		flush(batch)
	}
}

// The same, started with the first element: the flag that is nil decides.
func lazyBatches(in chan event, flush func([]event)) {
	var batch []event
	var timeout <-chan Time
	for {
		select {
		case e := <-in:
			batch = append(batch, e)
			if timeout == nil {
				timeout = After(minute) // want `the timer whose channel was here still runs when the next is started`
			}
			if len(batch) == 100 {
				flush(batch)
				batch, timeout = nil, nil
			}
		case <-timeout:
			flush(batch)
			batch, timeout = nil, nil
		}
	}
}

// Started again only after it has fired.
func flushOnTimeoutOnly(in chan event, flush func([]event)) {
	var batch []event
	var timeout <-chan Time
	for {
		select {
		case e := <-in:
			batch = append(batch, e)
			if timeout == nil {
				timeout = After(minute)
			}
		case <-timeout:
			flush(batch)
			batch, timeout = nil, nil
		}
	}
}

// Every event starts the wait again.
func debounce(events chan event, quiet Duration, act func()) {
	var timeout <-chan Time
	for {
		select {
		case <-events:
			timeout = After(quiet) // want `the timer whose channel was here still runs`
		case <-timeout:
			timeout = nil
			act()
		}
	}
}

// A boolean that the path has set decides which way it goes.
func waitsUntilFired(events chan event) {
	for {
		timeout := After(minute)
		for fired := false; !fired; {
			select {
			case <-events:
			case <-timeout:
				fired = true
			}
		}
	}
}

func labels(events chan event, stop chan event) {
outer:
	for {
		select {
		case <-events:
			continue outer
		case <-stop:
			break outer
		case <-After(minute): // want `each turn of this loop`
		}
	}
}

// A goto backwards is a second try: reported with less confidence.
func jumps(events chan event) {
again:
	select {
	case <-events:
		goto again
	case <-After(minute): // want `each turn of this loop`
	}
}

func methodValue(events chan event) {
	after := After
	for {
		select {
		case <-events:
		case <-after(minute): // want `each turn of this loop`
			return
		}
	}
}

func generic[T any](in chan T, use func(T), d Duration) {
	for {
		select {
		case v := <-in:
			use(v)
		case <-After(d): // want `each turn of this loop`
			return
		}
	}
}

func inClosure(events chan event) func() {
	return func() {
		for {
			select {
			case <-events:
			case <-After(minute): // want `each turn of this loop`
				return
			}
		}
	}
}

// What happens to a channel that is handed on is not known.
func escapes(events chan event, use func(<-chan Time), sink *[]<-chan Time) <-chan Time {
	for {
		use(After(minute))
		*sink = append(*sink, After(minute))
		select {
		case <-events:
			return After(minute)
		default:
		}
	}
}

// A channel that goes to a function of the package, which receives from it.
func lent(events chan event) {
	for {
		if !wait(events, After(minute)) {
			return
		}
	}
}

func wait(events chan event, timeout <-chan Time) bool {
	select {
	case <-events:
		return true
	case <-timeout:
		return false
	}
}

// Each turn of the caller's loop leaves a timer.
func pump(events chan event) {
	for {
		once(events)
	}
}

func once(events chan event) {
	select {
	case <-events:
	case <-After(minute): // want `each call of this function that another case wins leaves a timer in memory for 1m0s`
	}
}

// Called now and then, it does not matter.
func seldom(events chan event) {
	select {
	case <-events:
	case <-After(minute):
	}
}

func newTimer(events chan event) {
	for {
		timer := NewTimer(minute) // want `each turn of this loop that ends without Stop leaves a timer in memory for 1m0s`
		select {
		case <-events:
		case <-timer.C:
			return
		}
	}
}

func newTimerStopped(events chan event) {
	for {
		timer := NewTimer(minute)
		select {
		case <-events:
			timer.Stop()
		case <-timer.C:
			return
		}
	}
}

// A deferred Stop waits for the function, not for the turn.
func newTimerDeferred(events chan event) {
	for {
		timer := NewTimer(minute) // want `the deferred Stop waits for the function to return`
		defer timer.Stop()
		select {
		case <-events:
		case <-timer.C:
			return
		}
	}
}

// If the function returns sooner or later, that may be soon enough.
func newTimerDeferredInTime(events chan event) {
	for {
		timer := NewTimer(minute) // want `each turn of this loop that another case wins leaves a timer in memory`
		defer timer.Stop()
		select {
		case <-timer.C:
			return
		case <-events:
			if len(events) == 0 {
				return
			}
		}
	}
}

// One timer, reset, is one timer.
func newTimerReset(events chan event) {
	timer := NewTimer(minute)
	defer timer.Stop()
	for {
		select {
		case <-events:
			if !timer.Stop() {
				<-timer.C
			}
			timer.Reset(minute)
		case <-timer.C:
			return
		}
	}
}

// A variable that is nil unless the timer runs, be it the timer or its channel.
func newTimerIfNone(events chan event, d Duration) {
	var timer *Timer
	var c <-chan Time
	for {
		select {
		case <-events:
			if c == nil {
				timer = NewTimer(d)
				c = timer.C
			} else if len(events) == 0 {
				timer.Stop()
				timer, c = nil, nil
			}
		case <-c:
			timer, c = nil, nil
		}
	}
}

// Only the channel is kept: nobody can stop the timer.
func newTimerChannel(events chan event, next func() Duration) {
	for {
		var c <-chan Time
		if d := next(); d > 0 {
			c = NewTimer(d).C // want `each turn of this loop that ends without Stop`
		}
		select {
		case <-events:
		case <-c:
		}
	}
}

// Functions of the package and closures that stop it count.
func newTimerStoppedByOthers(events chan event) {
	for {
		timer := NewTimer(minute)
		select {
		case <-events:
			drain(timer)
		case <-timer.C:
			return
		}
	}
}

func drain(timer *Timer) {
	if !timer.Stop() {
		select {
		case <-timer.C:
		default:
		}
	}
}

func newTimerStoppedByClosure(events chan event) {
	for {
		timer := NewTimer(minute)
		stop := func() { timer.Stop() }
		select {
		case <-events:
			stop()
		case <-timer.C:
			return
		}
	}
}

func newTimerInClosureTurn(events chan event) {
	for {
		func() {
			timer := NewTimer(minute)
			defer func() { timer.Stop() }()
			select {
			case <-events:
			case <-timer.C:
			}
		}()
	}
}
