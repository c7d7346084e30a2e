package main

import (
	"math"
	"testing"
)

// The expected limits of 81 of 263 are those of the worked example in R. G.
// Newcombe, Statistics in Medicine 17, 1998, page 857, table I, method 3, as are
// those of 15 of 148, 0 of 20 and 1 of 29.
func TestWilsonIntervals(t *testing.T) {
	for _, test := range []struct {
		k, n      int
		low, high float64
	}{
		{81, 263, 0.2553, 0.3662},
		{15, 148, 0.0624, 0.1605},
		{0, 20, 0, 0.1611},
		{1, 29, 0.0061, 0.1718},
		{20, 20, 0.8389, 1},
		{0, 0, 0, 1},
	} {
		low, high := wilson(test.k, test.n)
		if math.Abs(low-test.low) > 0.00006 || math.Abs(high-test.high) > 0.00006 {
			t.Errorf("wilson(%d, %d) = %.4f, %.4f; want %.4f, %.4f", test.k, test.n, low, high, test.low, test.high)
		}
	}
}
