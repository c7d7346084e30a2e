package twins

import "sync"

// RunGrpc1424 is mended by a sorter who says that he is done when there are no
// more parcels.
func RunGrpc1424() {
	go sortParcels()
}

func sortParcels() {
	h := newHall()
	closed := make(chan error, 1)
	go func() {
		defer close(closed)
		parcels := h.chutes.belt.parcels()
		if parcels != nil {
			sorted := make(chan bool)
			go h.sort(sorted)
			<-sorted
		}
	}()
	close(h.chutes.belt.(*slowBelt).moving)
}

type conveyor interface {
	parcels() <-chan bool
}

type slowBelt struct {
	mu     sync.Mutex
	moving chan bool
}

func (b *slowBelt) parcels() <-chan bool { return b.moving }

type bin struct {
	mu    sync.Mutex
	empty bool
}

func (b *bin) tip() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.empty = true
}

type chutes struct {
	belt conveyor
}

type hall struct {
	chutes chutes
	bins   []*bin
}

func newHall() *hall {
	return &hall{chutes: chutes{&slowBelt{moving: make(chan bool)}}}
}

func (h *hall) sort(sorted chan bool) {
	defer close(sorted)
	for range h.chutes.belt.parcels() {
		var full []*bin
		full = append(full, h.bins...)
		for _, b := range full {
			b.tip()
		}
	}
}
