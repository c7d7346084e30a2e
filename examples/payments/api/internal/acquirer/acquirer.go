// Package acquirer speaks to the acquiring bank over one long-lived session.
package acquirer

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"example.com/payments/shared/payment"
	"example.com/payments/shared/wire"
)

// An Approval is the bank's answer.
type Approval struct {
	Approved bool   `json:"approved"`
	Code     string `json:"code"`
}

// A Session is a connection to the bank, on which one request is under way at
// a time.
type Session struct {
	mu   sync.Mutex
	conn net.Conn
	in   *bufio.Reader
}

// Dial opens a session.
func Dial(ctx context.Context, addr string) (*Session, error) {
	dialer := net.Dialer{Timeout: 5 * time.Second}
	conn, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("connecting to the acquirer: %w", err)
	}
	return NewSession(conn), nil
}

// NewSession returns a session over a connection that stands already.
func NewSession(conn net.Conn) *Session {
	return &Session{conn: conn, in: bufio.NewReader(conn)}
}

// Authorize asks the bank to hold the amount of p.
func (s *Session) Authorize(ctx context.Context, p payment.Payment) (Approval, error) {
	if err := ctx.Err(); err != nil {
		return Approval{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()

	frame, err := wire.Marshal(p)
	if err != nil {
		return Approval{}, err
	}
	if _, err := s.conn.Write(frame); err != nil {
		return Approval{}, fmt.Errorf("asking the acquirer about %s: %w", p.ID, err)
	}
	var approval Approval
	if err := wire.Read(s.in, &approval); err != nil {
		return Approval{}, fmt.Errorf("waiting for the acquirer about %s: %w", p.ID, err)
	}
	return approval, nil
}

// Close ends the session.
func (s *Session) Close() error { return s.conn.Close() }
