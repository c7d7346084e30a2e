// Package service holds locks while it calls functions of another package.
package service

import (
	"sync"

	"registry"
)

type server struct {
	mu    sync.Mutex
	reg   *registry.Registry
	other *registry.Registry
}

func (s *server) doubleLock() {
	s.reg.Mu.Lock()
	defer s.reg.Mu.Unlock()
	_ = s.reg.Count() // want `s.reg.Mu is locked again in Count, count \(registry.go:42\) while this goroutine holds it`
}

func (s *server) otherInstance() {
	s.reg.Mu.Lock()
	defer s.reg.Mu.Unlock()
	_ = s.other.Count()
}

// By way of a function of this package, the call under the lock is named.
func (s *server) doubleLockFarther() {
	s.reg.Mu.Lock()
	defer s.reg.Mu.Unlock()
	s.count()
}

func (s *server) count() {
	_ = s.reg.Count() // want `s.reg.Mu is locked again in Count, count \(registry.go:42\) while doubleLockFarther, which calls count, holds it`
}

// Release unlocks what it is given.
func (s *server) handOver() {
	s.mu.Lock()
	registry.Release(&s.mu)
	s.mu.Lock()
	s.mu.Unlock()
}

func (s *server) notReleased(other *server) {
	s.mu.Lock()
	registry.Release(&other.mu)
	s.mu.Lock() // want `s.mu is locked again while this goroutine holds it`
	s.mu.Unlock()
	s.mu.Unlock()
}

// Acquire holds the lock only if it says so.
func (s *server) acquired() {
	if s.reg.Acquire() {
		s.reg.Mu.Unlock()
	}
	_ = s.reg.Count()
}

func (s *server) acquiredTwice() {
	if s.reg.Acquire() {
		_ = s.reg.Count() // want `s.reg.Mu is locked again in Count`
		s.reg.Mu.Unlock()
	}
}

func (s *server) sameObject() {
	registry.Move(s.reg, s.reg) // want `s.reg.Mu is locked again in Move`
	registry.Move(s.reg, s.other)
}

// The lock of another package's variable, held while it calls back.
func callBack() {
	registry.With(func() {
		registry.Reset() // want `registry.hidden is locked again in Reset`
	})
}

func callBackHarmless() {
	registry.With(func() { _ = registry.Fresh() })
	registry.Reset()
}

// The package that has the lock takes it for writing.
func readTwice(r *registry.Registry) {
	r.Each(func(name string) {
		_ = r.Get(name) // want `r.table is read-locked again in Get`
	})
}

func readOthers(r, q *registry.Registry) {
	r.Each(func(name string) {
		_ = q.Get(name)
	})
}

// That the lock is still held is the defect of Stop, and reported there.
func (s *server) stop() int {
	s.reg.Stop()
	return s.reg.Get("")
}
