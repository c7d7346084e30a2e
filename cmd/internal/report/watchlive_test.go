package report_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/profiles/endpoint"
	"github.com/gomend/gomend/profiles/goroutine"
	"github.com/gomend/gomend/profiles/trend"
	"github.com/gomend/gomend/profiles/watch"
)

// live returns how the watch of a sick service goes.
func live(service string) report.Live {
	owner := goroutine.Frame{Func: "shop/queue.push", File: "/src/shop/queue/queue.go", Line: 12}
	growing := trend.Verdict{Kind: trend.Growing, Slope: trend.Estimate{Value: 3600}}
	return report.Live{
		Report: &watch.Report{
			Service: service,
			Times:   make([]time.Time, 7),
			Memory:  []*endpoint.MemStats{{HeapAlloc: 300 << 20}, nil},
			Leaks: []watch.Leak{
				{Kind: watch.Proven, Owner: owner, Last: 1},
				{Kind: watch.Goroutines, Owner: owner, Last: 1204, Verdict: growing},
			},
			Unclear: []watch.Leak{
				{Kind: watch.Timers, Owner: owner, Values: []float64{1 << 20, 5 << 20}, Last: 5 << 20},
				{Kind: watch.Heap, Owner: owner, Values: []float64{0, 2 << 20}, Last: 2 << 20},
			},
		},
		Count: 30,
		Next:  time.Date(2026, 11, 27, 12, 30, 0, 0, time.UTC),
	}
}

func TestLiveTable(t *testing.T) {
	want := []string{
		"cart: 7 of 30 snapshots, live heap 300 MB, 2 leaks, next at 12:30:00",
		"  proven   1 goroutine                         shop/queue.push  queue/queue.go:12",
		"  growing  1,204 goroutines  +3,600 an hour    shop/queue.push  queue/queue.go:12",
		"  unclear  5 MB of timers    +4 MB of timers   shop/queue.push  queue/queue.go:12",
		"  unclear  2 MB              +2 MB             shop/queue.push  queue/queue.go:12",
	}
	got := report.LiveTable([]report.Live{live("cart")}, 100, 24, false)
	for i := range got {
		got[i] = strings.Join(strings.Fields(got[i]), " ")
	}
	for i := range want {
		want[i] = strings.Join(strings.Fields(want[i]), " ")
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Whatever there is to show, the cursor finds the table's first line again.
func TestLiveTableFits(t *testing.T) {
	hostile := live("a\x1b[2Jb")
	hostile.Problem = errors.New("no answer\nat all")
	services := []report.Live{live("cart"), hostile, live("stock"), live("ship")}
	for columns := range 100 {
		for lines := 1; lines < 30; lines++ {
			table := report.LiveTable(services, columns, lines, false)
			if len(table) > lines-1 {
				t.Fatalf("%d lines for a terminal of %d", len(table), lines)
			}
			for _, line := range table {
				if len([]rune(line)) > columns || strings.ContainsAny(line, "\x1b\n") {
					t.Fatalf("in %d columns: %q", columns, line)
				}
			}
		}
	}
	for _, test := range []struct {
		lines int
		want  string
	}{{3, "and 3 more services"}, {8, "  and 4 more"}} {
		table := report.LiveTable(services, 80, test.lines, false)
		if !slices.Contains(table, test.want) {
			t.Errorf("in %d lines: %q", test.lines, table)
		}
	}
}
