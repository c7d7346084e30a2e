package endpoint_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gomend/gomend/profiles/endpoint"
)

// transport answers without a network, so that time stands still.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// answer serves a request by a handler.
func answer(h http.HandlerFunc) transport {
	return func(r *http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		h(w, r)
		return w.Result(), nil
	}
}

func TestPauseBetweenRequests(t *testing.T) {
	for _, test := range []struct{ pause, want time.Duration }{
		{0, 2 * endpoint.DefaultPause}, {time.Second, 2 * time.Second}, {-1, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			target, err := endpoint.ParseTarget("host:6060")
			if err != nil {
				t.Fatal(err)
			}
			service := (&endpoint.Client{Pause: test.pause, Transport: answer(unknown)}).Service(target)
			began := time.Now()
			if _, err := service.Snapshot(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := time.Since(began); got != test.want {
				t.Errorf("pauses of %v take %v, want %v", test.pause, got, test.want)
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	var got http.Header
	client := &endpoint.Client{Pause: -1, Authorization: "Bearer hunter2"}
	service, _ := serveTo(t, client, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		unknown(w, r)
	})
	if _, err := service.Snapshot(t.Context(), endpoint.Goroutines); err != nil {
		t.Fatal(err)
	}
	if got.Get("Authorization") != "Bearer hunter2" || got.Get("User-Agent") != "gomend" {
		t.Errorf("got headers %v", got)
	}
	encoded, err := json.Marshal(client.Authorization)
	if shown := fmt.Sprintf("%v %+v %#v %x %d %s", *client, *client, *client, client.Authorization, client.Authorization, encoded); err != nil || strings.Contains(shown, "hunter2") {
		t.Errorf("%v: the secret is shown: %s", err, shown)
	}
}

func TestSnapshotCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	service, _ := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	if snap, err := service.Snapshot(ctx); snap != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, %v, want the context's error", snap, err)
	}
}
