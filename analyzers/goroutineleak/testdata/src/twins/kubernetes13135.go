package twins

import (
	"sync"
	"time"
)

// RunKubernetes13135 is mended by one order of locks: the shop's is taken only
// under the shelf's, never around it.
func RunKubernetes13135() {
	go func() {
		night := make(chan struct{})
		s := openShop(night)
		go s.shelf.add("jam")
		go close(night)
	}()
}

type storage interface {
	add(good any)
	refill(goods any)
}

type stocker struct {
	storage storage
}

func (s *stocker) stock(<-chan struct{}) error {
	s.fill()
	return nil
}

func (s *stocker) fill() { s.storage.refill(nil) }

type shop struct {
	sync.Mutex
	opened   sync.WaitGroup
	openOnce sync.Once
	shelf    *shelf
	stocker  *stocker
	sales    int
	fillings int
}

func openShop(night <-chan struct{}) *shop {
	sh := &shelf{}
	s := &shop{shelf: sh, stocker: &stocker{storage: sh}}
	s.opened.Add(1)
	sh.whenRefilled(func() {
		s.Lock()
		s.fillings++
		s.Unlock()
		s.openOnce.Do(func() { s.opened.Done() })
	})
	sh.whenAdded(s.sell)
	go keepOn(func() { s.restock(night) }, time.Nanosecond, night)
	s.opened.Wait()
	return s
}

func (s *shop) sell() {
	s.Lock()
	defer s.Unlock()
	s.sales++
}

func (s *shop) restock(night <-chan struct{}) {
	for {
		if err := s.stocker.stock(night); err == nil {
			break
		}
	}
}

// keepOn calls f once at least, so that whoever waits for its first call need
// not care for stop.
func keepOn(f func(), pause time.Duration, stop <-chan struct{}) {
	for {
		func() {
			f()
		}()
		select {
		case <-stop:
			return
		default:
		}
		time.Sleep(pause)
	}
}

type shelf struct {
	sync.RWMutex
	refilled func()
	added    func()
}

func (s *shelf) whenAdded(f func()) {
	s.Lock()
	defer s.Unlock()
	s.added = f
}

func (s *shelf) whenRefilled(f func()) {
	s.Lock()
	defer s.Unlock()
	s.refilled = f
}

func (s *shelf) tell() {
	s.Lock()
	defer s.Unlock()
	if s.added != nil {
		s.added()
	}
}

func (s *shelf) add(any) { s.tell() }

func (s *shelf) refill(any) {
	s.Lock()
	defer s.Unlock()
	if s.refilled != nil {
		s.refilled()
	}
}
