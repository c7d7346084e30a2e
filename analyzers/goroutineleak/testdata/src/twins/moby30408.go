package twins

import (
	"errors"
	"sync"
)

// RunMoby30408 is mended by a failure that counts as an end of the wait, and
// that is broadcast.
func RunMoby30408() {
	go func() {
		b := &bridge{raised: sync.NewCond(&sync.Mutex{})}
		pass(b)
	}()
}

func pass(b *bridge) {
	passed := make(chan struct{})
	go func() {
		b.await()
		close(passed)
	}()
	b.fail(errors.New("the chain broke"))
	<-passed
}

type signalLight struct {
	colours []string
}

type bridge struct {
	raised *sync.Cond
	err    error
	light  *signalLight
}

func (b *bridge) await() error {
	b.raised.L.Lock()
	for !b.decided() {
		b.raised.Wait()
	}
	err := b.err
	b.raised.L.Unlock()
	return err
}

// decided is called with the lock.
func (b *bridge) decided() bool { return b.light != nil || b.err != nil }

func (b *bridge) fail(err error) {
	b.raised.L.Lock()
	b.err = err
	b.raised.L.Unlock()
	b.raised.Broadcast()
}
