package endpoint_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gomend/gomend/profiles/endpoint"
)

// pack writes the data compressed, but for its last bytes.
func pack(w io.Writer, data []byte, cut int) {
	var packed strings.Builder
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(data)
	_ = z.Close()
	_, _ = io.WriteString(w, packed.String()[:packed.Len()-cut])
}

// Services that do not answer as they should. How many requests they get shows whether
// the error is one of the service, or of the part.
func TestFaults(t *testing.T) {
	for _, test := range []struct {
		name     string
		handler  http.HandlerFunc
		want     string
		requests int // of three
	}{
		{"slow", func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
		}, "there is no whole answer within 200ms", 1},
		{"slow in the middle", func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat("x", 4096))
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, "there is no whole answer within 200ms", 1},
		{"a redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://user:hunter2@evil.example/login?token=hunter2", http.StatusFound)
		}, `redirects to "http://evil.example/login" (302 Found), which is not followed`, 1},
		{"a redirect to nowhere", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://ho st:hunter2/")
			w.WriteHeader(http.StatusFound)
		}, "redirects to nowhere", 1},
		{"no end", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, strings.Repeat("x", 4096)); err != nil {
					return
				}
			}
		}, "it is larger than 1 MB", 3},
		{"a gzip bomb", func(w http.ResponseWriter, _ *http.Request) {
			pack(w, make([]byte, 3<<20), 0)
		}, "it unpacks to more than 2 MB", 3},
		{"a profile packed twice", func(w http.ResponseWriter, _ *http.Request) {
			var once strings.Builder
			pack(&once, make([]byte, 1<<20), 0)
			pack(w, []byte(once.String()), 0)
		}, "it is not a profile", 3},
		{"cut off", func(w http.ResponseWriter, _ *http.Request) {
			pack(w, []byte("goroutine profile: total 0\n"), 9)
		}, "it is cut off", 3},
		{"damaged", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "\x1f\x8bhunter2hunter2")
		}, "it is damaged", 3},
		{"a login page", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "\n<!DOCTYPE html><form>hunter2</form>")
		}, "it is a web page, perhaps of a login", 3},
		{"no authorization", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "hunter2", http.StatusUnauthorized)
		}, "wants another authorization (401 Unauthorized)", 1},
		{"nothing there", http.NotFound, "there is nothing (404 Not Found)", 3},
		{"an error", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "hunter2", http.StatusInternalServerError)
		}, "the service answered 500 Internal Server Error", 3},
		{"overload", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "hunter2", http.StatusServiceUnavailable)
		}, "the service is not ready (503 Service Unavailable)", 1},
		{"a connection that closes", func(w http.ResponseWriter, _ *http.Request) {
			panic(http.ErrAbortHandler)
		}, "there is no answer: EOF", 1},
		{"a connection that closes in the middle", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "\x1f\x8b\x08")
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}, "it is cut off", 3},
		{"nothing", func(http.ResponseWriter, *http.Request) {}, "it is empty", 3},
		{"a profile of something else", func(w http.ResponseWriter, _ *http.Request) {
			_ = counts("cpu", 1).Write(w)
		}, `it is not a profile of goroutine but of "cpu"`, 3},
		{"no goroutine at all", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "goroutine profile: total 0\n")
		}, "a program has at least one", 3},
		{"fewer goroutines than it says", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "goroutine profile: total 2\n1 @ 0x1\n#\t0x1\tmain.f+0x1\t/a.go:1\n")
		}, "damaged or cut off", 3},
		{"plain text", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "hello, hunter2")
		}, "it is not a profile", 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			var log requestLog
			client := &endpoint.Client{
				Pause: -1, Timeout: 200 * time.Millisecond, MaxBytes: 1 << 20, MaxUnpacked: 2 << 20, Authorization: "Bearer hunter2",
			}
			if test.requests == 3 {
				client.Timeout = 0
			}
			service, _ := serveTo(t, client, log.of(test.handler))
			snap, err := service.Snapshot(t.Context())
			if snap != nil || err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, error %v, want one with %q", snap, err, test.want)
			}
			if strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "/debug/pprof/goroutine: ") {
				t.Errorf("the error is to have the place and no secret: %v", err)
			}
			log.check(t, []string{"goroutine", "goroutineleak", "heap?gc=1&debug=1"}[:test.requests]...)
		})
	}
}

// Errors of a part leave the others alone.
func TestFaultOfOnePart(t *testing.T) {
	service, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/heap") {
			http.Error(w, "", http.StatusInternalServerError)
			return
		}
		unknown(w, r)
	})
	snap, err := service.Snapshot(t.Context())
	if err != nil || snap.Goroutines == nil {
		t.Fatal(err, snap)
	}
	for _, part := range []endpoint.Part{endpoint.Heap, endpoint.Memory} {
		if snap.Errors[part] == nil {
			t.Errorf("there is no error for %s", part)
		}
	}
}

// What is not asked for any more has an error, too.
func TestFaultInBetween(t *testing.T) {
	service, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/goroutineleak") {
			http.Error(w, "", http.StatusTooManyRequests)
			return
		}
		unknown(w, r)
	})
	snap, err := service.Snapshot(t.Context())
	if err != nil || snap.Goroutines == nil || snap.Errors[endpoint.Leaks] == nil {
		t.Fatal(err, snap)
	}
	if err := snap.Errors[endpoint.Heap]; err == nil || !strings.Contains(err.Error(), "not asked for any more") {
		t.Errorf("got error %v for the heap", err)
	}
}

// The answer to a request for statistics that has none is an error.
func TestHeapWithoutStatistics(t *testing.T) {
	service, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		r.URL.RawQuery = ""
		unknown(w, r)
	})
	snap, err := service.Snapshot(t.Context(), endpoint.Heap)
	if err != nil || snap.Heap == nil || snap.Memory != nil || snap.Errors[endpoint.Memory] == nil {
		t.Errorf("got %v, %+v, want a heap and an error for the statistics", err, snap)
	}
}

func TestUnreachable(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	target, err := endpoint.ParseTarget(server.URL)
	server.Close()
	if err != nil {
		t.Fatal(err)
	}
	client := &endpoint.Client{}
	if snap, err := client.Service(target).Snapshot(t.Context()); snap != nil || err == nil {
		t.Errorf("got %v, %v, want an error", snap, err)
	}
}
