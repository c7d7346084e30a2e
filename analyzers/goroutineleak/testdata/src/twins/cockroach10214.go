package twins

import "sync"

// RunCockroach10214 is mended by one order of locks: the depot empties its
// outbox under its lock and visits the carriers after letting go of it.
func RunCockroach10214() {
	d := &depot{}
	d.outbox.letters = []int{1, 2}
	first, second := &carrier{depot: d}, &carrier{depot: d}
	d.routes.carriers = map[int]*carrier{0: first, 1: second}
	go d.dispatch()
	go first.walk()
}

type depot struct {
	outbox struct {
		sync.Mutex
		letters []int
	}
	routes struct {
		carriers map[int]*carrier
	}
}

func (d *depot) dispatch() {
	d.outbox.Lock()
	letters := d.outbox.letters
	d.outbox.letters = nil
	d.outbox.Unlock()
	for range letters {
		d.dispatchToRoutes()
	}
}

func (d *depot) dispatchToRoutes() {
	for i := 0; i < len(d.routes.carriers); i++ {
		d.routes.carriers[i].load()
	}
}

type carrier struct {
	bag   sync.Mutex
	shift sync.Mutex
	depot *depot
	full  int
}

func (c *carrier) load() {
	c.bag.Lock()
	defer c.bag.Unlock()
	c.full++
}

func (c *carrier) walk() {
	c.bag.Lock()
	defer c.bag.Unlock()
	c.walkWithBag()
}

func (c *carrier) walkWithBag() {
	c.shift.Lock()
	defer c.shift.Unlock()
	for letter := 0; letter < 2; letter++ {
		if !c.collect(letter) {
			return
		}
	}
}

func (c *carrier) collect(letter int) bool {
	c.depot.outbox.Lock()
	c.depot.outbox.letters = append(c.depot.outbox.letters, letter)
	c.depot.outbox.Unlock()
	return true
}
