package watch

import (
	"math"

	"github.com/gomend/gomend/profiles/endpoint"
	"github.com/gomend/gomend/profiles/gctrace"
)

// A process is what snapshots tell of the collections of one process.
type process struct {
	samples []gctrace.Sample
	stops   []gctrace.Stop
	lost    uint64
}

// add takes in the next snapshot of the process, which has statistics, with those of the
// snapshot before, or nil.
func (p *process) add(s *endpoint.Snapshot, earlier *endpoint.MemStats) {
	p.samples = append(p.samples, sampleOf(s))
	pauses, lost := s.Memory.Pauses(earlier)
	if earlier == nil {
		lost = 0 // how many there were before the watch is not its affair
	}
	p.lost += lost
	for _, pause := range pauses {
		p.stops = append(p.stops, gctrace.Stop{Number: pause.GC, End: pause.End, Pause: pause.Total})
	}
}

// sampleOf returns what a snapshot tells of collections. For a heap a snapshot asks for
// one, and for leaked goroutines for one more.
func sampleOf(s *endpoint.Snapshot) gctrace.Sample {
	asked := uint64(1)
	if s.Leaked != nil {
		asked++
	}
	m := s.Memory
	return gctrace.Sample{
		At:        s.Time,
		NumGC:     m.NumGC,
		NumForced: m.NumForcedGC,
		Asked:     asked,
		Allocated: m.TotalAlloc,
		Live:      signed(m.HeapAlloc),
		Goal:      signed(m.NextGC),
		GCShare:   m.GCCPUFraction,
	}
}

// signed returns a size as what sizes are elsewhere. NextGC is the greatest number there
// is where the collector is off.
func signed(n uint64) int64 { return int64(min(n, math.MaxInt64)) }
