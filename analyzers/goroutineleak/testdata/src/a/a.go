package a

import (
	"context"
	"errors"
	"sync"
	"time"
)

func work() error { return errors.New("work") }

// The receiver takes its timeout.
func timeout() error {
	done := make(chan error)
	go func() { done <- work() }() // want `this goroutine can block for ever at line 15, waiting to send: nobody is left to receive`
	select {
	case err := <-done:
		return err
	case <-time.After(time.Second):
		return errors.New("timeout")
	}
}

// The receiver returns before it receives.
func earlyReturn(prepare func() error) error {
	done := make(chan error)
	go func() { // want `waiting to send`
		if err := work(); err != nil {
			done <- err
			return
		}
		done <- nil
	}()
	if err := prepare(); err != nil {
		return err
	}
	return <-done
}

// One of two is received.
func firstOfTwo() error {
	errs := make(chan error)
	go func() { errs <- work() }() // want `waiting to send`
	go func() { errs <- work() }() // want `waiting to send`
	return <-errs
}

// Each turn of the loop leaves one behind.
func inLoop(stop chan bool) {
	for {
		done := make(chan bool)
		go func() { done <- true }() // want `waiting to send`
		select {
		case <-stop:
			return
		case <-done:
		}
	}
}

// Nobody closes the channel.
func unclosed(items []int) {
	ch := make(chan int)
	go func() { // want `waiting for the channel of its range loop to be closed`
		for range ch {
		}
	}()
	for _, item := range items {
		ch <- item
	}
}

// On an error nobody tells the goroutine to start.
func neverStarted(listen func() error) error {
	ready := make(chan struct{})
	go func() { // want `waiting to receive: nobody is left to send or close`
		<-ready
		work()
	}()
	if err := listen(); err != nil {
		return err
	}
	close(ready)
	return nil
}

type rows struct{ cancel context.CancelFunc }

func (r *rows) await(ctx context.Context) {
	<-ctx.Done()
	r.cancel()
}

// The context can be cancelled only by the goroutine that waits for it.
func uncancelled() {
	r := &rows{}
	var ctx context.Context
	ctx, r.cancel = context.WithCancel(context.Background())
	go r.await(ctx) // want `waiting for a context that nobody is left to cancel`
}

// Done is skipped on an error.
func missingDone(jobs []func() error) {
	var wg sync.WaitGroup
	for _, job := range jobs {
		wg.Add(1)
		go func() {
			if err := job(); err != nil {
				return
			}
			wg.Done()
		}()
	}
	wg.Wait() // want `missingDone can block here for ever, waiting for a wait group that cannot reach zero`
}

type gate struct {
	mu   sync.Mutex
	cond *sync.Cond
	open bool
}

func (g *gate) wait() {
	g.mu.Lock()
	for !g.open {
		g.cond.Wait()
	}
	g.mu.Unlock()
}

// Nobody signals.
func unsignalled() {
	g := &gate{}
	g.cond = sync.NewCond(&g.mu)
	go g.wait() // want `waiting for a condition that nobody is left to signal`
}

// A stream hands out a channel and relies on its reader.
func numbers(n int) <-chan int {
	ch := make(chan int)
	go func() { // want `waiting to send`
		defer close(ch)
		for i := range n {
			ch <- i
		}
	}()
	return ch
}

func firstBig(n int) int {
	for i := range numbers(n) {
		if i > 10 {
			return i
		}
	}
	return 0
}

// Generic code is code.
func ask[T any](ctx context.Context, f func() T) (zero T, err error) {
	answer := make(chan T)
	go func() { answer <- f() }() // want `waiting to send`
	select {
	case v := <-answer:
		return v, nil
	case <-ctx.Done():
		return zero, ctx.Err()
	}
}

type cleaner struct {
	ticker *time.Ticker
	adds   chan int
	stop   chan struct{}
}

func newCleaner() *cleaner {
	return &cleaner{ticker: time.NewTicker(time.Minute), adds: make(chan int), stop: make(chan struct{})}
}

// Stop does not close the ticker's channel.
func (c *cleaner) run() {
	go func() { // want `this goroutine never ends: it ranges over a ticker's channel at line \d+, and the Stop in \(\*cleaner\).Stop does not close the channel`
		for range c.ticker.C {
			work()
		}
	}()
}

func (c *cleaner) Stop() {
	c.ticker.Stop()
	close(c.stop)
}

// A ticker of its own has no end either.
func (c *cleaner) report() {
	go func() { // want `this goroutine never ends, not even after Stop: it ranges over a ticker's channel at line \d+`
		for range time.Tick(time.Second) {
			work()
		}
	}()
}

// The statement in start is the same for all goroutines; the report stands where
// the goroutine waits.
func start(f func()) { go f() }

func elsewhere(ctx context.Context) {
	done := make(chan int)
	start(func() {
		done <- 1 // want `a goroutine can block here for ever, waiting to send: nobody is left to receive`
	})
	select {
	case <-done:
	case <-ctx.Done():
	}
}

type dialer struct{ onDial func(error) }

func (d *dialer) dial() {
	go func() {
		err := check()
		d.onDial(err)
	}()
}

func callback(ctx context.Context) {
	done := make(chan error)
	d := &dialer{onDial: func(err error) {
		done <- err // want `a goroutine can block here for ever, waiting to send: nobody is left to receive`
	}}
	d.dial()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

func check() error { return nil }
