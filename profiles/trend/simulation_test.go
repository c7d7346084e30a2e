package trend_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/gomend/gomend/profiles/trend"
)

var start = time.Date(2026, 11, 27, 9, 0, 0, 0, time.UTC)

// minutes returns the times of n snapshots, one each minute.
func minutes(n int) []time.Time {
	times := make([]time.Time, n)
	for i := range times {
		times[i] = start.Add(time.Duration(i) * time.Minute)
	}
	return times
}

// A process makes a series of n values.
type process struct {
	name string
	make func(r *rand.Rand, n int) []float64
}

// healthy are processes that are no leaks. What rises in them comes to an end in the
// first half of the watch: before that it cannot be told.
var healthy = []process{
	{"constant", func(r *rand.Rand, n int) []float64 {
		level := float64(r.IntN(50))
		return series(n, func(int) float64 { return level })
	}},
	{"few requests in flight", func(r *rand.Rand, n int) []float64 {
		return series(n, func(int) float64 { return poisson(r, 3) })
	}},
	{"requests in flight", func(r *rand.Rand, n int) []float64 {
		return series(n, func(int) float64 { return poisson(r, 20) })
	}},
	{"many requests in flight", func(r *rand.Rand, n int) []float64 {
		return series(n, func(int) float64 { return poisson(r, 500) })
	}},
	{"bursts", func(r *rand.Rand, n int) []float64 {
		left := 0.0
		return series(n, func(int) float64 {
			if left /= 3; r.IntN(10) == 0 {
				left = float64(50 + r.IntN(450))
			}
			return poisson(r, 10+left)
		})
	}},
	{"a pool that fills", func(r *rand.Rand, n int) []float64 {
		size, pace := float64(20+r.IntN(200)), 0.2+r.Float64()*float64(n)/12
		return series(n, func(i int) float64 { return math.Round(size * (1 - math.Exp(-float64(i+1)/pace))) })
	}},
	{"a cache that is emptied", func(r *rand.Rand, n int) []float64 {
		period, at := 2+r.IntN(n/2-1), r.IntN(n)
		return series(n, func(i int) float64 { return float64(40 * ((i + at) % period)) })
	}},
	{"values that depend on those before", func(r *rand.Rand, n int) []float64 {
		return wander(r, n, r.Float64()*0.8)
	}},
}

// wander returns values around 100 that keep a part of the distance of the one before.
func wander(r *rand.Rand, n int, kept float64) []float64 {
	const sd = 20
	from := sd * r.NormFloat64()
	return series(n, func(int) float64 {
		from = kept*from + sd*math.Sqrt(1-kept*kept)*r.NormFloat64()
		return math.Round(max(0, 100+from))
	})
}

func series(n int, value func(i int) float64) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = value(i)
	}
	return values
}

// poisson returns a count whose mean is given.
func poisson(r *rand.Rand, mean float64) float64 {
	count := 0.0
	for t := r.ExpFloat64(); t < mean; t += r.ExpFloat64() {
		count++
	}
	return count
}

// judge returns the verdicts on series of counts, a minute apart.
func judge(t testing.TB, all ...[]float64) []trend.Verdict {
	t.Helper()
	verdicts, err := trend.Watch{Times: minutes(len(all[0])), Series: all}.Judge(trend.Goroutines())
	if err != nil {
		t.Fatal(err)
	}
	return verdicts
}

// A watch of 50 healthy series tells of no leak, and among its series on their own,
// where there is little to correct for, at most 1 % are taken for one.
func TestHealthy(t *testing.T) {
	for _, n := range []int{6, 60} {
		r := rand.New(rand.NewPCG(uint64(n), 2026))
		for range 20 {
			for i, v := range judge(t, mixed(r, 50, n)...) {
				if v.Kind == trend.Growing {
					t.Errorf("%d snapshots: %s is taken for a leak: %+v", n, healthy[i%len(healthy)].name, v)
				}
			}
		}
		grow, alone := 0, 600
		for i := range alone {
			if judge(t, healthy[i%len(healthy)].make(r, n))[0].Kind == trend.Growing {
				grow++
			}
		}
		t.Logf("%d snapshots: %d of %d series on their own are taken for leaks", n, grow, alone)
		if grow*100 >= alone {
			t.Errorf("%d snapshots: %d of %d series on their own are taken for leaks, want less than 1 %%", n, grow, alone)
		}
	}
}

