package endpoint_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/pprof"
	runtimepprof "runtime/pprof"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/pprof/profile"

	"github.com/gomend/gomend/profiles/endpoint"
	"github.com/gomend/gomend/profiles/goroutine"
)

// serve starts a server and returns what asks it without pauses.
func serve(t *testing.T, h http.HandlerFunc) (*endpoint.Service, *httptest.Server) {
	t.Helper()
	return serveTo(t, &endpoint.Client{Pause: -1}, h)
}

func serveTo(t *testing.T, c *endpoint.Client, h http.HandlerFunc) (*endpoint.Service, *httptest.Server) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	target, err := endpoint.ParseTarget(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return c.Service(target), server
}

// waitHere blocks a goroutine in a stack of its own, with a label.
func waitHere(ctx context.Context, secret string, until chan struct{}, ready chan<- bool) {
	runtimepprof.Do(ctx, runtimepprof.Labels("user", secret), func(context.Context) {
		ready <- true
		<-until
	})
}

// holdHere starts n goroutines that wait in waitHere until the test ends.
func holdHere(t *testing.T, n int, secret string) {
	t.Helper()
	until, ready := make(chan struct{}), make(chan bool)
	t.Cleanup(func() { close(until) })
	for range n {
		go waitHere(t.Context(), fmt.Sprint(secret, n), until, ready)
	}
	for range n {
		<-ready
	}
}

// sum returns what the samples have whose stacks include a function of these tests.
func sum(p *profile.Profile, kind, fn string) (total int64) {
	index, _ := p.SampleIndexByName(kind)
	for _, s := range p.Sample {
		if slices.ContainsFunc(s.Location, func(l *profile.Location) bool {
			return slices.ContainsFunc(l.Line, func(line profile.Line) bool {
				return strings.HasSuffix(line.Function.Name, "endpoint_test."+fn)
			})
		}) {
			total += s.Value[index]
		}
	}
	return total
}

//go:noinline
func allocateHere(n int) []byte { return make([]byte, n) }

func TestSnapshot(t *testing.T) {
	holdHere(t, 7, "alice")
	held := allocateHere(64 << 20)
	held[0] = 1
	service, server := serve(t, pprof.Index)
	snap, err := service.Snapshot(t.Context())
	if err != nil || len(snap.Errors) > 0 {
		t.Fatal(err, snap)
	}
	if got := sum(snap.Goroutines, "goroutine", "waitHere"); got != 7 {
		t.Errorf("got %d goroutines in waitHere, want 7", got)
	}
	if got := sum(snap.Heap, "inuse_space", "allocateHere"); got < 64<<20 || got > 65<<20 {
		t.Errorf("got %d bytes of allocateHere, want 64 MB", got)
	}
	if snap.Memory.HeapAlloc < 64<<20 || snap.Memory.NumForcedGC == 0 || time.Since(time.Unix(0, int64(snap.Memory.LastGC))) > time.Minute {
		t.Errorf("implausible: %+v", snap.Memory)
	}
	if has := runtimepprof.Lookup("goroutineleak") != nil; has != (snap.Leaked != nil) || has != (snap.Absent[endpoint.Leaks] == "") {
		t.Errorf("the goroutineleak profile is %v, and absent as %q", snap.Leaked, snap.Absent[endpoint.Leaks])
	}
	if time.Since(snap.Time) > time.Minute || snap.Source != endpoint.FromClock || snap.Slowest() <= 0 {
		t.Errorf("implausible: at %v by %s, took %v", snap.Time, snap.Source, snap.Took)
	}
	if name := strings.ReplaceAll(strings.TrimPrefix(server.URL, "http://"), ":", "_"); snap.Service != name {
		t.Errorf("got name %s, want %s", snap.Service, name)
	}
	checkRedacted(t, snap)
	held[1] = 1
}

// checkRedacted checks that nothing is left of labels, binaries and comments.
func checkRedacted(t *testing.T, snap *endpoint.Snapshot) {
	t.Helper()
	for _, p := range []*profile.Profile{snap.Goroutines, snap.Heap} {
		if strings.Contains(p.String(), "alice") || len(p.Comments) > 0 || p.DocURL != "" {
			t.Errorf("something is left in %v", p)
		}
		for _, s := range p.Sample {
			if len(s.Label)+len(s.NumLabel)+len(s.NumUnit) > 0 {
				t.Errorf("a sample has labels: %v %v", s.Label, s.NumLabel)
			}
		}
		for _, m := range p.Mapping {
			if m.File != "" {
				t.Errorf("a mapping is of %s", m.File)
			}
		}
	}
}

// Redaction includes what Go's own profiles do not have.
func TestSnapshotRedactsComments(t *testing.T) {
	service, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		p := counts("goroutine", 3)
		p.Comments, p.DocURL = []string{"alice"}, "http://alice/"
		p.Sample[0].Label = map[string][]string{"user": {"alice"}}
		p.Sample[0].NumLabel = map[string][]int64{"uid": {1000}}
		_ = p.Write(w)
	})
	snap, err := service.Snapshot(t.Context(), endpoint.Goroutines)
	if err != nil {
		t.Fatal(err)
	}
	snap.Heap = snap.Goroutines
	checkRedacted(t, snap)
}

