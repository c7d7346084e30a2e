package twins

import (
	"sync"
	"time"
)

// RunEtcd7492 is mended by a cloakroom that tells its keeper about a coat after
// letting go of the lock that the keeper needs for throwing coats out.
func RunEtcd7492() {
	go func() {
		t, clear := openTheatre()
		defer clear()
		var guests sync.WaitGroup
		guests.Add(3)
		for i := 0; i < 3; i++ {
			go func() {
				defer guests.Done()
				t.admit()
			}()
		}
		guests.Wait()
	}()
}

type wardrobe interface {
	hang()
	open()
	clear()
}

type playhouse struct {
	wardrobe wardrobe
}

func openTheatre() (*playhouse, func()) {
	p := &playhouse{wardrobe: &cloakroom{}}
	p.wardrobe.open()
	return p, func() { p.wardrobe.clear() }
}

func (p *playhouse) admit() { p.wardrobe.hang() }

type cloakroom struct {
	keeper *keeper
	mu     sync.RWMutex
	coats  int
}

func (c *cloakroom) hang() { c.hangCoat() }

func (c *cloakroom) hangCoat() {
	c.mu.Lock()
	c.coats++
	c.mu.Unlock()
	c.keeper.note()
}

func (c *cloakroom) open() { c.keeper = newKeeper(throwOut(c)) }

func (c *cloakroom) clear() {
	if c.keeper != nil {
		c.keeper.dismiss()
		c.keeper = nil
	}
	c.mu.Lock()
	c.coats = 0
	c.mu.Unlock()
}

func throwOut(c *cloakroom) func(string) {
	return func(string) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.coats--
	}
}

type keeper struct {
	numbers  map[string]time.Time
	coats    chan struct{}
	leave    chan chan struct{}
	throwOut func(string)
}

func newKeeper(throwOut func(string)) *keeper {
	k := &keeper{
		numbers:  make(map[string]time.Time),
		coats:    make(chan struct{}, 1),
		leave:    make(chan chan struct{}),
		throwOut: throwOut,
	}
	go k.stand()
	return k
}

func (k *keeper) stand() {
	closing := time.NewTicker(10 * time.Microsecond)
	defer closing.Stop()
	for {
		select {
		case <-k.coats:
			k.numbers["1"] = time.Now()
		case <-closing.C:
			for number := range k.numbers {
				k.throwOut(number)
				delete(k.numbers, number)
			}
		case left := <-k.leave:
			left <- struct{}{}
			return
		}
	}
}

func (k *keeper) note() { k.coats <- struct{}{} }

func (k *keeper) dismiss() {
	left := make(chan struct{})
	k.leave <- left
	<-left
	close(k.leave)
}
