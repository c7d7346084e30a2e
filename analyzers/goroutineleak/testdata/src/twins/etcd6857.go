package twins

// RunEtcd6857 is mended by a caller who watches whether the weather station has
// shut while he asks it.
func RunEtcd6857() {
	go func() {
		s := newStation()
		go s.observe()
		go s.report()
		go s.shut()
	}()
}

type weather struct{ degrees int }

type station struct {
	questions chan chan weather
	stop      chan struct{}
	done      chan struct{}
}

func newStation() *station {
	return &station{
		questions: make(chan chan weather),
		stop:      make(chan struct{}),
		done:      make(chan struct{}),
	}
}

func (s *station) report() weather {
	answer := make(chan weather)
	select {
	case s.questions <- answer:
		return <-answer
	case <-s.done:
		return weather{}
	}
}

func (s *station) observe() {
	for {
		select {
		case answer := <-s.questions:
			answer <- weather{degrees: 21}
		case <-s.stop:
			close(s.done)
			return
		}
	}
}

func (s *station) shut() {
	select {
	case s.stop <- struct{}{}:
	case <-s.done:
		return
	}
	<-s.done
}
