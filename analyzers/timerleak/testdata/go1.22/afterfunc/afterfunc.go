// Package afterfunc holds what timerleak says of time.AfterFunc, on every
// version of Go.
package afterfunc

import (
	"sync"
	"time"
)

type connection interface {
	Close() error
	SetReadDeadline(time.Time) error
}

type client struct {
	mu   sync.Mutex
	conn connection
}

func (c *client) handshake(conn connection, limit time.Duration, shake func(connection) error) error {
	time.AfterFunc(limit, func() { handshakeTimeout(c, conn) }) // want `nobody can stop this timer when what it limits is done: it holds what its function uses for limit`
	conn.SetReadDeadline(time.Now().Add(limit))
	return shake(conn)
}

func handshakeTimeout(c *client, conn connection) { conn.Close() }

func (c *client) handshakeStopped(conn connection, limit time.Duration, shake func(connection) error) error {
	t := time.AfterFunc(limit, func() { handshakeTimeout(c, conn) })
	defer t.Stop()
	conn.SetReadDeadline(time.Now().Add(limit))
	return shake(conn)
}

// A few seconds do not matter.
func (c *client) soon(conn connection, shake func(connection) error) error {
	time.AfterFunc(time.Second, func() { conn.Close() })
	conn.SetReadDeadline(time.Now())
	return shake(conn)
}

// Work for later is what AfterFunc is for.
func later(work func(), delay time.Duration) {
	time.AfterFunc(delay, func() { work() })
}

// The object may be closed meanwhile: the function is to see for itself.
type mirror struct {
	mu     sync.Mutex
	source *int
}

func (m *mirror) retry(delay time.Duration) {
	time.AfterFunc(delay, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.setUp()
	})
}

func (m *mirror) setUp() {}

func (m *mirror) Stop() {}

// Kept, so that it could be stopped.
type session struct {
	expiry *time.Timer
	closed bool
}

func (s *session) start(lifetime time.Duration) {
	s.expiry = time.AfterFunc(lifetime, s.expire) // want `nothing in this package stops this timer, Close neither: its function is called although the object is closed`
}

func (s *session) touch(lifetime time.Duration) { s.expiry.Reset(lifetime) }

func (s *session) expire() {}

func (s *session) Close() { s.closed = true }

type stopped struct{ expiry *time.Timer }

func (s *stopped) start(lifetime time.Duration) {
	s.expiry = time.AfterFunc(lifetime, s.expire)
}

func (s *stopped) expire() {}

func (s *stopped) Close() {
	if s.expiry != nil {
		s.expiry.Stop()
	}
}