// A leak among 50 healthy series is found in nearly all watches of so many snapshots.
func TestLeaks(t *testing.T) {
	for _, test := range []struct {
		name string
		n    int
		leak func(r *rand.Rand, n int) []float64
	}{
		{"5 in each minute", 6, func(_ *rand.Rand, n int) []float64 { return line(n, 0, 5) }},
		{"5 in each minute, besides 20", 6, func(_ *rand.Rand, n int) []float64 { return line(n, 20, 5) }},
		{"5 in each minute, besides 250", 7, func(_ *rand.Rand, n int) []float64 { return line(n, 250, 5) }},
		{"about 50 in each minute", 6, func(r *rand.Rand, n int) []float64 { return sums(r, n, 50) }},
		{"about 1 in each minute", 30, func(r *rand.Rand, n int) []float64 { return sums(r, n, 1) }},
		{"1 in each minute, under noise around 20", 40, func(r *rand.Rand, n int) []float64 {
			return series(n, func(i int) float64 { return poisson(r, 20) + float64(i) })
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(test.n), 2026))
			found, watches := 0, 20
			for range watches {
				if judge(t, append(mixed(r, 50, test.n), test.leak(r, test.n))...)[50].Kind == trend.Growing {
					found++
				}
			}
			if found < watches-1 {
				t.Errorf("found in %d of %d watches of %d snapshots", found, watches, test.n)
			}
		})
	}
}

// mixed returns series of all the healthy processes in turn.
func mixed(r *rand.Rand, count, n int) [][]float64 {
	all := make([][]float64, count)
	for i := range all {
		all[i] = healthy[i%len(healthy)].make(r, n)
	}
	return all
}

// sums returns what is left of a leak that happens by chance, so often on average.
func sums(r *rand.Rand, n int, mean float64) []float64 {
	total := 0.0
	return series(n, func(int) float64 { total += poisson(r, mean); return total })
}

// Whatever the values are, the verdict is one that makes sense.
func FuzzJudge(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7}, byte(1))
	f.Add([]byte{0, 10, 200, 10, 0, 10, 200, 10, 255, 0, 0, 0}, byte(2))
	f.Add([]byte{7, 7, 7, 7, 7}, byte(1))
	f.Fuzz(func(t *testing.T, bytes []byte, count byte) {
		count = count%4 + 1
		n := min(len(bytes)/int(count), 100)
		watch := trend.Watch{Times: minutes(n), Requests: make([]float64, n)}
		for s := range int(count) {
			watch.Series = append(watch.Series, series(n, func(i int) float64 { return float64(bytes[s*n+i]) }))
		}
		for i := 1; i < n; i++ {
			watch.Requests[i] = watch.Requests[i-1] + watch.Series[0][i]
		}
		for _, options := range []trend.Options{trend.Goroutines(), trend.HeapBytes(), {}} {
			verdicts, err := watch.Judge(options)
			if err != nil || len(verdicts) != int(count) {
				t.Fatalf("got %+v, %v, want %d verdicts", verdicts, err, count)
			}
			for _, v := range verdicts {
				checkPlausible(t, v)
			}
		}
	})
}

func checkPlausible(t *testing.T, v trend.Verdict) {
	t.Helper()
	inUnit := func(share float64) bool { return share >= 0 && share <= 1 }
	if v.Kind == "" || v.Reason == "" || !inUnit(v.P) || !inUnit(v.Adjusted) || !inUnit(v.Fall) {
		t.Errorf("implausible: %+v", v)
	}
	for _, e := range []trend.Estimate{v.Slope, v.PerRequest} {
		if !(e.Low <= e.Value && e.Value <= e.High) {
			t.Errorf("an estimate outside of its interval: %+v", v)
		}
	}
	if v.Kind == trend.Growing && (v.Snapshots < 5 || v.Growth < 0 || v.S <= 0 || v.Slope.Value <= 0) {
		t.Errorf("growth that is none: %+v", v)
	}
}
