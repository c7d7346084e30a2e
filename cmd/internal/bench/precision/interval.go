package main

import "math"

// z is the quantile of the normal distribution for an interval of 95%.
const z = 1.959963984540054

// wilson returns the 95% interval of the share of which k of n were seen: the
// shares that are compatible with what was seen. Unlike the usual p±z·σ it holds
// for small n and for shares near 1. (E. B. Wilson, Journal of the American
// Statistical Association 22, 1927, page 209.)
func wilson(k, n int) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	p, m := float64(k)/float64(n), float64(n)
	centre := p + z*z/(2*m)
	half := z * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	scale := 1 + z*z/m
	return max(0, (centre-half)/scale), min(1, (centre+half)/scale)
}
