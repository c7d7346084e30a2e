package twins

import (
	"sync"
	"sync/atomic"
)

// RunCockroach35073 is mended by a belt that, when it cannot start, lets the
// packers who wait for room go.
func RunCockroach35073() {
	go func() {
		b := &belt{}
		b.install()
		for i := 0; i < beltLength; i++ {
			b.put()
		}
		var late sync.WaitGroup
		late.Add(1)
		go func() {
			b.put()
			late.Done()
		}()
		var started sync.WaitGroup
		b.start(&started)
		started.Wait()
		b.lane.put()
		late.Wait()
	}()
}

const beltLength = 16

type laneState uint32

const (
	laneOpen laneState = iota
	laneDraining
	laneShut
)

type laneBase struct {
	state atomic.Uint32
	gone  chan struct{}
}

func (b *laneBase) shut() {
	b.state.Store(uint32(laneShut))
	close(b.gone)
}

type lane struct {
	laneBase
	boxes chan int
}

func (l *lane) put() laneState {
	state := laneState(l.state.Load())
	switch state {
	case laneOpen:
		select {
		case l.boxes <- 0:
		case <-l.gone:
		}
	case laneDraining:
	case laneShut:
	}
	return state
}

func (l *lane) install() { l.installFor(beltLength) }

func (l *lane) installFor(length int) {
	l.boxes = make(chan int, length)
	l.gone = make(chan struct{})
}

type belt struct {
	lane
}

func (b *belt) start(started *sync.WaitGroup) {
	if started != nil {
		started.Add(1)
	}
	go b.run(started)
}

func (b *belt) run(started *sync.WaitGroup) {
	b.shut()
	if started != nil {
		started.Done()
	}
}
