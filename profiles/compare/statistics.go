package compare

import (
	"math"
	"math/rand/v2"
	"slices"
)

// mean returns the mean of values.
func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// deviation returns the standard deviation of a sample.
func deviation(values []float64) float64 {
	if len(values) < 2 {
		return 0
	}
	m, sum := mean(values), 0.0
	for _, v := range values {
		sum += (v - m) * (v - m)
	}
	return math.Sqrt(sum / float64(len(values)-1))
}

// mostLabelings is up to how many ways to label the runs all are tried; of more, a sample.
const mostLabelings = 200_000

// labelings are ways to say which of n runs are those of the head.
type labelings struct {
	n     int
	heads [][]int // the indices of the head's runs, of each way
	exact bool    // they are all ways
}

// newLabelings returns all ways to choose k of n runs, or a sample of them, the same one each
// time.
func newLabelings(n, k int) *labelings {
	l := &labelings{n: n}
	if l.exact = binomial(n, k) <= mostLabelings; l.exact {
		chosen := make([]int, k)
		var choose func(from, at int)
		choose = func(from, at int) {
			if at == k {
				l.heads = append(l.heads, slices.Clone(chosen))
				return
			}
			for i := from; i <= n-(k-at); i++ {
				chosen[at] = i
				choose(i+1, at+1)
			}
		}
		choose(0, 0)
		return l
	}
	random := rand.New(rand.NewPCG(uint64(n), uint64(k)))
	for range mostLabelings / 10 {
		l.heads = append(l.heads, random.Perm(n)[:k])
	}
	return l
}

func binomial(n, k int) float64 {
	result := 1.0
	for i := range k {
		result *= float64(n-i) / float64(i+1)
	}
	return result
}

// p returns how often a difference of means as large as that between base and head comes about
// by labels alone (a two-sided permutation test: Fisher, 1935).
func (l *labelings) p(base, head []float64) float64 {
	all := slices.Concat(base, head)
	total := 0.0
	for _, v := range all {
		total += v
	}
	k := float64(len(head))
	rest := float64(len(base))
	difference := func(sum float64) float64 { return math.Abs(sum/k - (total-sum)/rest) }
	seen := 0.0
	for _, v := range head {
		seen += v
	}
	observed := difference(seen)
	slack := 1e-9 * (math.Abs(total)/(k+rest) + observed) // sums in another order differ a little
	extreme := 0
	for _, heads := range l.heads {
		sum := 0.0
		for _, i := range heads {
			sum += all[i]
		}
		if difference(sum) >= observed-slack {
			extreme++
		}
	}
	if l.exact {
		return float64(extreme) / float64(len(l.heads))
	}
	return float64(extreme+1) / float64(len(l.heads)+1) // the one that was observed is one of them
}

// adjust returns the q-values of p-values: the share of false discoveries if just those as
// small were taken (Benjamini and Hochberg, 1995, https://www.jstor.org/stable/2346101).
func adjust(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case p[a] > p[b]:
			return -1
		case p[a] < p[b]:
			return 1
		}
		return a - b
	})
	q := make([]float64, len(p))
	least := 1.0
	for i, index := range order {
		rank := len(p) - i
		least = min(least, p[index]*float64(len(p))/float64(rank))
		q[index] = least
	}
	return q
}

// resamples is how often the bootstrap draws.
const resamples = 2000

// interval returns the bounds between which the change of the mean lies with a confidence, by
// the percentile bootstrap over runs (Efron, 1979). It draws the same each time.
func interval(base, head []float64, confidence float64) (low, high float64) {
	random := rand.New(rand.NewPCG(uint64(len(base)), uint64(len(head))))
	draw := func(values []float64) float64 {
		sum := 0.0
		for range values {
			sum += values[random.IntN(len(values))]
		}
		return sum / float64(len(values))
	}
	changes := make([]float64, resamples)
	for i := range changes {
		changes[i] = draw(head) - draw(base)
	}
	slices.Sort(changes)
	tail := (1 - confidence) / 2
	at := func(share float64) float64 { return changes[min(int(share*resamples), resamples-1)] }
	return at(tail), at(1 - tail)
}

// noise returns how far the means of two halves of the base's runs differ by chance alone, for
// means of n runs: the 95th percentile over all halves.
func noise(base []float64, n int) float64 {
	half := len(base) / 2
	if half < 1 {
		return 0
	}
	l := newLabelings(len(base), half)
	differences := make([]float64, len(l.heads))
	for i, heads := range l.heads {
		sum, total := 0.0, 0.0
		for _, v := range base {
			total += v
		}
		for _, j := range heads {
			sum += base[j]
		}
		differences[i] = math.Abs(sum/float64(half) - (total-sum)/float64(len(base)-half))
	}
	slices.Sort(differences)
	d := differences[min(int(0.95*float64(len(differences))), len(differences)-1)]
	// Means of more runs vary less than those of the halves.
	return d * math.Sqrt(float64(half)/float64(n))
}

// smallest returns the smallest change that runs of this spread could have shown with a power
// of 80 per cent at a level, by the normal approximation.
func smallest(base, head []float64, level float64) float64 {
	nb, nh := float64(len(base)), float64(len(head))
	sb, sh := deviation(base), deviation(head)
	spread := math.Sqrt(sb*sb/nb + sh*sh/nh)
	return spread * (quantile(1-level/2) + quantile(0.8))
}

// quantile returns the quantile of the standard normal distribution.
func quantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }
