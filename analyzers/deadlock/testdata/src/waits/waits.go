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

// The channel is new, and has room for what is sent first.
type subscribers struct {
	mu  sync.Mutex
	all []*subscriber
}

type subscriber struct {
	of      *subscribers
	updates chan int
}

func newSubscriber(of *subscribers) *subscriber {
	s := &subscriber{of: of, updates: make(chan int, 1)}
	go s.follow()
	return s
}

func (s *subscriber) follow() {
	for {
		s.of.mu.Lock()
		s.of.mu.Unlock()
		<-s.updates
	}
}

func (ss *subscribers) add(first int) {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	s := newSubscriber(ss)
	s.updates <- first
	ss.all = append(ss.all, s)
}

func (ss *subscribers) subscribe(first int) (<-chan int, func()) {
	ss.mu.Lock()
	defer ss.mu.Unlock()
	updates := make(chan int, 1)
	updates <- first
	return updates, func() {
		ss.mu.Lock()
		ss.all = nil
		ss.mu.Unlock()
		<-updates
	}
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
		s.cond.Wait() /* wait-under-lock */ // want `s.log is held while takeLogged waits for a Cond, which releases only its own lock; putLogged, which signals it, needs s.log first`
	}
	s.n--
	s.mu.Unlock()
}

func (s *stock) putLogged() {
	s.log.Lock()
	defer s.log.Unlock()
	s.mu.Lock()
	s.n++
	s.cond.Signal()
	s.mu.Unlock()
}

// Who signals the Cond needs no other lock.
type store struct {
	mu      sync.Mutex
	running sync.Mutex
	popped  *sync.Cond
	n       int
}

func newStore() *store {
	s := &store{}
	s.popped = sync.NewCond(&s.mu)
	return s
}

func (s *store) add() {
	s.running.Lock()
	defer s.running.Unlock()
	s.mu.Lock()
	for s.n > 9 {
		s.popped.Wait()
	}
	s.n++
	s.mu.Unlock()
}

func (s *store) pop() {
	s.mu.Lock()
	s.n--
	s.popped.Signal()
	s.mu.Unlock()
}

func (s *store) stop() {
	s.running.Lock()
	s.popped.Broadcast()
	s.running.Unlock()
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

// The same at the end of a long way, on which it is too unsure.
func (w *worker) far(to *worker) {
	w.mu.Lock()
	defer w.mu.Unlock()
	far1(to)
}

func far1(to *worker) { far2(to) }

func far2(to *worker) { far3(to) }

func far3(to *worker) { far4(to) }

func far4(to *worker) { to.rest() }

func (w *worker) rest() { <-w.done }

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

// What is done was added after the lock was released: nobody waits for it yet.
type monitor struct {
	mu, other sync.Mutex
	wg        sync.WaitGroup
	on        bool
}

func (m *monitor) stop() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.wg.Wait()
}

func (m *monitor) start() bool {
	m.mu.Lock()
	m.on = true
	m.mu.Unlock()
	m.wg.Add(1)
	if !m.on {
		m.wg.Done()
		return false
	}
	go m.run()
	return true
}

func (m *monitor) run() {
	defer m.wg.Done()
	m.other.Lock()
	m.other.Unlock()
}

// The same, where a callee adds and another is done.
func (m *monitor) began() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.wg.Add(1)
	return m.on
}

func (m *monitor) ended() { m.wg.Done() }

func (m *monitor) update() {
	m.stop()
	if m.began() {
		go m.run()
		return
	}
	m.ended()
}

// The callee releases its caller's lock before it starts what is done later, and
// round the loop the caller takes the lock and waits by itself.
type peer struct {
	mu     sync.Mutex
	wg     sync.WaitGroup
	before bool
}

func (p *peer) connect() {
	for {
		p.mu.Lock()
		if p.before {
			p.reconnected()
		}
		p.before = true
		p.handle()
	}
}

func (p *peer) reconnected() { p.wg.Wait() }

