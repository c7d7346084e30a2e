package trend

import (
	"math"
	"slices"
)

// maxExact is the greatest number of values for which p is exact. Above, the normal
// approximation is close, and errs towards greater p in the far tail.
const maxExact = 10

// A kendall is the Mann-Kendall statistic of a sequence (Mann 1945, Kendall 1970).
type kendall struct {
	n    int
	s    int   // the pairs that rise less those that fall
	ties []int // the sizes of the groups of equal values, of single ones too
}

// mannKendall returns the statistic of the values in their order.
func mannKendall(values []float64) kendall {
	k := kendall{n: len(values), ties: ties(values)}
	for i, earlier := range values {
		for _, later := range values[i+1:] {
			switch {
			case later > earlier:
				k.s++
			case later < earlier:
				k.s--
			}
		}
	}
	return k
}

// ties returns how many values there are of each.
func ties(values []float64) []int {
	var sizes []int
	sorted := slices.Sorted(slices.Values(values))
	for i, v := range sorted {
		if i == 0 || v != sorted[i-1] {
			sizes = append(sizes, 0)
		}
		sizes[len(sizes)-1]++
	}
	return sizes
}

// untied returns the number of pairs of different values: s if all of them rise.
func (k kendall) untied() int {
	pairs := k.n * (k.n - 1) / 2
	for _, t := range k.ties {
		pairs -= t * (t - 1) / 2
	}
	return pairs
}

// variance returns that of s if all orders of the values are as likely.
func (k kendall) variance() float64 {
	term := func(n int) float64 { return float64(n) * float64(n-1) * float64(2*n+5) }
	v := term(k.n)
	for _, t := range k.ties {
		v -= term(t)
	}
	return v / 18
}

// p returns the probability of s or more if all orders of the values are as likely.
func (k kendall) p() float64 {
	if k.n <= maxExact {
		return k.exact()
	}
	return k.normal(1)
}

// exact returns p by counting the orders of the values, equal ones included, by their
// inversions, which are the pairs that fall. The numbers are the coefficients of
//
//	∏ (1-qᵐ) for m = 1…n, divided by the same product for each group of equal values
//
// (MacMahon, Combinatory Analysis, 1915). They are whole numbers of at most 10!.
func (k kendall) exact() float64 {
	orders := make([]float64, k.untied()+1)
	orders[0] = 1
	for m := 1; m <= k.n; m++ {
		for i := len(orders) - 1; i >= m; i-- {
			orders[i] -= orders[i-m]
		}
	}
	for _, t := range k.ties {
		for m := 1; m <= t; m++ {
			for i := m; i < len(orders); i++ {
				orders[i] += orders[i-m]
			}
		}
	}
	inversions := (k.untied() - k.s) / 2
	return sum(orders[:inversions+1]) / sum(orders)
}

// normal returns p by the normal approximation, with the correction for continuity, for
// a variance that is so many times that of independent values.
func (k kendall) normal(inflation float64) float64 {
	sd := math.Sqrt(k.variance() * inflation)
	if sd == 0 {
		return 1
	}
	return math.Erfc((float64(k.s)-1)/sd/math.Sqrt2) / 2
}

func sum(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	return total
}
