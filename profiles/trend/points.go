package trend

// points are what is known of a series, in order.
type points struct {
	hours    []float64 // since the first snapshot of the watch
	values   []float64
	requests []float64 // that were counted until then; nil without a counter
}

func (p points) len() int       { return len(p.values) }
func (p points) first() float64 { return p.values[0] }
func (p points) last() float64  { return p.values[p.len()-1] }

// slope returns the growth per hour.
func (p points) slope() Estimate { return theilSen(p.hours, p.values) }

// halves returns the first and the second half. They share the middle one of an odd
// number of points.
func (p points) halves() (first, second points) {
	return p.slice(0, (p.len()+1)/2), p.slice(p.len()/2, p.len())
}

func (p points) slice(from, to int) points {
	s := points{hours: p.hours[from:to], values: p.values[from:to]}
	if p.requests != nil {
		s.requests = p.requests[from:to]
	}
	return s
}

// residuals returns what is left of the values without a trend of that slope.
func (p points) residuals(slope float64) []float64 {
	left := make([]float64, p.len())
	for i, v := range p.values {
		left[i] = v - slope*p.hours[i]
	}
	return left
}

// largestFall returns the largest amount by which a later value is below an earlier one.
func largestFall(values []float64) float64 {
	peak, fall := 0.0, 0.0
	for _, v := range values {
		peak = max(peak, v)
		fall = max(fall, peak-v)
	}
	return fall
}

// largestRise returns the largest amount by which a later value is above an earlier one.
func largestRise(values []float64) float64 {
	low, rise := values[0], 0.0
	for _, v := range values {
		low = min(low, v)
		rise = max(rise, v-low)
	}
	return rise
}
