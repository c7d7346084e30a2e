package relock // want package:"has functions that lock"

import "sync"

type table struct {
	mu   sync.Mutex
	rw   sync.RWMutex
	wo   sync.RWMutex // never taken for writing
	once sync.Once
	rows map[string]int
	next *table
}

// The goroutine has the lock from then on; that it takes it again, in a loop, does
// not matter.
func handsOver(work chan int) {
	var mu sync.Mutex
	mu.Lock()
	go func() {
		for n := range work {
			mu.Unlock()
			println(n)
			mu.Lock()
		}
	}()
	mu.Lock()
	work <- 1
	mu.Unlock()
}

func (t *table) get(name string) int {
	t.mu.Lock() /* double-lock */ // want `t.mu is locked again while double, which calls get, holds it` `t.mu is locked again while farther, which calls through, get, holds it`
	defer t.mu.Unlock()
	return t.rows[name]
}

func (t *table) double(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows[name] = 2 * t.get(name)
	t.rows[name] = 2 * t.get(name) // is the same finding
}

func (t *table) farther(name string) {
	t.mu.Lock()
	t.through(name)
	t.mu.Unlock()
}

func (t *table) through(name string) { t.get(name) }

func (t *table) here() {
	t.mu.Lock()
	t.mu.Lock() /* double-lock */ // want `t.mu is locked again while this goroutine holds it`
	t.mu.Unlock()
}

// Two objects of one type are not one lock.
func (t *table) other(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows[name] = t.next.get(name)
}

// The callee is called when the lock is released.
func (t *table) after(name string) {
	t.mu.Lock()
	t.rows[name] = 1
	t.mu.Unlock()
	t.get(name)
}

// A goroutine that is started under the lock waits for it, and gets it.
func (t *table) started(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	go t.get(name)
}

// The callee unlocks for its caller, and takes the lock again.
func (t *table) lent(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.unlocked(name)
}

func (t *table) unlocked(name string) {
	t.mu.Unlock()
	defer t.mu.Lock()
	t.get(name)
}

func (t *table) tried() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.mu.TryLock()
}

// An element under a key that is not known is not one element.
func elements(ts map[string]*table, a, b string) {
	ts[a].mu.Lock()
	defer ts[a].mu.Unlock()
	ts[b].mu.Lock()
	defer ts[b].mu.Unlock()
}

type rower interface{ row() }

type strict struct{ t *table }

type lax struct{ t *table }

func (s strict) row() {
	s.t.mu.Lock() /* double-lock-possible */ // want `s.t.mu may be taken again while all, which calls row, holds it`
	s.t.mu.Unlock()
}

func (lax) row() {}

var rowers = []rower{strict{}, lax{}}

func (s strict) all() {
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	rower(s).row()
}

// Functions that call each other round and round.
func (t *table) walk(depth int) {
	if depth > 0 {
		t.down(depth - 1)
	}
}

func (t *table) down(depth int) {
	t.walk(depth)
	t.size()
}

func (t *table) size() int {
	t.mu.Lock() /* double-lock-likely */ // want `t.mu is locked again while walkLocked, which calls walk, down, size, holds it`
	defer t.mu.Unlock()
	return len(t.rows)
}

func (t *table) walkLocked() {
	t.mu.Lock()
	t.walk(3)
	t.mu.Unlock()
}

// The loop does not always release.
func (t *table) rounds(n int) {
	for i := 0; i < n; i++ {
		t.mu.Lock() /* missing-unlock */ // want `t.mu is still held when the loop comes round`
		if i == 3 {
			continue
		}
		t.mu.Unlock()
	}
}

func (t *table) upgrade() {
	t.rw.RLock()
	defer t.rw.RUnlock()
	t.set()
}

func (t *table) set() {
	t.rw.Lock() /* upgrade */ // want `t.rw is locked while upgrade, which calls set, holds it for reading`
	t.rows = nil
	t.rw.Unlock()
}

// Released before, so no upgrade.
func (t *table) noUpgrade() {
	t.rw.RLock()
	n := len(t.rows)
	t.rw.RUnlock()
	if n == 0 {
		t.set()
	}
}

func (t *table) readTwice() int {
	t.rw.RLock()
	defer t.rw.RUnlock()
	return t.read()
}

func (t *table) read() int {
	t.rw.RLock() /* rlock-reentry */ // want `t.rw is read-locked again while readTwice, which calls read, holds it`
	defer t.rw.RUnlock()
	return len(t.rows)
}

// Nobody writes: readers do not wait for each other.
func (t *table) readTwiceUnwritten() int {
	t.wo.RLock()
	defer t.wo.RUnlock()
	return t.readUnwritten()
}

func (t *table) readUnwritten() int {
	t.wo.RLock()
	defer t.wo.RUnlock()
	return len(t.rows)
}

func (t *table) load() {
	t.once.Do(func() { t.reload() })
}

func (t *table) reload() {
	t.rows = map[string]int{}
	t.ensure()
}

