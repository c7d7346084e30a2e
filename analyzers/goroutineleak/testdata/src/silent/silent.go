package silent

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

func work() error { return nil }

// There is room for what is sent.
func buffered() error {
	done := make(chan error, 1)
	go func() { done <- work() }()
	select {
	case err := <-done:
		return err
	case <-time.After(time.Second):
		return nil
	}
}

// There is room for all, however many they are.
func roomForAll(jobs []func() error) error {
	errs := make(chan error, len(jobs))
	for _, job := range jobs {
		go func() { errs <- job() }()
	}
	for range jobs {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

// As many are received as were started.
func counted(jobs map[string]func() error) (failed int) {
	errs := make(chan error)
	for _, job := range jobs {
		go func() { errs <- job() }()
	}
	for range jobs {
		if err := <-errs; err != nil {
			failed++
		}
	}
	return failed
}

// The count is kept by hand.
func countedByHand(jobs []func() error, wanted func(int) bool) {
	done := make(chan error)
	started := 0
	for i, job := range jobs {
		if wanted(i) {
			started++
			go func() { done <- job() }()
		}
	}
	for range started {
		<-done
	}
}

// The sender watches the context of its receiver.
func watches(ctx context.Context) (int, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ch := make(chan int)
	go func() {
		select {
		case ch <- 1:
		case <-ctx.Done():
		}
	}()
	select {
	case n := <-ch:
		return n, nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// The channel is the caller's affair.
func given(ch chan int) {
	go func() { ch <- 1 }()
}

// The channel is given away.
func givenAway(register func(chan int)) {
	ch := make(chan int)
	register(ch)
	go func() { ch <- 1 }()
}

// Every way out closes.
func closed(items []int, check func(int) error) error {
	ch := make(chan int)
	defer close(ch)
	go func() {
		for range ch {
		}
	}()
	for _, item := range items {
		if err := check(item); err != nil {
			return err
		}
		ch <- item
	}
	return nil
}

// One condition, one outcome.
func sameCondition(async bool) {
	ch := make(chan int)
	if async {
		go func() { ch <- 1 }()
	}
	work()
	if async {
		<-ch
	}
}

func doneDeferred(jobs []func()) {
	var wg sync.WaitGroup
	wg.Add(len(jobs))
	for _, job := range jobs {
		go func() {
			defer wg.Done()
			job()
		}()
	}
	wg.Wait()
}

// The result is drained on every way.
func drained(stop <-chan struct{}) {
	ch := make(chan int)
	go func() { ch <- 1 }()
	select {
	case <-stop:
		<-ch
	case <-ch:
	}
}

type server struct {
	quit chan struct{}
	wg   sync.WaitGroup
}

// What a caller gets hold of, the caller can close.
func start() *server {
	s := &server{quit: make(chan struct{})}
	s.wg.Add(1)
	go func() {
		defer s.wg.Done()
		<-s.quit
	}()
	return s
}

func (s *server) stop() {
	close(s.quit)
	s.wg.Wait()
}

func useServer() {
	s := start()
	defer s.stop()
	work()
}

func signalled() {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	ready := false
	go func() {
		mu.Lock()
		ready = true
		mu.Unlock()
		cond.Broadcast()
	}()
	mu.Lock()
	for !ready {
		cond.Wait()
	}
	mu.Unlock()
}

type keeper struct {
	ticker *time.Ticker
	adds   chan int
	stop   chan struct{}
}

func newKeeper() *keeper {
	return &keeper{ticker: time.NewTicker(time.Minute), adds: make(chan int), stop: make(chan struct{})}
}

// The loop has a way out beside the ticker.
func (k *keeper) run() {
	go func() {
		for range k.ticker.C {
			if work() != nil {
				return
			}
		}
	}()
}

func (k *keeper) Stop() {
	k.ticker.Stop()
	close(k.stop)
}

func (k *keeper) loop() {
	for {
		select {
		case <-k.adds:
		case <-k.stop:
			return
		}
	}
}

// The sender watches what ends the loop.
func (k *keeper) add(n int) {
	select {
	case k.adds <- n:
	case <-k.stop:
	}
}

// A goroutine that belongs to nothing lives as long as the process.
func background() {
	go func() {
		for range time.Tick(time.Minute) {
			work()
		}
	}()
}

type counter struct {
	counts chan int
	stop   chan struct{}
}

func newCounter() *counter { return &counter{counts: make(chan int), stop: make(chan struct{})} }

func (c *counter) loop() {
	for {
		select {
		case <-c.counts:
		case <-c.stop:
			return
		}
	}
}

// No sender watches for the end: that nobody counts after it may be the rule.
func (c *counter) count() { c.counts <- 1 }

// This goes no further, and means it.
func freeze() {
	<-make(chan struct{})
}

var stopping atomic.Bool

// Where nobody answers, the program's own state may keep the question away.
func answered() {
	done := make(chan bool)
	if !stopping.Load() {
		go func() { close(done) }()
	}
	<-done
}
