package trend

import "math"

// inflation returns by how much the variance of the Mann-Kendall statistic is greater
// than for independent values, from what is left of them without the trend: each value
// is taken to depend on the one before, and on the others through that (Yue and Wang,
// Water Resources Management 18, 2004). It is at least 1.
func inflation(residuals []float64) float64 {
	n := float64(len(residuals))
	r := lag1(residuals)
	r += (1 + 4*r) / n // the bias of the estimate (Kendall, Biometrika 41, 1954)
	r = min(max(r, 0), 1)
	factor, power := 1.0, 1.0
	for k := range len(residuals) - 1 {
		power *= r
		factor += 2 * (1 - float64(k+1)/n) * power
	}
	return factor
}

// lag1 returns the correlation of the values with those before, and 0 if all are equal.
func lag1(values []float64) float64 {
	mean := sum(values) / float64(len(values))
	var both, square float64
	for i, v := range values {
		square += (v - mean) * (v - mean)
		if i > 0 {
			both += (v - mean) * (values[i-1] - mean)
		}
	}
	if square == 0 {
		return 0
	}
	return both / square
}

// stepsP returns the probability of as many steps up, or more, among those that are not
// level, if each is as likely to go down as up (the sign test). It holds for values that
// wander, and errs towards greater p for those that come back to a level.
func stepsP(values []float64) float64 {
	up, down := steps(values)
	tail := 0.0
	for k := range down + 1 {
		tail += binomial(up+down, k)
	}
	return min(tail, 1)
}

// steps returns how often a value is above the one before, and how often below.
func steps(values []float64) (up, down int) {
	for i := 1; i < len(values); i++ {
		switch {
		case values[i] > values[i-1]:
			up++
		case values[i] < values[i-1]:
			down++
		}
	}
	return up, down
}

// binomial returns the probability of k heads in n throws of a coin. It stays within
// range where the number of ways is not.
func binomial(n, k int) float64 {
	factorial := func(n int) float64 { log, _ := math.Lgamma(float64(n) + 1); return log }
	return math.Exp(factorial(n) - factorial(k) - factorial(n-k) - float64(n)*math.Ln2)
}
