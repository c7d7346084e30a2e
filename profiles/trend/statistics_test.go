package trend

import (
	"math"
	"testing"
)

// near reports whether two values agree to 9 digits.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b)) }

func TestMannKendall(t *testing.T) {
	for _, test := range []struct {
		name     string
		values   []float64
		s        int
		variance float64
		p        float64
	}{
		{"always rises", []float64{1, 2, 3, 4, 5}, 10, 50.0 / 3, 1.0 / 120},
		{"always falls", []float64{5, 4, 3, 2, 1}, -10, 50.0 / 3, 1},
		{"one pair is the wrong way round", []float64{1, 2, 4, 3, 5}, 8, 50.0 / 3, 5.0 / 120},
		{"two values, two orders", []float64{1, 2}, 1, 1, 0.5},
		{"of the three orders of 1, 1, 2 one", []float64{1, 1, 2}, 2, 8.0 / 3, 1.0 / 3},
		{"of the six orders of two pairs one", []float64{1, 1, 2, 2}, 4, 20.0 / 3, 1.0 / 6},
		{"of the six orders of two pairs the middle", []float64{1, 2, 2, 1}, 0, 20.0 / 3, 4.0 / 6},
		{"all equal", []float64{7, 7, 7, 7, 7}, 0, 0, 1},
		{"one value", []float64{7}, 0, 0, 1},
		{"none", nil, 0, 0, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			k := mannKendall(test.values)
			if k.s != test.s || !near(k.variance(), test.variance) || !near(k.p(), test.p) {
				t.Errorf("got S = %d, variance %v and p = %v, want %d, %v and %v", k.s, k.variance(), k.p(), test.s, test.variance, test.p)
			}
		})
	}
}

// The table of the distribution without ties in Kendall, Rank Correlation Methods, of
// which these are some entries, has at least two digits.
func TestMannKendallTable(t *testing.T) {
	for _, test := range []struct {
		n, s int
		p    float64
	}{
		{4, 2, 0.375},
		{4, 4, 0.167},
		{4, 6, 0.042},
		{6, 7, 0.136},
		{6, 11, 0.028},
		{6, 15, 0.0014},
		{7, 13, 0.035},
		{7, 19, 0.0014},
		{8, 0, 0.548},
		{8, 16, 0.031},
		{8, 20, 0.0071},
		{10, 1, 0.5},
		{10, 21, 0.036},
		{10, 23, 0.023},
	} {
		k := kendall{n: test.n, s: test.s, ties: ties(rising(test.n))}
		if got := k.p(); math.Abs(got-test.p) > min(0.0005, 0.05*test.p) {
			t.Errorf("n = %d, S = %d: got p = %v, want %v", test.n, test.s, got, test.p)
		}
	}
}

// With more than 10 values the approximation takes over, close to the exact p where
// that is not tiny, and above it where it is.
func TestMannKendallNormal(t *testing.T) {
	k := kendall{n: 10, s: 21, ties: ties(rising(10))}
	if exact, normal := k.exact(), k.normal(1); math.Abs(exact-normal) > 0.002 {
		t.Errorf("got p = %v, want about %v", normal, exact)
	}
	k.s = k.untied()
	if exact, normal := k.exact(), k.normal(1); normal <= exact {
		t.Errorf("got p = %v in the tail, want more than %v", normal, exact)
	}
	// S = 55, variance 11·10·27/18 = 165, z = 54/√165 = 4.2039.
	if p := mannKendall(rising(11)).p(); math.Abs(p-1.31e-5) > 1e-7 {
		t.Errorf("11 values that always rise: got p = %v, want 1.31e-5", p)
	}
	if p := mannKendall(make([]float64, 11)).p(); p != 1 {
		t.Errorf("11 equal values: got p = %v, want 1", p)
	}
}

