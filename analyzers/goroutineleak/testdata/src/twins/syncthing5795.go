package twins

import "sync"

// RunSyncthing5795 is mended by an order to stop that is carried out in a
// goroutine of its own, as the machine that hears it cannot wait for itself.
func RunSyncthing5795() {
	go func() {
		f := &foreman{}
		m := &lathe{
			hearer:  f,
			orders:  make(chan order),
			stopped: make(chan struct{}),
			off:     make(chan struct{}),
		}
		f.whenToldOf = func() { go m.switchOff() }

		m.start()
		m.orders <- &plan{}

		<-m.stopped
	}()
}

type order any

type plan struct{}

type hearer interface {
	tell(order)
}

type foreman struct {
	whenToldOf func()
}

func (f *foreman) tell(order) {
	if f.whenToldOf != nil {
		f.whenToldOf()
	}
}

type lathe struct {
	hearer  hearer
	orders  chan order
	stopped chan struct{}
	off     chan struct{}
	once    sync.Once
}

func (l *lathe) start() { go l.turn() }

func (l *lathe) turn() {
	defer close(l.stopped)
	var next order
	for {
		select {
		case next = <-l.orders:
		case <-l.off:
			return
		}
		switch next := next.(type) {
		case *plan:
			l.hearer.tell(next)
		default:
			return
		}
	}
}

func (l *lathe) switchOff() {
	l.once.Do(func() {
		close(l.off)
		<-l.stopped
	})
}
