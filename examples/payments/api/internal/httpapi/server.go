// Package httpapi is the public HTTP face of the platform.
package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"example.com/payments/api/internal/acquirer"
	"example.com/payments/shared/payment"
)

// An Authorizer holds money at a bank.
type Authorizer interface {
	Authorize(ctx context.Context, p payment.Payment) (acquirer.Approval, error)
}

// A Scorer tells how risky a payment is, from 0 to 100.
type Scorer interface {
	Score(ctx context.Context, p payment.Payment) (int, error)
}

// A Publisher hands events on to the workers.
type Publisher interface {
	Publish(ctx context.Context, ev payment.Event) error
}

// A Server answers merchants.
type Server struct {
	bank    Authorizer
	fraud   Scorer
	workers Publisher
	log     *slog.Logger

	answers *answers
	hub     *hub
	seq     atomic.Uint64

	// authorizeTimeout is how long a merchant waits for the bank.
	authorizeTimeout time.Duration
}

// New returns a server that keeps up to keys answers for repeated requests.
func New(bank Authorizer, fraud Scorer, workers Publisher, keys int, log *slog.Logger) *Server {
	return &Server{
		bank:             bank,
		fraud:            fraud,
		workers:          workers,
		log:              log,
		answers:          newAnswers(keys),
		hub:              newHub(),
		authorizeTimeout: 8 * time.Second,
	}
}

// Register adds the server's routes to mux.
func (s *Server) Register(mux *http.ServeMux) {
	mux.HandleFunc("/v1/payments", s.createPayment)
	mux.HandleFunc("/v1/events", s.streamEvents)
}
