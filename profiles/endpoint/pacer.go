package endpoint

import (
	"math/rand/v2"
	"time"
)

const (
	// slowShare is the part of the interval from which on a request is slow.
	slowShare = 0.1

	// maxBackOff is the longest back-off, in intervals.
	maxBackOff = 8

	// jitter is by how much a delay is longer or shorter, at most, so that several
	// services, or several that watch one, are not in step.
	jitter = 0.1
)

// A Pacer says when a service is to be asked again: after the interval, or later while
// it is slow or fails.
type Pacer struct {
	interval time.Duration
	random   *rand.Rand
	factor   int
}

// NewPacer returns a pacer for snapshots at an interval, which has to be above zero.
// The source decides the jitter.
func NewPacer(interval time.Duration, source rand.Source) *Pacer {
	return &Pacer{interval: interval, random: rand.New(source), factor: 1}
}

// Next returns how long to wait after a snapshot until the next. The arguments say how
// long its slowest request took, and whether anything failed. If it took more than a
// tenth of the interval, or failed, the delay is twice that of before, up to 8
// intervals; otherwise it is the interval. It differs from that by up to 10 percent.
func (p *Pacer) Next(slowest time.Duration, failed bool) time.Duration {
	if failed || float64(slowest) > slowShare*float64(p.interval) {
		p.factor = min(2*p.factor, maxBackOff)
	} else {
		p.factor = 1
	}
	off := jitter * (2*p.random.Float64() - 1)
	return time.Duration((1 + off) * float64(p.factor) * float64(p.interval))
}