func (p *peer) handle() {
	p.wg.Add(2)
	p.mu.Unlock()
	go p.read()
	p.write()
}

func (p *peer) read() { defer p.wg.Done() }

func (p *peer) write() { defer p.wg.Done() }

func (p *peer) await() {
	p.mu.Lock()
	p.wg.Wait()
	p.mu.Unlock()
}

// Those who read are done when they close, for which they need no lock; that the
// loop that compacts may be one of them is not enough.
type block struct{ readers sync.WaitGroup }

type reader interface{ close() }

type blockReader struct{ b *block }

type memReader struct{}

func (b *block) open() reader {
	b.readers.Add(1)
	return blockReader{b}
}

func (r blockReader) close() { r.b.readers.Done() }

func (memReader) close() {}

type base struct {
	compacting sync.Mutex
	b          *block
	open       []reader
}

func (d *base) run() {
	for {
		d.compacting.Lock()
		for _, r := range d.open {
			r.close()
		}
		d.b.readers.Wait()
		d.open = []reader{d.b.open(), memReader{}}
		d.compacting.Unlock()
	}
}

func startBase(b *block) *base {
	d := &base{b: b}
	go d.run()
	return d
}

func (d *base) compact() {
	d.compacting.Lock()
	defer d.compacting.Unlock()
	d.b.readers.Wait()
}

// The lock is taken after the Add, in the function that adds.
func (m *monitor) counted() {
	m.wg.Add(1)
	m.other.Lock()
	m.other.Unlock()
	m.wg.Done()
}

func (m *monitor) waitOther() {
	m.other.Lock()
	defer m.other.Unlock()
	m.wg.Wait() /* lock-across-wait */ // want `m.other is held while waitOther waits for a WaitGroup; run, which completes it, takes it before`
}

// The buffer was made as large as there are values to come.
type subscriptions struct {
	mu      sync.Mutex
	running int
	events  map[int]chan int
}

func (s *subscriptions) exit(id int) {
	s.mu.Lock()
	events := make(chan int, s.running)
	s.events[id] = events
	s.mu.Unlock()
	go func() {
		for {
			if <-events == 0 {
				break
			}
			s.mu.Lock()
			s.mu.Unlock()
		}
	}()
}

func (s *subscriptions) done(id int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running--
	if ch, ok := s.events[id]; ok {
		ch <- s.running
	}
}

// Each value has room in a channel of its own; who waits for it took the lock
// before it was sent away.
type queue struct {
	mu    sync.Mutex
	items []*item
}

type item struct{ done chan error }

func (q *queue) offer() error {
	it := q.add()
	return <-it.done
}

func (q *queue) add() *item {
	q.mu.Lock()
	defer q.mu.Unlock()
	it := &item{done: make(chan error, 1)}
	q.items = append(q.items, it)
	return it
}

func (q *queue) finish(it *item) {
	q.mu.Lock()
	defer q.mu.Unlock()
	it.done <- nil
}

// A call that can mean several functions is not followed to where it waits.
type source interface{ halt() }

type pump struct {
	mu   sync.Mutex
	done chan struct{}
}

type tap struct{}

func (tap) halt() {}

func (p *pump) halt() { <-p.done }

func startPump() *pump {
	p := &pump{done: make(chan struct{})}
	go p.run()
	return p
}

func (p *pump) run() {
	p.mu.Lock()
	p.mu.Unlock()
	close(p.done)
}

func (p *pump) haltAll(sources []source) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range sources {
		s.halt()
	}
}

func both() []source { return []source{startPump(), tap{}} }

// What is deferred first is done last: the group is done by then.
type acceptor struct {
	mu   sync.Mutex
	wg   sync.WaitGroup
	open bool
}

func (a *acceptor) start() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.open = true
	a.wg.Add(1)
	go a.run()
}

func (a *acceptor) run() {
	defer a.forget()
	defer a.wg.Done()
	println("accepting")
}

func (a *acceptor) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.open = false
}

func (a *acceptor) stop() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.wg.Wait()
}
