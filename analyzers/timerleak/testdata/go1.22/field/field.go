// Package field holds what timerleak says of timers that are kept in fields.
package field

import "time"

// As in a producer that flushes after a while or when its buffer is full.
type producer struct {
	timer <-chan time.Time
	fired bool
	buf   []int
}

func (p *producer) run(in chan int, out chan []int) {
	for {
		select {
		case v := <-in:
			p.buf = append(p.buf, v)
			if p.timer == nil {
				p.timer = time.After(time.Minute) // want `the channel kept in timer is overwritten while its timer runs: each time, a timer stays in memory for 1m0s`
			}
		case <-p.timer:
			p.fired = true
		case out <- p.buf:
			p.rollOver()
		}
	}
}

func (p *producer) rollOver() {
	p.timer = nil
	p.fired = false
	p.buf = nil
}

// Overwritten only after the receive.
type patient struct{ timer <-chan time.Time }

func (p *patient) run(in chan int) {
	for {
		select {
		case <-in:
			if p.timer == nil {
				p.timer = time.After(time.Minute)
			}
		case <-p.timer:
			p.timer = nil
		}
	}
}

// Others can reach an exported field of an exported type.
type Open struct{ Timer <-chan time.Time }

func (o *Open) Reset() { o.Timer = time.After(time.Minute) }

// What is made once is not dropped.
type once struct{ timeout <-chan time.Time }

func newOnce() *once { return &once{timeout: time.After(time.Minute)} }

func (o *once) wait() { <-o.timeout }

// A channel that goes elsewhere is not followed.
type shared struct{ timer <-chan time.Time }

func (s *shared) reset(use func(<-chan time.Time)) {
	s.timer = time.After(time.Minute)
	use(s.timer)
}

type poller struct {
	ticker *time.Ticker
	done   chan struct{}
}

func newPoller() *poller {
	return &poller{
		ticker: time.NewTicker(time.Minute), // want `nothing in this package stops this ticker, Close neither: it runs for ever`
		done:   make(chan struct{}),
	}
}

func (p *poller) run(work func()) {
	for {
		select {
		case <-p.ticker.C:
			work()
		case <-p.done:
			return
		}
	}
}

func (p *poller) Close() { close(p.done) }

type stopped struct{ ticker *time.Ticker }

func newStopped() *stopped { return &stopped{ticker: time.NewTicker(time.Minute)} }

func (s *stopped) Close() { s.ticker.Stop() }

// An object without an end needs its ticker for ever.
type eternal struct{ ticker *time.Ticker }

func newEternal() *eternal { return &eternal{ticker: time.NewTicker(time.Minute)} }

func (e *eternal) run(work func()) {
	for range e.ticker.C {
		work()
	}
}

// A ticker that is handed on may be stopped elsewhere.
type lender struct{ ticker *time.Ticker }

func newLender() *lender { return &lender{ticker: time.NewTicker(time.Minute)} }

func (l *lender) lend(use func(*time.Ticker)) { use(l.ticker) }

func (l *lender) Close() {}
