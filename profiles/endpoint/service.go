package endpoint

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gomend/gomend/profiles/goroutine"
)

// A Service is a target, and what is known of it from earlier requests. Its methods
// may be called at the same time, and then wait for each other: a service is never
// asked two things at once.
type Service struct {
	target    Target
	client    *Client
	transport http.RoundTripper

	mu      sync.Mutex
	idle    time.Time // when the last request ended
	memory  *MemStats // as of the last snapshot that has it
	noLeaks bool      // the process has no goroutineleak profile
}

// noLeakProfile is why there is no goroutineleak profile.
const noLeakProfile = "the service has no goroutineleak profile: it takes Go 1.27, or Go 1.26 and GOEXPERIMENT=goroutineleakprofile when it is built"

// Snapshot asks the service for the wanted parts, of Goroutines, Leaks and Heap, one
// after the other; for all if none is named. It returns an error if the context ends,
// or if not a single part could be had; an error of a part is in the snapshot. After an
// error that concerns the service rather than the part, as that it can't be reached or
// wants authorization, nothing more is asked.
func (s *Service) Snapshot(ctx context.Context, want ...Part) (*Snapshot, error) {
	requests, err := requestsFor(want)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.closeIdle()
	snap := newSnapshot(s.target.Name(), time.Now(), FromClock)
	for _, r := range requests {
		if err == nil {
			err = s.take(ctx, snap, r)
		} else {
			snap.failAll(r.parts, fmt.Errorf("it was not asked for any more: %w", err))
		}
		if ctx.Err() != nil {
			return nil, fmt.Errorf("%s: %w", s.target, context.Cause(ctx))
		}
	}
	for _, r := range requests {
		if err := snap.Errors[r.parts[0]]; err != nil && snap.empty() {
			return nil, err
		}
	}
	s.remember(snap)
	return snap, nil
}

// A request is how to get parts. The first is that of the profile's name.
type request struct {
	query string
	parts []Part
}

// requestsFor returns the requests for the wanted parts in their order. The goroutines
// come before the collections, which start some of their own.
func requestsFor(want []Part) ([]request, error) {
	all := []request{
		{"goroutine", []Part{Goroutines}},
		{"goroutineleak", []Part{Leaks}},
		{"heap?gc=1&debug=1", []Part{Heap, Memory}},
	}
	if len(want) == 0 {
		return all, nil
	}
	for _, part := range want {
		if !slices.ContainsFunc(all, func(r request) bool { return r.parts[0] == part }) {
			return nil, fmt.Errorf("a snapshot can't be asked for %q", part)
		}
	}
	return slices.DeleteFunc(all, func(r request) bool { return !slices.Contains(want, r.parts[0]) }), nil
}

// take makes a request and puts what it brings, or what went wrong, into the snapshot.
// It returns errors that concern the whole service.
func (s *Service) take(ctx context.Context, snap *Snapshot, r request) error {
	part := r.parts[0]
	if part == Leaks && s.noLeaks {
		snap.Absent[Leaks] = noLeakProfile
		return nil
	}
	data, took, err := s.fetch(ctx, r.query)
	snap.Took[part] = took
	if none, ok := errors.AsType[*notFound](err); ok && part == Leaks && (none.byPprof || snap.Goroutines != nil) {
		s.noLeaks = true
		snap.Absent[Leaks] = noLeakProfile
		return nil
	}
	if err != nil {
		snap.failAll(r.parts, err)
		if _, ok := errors.AsType[*unavailable](err); ok {
			return err
		}
		return nil
	}
	where := s.target.base + "/" + r.query
	snap.read(part, where, data)
	for _, part := range r.parts {
		if !snap.answered(part) {
			snap.fail(part, where, errors.New("the answer is without it"))
		}
	}
	return nil
}

// remember notes what the next snapshot has to know. Another process may have been
// built in another way.
func (s *Service) remember(snap *Snapshot) {
	if snap.Memory == nil {
		return
	}
	if s.memory != nil && !snap.Memory.Follows(s.memory) {
		s.noLeaks = false
	}
	s.memory = snap.Memory
}

// Waits asks the service for a dump of all goroutines and returns how long those that
// are suspects have been waiting. The dump is never held as a whole, and suspect sees
// goroutines without labels. With an error, Waits are of the goroutines before it: the
// runtime itself cuts off dumps at 64 MB, which is about 400,000 goroutines.
//
// The program is stopped while the runtime writes the dump.
func (s *Service) Waits(ctx context.Context, suspect func(*goroutine.Goroutine) bool) ([]Wait, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.closeIdle()
	var waits []Wait
	_, err := s.get(ctx, "goroutine?debug=2", func(in io.Reader) (err error) {
		waits, err = readWaits(in, suspect)
		return err
	})
	return waits, err
}

// closeIdle gives back what the service keeps for a connection, which would count
// among its goroutines.
func (s *Service) closeIdle() {
	if c, ok := s.transport.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
