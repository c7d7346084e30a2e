package endpoint

import (
	"math"
	"time"
)

// pauses is how many of the last pauses the runtime keeps.
const pauses = 256

// A Pause is what a collection stopped the program for.
type Pause struct {
	GC    uint64        // the number of the collection, from 1
	Total time.Duration // of its stops, of which there are two
	End   time.Time     // when the collection ended
}

// Follows reports whether the statistics may be of the same process as the earlier
// ones, at a later time. If not, the service was started again, or several processes
// answer in turn, and nothing can be said of what happened in between.
func (m *MemStats) Follows(earlier *MemStats) bool {
	if m.NumGC < earlier.NumGC || m.TotalAlloc < earlier.TotalAlloc || m.Mallocs < earlier.Mallocs {
		return false
	}
	if earlier.NumGC == 0 || m.NumGC-earlier.NumGC >= pauses {
		return true // what both know of has been overwritten
	}
	at := (earlier.NumGC - 1) % pauses
	return m.PauseEnd[at] == earlier.PauseEnd[at]
}

// Pauses returns the pauses since the earlier statistics, in their order, and how many
// more there were that the runtime has forgotten, as it keeps the last 256. Those since
// the start of the process are returned if earlier is nil or not followed by these
// statistics. A snapshot that has a heap forced one collection itself, and one for
// leaks.
func (m *MemStats) Pauses(earlier *MemStats) (all []Pause, lost uint64) {
	from := uint64(0)
	if earlier != nil && m.Follows(earlier) {
		from = earlier.NumGC
	}
	kept := min(m.NumGC-from, pauses)
	for i := range kept {
		n := m.NumGC - kept + i + 1
		at := (n - 1) % pauses
		all = append(all, Pause{
			GC:    n,
			Total: time.Duration(min(m.PauseNs[at], math.MaxInt64)),
			End:   time.Unix(0, int64(min(m.PauseEnd[at], math.MaxInt64))).UTC(),
		})
	}
	return all, m.NumGC - from - kept
}
