package trend

import (
	"cmp"
	"slices"
)

// benjaminiHochberg returns the p-values adjusted for their number: taking those up to q
// for significant keeps the expected share of false ones at q (Benjamini and Hochberg,
// J. R. Stat. Soc. B 57, 1995). It holds for p-values that are independent or, as those
// of series that share a load, positively dependent.
func benjaminiHochberg(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(p[b], p[a]) })
	adjusted := make([]float64, len(p))
	least := 1.0
	for i, at := range order {
		rank := len(p) - i
		least = min(least, p[at]*float64(len(p))/float64(rank))
		adjusted[at] = least
	}
	return adjusted
}
