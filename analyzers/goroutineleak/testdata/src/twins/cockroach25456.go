package twins

// RunCockroach25456 is mended by an inspector who looks whether the harbour
// closes instead of waiting until it does.
func RunCockroach25456() {
	go func() {
		t := &tide{low: make(chan struct{})}
		visit := portVisit{}
		visit.arrive(t)
		for i := 0; i < 2; i++ {
			visit.port.inspector.inspect(visit.ship)
		}
	}()
}

type tide struct {
	low chan struct{}
}

func (t *tide) ebb() <-chan struct{} {
	if t == nil {
		return nil
	}
	return t.low
}

type port struct {
	tide      *tide
	inspector *inspector
}

func (p *port) currentTide() *tide { return p.tide }

type ship struct {
	port    *port
	visited int
}

type inspector struct{}

func (*inspector) inspect(s *ship) {
	select {
	case <-s.port.currentTide().ebb():
	default:
		s.visited++
	}
}

type portVisit struct {
	port *port
	ship *ship
}

func (v *portVisit) arrive(t *tide) {
	if v.port == nil {
		v.port = &port{inspector: &inspector{}}
	}
	v.port.tide = t
	v.ship = &ship{port: v.port}
}
