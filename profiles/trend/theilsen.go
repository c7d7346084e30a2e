package trend

import (
	"math"
	"slices"
)

// normal95 is the 97.5th percentile of the normal distribution.
const normal95 = 1.959964

// theilSen returns the median of the slopes between all pairs of points, and its 95 %
// confidence interval by ranks (Sen, J. Am. Stat. Assoc. 63, 1968). For fewer than 5
// points the interval is that of all slopes and covers less. Pairs with the same x are
// passed over; without any others the estimate is zero.
func theilSen(x, y []float64) Estimate {
	var slopes []float64
	for i := range x {
		for j := range i {
			if x[i] != x[j] {
				slopes = append(slopes, (y[i]-y[j])/(x[i]-x[j]))
			}
		}
	}
	if len(slopes) == 0 {
		return Estimate{}
	}
	slices.Sort(slopes)
	last := len(slopes) - 1
	below := int(float64(len(slopes))/2 - normal95*math.Sqrt(mannKendall(y).variance())/2)
	below = min(max(below-1, 0), last/2)
	return Estimate{
		Value: (slopes[last/2] + slopes[(last+1)/2]) / 2,
		Low:   slopes[below],
		High:  slopes[last-below],
	}
}
