package page

import (
	"time"
	"unicode/utf8"
)

// clock is an X axis.
type clock struct {
	origin time.Time // zero if the axis shows the time since the start
	lo, hi time.Duration
	ticks  []timeTick
	name   string // says once what all labels have in common
}

// timeTick is a place on an X axis that is named.
type timeTick struct {
	at    time.Duration // since the origin
	label string
}

const day = 24 * time.Hour

// newClock returns the axis from lo to hi, with as many ticks as fit when so many
// letters have room.
func newClock(origin time.Time, lo, hi time.Duration, letters int) clock {
	if lo == hi {
		// One moment has no length. A minute around it says enough, and does not begin
		// before the start.
		hi += 30 * time.Second
		if !origin.IsZero() || lo < 0 || lo >= 30*time.Second {
			lo -= 30 * time.Second
		} else {
			lo = 0
		}
	}
	c := clock{origin: origin, lo: lo, hi: hi, name: "since the start"}
	first, last := origin.Add(lo).UTC(), origin.Add(hi).UTC()
	if !origin.IsZero() {
		switch {
		case sameDay(first, last):
			c.name = first.Format("Jan 2, 2006, UTC")
		case first.Year() == last.Year():
			c.name = first.Format("2006, UTC")
		default:
			c.name = "UTC"
		}
	}
	for _, step := range timeSteps() {
		if (hi-lo)/step > 24 {
			continue
		}
		c.ticks = c.ticksEvery(step)
		longest := 0
		for _, t := range c.ticks {
			longest = max(longest, utf8.RuneCountInString(t.label))
		}
		const between = 5 // letters
		if len(c.ticks)*(longest+between) <= letters {
			break
		}
	}
	return c
}

// timeSteps returns the round distances between times, in order.
func timeSteps() []time.Duration {
	var steps []time.Duration
	for power := time.Nanosecond; power < time.Second; power *= 10 {
		steps = append(steps, power, 2*power, 5*power)
	}
	for _, n := range []time.Duration{1, 2, 5, 10, 15, 30} {
		steps = append(steps, n*time.Second)
	}
	for _, n := range []time.Duration{1, 2, 5, 10, 15, 30} {
		steps = append(steps, n*time.Minute)
	}
	for _, n := range []time.Duration{1, 2, 3, 6, 12, 24, 48} {
		steps = append(steps, n*time.Hour)
	}
	for weeks := 7 * day; weeks < horizon; weeks *= 2 {
		steps = append(steps, weeks)
	}
	return steps
}

// ticksEvery returns the ticks at the multiples of step: since midnight, where days
// count, or since the start.
func (c *clock) ticksEvery(step time.Duration) []timeTick {
	var ticks []timeTick
	if c.origin.IsZero() {
		at := c.lo / step * step
		if at < c.lo {
			at += step
		}
		for ; at <= c.hi; at += step {
			ticks = append(ticks, timeTick{at, durationText(at)})
		}
		return ticks
	}
	first := c.origin.Add(c.lo).UTC()
	layout := c.layout(step)
	at := c.lo + first.Truncate(step).Sub(first)
	if at < c.lo {
		at += step
	}
	for ; at <= c.hi; at += step {
		ticks = append(ticks, timeTick{at, c.origin.Add(at).UTC().Format(layout)})
	}
	return ticks
}

// layout returns how times are written that are a step apart.
func (c *clock) layout(step time.Duration) string {
	first, last := c.origin.Add(c.lo).UTC(), c.origin.Add(c.hi).UTC()
	var layout string
	switch {
	case step >= day && first.Year() == last.Year():
		return "Jan 2"
	case step >= day:
		return time.DateOnly
	case step >= time.Minute:
		layout = "15:04"
	case step >= time.Second:
		layout = time.TimeOnly
	case step >= time.Millisecond:
		layout = time.TimeOnly + ".000"
	default:
		layout = time.TimeOnly + ".000000000"
	}
	if sameDay(first, last) {
		return layout
	}
	return "Jan 2 " + layout
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

// part returns where a time is between the ends of the axis, from 0 to 1.
func (c *clock) part(at time.Duration) float64 {
	return float64(at-c.lo) / float64(c.hi-c.lo)
}
