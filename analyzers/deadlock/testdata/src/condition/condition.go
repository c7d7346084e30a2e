package condition

import "sync"

type recorder struct {
	mu sync.Mutex
	n  int
}

// A flag tells that the lock was taken in an earlier iteration.
func (r *recorder) once(in <-chan int) {
	locked := false
	for v := range in {
		if v > 0 {
			if !locked {
				r.mu.Lock()
				defer r.mu.Unlock()
				locked = true
			}
			r.n++
		}
	}
}

// A parameter tells whether the caller holds the lock.
func (r *recorder) add(lock bool) {
	if lock {
		r.mu.Lock() // want `r.mu is locked again while addTwice, which calls add, holds it`
	}
	r.n++
	if lock {
		r.mu.Unlock()
	}
}

func (r *recorder) addTwice() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.add(false)
	r.add(true)
}

// The literals that lock and unlock share a condition.
func (r *recorder) literals(need bool) {
	lock := func() {
		if need {
			r.mu.Lock()
		}
	}
	unlock := func() {
		if need {
			r.mu.Unlock()
		}
	}
	lock()
	defer unlock()
	r.n++
}

func (r *recorder) underLock() {
	r.mu.Lock()
	r.literals(false)
	r.mu.Unlock()
}

func (r *recorder) try() {
	if !r.mu.TryLock() {
		return
	}
	defer r.mu.Unlock()
	r.n++
}

// A loop that goes round with the lock.
func (r *recorder) round(in <-chan int) {
	for v := range in {
		r.mu.Lock() // want `r.mu is still held when the loop comes round`
		if v == 0 {
			continue
		}
		r.n++
		r.mu.Unlock()
	}
}