// counts returns a profile of goroutines in one stack.
func counts(kind string, n int64) *profile.Profile {
	fn := &profile.Function{ID: 1, Name: "main.f", Filename: "/src/main.go"}
	loc := &profile.Location{ID: 1, Line: []profile.Line{{Function: fn, Line: 3}}}
	return &profile.Profile{
		SampleType: []*profile.ValueType{{Type: kind, Unit: "count"}},
		Sample:     []*profile.Sample{{Location: []*profile.Location{loc}, Value: []int64{n}}},
		Location:   []*profile.Location{loc},
		Function:   []*profile.Function{fn},
	}
}

// A requestLog notes which profiles are asked for.
type requestLog struct {
	mu       sync.Mutex
	requests []string
}

// of returns a handler whose requests are noted.
func (l *requestLog) of(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		l.mu.Lock()
		l.requests = append(l.requests, strings.TrimPrefix(r.URL.RequestURI(), "/debug/pprof/"))
		l.mu.Unlock()
		h(w, r)
	}
}

// check checks that the requests are those wanted.
func (l *requestLog) check(t *testing.T, want ...string) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Equal(l.requests, want) {
		t.Errorf("got requests %q, want %q", l.requests, want)
	}
}

func unknown(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/goroutineleak") {
		http.Error(w, "Unknown profile", http.StatusNotFound)
		return
	}
	pprof.Index(w, r)
}

// What a snapshot asks for is what the package says, and never the command line. That
// a profile is absent is remembered.
func TestSnapshotRequests(t *testing.T) {
	var log requestLog
	service, _ := serve(t, log.of(unknown))
	for range 2 {
		snap, err := service.Snapshot(t.Context())
		if err != nil || len(snap.Errors) > 0 || snap.Absent[endpoint.Leaks] == "" {
			t.Fatal(err, snap)
		}
	}
	log.check(t, "goroutine", "goroutineleak", "heap?gc=1&debug=1", "goroutine", "heap?gc=1&debug=1")
}

func TestSnapshotWant(t *testing.T) {
	var log requestLog
	service, _ := serve(t, log.of(unknown))
	snap, err := service.Snapshot(t.Context(), endpoint.Heap)
	if err != nil || snap.Heap == nil || snap.Memory == nil || snap.Goroutines != nil || len(snap.Errors) > 0 {
		t.Errorf("got %v, %+v, want a heap and statistics", err, snap)
	}
	if _, err := service.Snapshot(t.Context(), endpoint.Waits); err == nil {
		t.Error("waits are no part of a snapshot, and there is no error")
	}
	log.check(t, "heap?gc=1&debug=1")
}

// Where nothing is left but an error it is returned, although another part is absent.
func TestSnapshotOfNothing(t *testing.T) {
	service, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/heap") {
			http.Error(w, "", http.StatusInternalServerError)
			return
		}
		unknown(w, r)
	})
	if snap, err := service.Snapshot(t.Context(), endpoint.Leaks, endpoint.Heap); snap != nil || err == nil {
		t.Errorf("got %+v, %v, want the error of the heap", snap, err)
	}
}

func TestSnapshotLeaked(t *testing.T) {
	service, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/goroutineleak") {
			_ = counts("goroutineleak", 4).Write(w)
			return
		}
		pprof.Index(w, r)
	})
	snap, err := service.Snapshot(t.Context())
	if err != nil || snap.Leaked == nil || snap.Leaked.Sample[0].Value[0] != 4 {
		t.Errorf("got %v, %+v, want 4 leaked goroutines", err, snap)
	}
}

// A service that takes no samples of its heap has no empty heap.
func TestSnapshotWithoutHeapSamples(t *testing.T) {
	service, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "heap profile: 0: 0 [0: 1] @ heap/0\n", memStatsText)
	})
	snap, err := service.Snapshot(t.Context(), endpoint.Heap)
	if err != nil || snap.Heap != nil || snap.Memory == nil || !strings.Contains(snap.Absent[endpoint.Heap], "MemProfileRate is 0") {
		t.Errorf("got %v, %+v, want statistics and no heap", err, snap)
	}
}

func TestWaits(t *testing.T) {
	holdHere(t, 5, "alice")
	service, _ := serve(t, pprof.Index)
	waits, err := service.Waits(t.Context(), func(g *goroutine.Goroutine) bool {
		if g.Labels != nil {
			t.Errorf("a goroutine has labels: %v", g.Labels)
		}
		return strings.HasSuffix(g.Created.Func, "endpoint_test.holdHere")
	})
	if err != nil || len(waits) != 1 {
		t.Fatalf("got %v, %+v, want one group of goroutines", err, waits)
	}
	if w := waits[0]; w.Count != 5 || w.State != "chan receive" || w.Longest != 0 || strings.Contains(fmt.Sprint(w), "0x") {
		t.Errorf("got %+v, want 5 that receive, without arguments", w)
	}
}

// Of a dump that the runtime cut off what came before is kept, with the error.
func TestWaitsCutOff(t *testing.T) {
	service, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "goroutine 5 [select, 12 minutes]:\nmain.f(0x1)\n\t/a.go:1\n\ngoroutine 6 [select]:\nmain.f(0x2)\n")
	})
	waits, err := service.Waits(t.Context(), func(*goroutine.Goroutine) bool { return true })
	if err == nil || len(waits) != 1 || waits[0].Longest != 12*time.Minute {
		t.Errorf("got %v, %+v, want one wait and an error", err, waits)
	}
}
