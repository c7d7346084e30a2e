package page

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Unit is what a value of a plot counts.
type Unit int

// The units of values.
const (
	Count Unit = iota
	Bytes
	Seconds
	Share // of the whole, which is 1
)

// least returns the smallest value that is worth a place of its own on a logarithmic
// axis.
func (u Unit) least() float64 {
	switch u {
	case Seconds:
		return 1e-9
	case Share:
		return 1e-6
	}
	return 1
}

// step returns the smallest round distance between ticks that is not less than raw.
func (u Unit) step(raw float64) float64 {
	const minute, hour, day = 60, 3600, 86400
	switch {
	case u == Bytes:
		// Only powers of two are round in MB and in GB alike.
		return math.Exp2(math.Ceil(math.Log2(max(raw, 1))))
	case u == Seconds && raw > day:
		return day * decimalStep(raw/day)
	case u == Seconds && raw > 10:
		steps := []float64{20, 30, minute, 2 * minute, 5 * minute, 10 * minute, 20 * minute, 30 * minute, hour, 2 * hour, 6 * hour, 12 * hour, day}
		return steps[slices.IndexFunc(steps, func(s float64) bool { return s >= raw })]
	case u == Seconds:
		return decimalStep(max(raw, 1e-9))
	}
	return decimalStep(max(raw, 1e-6))
}

// decimalStep returns the smallest of 1, 2 and 5 times a power of ten that is not less
// than raw.
func decimalStep(raw float64) float64 {
	power := math.Pow10(decade(raw))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= raw {
			return m * power
		}
	}
	return 10 * power
}

// decade returns the exponent of the largest power of ten that is not more than x.
func decade(x float64) int {
	d := int(math.Floor(math.Log10(x)))
	if math.Pow10(d+1) <= x { // the logarithm of 1000 comes out a little below 3
		d++
	}
	return d
}

// text returns a value as gomend writes it elsewhere: whole if it is a count, else with
// about three digits.
func (u Unit) text(v float64) string {
	switch u {
	case Bytes:
		return bytesText(v)
	case Seconds:
		return secondsText(v)
	case Share:
		return digits(100*v) + "%"
	}
	return digits(v)
}

// bytesText returns a size. Its units are of 1<<10 bytes each, as in GC traces.
func bytesText(v float64) string {
	units := []string{"B", "KB", "MB", "GB", "TB", "PB", "EB"}
	i := 0
	for math.Abs(v) >= 1<<10 && i < len(units)-1 {
		v /= 1 << 10
		i++
	}
	if v == 0 {
		return "0"
	}
	return digits(v) + " " + units[i]
}

func secondsText(v float64) string {
	abs := math.Abs(v)
	switch {
	case abs == 0:
		return "0"
	case abs < 1e-9:
		return digits(v*1e9) + "ns"
	case abs > 9e9: // no time.Duration
		return digits(v) + "s"
	}
	d := time.Duration(math.Round(abs * 1e9))
	for _, precise := range []struct{ from, to time.Duration }{
		{100 * time.Minute, time.Minute},
		{100 * time.Second, time.Second},
		{time.Second, 10 * time.Millisecond},
		{100 * time.Millisecond, time.Millisecond},
		{time.Millisecond, 10 * time.Microsecond},
		{100 * time.Microsecond, time.Microsecond},
		{time.Microsecond, 10 * time.Nanosecond},
	} {
		if d >= precise.from {
			d = d.Round(precise.to)
			break
		}
	}
	if v < 0 {
		d = -d
	}
	return durationText(d)
}

// durationText returns a duration without the zeros at its end.
func durationText(d time.Duration) string {
	if d == 0 {
		return "0"
	}
	text := d.String()
	for _, zero := range [][2]string{{"m0s", "m"}, {"h0m", "h"}} {
		if before, ok := strings.CutSuffix(text, zero[0]); ok {
			text = before + zero[1]
		}
	}
	return text
}

// digits returns a number: a whole one in full, another with about three digits.
func digits(x float64) string {
	abs := math.Abs(x)
	switch {
	case abs >= 1e12 || abs > 0 && abs < 1e-3:
		return strconv.FormatFloat(x, 'g', 3, 64)
	case x == math.Trunc(x):
		return thousands(strconv.FormatFloat(x, 'f', 0, 64))
	}
	text := strconv.FormatFloat(x, 'f', max(0, 2-decade(abs)), 64)
	if strings.Contains(text, ".") {
		return strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return thousands(text)
}

// thousands returns a whole number with commas.
func thousands(text string) string {
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// tick is a place on an axis that is named.
type tick struct {
	at    float64 // in the axis' values
	label string
}

// scale is a Y axis.
type scale struct {
	lo, hi float64
	log    bool
	ticks  []tick
}

// newScale returns the axis for values. Its ends are ticks.
func newScale(u Unit, log bool, values []float64) scale {
	if log {
		positive := slices.DeleteFunc(slices.Clone(values), func(v float64) bool { return v <= 0 })
		if len(positive) > 0 {
			return logScale(u, slices.Min(positive), slices.Max(positive))
		}
	}
	return linearScale(u, values)
}

func linearScale(u Unit, values []float64) scale {
	lo, hi := min(0, slices.Min(values)), max(0, slices.Max(values))
	if lo == hi {
		hi = 1 // all values are zero
	}
	step := u.step((hi - lo) / 6)
	if u == Count && !slices.ContainsFunc(values, func(v float64) bool { return v != math.Trunc(v) }) {
		step = max(step, 1) // there is no half goroutine
	}
	first, last := math.Floor(lo/step), math.Ceil(hi/step)
	s := scale{lo: first * step, hi: last * step}
	for i := first; i <= last; i++ {
		s.ticks = append(s.ticks, tick{i * step, u.text(i * step)})
	}
	return s
}

func logScale(u Unit, lo, hi float64) scale {
	lo = max(lo, u.least())
	hi = max(hi, lo)
	s := scale{log: true}
	add := func(v float64) { s.ticks = append(s.ticks, tick{v, u.text(v)}) }
	if u == Bytes {
		first := int(math.Floor(math.Log2(lo)))
		last := max(int(math.Ceil(math.Log2(hi))), first+1)
		stride := (last - first + 5) / 6
		for e := first; e < last+stride; e += stride {
			add(math.Ldexp(1, e))
		}
	} else {
		first, last := decade(lo), decade(hi)+1
		stride := (last - first + 5) / 6
		for e := first; e < last+stride; e += stride {
			for _, m := range []float64{1, 2, 5} {
				if m == 1 || last-first <= 2 {
					add(m * math.Pow10(e))
				}
			}
		}
	}
	s.trim(lo, hi)
	s.lo, s.hi = s.ticks[0].at, s.ticks[len(s.ticks)-1].at
	return s
}

// trim leaves out the ticks that are needed neither between lo and hi nor around them.
func (s *scale) trim(lo, hi float64) {
	for len(s.ticks) > 2 && s.ticks[1].at <= lo {
		s.ticks = s.ticks[1:]
	}
	for n := len(s.ticks); n > 2 && s.ticks[n-2].at >= hi; n = len(s.ticks) {
		s.ticks = s.ticks[:n-1]
	}
}

// part returns where a value is between the ends of the axis, from 0 to 1.
func (s *scale) part(v float64) float64 {
	if !s.log {
		return (v - s.lo) / (s.hi - s.lo)
	}
	v = min(max(v, s.lo), s.hi) // what is too small lies at the foot
	return math.Log(v/s.lo) / math.Log(s.hi/s.lo)
}
