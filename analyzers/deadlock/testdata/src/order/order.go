package order

import "sync"

type account struct {
	mu  sync.Mutex
	log *log
}

type log struct {
	mu   sync.Mutex
	last *account
}

// The log is reached from the account.
func (a *account) post() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.log.append()
}

func (l *log) append() {
	l.mu.Lock() /* lock-order */ // want `post locks a.log.mu through append while it holds a.mu, and flush locks them in the other order`
	l.mu.Unlock()
}

// And the account from the log.
func (l *log) flush() {
	l.mu.Lock()
	l.last.mu.Lock()
	l.last.mu.Unlock()
	l.mu.Unlock()
}

// It is less sure that locks of parameters are those of the same objects.
type left struct{ mu sync.Mutex }

type right struct{ mu sync.Mutex }

func forth(l *left, r *right) {
	l.mu.Lock()
	r.mu.Lock() /* lock-order-likely */ // want `forth locks r.mu while it holds l.mu, and back locks them in the other order`
	r.mu.Unlock()
	l.mu.Unlock()
}

func back(l *left, r *right) {
	r.mu.Lock()
	l.mu.Lock()
	l.mu.Unlock()
	r.mu.Unlock()
}

// One order everywhere.
type outer struct {
	mu sync.Mutex
	in inner
}

type inner struct{ mu sync.Mutex }

func (o *outer) one() {
	o.mu.Lock()
	o.in.mu.Lock()
	o.in.mu.Unlock()
	o.mu.Unlock()
}

func (o *outer) two() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.in.mu.Lock()
	defer o.in.mu.Unlock()
}

// One after the other, not one under the other.
func (o *outer) apart() {
	o.in.mu.Lock()
	o.in.mu.Unlock()
	o.mu.Lock()
	o.mu.Unlock()
}

// A third lock keeps the two places apart.
type gated struct {
	gate, a, b sync.Mutex
}

func (g *gated) ab() {
	g.gate.Lock()
	defer g.gate.Unlock()
	g.a.Lock()
	g.b.Lock()
	g.b.Unlock()
	g.a.Unlock()
}

func (g *gated) ba() {
	g.gate.Lock()
	defer g.gate.Unlock()
	g.b.Lock()
	g.a.Lock()
	g.a.Unlock()
	g.b.Unlock()
}

// Two readers do not wait for each other.
type shared struct {
	a, b sync.RWMutex
}

func (s *shared) ab() {
	s.a.RLock()
	s.b.RLock()
	s.b.RUnlock()
	s.a.RUnlock()
}

func (s *shared) ba() {
	s.b.RLock()
	s.a.RLock()
	s.a.RUnlock()
	s.b.RUnlock()
}

// An object that nobody else has yet is nobody's to wait for.
func fresh(r *right) *left {
	l := new(left)
	r.mu.Lock()
	l.mu.Lock()
	l.mu.Unlock()
	r.mu.Unlock()
	return l
}

// A call that can mean several functions.
type sink interface{ put() }

type disk struct{ mu sync.Mutex }

type null struct{}

func (d *disk) put() {
	d.mu.Lock() /* lock-order-possible */ // want `push locks p.sink.mu through put while it holds p.mu, and pull locks them in the other order`
	d.mu.Unlock()
}

func (null) put() {}

type pump struct {
	mu   sync.Mutex
	sink sink
	disk *disk
}

func (p *pump) push() {
	p.mu.Lock()
	p.sink.put()
	p.mu.Unlock()
}

func (p *pump) pull() {
	p.disk.mu.Lock()
	p.mu.Lock()
	p.mu.Unlock()
	p.disk.mu.Unlock()
}

func newPump(d *disk) *pump {
	p := &pump{sink: d, disk: d}
	if d == nil {
		p.sink = null{}
	}
	return p
}

// What unlocks for its callers is called with the lock.
type engine struct {
	tx, read, db sync.Mutex
	pending      int
}

func (e *engine) release() {
	if e.pending > 0 {
		e.commit()
	}
	e.tx.Unlock()
}

func (e *engine) commit() {
	e.read.Lock()
	e.db.Lock()
	e.db.Unlock()
	e.read.Unlock()
}

func (e *engine) defrag() {
	e.tx.Lock()
	defer e.tx.Unlock()
	e.db.Lock()
	defer e.db.Unlock()
	e.read.Lock()
	defer e.read.Unlock()
}
