// Package handler leaves a timer behind for each request.
package handler

import (
	"net/http"
	"time"
)

type server struct{ jobs chan *http.Request }

func (s *server) handle(w http.ResponseWriter, r *http.Request) {
	select {
	case s.jobs <- r:
	case <-time.After(time.Minute): // want `each call of this function that another case wins leaves a timer in memory for 1m0s`
		http.Error(w, "busy", http.StatusServiceUnavailable)
	}
}
