package endpoint

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/google/pprof/profile"

	"github.com/gomend/gomend/profiles/goroutine"
)

// A Wait is how long goroutines have been waiting that were started at the same place
// and are at the same place.
type Wait struct {
	State   string            // in the runtime's words, as in goroutine.Goroutine
	Leaked  bool              // the collector found them leaked
	Stack   []goroutine.Frame // the innermost call first, without arguments
	Created goroutine.Frame   // where they were started; the zero Frame if not by a go statement
	Count   int               // how many there are

	// Shortest and Longest are for how long, in whole minutes; zero below one.
	Shortest, Longest time.Duration
}

// readWaits returns the waits of the goroutines of a dump that are suspects, those of
// most goroutines first. With an error they are those before it.
func readWaits(r io.Reader, suspect func(*goroutine.Goroutine) bool) ([]Wait, error) {
	groups := make(map[string]*Wait)
	var failed error
	for g, err := range goroutine.Parse(r) {
		if err != nil {
			failed = inWords(err)
			break
		}
		g.Labels = nil
		if suspect(g) {
			addWait(groups, g)
		}
	}
	return sortWaits(groups), failed
}

func addWait(groups map[string]*Wait, g *goroutine.Goroutine) {
	key := fmt.Sprintln(g.State, g.Leaked, g.Created, g.Stack)
	w := groups[key]
	if w == nil {
		w = &Wait{State: g.State, Leaked: g.Leaked, Stack: g.Stack, Created: g.Created, Shortest: g.Waiting}
		groups[key] = w
	}
	w.Count++
	w.Shortest, w.Longest = min(w.Shortest, g.Waiting), max(w.Longest, g.Waiting)
}

// sortWaits returns the groups in an order that does not depend on the map's.
func sortWaits(groups map[string]*Wait) []Wait {
	var all []Wait
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		all = append(all, *groups[key])
	}
	slices.SortStableFunc(all, func(a, b Wait) int { return cmp.Compare(b.Count, a.Count) })
	return all
}

// profileOf returns the goroutine profile that says the same as waits of all
// goroutines.
func profileOf(waits []Wait) *profile.Profile {
	kind := &profile.ValueType{Type: measures(Goroutines), Unit: "count"}
	p := &profile.Profile{PeriodType: kind, Period: 1, SampleType: []*profile.ValueType{kind}}
	b := newBuilder(p)
	for _, w := range waits {
		p.Sample = append(p.Sample, &profile.Sample{Location: b.locations(w.Stack), Value: []int64{int64(w.Count)}})
	}
	return p
}
