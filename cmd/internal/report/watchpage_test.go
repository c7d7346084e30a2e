package report_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/profiles/endpoint"
	"github.com/gomend/gomend/profiles/gctrace"
	"github.com/gomend/gomend/profiles/goroutine"
	"github.com/gomend/gomend/profiles/trend"
	"github.com/gomend/gomend/profiles/watch"
)

func watchPage(t *testing.T, r *watch.Report) string {
	t.Helper()
	var b strings.Builder
	if err := report.WriteWatch(&b, report.HTML, []*watch.Report{r}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWatchPage(t *testing.T) {
	r := live(`cart</title><script>`).Report
	for i := range r.Times {
		r.Times[i] = time.Date(2026, 11, 27, 12, i, 0, 0, time.UTC)
		r.Memory = append(r.Memory[:i], &endpoint.MemStats{HeapAlloc: 1 << 20, NextGC: math.MaxInt64})
	}
	r.Restarts = r.Times[3:4]
	r.Leaks[0].Values = []float64{0, 0, math.NaN(), 0, 1, 1, 1}
	r.Leaks[0].Stack = []goroutine.Frame{{Func: "shop/queue.(*Q[go.shape.int]).push", File: "/src/a&b.go", Line: 3}}
	r.Leaks[0].Wait = &endpoint.Wait{State: "chan send", Longest: time.Hour, Created: goroutine.Frame{Func: "shop/queue.Start", File: "/src/q.go", Line: 9}}
	r.Leaks[1].Values = []float64{1, 2, 3, 4, 5, 6, 1204}
	for i := range r.Unclear {
		r.Unclear[i].Values = []float64{0, 0, 0, 0, 0, 1 << 20, 5 << 20}
	}
	r.Series = map[trend.Kind]int{trend.Growing: 1, trend.Unclear: 2}
	r.Collections = []gctrace.Sampled{gctrace.Sum(nil, []gctrace.Stop{{Number: 1, End: r.Times[1], Pause: time.Millisecond}}, 0)}
	page := watchPage(t, r)
	for _, want := range []string{
		"<title>Leaks of cart&lt;/title&gt;&lt;script&gt;</title>",
		"Proven: 1 goroutine can never go on; they have been waiting for up to 1h0m0s (chan send).",
		"<code>shop/queue.(*Q[go.shape.int]).push</code> <span>/src/a&amp;b.go:3</span>",
		"<code>started by shop/queue.Start</code>",
		"Leaked goroutines. shop/queue.push: 6 values",
		"Goroutines. shop/queue.push: 7 values, the first 1, the last 1,204",
		"2026-11-27T12:03:00Z: started anew",
		"goal: no values", // with GOGC=off
		"Pauses. pause: 1 values",
		"Owners of memory that can&#39;t be told yet",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(page, "<script>") {
		t.Error("a service's name is markup")
	}
}

// What the runtime holds for itself has calls too.
func TestRuntimeStacksAreShown(t *testing.T) {
	r := live("cart").Report
	r.Leaks = []watch.Leak{{Kind: watch.Heap, Stack: []goroutine.Frame{{Func: "runtime.malg", File: "/go/src/runtime/proc.go", Line: 7}}}}
	var b strings.Builder
	if err := report.WriteWatch(&b, report.Text, []*watch.Report{r}); err != nil || !strings.Contains(b.String(), "runtime.malg\n      /go/src/runtime/proc.go:7\n") {
		t.Errorf("got %s (%v)", b.String(), err)
	}
}

// A page is made of whatever was measured.
func TestWatchPageOfLittle(t *testing.T) {
	nothing := watchPage(t, &watch.Report{Service: "cart", Failed: map[endpoint.Part]watch.Failed{
		endpoint.Goroutines: {Times: 3, Last: errors.New("no answer")},
	}})
	if !strings.Contains(nothing, "cart: nothing could be measured.") || !strings.Contains(nothing, "Not measured in 3 snapshots: goroutine: no answer.") {
		t.Errorf("got %s", nothing)
	}
	once := watchPage(t, &watch.Report{Service: "cart", Times: []time.Time{time.Now()}, Memory: []*endpoint.MemStats{nil}})
	if !strings.Contains(once, "Nothing that was measured leaks.") {
		t.Errorf("got %s", once)
	}
}
