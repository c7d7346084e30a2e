package waits

import "sync"

type worker struct {
	mu    sync.Mutex
	done  chan struct{}
	jobs  chan int
	later chan int
	wg    sync.WaitGroup
	n     int
}

func start() *worker {
	w := &worker{done: make(chan struct{}), jobs: make(chan int), later: make(chan int, 4)}
	go w.run()
	go w.serve()
	w.wg.Add(1)
	go w.count()
	return w
}

// Who ends the wait needs the lock first.
func (w *worker) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.await()
}

func (w *worker) await() {
	<-w.done /* lock-across-wait */ // want `w.mu is held while stop, await receives from a channel; run, which closes it, takes it before it comes to that|w.mu is held while await receives from a channel; run, which closes it, takes it`
}

func (w *worker) run() {
	w.mu.Lock()
	w.n++
	w.mu.Unlock()
	close(w.done)
}

func (w *worker) send(job int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.jobs <- job /* lock-across-wait */ // want `w.mu is held while send sends on a channel; serve, which receives, takes it`
}

func (w *worker) serve() {
	for {
		w.mu.Lock()
		w.n++
		w.mu.Unlock()
		job := <-w.jobs
		_ = job
	}
}

func (w *worker) count() {
	defer w.wg.Done()
	w.mu.Lock()
	w.n++
	w.mu.Unlock()
}

func (w *worker) wait() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wg.Wait() /* lock-across-wait */ // want `w.mu is held while wait waits for a WaitGroup; count, which completes it, takes it before it comes to that`
}

// Not under the lock.
func (w *worker) waitUnlocked() {
	w.mu.Lock()
	w.n++
	w.mu.Unlock()
	w.wg.Wait()
	<-w.done
}

// The other side needs another lock, or none.
type calm struct {
	mu, other sync.Mutex
	done      chan struct{}
	n         int
}

func startCalm() *calm {
	c := &calm{done: make(chan struct{})}
	go c.run()
	return c
}

func (c *calm) run() {
	c.other.Lock()
	c.n++
	c.other.Unlock()
	close(c.done)
}

func (c *calm) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	<-c.done
}

// One of two that end the wait does not need the lock.
type pair struct {
	mu sync.Mutex
	ch chan int
	n  int
}

func startPair() *pair {
	p := &pair{ch: make(chan int)}
	go p.locked()
	go p.free()
	return p
}

func (p *pair) locked() {
	p.mu.Lock()
	p.n++
	p.mu.Unlock()
	p.ch <- 1
}

func (p *pair) free() { p.ch <- 2 }

func (p *pair) take() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return <-p.ch
}

// A select that need not wait.
func (p *pair) poll() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case n := <-p.ch:
		return n
	default:
		return 0
	}
}

// Less sure: the channel has a buffer, which must be full.
type buffered struct {
	mu   sync.Mutex
	jobs chan int
	n    int
}

func startBuffered() *buffered {
	b := &buffered{jobs: make(chan int, 4)}
	go b.serve()
	return b
}

func (b *buffered) serve() {
	for {
		b.mu.Lock()
		b.n++
		b.mu.Unlock()
		<-b.jobs
	}
}

func (b *buffered) send(job int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.jobs <- job /* wait-under-lock */ // want `b.mu is held while send sends on a channel; serve, which receives, takes it`
}

// Nothing ends the wait.
type lonely struct {
	mu sync.Mutex
	ch chan int
}

func newLonely() *lonely { return &lonely{ch: make(chan int)} }

func (l *lonely) take() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return <-l.ch /* wait-under-lock */ // want `l.mu is held while take receives from a channel, and nothing in the package sends on it or closes it`
}

// A Cond releases its own lock, and no other.
type stock struct {
	mu   sync.Mutex
	log  sync.Mutex
	cond *sync.Cond
	n    int
}

func newStock() *stock {
	s := &stock{}
	s.cond = sync.NewCond(&s.mu)
	return s
}

func (s *stock) take() {
	s.mu.Lock()
	for s.n == 0 {
		s.cond.Wait()
	}
	s.n--
	s.mu.Unlock()
}

func (s *stock) takeLogged() {
	s.log.Lock()
	defer s.log.Unlock()
	s.mu.Lock()
	for s.n == 0 {
		s.cond.Wait() /* wait-under-lock */ // want `s.log is held while takeLogged waits for a Cond, which releases only its own lock`
	}
	s.n--
	s.mu.Unlock()
}

// Each holds the lock of its own: that of another object is not one lock.
func (w *worker) hand(to *worker) {
	w.mu.Lock()
	defer w.mu.Unlock()
	<-to.done /* wait-under-lock */ // want `w.mu is held while hand receives from a channel; run, which closes it, takes it`
}

// A send that the function's own channel has room for.
type watchers struct {
	mu  sync.Mutex
	all map[int]chan int
}

func (w *watchers) watch(id int) int {
	update := make(chan int, 1)
	w.mu.Lock()
	update <- 1
	w.all[id] = update
	w.mu.Unlock()
	w.mu.Lock()
	delete(w.all, id)
	w.mu.Unlock()
	return <-update
}

// What ends the wait comes first, then the lock, both when the goroutine ends.
type link struct {
	mu   sync.Mutex
	done chan struct{}
	n    int
}

func startLink() *link {
	l := &link{done: make(chan struct{})}
	go l.serve()
	return l
}

func (l *link) serve() {
	defer func() {
		close(l.done)
		l.mu.Lock()
		l.n--
		l.mu.Unlock()
	}()
}

func (l *link) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	<-l.done
}
