package twins

import "time"

// RunCockroach2448 is mended by a loom that offers its next piece and takes
// back what is dyed in one select, and by a driver that ends the day.
func RunCockroach2448() {
	d, l := newDyeworks()
	go d.dye()
	go l.weave()
	time.Sleep(50 * time.Microsecond)
	close(l.bell.rung)
}

type bell struct {
	rung chan bool
}

func (b *bell) end() <-chan bool { return b.rung }

type piece struct {
	whenDyed func()
}

type shed struct {
	bell   *bell
	pieces chan any
	dyed   chan func()
}

type loom struct {
	*shed
	finished int
}

type dyeworks struct {
	shed *shed
}

func newDyeworks() (*dyeworks, *loom) {
	s := &shed{
		bell:   &bell{rung: make(chan bool)},
		pieces: make(chan any),
		dyed:   make(chan func()),
	}
	return &dyeworks{s}, &loom{shed: s}
}

func (l *loom) weave() {
	for {
		next := &piece{whenDyed: l.handBack}
		select {
		case <-l.bell.end():
			return
		case fold := <-l.dyed:
			fold()
		case l.pieces <- next:
		}
	}
}

func (l *loom) handBack() {
	select {
	case l.dyed <- func() { l.finished++ }:
	case <-l.bell.end():
	}
}

func (d *dyeworks) dye() {
	for {
		select {
		case p := <-d.shed.pieces:
			switch p := p.(type) {
			case *piece:
				if p.whenDyed != nil {
					p.whenDyed()
				}
			}
		case <-d.shed.bell.end():
			return
		}
	}
}