func (t *table) ensure() {
	t.once.Do(func() {}) /* once-reentry */ // want `t.once's Do is called again by way of load\$1, reload, ensure inside the function that it runs`
}

func (t *table) loadOther() {
	t.once.Do(func() { t.next.once.Do(func() {}) })
}

// Read-locked as often as it is released, and never written.
func readers(n int) {
	var mu sync.RWMutex
	for i := 0; i < n; i++ {
		mu.RLock()
	}
	for i := 0; i < n; i++ {
		mu.RUnlock()
	}
}

// A transaction, whose lock is released by the name that it has in the result.
type tx interface{ end() }

type readTx struct{ t *table }

func (r readTx) end() { r.t.mu.Unlock() }

type measured struct{ tx }

func (m measured) end() { m.tx.end() }

func (t *table) begin(measure bool) tx {
	t.mu.Lock()
	if measure {
		return measured{readTx{t}}
	}
	return readTx{t}
}

func (t *table) both(measure bool) {
	one := t.begin(measure)
	one.end()
	two := t.begin(measure)
	two.end()
}

// The same test of what an interface holds chooses the same branch.
type storage interface{ size() int }

type onDisk struct{ mu sync.Mutex }

type inMemory struct{ mu sync.Mutex }

func (*onDisk) size() int { return 0 }

func (*inMemory) size() int { return 1 }

type stream struct{ store storage }

func (s *stream) hold(wait func()) {
	if d, ok := s.store.(*onDisk); ok {
		d.mu.Lock()
	} else if m, ok := s.store.(*inMemory); ok {
		m.mu.Lock()
	}
	wait()
	switch st := s.store.(type) {
	case *onDisk:
		st.mu.Unlock()
	case *inMemory:
		st.mu.Unlock()
	}
	if d, ok := s.store.(*onDisk); ok {
		d.mu.Lock()
		d.mu.Unlock()
	} else if m, ok := s.store.(*inMemory); ok {
		m.mu.Lock()
		m.mu.Unlock()
	}
}

// It is another store then, of which nothing is known.
func (s *stream) swap(other storage) {
	if d, ok := s.store.(*onDisk); ok {
		d.mu.Lock()
	}
	s.store = other
	if d, ok := s.store.(*onDisk); ok {
		d.mu.Unlock()
	}
}

func (s *stream) locksTwice() {
	if d, ok := s.store.(*onDisk); ok {
		d.mu.Lock()
	}
	if d, ok := s.store.(*onDisk); ok {
		d.mu.Lock() /* double-lock-likely */ // want `s.store.mu is locked again while this goroutine holds it`
		d.mu.Unlock()
	}
}

// A function that locks, and returns what unlocks.
func (t *table) locked() func() {
	t.mu.Lock()
	return t.mu.Unlock
}

func (t *table) clear() {
	defer t.locked()()
	t.rows = nil
}

func (t *table) clearTwice() {
	for range 2 {
		t.clear()
	}
	unlock := t.locked()
	t.rows = nil
	unlock()
	t.clear()
}

func (t *table) clearInside() {
	defer t.locked()()
	t.mu.Lock() /* double-lock */ // want `t.mu is locked again while this goroutine holds it`
	t.mu.Unlock()
}

// A Locker that locks in a way of its own.
type shared struct {
	mu      sync.Mutex
	readers int
}

type reading shared

func (s *shared) reader() sync.Locker { return (*reading)(s) }

func (r *reading) Lock() { // want Lock:"parameter 1.mu"
	r.mu.Lock()
	r.readers++
	r.mu.Unlock()
}

func (r *reading) Unlock() { // want Unlock:"parameter 1.mu"
	r.mu.Lock()
	r.readers--
	r.mu.Unlock()
}

func (s *shared) twice() {
	l := s.reader()
	l.Lock()
	l.Lock()
	l.Unlock()
	l.Unlock()
}

// A Locker that is a Mutex.
func (t *table) locker() sync.Locker { return &t.mu }

func (t *table) lockerTwice() {
	l := t.locker()
	l.Lock()
	l.Lock() /* double-lock */ // want `t.mu is locked again while this goroutine holds it`
	l.Unlock()
}

// What equals zero is not more than zero.
func (t *table) either(retry int) {
	if retry == 0 {
		t.mu.Lock()
		defer t.mu.Unlock()
	}
	if retry > 0 {
		t.mu.Lock()
		defer t.mu.Unlock()
	}
}

// On a long way something is mostly decided before.
func (t *table) farAway(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.first(name)
}

func (t *table) first(name string)  { t.second(name) }
func (t *table) second(name string) { t.third(name) }

func (t *table) third(name string) {
	if name != "" {
		t.reached()
	}
}

func (t *table) reached() {
	t.mu.Lock() /* double-lock-possible */ // want `t.mu may be locked again while farAway, which calls first, second, third, reached, holds it`
	t.mu.Unlock()
}
