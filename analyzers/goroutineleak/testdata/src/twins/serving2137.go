package twins

import (
	"runtime"
	"sync"
)

// RunServing2137 is mended by a ringmaster who opens all the gates before he
// waits for any of the riders.
func RunServing2137() {
	go func() {
		r := newRing(1, 1)
		rides := r.enterAll(2)
		release(rides)
	}()
}

type ticket struct{}

type ride struct {
	gate *sync.Mutex
	done chan bool
}

type ring struct {
	queue chan ticket
	sand  chan ticket
}

func newRing(queue, sand int32) *ring {
	return &ring{
		queue: make(chan ticket, queue+sand),
		sand:  make(chan ticket, sand),
	}
}

func (r *ring) try(turn func()) bool {
	var t ticket
	select {
	default:
		return false
	case r.queue <- t:
		r.sand <- t
		defer func() {
			<-r.sand
			runtime.Gosched()
			<-r.queue
		}()
		turn()
		return true
	}
}

func (r *ring) enter() ride {
	next := ride{gate: &sync.Mutex{}, done: make(chan bool, 1)}
	next.gate.Lock()
	var mounted sync.WaitGroup
	mounted.Add(1)
	go func() {
		mounted.Done()
		runtime.Gosched()
		ok := r.try(func() {
			next.gate.Lock()
			runtime.Gosched()
			next.gate.Unlock()
		})
		next.done <- ok
	}()
	mounted.Wait()
	return next
}

func (r *ring) enterAll(n int) []ride {
	rides := make([]ride, n)
	for i := range rides {
		rides[i] = r.enter()
	}
	return rides
}

func release(rides []ride) {
	for _, next := range rides {
		next.gate.Unlock()
	}
	for _, next := range rides {
		ok := <-next.done
		next.done <- ok
	}
}
