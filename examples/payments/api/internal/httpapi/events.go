package httpapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"example.com/payments/shared/payment"
)

// heartbeat keeps proxies from closing a stream on which nothing happens.
const heartbeat = 15 * time.Second

// streamEvents sends events to a merchant's dashboard for as long as it is
// open.
func (s *Server) streamEvents(w http.ResponseWriter, r *http.Request) {
	flusher, ok := w.(http.Flusher)
	if !ok {
		http.Error(w, "streaming is not possible here", http.StatusNotImplemented)
		return
	}
	merchant := r.URL.Query().Get("merchant")
	events := s.hub.subscribe()
	defer s.hub.unsubscribe(events)

	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	flusher.Flush()

	beat := time.Tick(heartbeat)
	for {
		select {
		case ev := <-events:
			if ev.Payment.Merchant != merchant {
				continue
			}
			data, err := json.Marshal(ev)
			if err != nil {
				s.log.Error("event not sent", "seq", ev.Seq, "err", err)
				continue
			}
			if _, err := fmt.Fprintf(w, "data: %s\n\n", data); err != nil {
				return
			}
		case <-beat:
			if _, err := fmt.Fprint(w, ": still here\n\n"); err != nil {
				return
			}
		case <-r.Context().Done():
			return
		}
		flusher.Flush()
	}
}

// A hub hands every event to every open stream.
type hub struct {
	mu      sync.Mutex
	streams map[chan payment.Event]struct{}
}

func newHub() *hub {
	return &hub{streams: make(map[chan payment.Event]struct{})}
}

func (h *hub) subscribe() chan payment.Event {
	events := make(chan payment.Event, 16)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.streams[events] = struct{}{}
	return events
}

func (h *hub) unsubscribe(events chan payment.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.streams, events)
}

func (h *hub) publish(ev payment.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for events := range h.streams {
		events <- ev
	}
}
