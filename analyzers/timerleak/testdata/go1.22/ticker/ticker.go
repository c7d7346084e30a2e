// Package ticker holds what timerleak says of tickers.
package ticker

import (
	"context"
	"os"
	"time"
)

func never(stop chan struct{}, work func()) {
	t := time.NewTicker(time.Minute) // want `nothing stops this ticker: it runs for ever, also after its function has ended`
	for {
		select {
		case <-t.C:
			work()
		case <-stop:
			return
		}
	}
}

func deferred(stop chan struct{}, work func()) {
	t := time.NewTicker(time.Minute)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			work()
		case <-stop:
			return
		}
	}
}

func deferredInClosure(stop chan struct{}, work func()) {
	t := time.NewTicker(time.Minute)
	defer func() {
		t.Stop()
		work()
	}()
	for {
		select {
		case <-t.C:
			work()
		case <-stop:
			return
		}
	}
}

func earlyReturn(setup func() error) error {
	t := time.NewTicker(time.Minute) // want `this ticker is not stopped on every way out of the function`
	if err := setup(); err != nil {
		return err
	}
	defer t.Stop()
	<-t.C
	return nil
}

func someWaysOut(ctx context.Context, done chan struct{}) {
	t := time.NewTicker(time.Minute) // want `not stopped on every way out`
	for {
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return
		case <-done:
			return
		}
	}
}

// A loop without an exit needs its ticker for ever.
func endless(work func()) {
	t := time.NewTicker(time.Minute)
	for range t.C {
		work()
	}
}

// A process that ends stops everything.
func fatal(check func() error) {
	t := time.NewTicker(time.Minute)
	for range t.C {
		if err := check(); err != nil {
			os.Exit(1)
		}
	}
}

func inLoop(jobs chan int, work func()) {
	for range jobs {
		t := time.NewTicker(time.Second) // want `each turn of this loop starts a ticker that is not stopped`
		<-t.C
		work()
	}
}

func deferInLoop(jobs chan int, work func()) {
	for range jobs {
		t := time.NewTicker(time.Second) // want `each turn of this loop starts a ticker: the deferred Stop waits for the function to return`
		defer t.Stop()
		<-t.C
		work()
	}
}

func stoppedInLoop(jobs chan int, work func()) {
	for range jobs {
		t := time.NewTicker(time.Second)
		<-t.C
		work()
		t.Stop()
	}
}

func inGoroutine(stop chan struct{}, work func()) {
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

func inEndlessGoroutine(work func()) {
	t := time.NewTicker(time.Minute)
	go func() {
		for range t.C {
			work()
		}
	}()
}

func stoppedByGoroutine(stop chan struct{}, work func()) {
	t := time.NewTicker(time.Minute)
	go func() {
		defer t.Stop()
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

// What is handed on may be stopped by whoever gets it.
func returned() *time.Ticker {
	return time.NewTicker(time.Minute)
}

func handedOn(use func(*time.Ticker)) {
	t := time.NewTicker(time.Minute)
	use(t)
}

func methodValue(stop chan struct{}) {
	t := time.NewTicker(time.Minute)
	cleanUp := t.Stop
	defer cleanUp()
	<-stop
}

var global *time.Ticker

func kept() {
	global = time.NewTicker(time.Minute)
}

// Functions of the package are followed.
func lent(stop chan struct{}) {
	t := time.NewTicker(time.Minute) // want `nothing stops this ticker`
	wait(t, stop)
}

func wait(t *time.Ticker, stop chan struct{}) {
	select {
	case <-t.C:
	case <-stop:
	}
}

func stoppedByFunction() {
	t := time.NewTicker(time.Minute)
	<-t.C
	stop(t)
}

func stop(t *time.Ticker) { t.Stop() }

// Generic functions too.
func stoppedByGeneric(v int) {
	t := time.NewTicker(time.Minute)
	<-t.C
	stopWith(t, v)
}

func lentToGeneric(v int) {
	t := time.NewTicker(time.Minute) // want `nothing stops this ticker`
	waitWith(t, v)
}

func stopWith[T any](t *time.Ticker, _ T) { t.Stop() }

func waitWith[T any](t *time.Ticker, _ T) { <-t.C }

// The channel of a ticker that nothing else refers to.
func onlyChannel(stop chan struct{}, work func()) {
	c := time.NewTicker(time.Minute).C // want `nothing stops this ticker`
	for {
		select {
		case <-c:
			work()
		case <-stop:
			return
		}
	}
}

func generic[T any](in <-chan T, use func(T)) {
	t := time.NewTicker(time.Minute) // want `nothing stops this ticker`
	for {
		select {
		case <-t.C:
		case v, ok := <-in:
			if !ok {
				return
			}
			use(v)
		}
	}
}

// A flag that the path has set decides.
func onlyIfSet(every time.Duration, stop chan struct{}) {
	var t *time.Ticker
	var c <-chan time.Time
	if every > 0 {
		t = time.NewTicker(every)
		c = t.C
	}
	for {
		select {
		case <-c:
		case <-stop:
			if t != nil {
				t.Stop()
			}
			return
		}
	}
}

func tickEnds(stop chan struct{}, work func()) {
	tick := time.Tick(time.Minute) // want `the ticker of time.Tick runs for ever, also after this function has ended`
	for {
		select {
		case <-tick:
			work()
		case <-stop:
			return
		}
	}
}

func tickRangeEnds(check func() bool) {
	for range time.Tick(time.Minute) { // want `the ticker of time.Tick runs for ever`
		if check() {
			break
		}
	}
}

func tickNeverEnds(work func()) {
	for range time.Tick(time.Minute) {
		work()
	}
}

func tickInLoop(stop chan struct{}, work func()) {
	for {
		select {
		case <-time.Tick(time.Minute): // want `each turn of this loop starts a ticker that runs for ever`
			work()
		case <-stop:
			return
		}
	}
}

func tickInCondition(work func() bool) {
	for work() {
		<-time.Tick(time.Second) // want `each turn of this loop starts a ticker`
	}
}

func tickReturned() <-chan time.Time {
	return time.Tick(time.Minute)
}
