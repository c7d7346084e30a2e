package twins

import (
	"errors"
	"math/rand/v2"
	"sync"
)

// RunCockroach9935 is mended by a diary that lets go of its lock before it is
// given up.
func RunCockroach9935() {
	go func() {
		d := &diary{}
		go d.write()
	}()
}

type diary struct {
	mu    sync.Mutex
	pages int
}

func (d *diary) write() {
	d.mu.Lock()
	if err := d.turnPage(); err != nil {
		d.mu.Unlock()
		d.giveUp()
		return
	}
	d.mu.Unlock()
}

func (d *diary) turnPage() error {
	if rand.IntN(8)%4 > 0 {
		return errors.New("out of ink")
	}
	d.pages++
	return nil
}

func (d *diary) giveUp() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pages = 0
}
