package twins

import "sync"

// RunCockroach7504 is mended by a map of names that lets go of its lock before
// it takes that of the boat it found, so that the two have one order.
func RunCockroach7504() {
	go func() {
		berths := newFleet(2)
		names := &boatNames{boats: make(map[int]*boat)}
		for i := 0; i < 2; i++ {
			names.boats[i] = berths.find(i)
		}
		quay := &pier{names: names, moored: berths}
		h := newHarbour(names, quay)
		go func() {
			h.hire(0)
		}()
		go func() {
			h.discharge(berths.find(0))
		}()
	}()
}

type boat struct {
	mu    sync.Mutex
	id    int
	hires int
}

type fleet struct {
	boats []*boat
}

func newFleet(n int) *fleet {
	f := &fleet{}
	for i := 0; i < n; i++ {
		f.boats = append(f.boats, new(boat))
	}
	return f
}

func (f *fleet) find(i int) *boat { return f.boats[i] }

func (f *fleet) remove(b *boat) {
	for i := range f.boats {
		if f.boats[i] == b {
			f.boats = append(f.boats[:i], f.boats[i+1:]...)
			break
		}
	}
}

type pier struct {
	names  *boatNames
	mu     sync.Mutex
	moored *fleet
}

func (p *pier) cast(b *boat) {
	p.mu.Lock()
	defer p.mu.Unlock()
	found := p.moored.find(b.id)
	found.mu.Lock()
	defer found.mu.Unlock()
	p.strike(found)
}

func (p *pier) strike(b *boat) {
	p.moored.remove(b)
	p.names.remove(b)
}

type boatNames struct {
	mu    sync.Mutex
	boats map[int]*boat
}

func (n *boatNames) take(id int) {
	n.mu.Lock()
	b, ok := n.boats[id]
	n.mu.Unlock()
	if !ok {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.hires++
}

func (n *boatNames) remove(b *boat) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if found, ok := n.boats[b.id]; ok && found == b {
		delete(n.boats, b.id)
	}
}

type harbour struct {
	names *boatNames
	piers map[int]*pier
}

func newHarbour(names *boatNames, p *pier) *harbour {
	h := &harbour{names: names, piers: make(map[int]*pier)}
	h.piers[0] = p
	return h
}

func (h *harbour) hire(id int) { h.names.take(id) }

func (h *harbour) discharge(b *boat) { h.piers[b.id].cast(b) }
