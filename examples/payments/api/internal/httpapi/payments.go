package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"example.com/payments/api/internal/acquirer"
	"example.com/payments/shared/payment"
)

// riskLimit is the score from which a payment is declined unasked.
const riskLimit = 80

func (s *Server) createPayment(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		http.Error(w, "use POST", http.StatusMethodNotAllowed)
		return
	}
	key := r.Header.Get("Idempotency-Key")
	if done, ok := s.answers.get(key); ok {
		writePayment(w, done)
		return
	}

	var p payment.Payment
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&p); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if err := p.Validate(); err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}

	seq := s.seq.Add(1)
	p.ID = "p-" + strconv.FormatUint(seq, 10)
	p.Created = time.Now()
	if err := s.decide(r.Context(), &p); err != nil {
		s.log.Error("payment failed", "id", p.ID, "err", err)
		http.Error(w, "the bank does not answer", http.StatusGatewayTimeout)
		return
	}

	ev := payment.Event{Seq: seq, Payment: p, At: time.Now()}
	if err := s.workers.Publish(r.Context(), ev); err != nil {
		s.log.Error("event lost", "seq", seq, "err", err)
	}
	s.hub.publish(ev)
	s.answers.put(key, p)
	writePayment(w, p)
}

// decide sets the status of p. Where the scoring service is down, the bank
// decides alone.
func (s *Server) decide(ctx context.Context, p *payment.Payment) error {
	score, err := s.fraud.Score(ctx, *p)
	if err != nil {
		s.log.Debug("no score", "id", p.ID, "err", err)
	}
	if score >= riskLimit {
		p.Status = payment.Declined
		return nil
	}
	approval, err := s.authorize(ctx, *p)
	if err != nil {
		return err
	}
	p.Status = payment.Declined
	if approval.Approved {
		p.Status = payment.Authorized
	}
	return nil
}

var errBankSlow = errors.New("the bank is too slow")

// authorize asks the bank, but does not wait longer than merchants do.
func (s *Server) authorize(ctx context.Context, p payment.Payment) (acquirer.Approval, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, s.authorizeTimeout, errBankSlow)
	defer cancel()

	type answer struct {
		approval acquirer.Approval
		err      error
	}
	answers := make(chan answer)
	go func() {
		approval, err := s.bank.Authorize(ctx, p)
		answers <- answer{approval, err}
	}()

	select {
	case a := <-answers:
		return a.approval, a.err
	case <-ctx.Done():
		return acquirer.Approval{}, context.Cause(ctx)
	}
}

func writePayment(w http.ResponseWriter, p payment.Payment) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	json.NewEncoder(w).Encode(p)
}