func TestTheilSen(t *testing.T) {
	for _, test := range []struct {
		name string
		x, y []float64
		want Estimate
	}{
		{"a line", []float64{0, 1, 2, 3, 4}, []float64{1, 3, 5, 7, 9}, Estimate{2, 2, 2}},
		{"irregular intervals", []float64{0, 1, 5, 6, 9}, []float64{0, 2, 10, 12, 18}, Estimate{2, 2, 2}},
		// The four slopes from and to it are 33⅓, 49½, 98 and -96, the other six are 1.
		{"one value far off", []float64{0, 1, 2, 3, 4}, []float64{0, 1, 2, 100, 4}, Estimate{1, -96, 98}},
		{"an even number of slopes", []float64{0, 1, 2, 3}, []float64{0, 1, 1, 4}, Estimate{7.0 / 6, 0, 3}},
		{"the same x", []float64{1, 1, 2}, []float64{5, 9, 9}, Estimate{2, 0, 4}},
		{"nothing but the same x", []float64{1, 1}, []float64{5, 9}, Estimate{}},
		{"one point", []float64{1}, []float64{5}, Estimate{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := theilSen(test.x, test.y)
			if !near(got.Value, test.want.Value) || !near(got.Low, test.want.Low) || !near(got.High, test.want.High) {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
		})
	}
}

// The interval of 10 points goes by ranks: 45 slopes, C = 1.96·√122 = 21.6, so that
// it is from the 11th of the slopes to the 11th from above.
func TestTheilSenInterval(t *testing.T) {
	x, y := rising(10), []float64{3, 1, 4, 1, 5, 9, 2, 6, 5, 3}
	got := theilSen(x, y)
	below, above := 0, 0
	for i := range x {
		for j := range i {
			switch slope := (y[i] - y[j]) / (x[i] - x[j]); {
			case slope < got.Low:
				below++
			case slope > got.High:
				above++
			}
		}
	}
	if below > 10 || above > 10 || got.Low >= got.Value || got.Value >= got.High {
		t.Errorf("got %+v with %d slopes below and %d above, want at most 10 each", got, below, above)
	}
}

// The example of Benjamini and Hochberg (1995, section 4.1): at 0.05 the first four of
// 15 are significant.
func TestBenjaminiHochberg(t *testing.T) {
	p := []float64{1, 0.0201, 0.0004, 0.4262, 0.0095, 0.0278, 0.0001, 0.0298, 0.3240, 0.0344, 0.6528, 0.0019, 0.0459, 0.5719, 0.7590}
	adjusted := benjaminiHochberg(p)
	for i := range p {
		if got, want := adjusted[i] <= 0.05, p[i] <= 0.0095; got != want {
			t.Errorf("p = %v: got %v, want it significant: %t", p[i], adjusted[i], want)
		}
	}
	if got, want := adjusted[6], 0.0001*15; !near(got, want) {
		t.Errorf("the least: got %v, want %v", got, want)
	}
	// 15/7·0.0298 is less than 15/6·0.0278, so that the sixth has the seventh's.
	if got, want := adjusted[5], 0.0298*15/7; !near(got, want) {
		t.Errorf("the sixth: got %v, want %v", got, want)
	}
	if got := benjaminiHochberg(nil); len(got) != 0 {
		t.Errorf("none: got %v", got)
	}
}

func TestInflation(t *testing.T) {
	for _, test := range []struct {
		name      string
		residuals []float64
		low, high float64
	}{
		{"nothing is left", make([]float64, 20), 1, 1.2},
		{"neighbors differ", alternating(20), 1, 1},
		{"neighbors are alike", rising(20), 5, 20},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := inflation(test.residuals); got < test.low || got > test.high {
				t.Errorf("got %v, want between %v and %v", got, test.low, test.high)
			}
		})
	}
	// By hand: the mean is 2, and (-1·0 + 0·1)/(1 + 0 + 1).
	if got := lag1([]float64{1, 2, 3}); got != 0 {
		t.Errorf("got a correlation of %v, want 0", got)
	}
	// The mean is 1: (-1·-1 + -1·1 + 1·1)/4.
	if got := lag1([]float64{0, 0, 2, 2}); got != 0.25 {
		t.Errorf("got a correlation of %v, want 0.25", got)
	}
}

func TestStepsP(t *testing.T) {
	for _, test := range []struct {
		name   string
		values []float64
		want   float64
	}{
		{"10 up", rising(11), 1.0 / 1024},
		{"9 up, 1 down", append(rising(10), 0), 11.0 / 1024},
		{"levels do not count", []float64{1, 1, 1, 2, 2, 3, 3}, 0.25},
		{"none", []float64{1, 1}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := stepsP(test.values); math.Abs(got-test.want) > 1e-9 {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
	if got := stepsP(alternating(3001)); math.Abs(got-0.5) > 0.01 {
		t.Errorf("3000 steps up and down: got %v, want about 0.5", got)
	}
}

func rising(n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = float64(i)
	}
	return values
}

func alternating(n int) []float64 {
	values := rising(n)
	for i := range values {
		values[i] = float64(i % 2)
	}
	return values
}
