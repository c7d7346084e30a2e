package twins

import (
	"errors"
	"sync"
	"time"
)

// RunMoby17176 is mended by an unlock where nothing is to be swept, and by room
// for the message of whoever comes after.
func RunMoby17176() {
	go sweepAndEnter()
}

func sweepAndEnter() {
	r := &room{}
	r.sweep()
	entered := make(chan bool, 1)
	go func() {
		r.Lock()
		defer r.Unlock()
		entered <- true
	}()

	select {
	case <-time.After(100 * time.Microsecond):
	case <-entered:
	}
}

type room struct {
	sync.Mutex
	crumbs int
}

func (r *room) sweep() error {
	r.Lock()
	if r.crumbs == 0 {
		r.Unlock()
		return nil
	}
	r.crumbs = 0
	r.Unlock()
	return errors.New("the broom is full")
}
