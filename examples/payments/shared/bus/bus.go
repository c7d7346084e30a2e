// Package bus carries payment events from the API to the workers over HTTP.
package bus

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"example.com/payments/shared/payment"
	"example.com/payments/shared/wire"
)

// A Publisher sends events to a worker.
type Publisher struct {
	url    string
	client *http.Client
}

// NewPublisher returns a publisher to the worker at url.
func NewPublisher(url string) *Publisher {
	return &Publisher{url: url, client: &http.Client{Timeout: 10 * time.Second}}
}

// Publish returns once the worker has taken the event.
func (p *Publisher) Publish(ctx context.Context, ev payment.Event) error {
	frame, err := wire.Marshal(ev)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(frame))
	if err != nil {
		return err
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return fmt.Errorf("publishing event %d: %w", ev.Seq, err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return fmt.Errorf("publishing event %d: %w", ev.Seq, err)
	}
	if resp.StatusCode != http.StatusAccepted {
		return fmt.Errorf("publishing event %d: the worker answers %s", ev.Seq, resp.Status)
	}
	return nil
}

// A Receiver is the worker's end.
type Receiver struct {
	events chan payment.Event
}

// NewReceiver returns a receiver that holds up to backlog events.
func NewReceiver(backlog int) *Receiver {
	return &Receiver{events: make(chan payment.Event, backlog)}
}

// Events returns the events in the order in which they came.
func (r *Receiver) Events() <-chan payment.Event { return r.events }

// ServeHTTP takes one event, or says 503 when the client gives up waiting for
// room.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	var ev payment.Event
	if err := wire.Read(req.Body, &ev); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	select {
	case r.events <- ev:
		w.WriteHeader(http.StatusAccepted)
	case <-req.Context().Done():
		http.Error(w, "no room", http.StatusServiceUnavailable)
	}
}
