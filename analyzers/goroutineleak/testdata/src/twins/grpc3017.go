package twins

import (
	"sync"
	"time"
)

// RunGrpc3017 is mended by an unlock on the path of the timer that finds the
// bicycle hired again.
func RunGrpc3017() {
	go func() {
		returned := make(chan struct{})
		s := &bikeShop{
			keep:  time.Nanosecond,
			kept:  make(map[hook]*keptBike),
			hooks: make(map[bike]hook),
		}
		b := s.hire([]hook{1})
		go func() {
			for i := 0; i < 100; i++ {
				s.handIn(b)
				b = s.hire([]hook{1})
			}
			close(returned)
		}()
		<-returned
	}()
}

type (
	hook int
	bike int
)

type keptBike struct {
	bike   bike
	rehire func()
	hired  bool
}

type bikeShop struct {
	mu    sync.Mutex
	keep  time.Duration
	kept  map[hook]*keptBike
	hooks map[bike]hook
}

func (s *bikeShop) hire(hooks []hook) bike {
	if len(hooks) != 1 {
		return bike(1)
	}
	at := hooks[0]
	s.mu.Lock()
	defer s.mu.Unlock()
	if k, ok := s.kept[at]; ok {
		k.rehire()
		delete(s.kept, at)
		return k.bike
	}
	s.hooks[bike(1)] = at
	return bike(1)
}

func (s *bikeShop) handIn(b bike) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, ok := s.hooks[b]
	if !ok {
		return
	}
	if k, ok := s.kept[at]; ok {
		if k.bike != b {
			delete(s.hooks, b)
		}
		return
	}
	k := &keptBike{bike: b}
	s.kept[at] = k
	timer := time.AfterFunc(s.keep, func() {
		s.mu.Lock()
		if k.hired {
			s.mu.Unlock()
			return
		}
		delete(s.hooks, b)
		delete(s.kept, at)
		s.mu.Unlock()
	})
	k.rehire = func() {
		if !timer.Stop() {
			k.hired = true
		}
	}
}
