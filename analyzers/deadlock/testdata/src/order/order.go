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

// Parameters can be any two objects of their types.
type left struct{ mu sync.Mutex }

type right struct{ mu sync.Mutex }

func forth(l *left, r *right) {
	l.mu.Lock()
	r.mu.Lock()
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

// The series that is passed is an element of what has the other lock: it is less
// sure that the objects are the same.
type series struct {
	mu   sync.Mutex
	size int
}

type stripes struct {
	mu  sync.Mutex
	all map[int]*series
}

func (s *stripes) sum() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.all {
		n += one.length()
	}
	return n
}

func (s *series) length() int {
	s.mu.Lock() /* lock-order-likely */ // want `sum locks s.all\[…\].mu through length while it holds s.mu, and check locks them in the other order`
	defer s.mu.Unlock()
	return s.size
}

func (s *stripes) collect() {
	for _, one := range s.all {
		s.check(one)
	}
}

func (s *stripes) check(one *series) {
	one.mu.Lock()
	defer one.mu.Unlock()
	if one.size == 0 {
		s.mu.Lock()
		s.mu.Unlock()
	}
}

// A connection that is passed need not be one of those in the map.
type connection struct {
	mu   sync.Mutex
	name string
}

type gateway struct {
	mu sync.Mutex
	in map[int]*connection
}

func (g *gateway) has(name string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range g.in {
		c.mu.Lock()
		found := c.name == name
		c.mu.Unlock()
		if found {
			return true
		}
	}
	return false
}

func (g *gateway) announce(c *connection) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g.mu.Lock()
	g.mu.Unlock()
}

func start(g *gateway, name string) { g.announce(&connection{name: name}) }

// What was taken out of the map is reached by nobody else when it is locked.
type cache struct {
	mu      sync.Mutex
	trash   []int
	buckets map[string]*bucket
}

type bucket struct {
	mu    sync.Mutex
	items []int
}

func (c *cache) count() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for name := range c.buckets {
		c.buckets[name].mu.Lock()
		n += len(c.buckets[name].items)
		c.buckets[name].mu.Unlock()
	}
	return n
}

func (c *cache) remove(name string) {
	c.mu.Lock()
	b, ok := c.buckets[name]
	if !ok {
		c.mu.Unlock()
		return
	}
	delete(c.buckets, name)
	c.mu.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, item := range b.items {
		c.mu.Lock()
		c.trash = append(c.trash, item)
		c.mu.Unlock()
	}
}

// The same without the delete.
type kept struct {
	mu      sync.Mutex
	trash   []int
	buckets map[string]*bin
}

type bin struct {
	mu    sync.Mutex
	items []int
}

func (k *kept) count() (n int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for name := range k.buckets {
		k.buckets[name].mu.Lock() /* lock-order */ // want `count locks k.buckets\[…\].mu while it holds k.mu, and empty locks them in the other order`
		n += len(k.buckets[name].items)
		k.buckets[name].mu.Unlock()
	}
	return n
}

func (k *kept) empty(name string) {
	k.mu.Lock()
	b := k.buckets[name]
	k.mu.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, item := range b.items {
		k.mu.Lock()
		k.trash = append(k.trash, item)
		k.mu.Unlock()
	}
}

// A lock that one uncertain call returned with, and another that an uncertain call
// takes.
type view struct{ db opener }

type opener interface{ open() closer }

type closer interface{ close() }

type plain struct{ mu sync.Mutex }

type watched struct {
	*plain
	watch sync.Mutex
}

type plainTx struct{ p *plain }

type watchedTx struct {
	closer
	w *watched
}

func (p *plain) open() closer {
	p.mu.Lock()
	return plainTx{p}
}

func (w *watched) write() closer { return watchedTx{w.plain.open(), w} }

func (t plainTx) close() { t.p.mu.Unlock() }

func (t watchedTx) close() {
	t.w.watch.Lock()
	t.closer.close()
	t.w.watch.Unlock()
}

func (v view) first() {
	tx := v.db.open()
	defer tx.close()
}

func (w *watched) restore() {
	w.watch.Lock()
	defer w.watch.Unlock()
	w.plain.mu.Lock()
	w.plain.mu.Unlock()
}

var views = []view{{&plain{}}, {&watched{}}}

// The function that is called back was stored by who has the other lock.
type cacher struct {
	mu    sync.Mutex
	watch *watch
}

type watch struct {
	mu      sync.Mutex
	onEvent func()
}

func newCacher() *cacher {
	c := &cacher{watch: &watch{}}
	c.watch.onEvent = c.event
	return c
}

func (c *cacher) event() {
	c.mu.Lock() /* lock-order-likely */ // want `process locks .cacher..mu through event while it holds w.mu, and add locks them in the other order through replace`
	c.mu.Unlock()
}

func (c *cacher) add() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.watch.replace()
}

func (w *watch) replace() {
	w.mu.Lock()
	w.mu.Unlock()
}

func (w *watch) process() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.onEvent()
}

var registryMu sync.Mutex

type session struct {
	mu     sync.Mutex
	closed bool
}

// newSession closes what nobody else has seen.
func newSession(open func() error) (*session, error) {
	s := &session{}
	if err := open(); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *session) close() {
	s.mu.Lock() /* lock-order-likely */ // want `sessionFor locks order.session.mu through newSession, close while it holds order.registryMu, and remove locks them in the other order`
	defer s.mu.Unlock()
	s.closed = true
}

func sessionFor(open func() error) (*session, error) {
	registryMu.Lock()
	defer registryMu.Unlock()
	return newSession(open)
}

func (s *session) remove() {
	s.mu.Lock()
	defer s.mu.Unlock()
	registryMu.Lock()
	defer registryMu.Unlock()
	s.closed = true
}

// The locks of elements that are taken in one loop are released in others.
type depot struct {
	mu     sync.Mutex
	crates map[string]*crate
}

type crate struct {
	mu   sync.Mutex
	full bool
}

func (d *depot) sweep() {
	d.mu.Lock()
	var out []*crate
	for _, c := range d.crates {
		c.mu.Lock()
		if c.full {
			out = append(out, c)
			continue
		}
		c.mu.Unlock()
	}
	release := func() {
		for _, c := range out {
			c.mu.Unlock()
		}
		d.mu.Unlock()
	}
	if len(out) > 9 {
		release()
		return
	}
	for _, c := range out {
		c.mu.Unlock()
	}
	d.mu.Unlock()
	d.mu.Lock()
	d.mu.Unlock()
}

func (d *depot) count() (n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range d.crates {
		c.mu.Lock()
		if c.full {
			n++
		}
		c.mu.Unlock()
	}
	return n
}

// Two kinds of scopes embed the same, each its own: what a manager takes for those of
// the one kind are not the locks of the other.
type scope struct {
	sync.Mutex
	n int
}

type manager struct {
	mu       sync.Mutex
	services map[string]*serviceScope
	peers    map[string]*peerScope
}

type serviceScope struct {
	*scope
	name string
}

type connScope struct {
	*scope
	m *manager
}

type peerScope struct{ *scope }

func (c *connScope) setPeer(name string) {
	c.Lock()
	defer c.Unlock()
	c.m.peer(name)
}

func (m *manager) peer(name string) *peerScope {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.peers[name]
}

func (m *manager) collect() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.services {
		s.Lock()
		s.n = 0
		s.Unlock()
	}
}
