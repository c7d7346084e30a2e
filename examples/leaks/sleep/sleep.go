// Package sleep leaves a goroutine that looks at something for ever.
package sleep

import (
	"sync/atomic"
	"time"
)

// A Gauge is measured every second.
type Gauge struct{ value atomic.Int64 }

// Watch returns a gauge of what measure returns.
func Watch(measure func() int64) *Gauge {
	g := new(Gauge)
	g.value.Store(measure())
	go func() {
		for {
			time.Sleep(time.Second)
			g.value.Store(measure())
		}
	}()
	return g
}

// Value returns what was measured last.
func (g *Gauge) Value() int64 { return g.value.Load() }
