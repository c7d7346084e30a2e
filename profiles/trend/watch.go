package trend

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// A Watch is what was counted in the snapshots of one service, of one kind: goroutines
// by stack, say.
type Watch struct {
	// Times are when the snapshots were taken, in order. The intervals may differ, and
	// snapshots that failed are left out.
	Times []time.Time

	// Series are the values, for each series as many as there are times: 0 where a
	// snapshot does not have the stack, and NaN where the value is not known.
	Series [][]float64

	// Requests is what a counter of the service's requests, or of any other measure of
	// its load, said at the times; nil if there is none. A counter that goes back is a
	// restart.
	Requests []float64

	// Restarts are when the service was started anew. Values from before and after a
	// restart are not compared. Restarts are not guessed from the values, as the end of
	// a burst looks alike. One that is not given looks like a fall and hides a leak.
	Restarts []time.Time
}

// Judge returns a verdict on each series, in their order. They are judged together, as
// the more of them there are, the more look like leaks by chance. After restarts it is
// the process with the most snapshots that is judged, and the latest of several. The
// time and memory that a series which moves takes grow with the square of the number of
// snapshots: with 1,000 of them it is about 0.1 s.
func (w Watch) Judge(o Options) ([]Verdict, error) {
	if err := w.check(); err != nil {
		return nil, err
	}
	kept := w.longestRun()
	if o.Repeats {
		kept = w.withoutRepeats(kept)
	}
	all := make([]candidate, len(w.Series))
	for i, values := range w.Series {
		all[i] = newCandidate(w.pick(values, kept), o)
	}
	correct(all)
	verdicts := make([]Verdict, len(all))
	for i := range all {
		verdicts[i] = all[i].verdict()
	}
	return verdicts, nil
}

// check returns an error for values that no watch gives.
func (w Watch) check() error {
	for i := 1; i < len(w.Times); i++ {
		if !w.Times[i].After(w.Times[i-1]) {
			return fmt.Errorf("snapshot %d is not later than the one before: sort the snapshots by time and give each once", i+1)
		}
	}
	for i, values := range w.Series {
		if len(values) != len(w.Times) {
			return fmt.Errorf("series %d has %d values for %d snapshots: give 0 where a snapshot does not have it, and NaN where that is not known", i+1, len(values), len(w.Times))
		}
		for at, v := range values {
			if v < 0 || math.IsInf(v, 0) {
				return fmt.Errorf("series %d has the value %g in snapshot %d: counts and sizes are neither negative nor infinite", i+1, v, at+1)
			}
		}
	}
	if w.Requests != nil && len(w.Requests) != len(w.Times) {
		return fmt.Errorf("the request counter has %d values for %d snapshots: give one for each, or none at all", len(w.Requests), len(w.Times))
	}
	for _, v := range w.Requests {
		if v < 0 || math.IsInf(v, 0) || math.IsNaN(v) {
			return errors.New("the request counter has a value that is no count: give one for each snapshot, or none at all")
		}
	}
	return nil
}

// longestRun returns the snapshots of the process of which there are the most.
func (w Watch) longestRun() []int {
	var longest, run []int
	for i := range w.Times {
		if i > 0 && w.restartedBefore(i) {
			run = nil
		}
		run = append(run, i)
		if len(run) >= len(longest) {
			longest = run
		}
	}
	return longest
}

// restartedBefore reports whether another process than that of the snapshot before
// answered the snapshot.
func (w Watch) restartedBefore(snapshot int) bool {
	if w.Requests != nil && w.Requests[snapshot] < w.Requests[snapshot-1] {
		return true
	}
	for _, restart := range w.Restarts {
		if restart.After(w.Times[snapshot-1]) && !restart.After(w.Times[snapshot]) {
			return true
		}
	}
	return false
}

// withoutRepeats returns the snapshots that differ from the one before in any series.
func (w Watch) withoutRepeats(snapshots []int) []int {
	var kept []int
	for _, s := range snapshots {
		if len(kept) == 0 || w.differ(kept[len(kept)-1], s) {
			kept = append(kept, s)
		}
	}
	return kept
}

// differ reports whether any series has another value in one snapshot than in another.
func (w Watch) differ(one, other int) bool {
	for _, values := range w.Series {
		a, b := values[one], values[other]
		if a != b && !math.IsNaN(a) && !math.IsNaN(b) {
			return true
		}
	}
	return false
}

// pick returns what is known of the series at the snapshots.
func (w Watch) pick(values []float64, snapshots []int) points {
	var p points
	for _, s := range snapshots {
		if math.IsNaN(values[s]) {
			continue
		}
		p.values = append(p.values, values[s])
		p.hours = append(p.hours, w.Times[s].Sub(w.Times[0]).Hours())
		if w.Requests != nil {
			p.requests = append(p.requests, w.Requests[s])
		}
	}
	return p
}
