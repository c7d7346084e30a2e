package registry // want package:"has functions that lock"

import "sync"

// Mu is a lock that others may take.
var Mu sync.Mutex

var hidden sync.Mutex

type Registry struct {
	Mu    sync.Mutex
	table sync.RWMutex
	names map[string]int
}

// Get takes a lock that only this package can name.
func (r *Registry) Get(name string) int { // want Get:`RLock parameter 1.table`
	r.table.RLock()
	defer r.table.RUnlock()
	return r.names[name]
}

func (r *Registry) Put(name string, n int) { // want Put:`Lock parameter 1.table`
	r.table.Lock()
	r.names[name] = n
	r.table.Unlock()
}

// Each calls f under the lock.
func (r *Registry) Each(f func(string)) { // want Each:`RLock parameter 1.table, calls parameter 2`
	r.table.RLock()
	defer r.table.RUnlock()
	for name := range r.names {
		f(name)
	}
}

// Count takes the exported lock, in a callee.
func (r *Registry) Count() int { return r.count() } // want Count:`Lock parameter 1.Mu`

func (r *Registry) count() int {
	r.Mu.Lock()
	defer r.Mu.Unlock()
	return len(r.names)
}

// Release unlocks what it is given.
func Release(mu *sync.Mutex) { mu.Unlock() } // want Release:`releases parameter 1`

// Acquire returns with the lock held if it says so.
func (r *Registry) Acquire() bool { // want Acquire:`Lock parameter 1.Mu, returns with parameter 1.Mu`
	r.Mu.Lock()
	if r.names == nil {
		r.Mu.Unlock()
		return false
	}
	return true
}

// Move takes the locks of two objects, one after the other.
func Move(from, to *Registry) { // want Move:`Lock parameter 1.Mu, Lock parameter 2.Mu`
	from.Mu.Lock()
	defer from.Mu.Unlock()
	to.Mu.Lock()
	defer to.Mu.Unlock()
	to.names = from.names
}

// With calls f under a package variable's lock.
func With(f func()) { // want With:`Lock registry.hidden, calls parameter 1`
	hidden.Lock()
	defer hidden.Unlock()
	f()
}

// Reset takes it too.
func Reset() { // want Reset:`Lock registry.hidden`
	hidden.Lock()
	hidden.Unlock()
}

// Fresh locks what only it has: that is nothing to its callers.
func Fresh() *Registry {
	r := &Registry{names: make(map[string]int)}
	r.Mu.Lock()
	r.names["root"] = 1
	r.Mu.Unlock()
	return r
}

// Stop forgets the lock where somebody else stops the registry.
func (r *Registry) Stop() { // want Stop:`^Lock parameter 1.table$`
	r.table.Lock() // want `r.table is not released on every path`
	if len(r.names) > 0 {
		r.names = nil
		r.table.Unlock()
	}
}
