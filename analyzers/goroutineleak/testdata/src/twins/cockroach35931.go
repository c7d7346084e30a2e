package twins

import "sync"

// RunCockroach35931 is mended by letter boxes with room for the notice beside
// the letter that is in them already.
func RunCockroach35931() {
	go func() {
		office := &postOffice{streets: make(map[int]*street)}
		left := &letterBox{}
		left.mount(2)
		right := &letterBox{}
		right.mount(2)
		doors := map[int]*door{
			0: {slot: left},
			1: {slot: right},
		}
		left.drop()
		r := &round{number: 0, office: office, doors: doors}
		office.enter(r, doors)
		r.callOff()
	}()
}

type slot interface {
	drop()
}

type door struct {
	slot slot
}

type letterBox struct {
	letters chan struct{}
}

func (b *letterBox) drop() { b.letters <- struct{}{} }

func (b *letterBox) mount(room int) { b.letters = make(chan struct{}, room) }

type street struct {
	round *round
	doors map[int]*door
}

type postOffice struct {
	sync.Mutex
	streets map[int]*street
}

func (o *postOffice) streetHeld(number int) *street {
	s, ok := o.streets[number]
	if !ok {
		s = &street{}
		o.streets[number] = s
	}
	return s
}

func (o *postOffice) slotsHeld(number int) []slot {
	slots := make([]slot, 0)
	for _, d := range o.streets[number].doors {
		slots = append(slots, d.slot)
	}
	return slots
}

func (o *postOffice) enter(r *round, doors map[int]*door) {
	o.Lock()
	defer o.Unlock()
	s := o.streetHeld(r.number)
	s.round = r
	s.doors = doors
}

type round struct {
	number int
	office *postOffice
	doors  map[int]*door
}

func (r *round) callOff() {
	r.office.Lock()
	slots := r.office.slotsHeld(r.number)
	r.office.Unlock()
	for _, s := range slots {
		s.drop()
	}
}
