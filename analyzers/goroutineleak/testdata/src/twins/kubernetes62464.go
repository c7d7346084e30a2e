package twins

import (
	"math/rand/v2"
	"runtime"
	"sync"
)

// RunKubernetes62464 is mended by a seating plan whose parts rely on the read
// lock of the whole.
func RunKubernetes62464() {
	go func() {
		u, h := newUsherAndHost()
		go h.review()
		go u.clear(h.plan)
	}()
}

type seating interface {
	seat() int
	free() int
	clear()
}

type seatingPlan struct {
	sync.RWMutex
	spare int
}

func (p *seatingPlan) seat() int {
	p.RLock()
	defer p.RUnlock()
	if seat, ok := p.bookedHeld(); ok {
		return seat
	}
	return p.spare
}

// bookedHeld is called with the lock, for reading or writing.
func (p *seatingPlan) bookedHeld() (int, bool) {
	runtime.Gosched()
	if rand.IntN(10) > 5 {
		return 7, true
	}
	return 0, false
}

func (p *seatingPlan) free() int {
	p.RLock()
	defer p.RUnlock()
	return p.spare
}

func (p *seatingPlan) clear() {
	p.Lock()
	runtime.Gosched()
	defer p.Unlock()
	p.spare++
}

type usher struct{}

func (*usher) clear(s seating) {
	s.free()
	s.clear()
}

type host struct {
	plan *seatingPlan
}

func (h *host) review() { h.plan.seat() }

func newUsherAndHost() (*usher, *host) {
	p := &seatingPlan{}
	h := &host{p}
	u := &usher{}
	return u, h
}
