package twins

import "sync"

// RunCockroach16167 is mended by a lookup that relies on the read lock of its
// caller instead of taking it once more.
func RunCockroach16167() {
	go func() {
		b, v := newBoardAndVisitor()
		b.changed = sync.NewCond(b.mu.RLocker())
		go b.start()
		b.inspect(v)
	}()
}

type itinerary struct {
	visitor *visitor
}

func (i itinerary) plan(b *board) { b.prepare(i.visitor) }

type visitor struct {
	itinerary itinerary
	platform  int
}

func (v *visitor) choose(b *board) { v.platform = b.platformHeld() }

type board struct {
	changed *sync.Cond
	mu      sync.RWMutex
	current int
}

func newBoardAndVisitor() (*board, *visitor) {
	v := &visitor{}
	v.itinerary = itinerary{v}
	return &board{}, v
}

func (b *board) start() { b.update() }

func (b *board) inspect(v *visitor) {
	b.changed.L.Lock()
	defer b.changed.L.Unlock()
	attempt(b, v)
}

func attempt(b *board, v *visitor) { b.travel(v) }

func (b *board) travel(v *visitor) { b.board(v) }

func (b *board) board(v *visitor) { v.itinerary.plan(b) }

func (b *board) prepare(v *visitor) { v.choose(b) }

// platformHeld is called with the read lock.
func (b *board) platformHeld() int { return b.current }

func (b *board) update() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.current++
}
