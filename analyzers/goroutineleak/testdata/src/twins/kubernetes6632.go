package twins

import "sync"

// RunKubernetes6632 is mended by a watch that takes the writer's last marks off
// his hands while it waits for the pen.
func RunKubernetes6632() {
	go func() {
		s := newScribe()
		go func() {
			s.desk.shut <- true
		}()
		go s.watch()
		go s.write()
	}()
}

type desk struct {
	shut chan bool
}

type scribe struct {
	marks chan bool
	pen   sync.Mutex
	desk  *desk
}

func newScribe() *scribe {
	return &scribe{
		marks: make(chan bool),
		desk:  &desk{shut: make(chan bool)},
	}
}

func (s *scribe) watch() {
	marks := s.marks
Watch:
	for {
		select {
		case <-s.desk.shut:
			go func() {
				for range marks {
				}
			}()
			s.pen.Lock()
			close(marks)
			s.marks = nil
			s.pen.Unlock()
			break Watch
		}
	}
}

func (s *scribe) write() {
	s.pen.Lock()
	defer s.pen.Unlock()
	if s.marks == nil {
		return
	}
	s.marks <- true
}
