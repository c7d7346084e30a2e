package trend_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gomend/gomend/profiles/trend"
)

// line returns n values from the first on, each greater than the one before by step.
func line(n int, first, step float64) []float64 {
	return series(n, func(i int) float64 { return first + step*float64(i) })
}

func TestJudge(t *testing.T) {
	noise := rand.New(rand.NewPCG(1, 2))
	for _, test := range []struct {
		name   string
		values []float64
		want   trend.Kind
	}{
		{"a leak in the fewest snapshots", line(5, 0, 5), trend.Growing},
		{"a leak on a stack with many that stay", line(12, 100, 5), trend.Growing},
		{"a leak that once in a while loses a few", []float64{0, 10, 20, 30, 27, 40, 50, 60, 58, 70, 80, 90}, trend.Growing},
		{"a leak of one every fifth minute", series(40, func(i int) float64 { return float64(i / 5) }), trend.Growing},
		{"a leak that grows faster and faster", series(20, func(i int) float64 { return float64(i * i) }), trend.Growing},
		{"a slow leak under noise", series(60, func(i int) float64 { return poisson(noise, 20) + float64(i) }), trend.Growing},
		{"a leak after a warm-up that is given back", append([]float64{90, 10}, line(18, 20, 10)...), trend.Growing},
		{"a leak after a long calm", append(line(20, 10, 0), line(10, 20, 10)...), trend.Unclear},

		{"too few snapshots", line(4, 0, 100), trend.Unclear},
		{"growth that may be chance", []float64{0, 20, 40, 30, 60}, trend.Unclear},
		{"a pool that is enlarged twice", slices.Concat(line(6, 10, 0), line(6, 60, 0), line(6, 110, 0)), trend.Unclear},
		{"a pool that fills all the time, but less and less", series(20, func(i int) float64 { return math.Round(100 * (1 - math.Exp(-float64(i)/8))) }), trend.Unclear},

		{"always the same", line(20, 40, 0), trend.Flat},
		{"never there", line(20, 0, 0), trend.Flat},
		{"growth below the floor of 5", line(5, 0, 1), trend.Flat},
		{"growth below the floor of 10 %", line(20, 1000, 5), trend.Flat},
		{"noise around a level", series(60, func(int) float64 { return poisson(noise, 20) }), trend.Flat},
		{"a pool that fills and stays", append(line(10, 0, 10), line(20, 100, 0)...), trend.Flat},
		{"a step to a new level", append(line(10, 10, 0), line(10, 60, 0)...), trend.Flat},
		{"connections that come and stay idle", []float64{3, 9, 14, 20, 20, 20, 20, 20, 20, 20}, trend.Flat},
		{"a burst at the start", append([]float64{500, 90}, line(18, 20, 0)...), trend.Flat},

		{"a burst", append(append(line(10, 10, 0), 200, 400, 150), line(10, 10, 0)...), trend.Burst},
		{"a burst on its way back", []float64{10, 10, 10, 100, 300, 150}, trend.Burst},
		{"a cache that is emptied", series(30, func(i int) float64 { return float64(100 + 50*(i%10)) }), trend.Burst},
		{"a cache that is emptied, each time less", series(30, func(i int) float64 { return float64(20*i - 150*(i/10)) }), trend.Burst},

		{"a leak that ends", line(10, 500, -50), trend.Falling},
		{"a pool that is closed", append(line(10, 100, 0), line(10, 5, 0)...), trend.Falling},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := judge(t, test.values)[0]
			if got.Kind != test.want || got.Reason == "" || got.Snapshots != len(test.values) {
				t.Errorf("got %+v, want it %s", got, test.want)
			}
			if (got.Kind == trend.Growing) != (got.Confidence != "") {
				t.Errorf("got confidence %q in one that is %s", got.Confidence, got.Kind)
			}
		})
	}
}

func TestJudgeFigures(t *testing.T) {
	watch := trend.Watch{
		Times:    minutes(6),
		Series:   [][]float64{{0, 10, 20, 18, 40, 50}},
		Requests: []float64{0, 100, 200, 300, 400, 500},
	}
	verdicts, err := watch.Judge(trend.Goroutines())
	if err != nil {
		t.Fatal(err)
	}
	got := verdicts[0]
	for _, test := range []struct {
		name      string
		got, want float64
	}{
		{"S, of 15 pairs one falls", float64(got.S), 13},
		{"p, of 720 orders six", got.P, 6.0 / 720},
		{"adjusted", got.Adjusted, 6.0 / 720},
		{"growth", got.Growth, 50},
		{"fall, 2 of 50", got.Fall, 0.04},
		{"slope, 10 a minute", got.Slope.Value, 600},
		{"growth per request", got.PerRequest.Value, 0.1},
	} {
		if math.Abs(test.got-test.want) > 1e-9*test.want {
			t.Errorf("%s: got %v, want %v", test.name, test.got, test.want)
		}
	}
	if got.Slope.Low >= 600 || got.Slope.High <= 600 {
		t.Errorf("got a slope of %+v, want an interval around 600", got.Slope)
	}
}

func TestJudgeConfidence(t *testing.T) {
	for _, test := range []struct {
		name     string
		n        int
		requests func(i int) float64
		want     trend.Confidence
	}{
		{"few snapshots without a counter", 10, nil, trend.Low},
		{"few snapshots at a steady load", 10, func(i int) float64 { return float64(600 * i) }, trend.Medium},
		{"many snapshots without a counter", 11, nil, trend.Medium},
		{"many snapshots at a steady load", 11, func(i int) float64 { return float64(600 * i) }, trend.High},
		{"many snapshots without requests", 11, func(int) float64 { return 0 }, trend.Medium},
	} {
		t.Run(test.name, func(t *testing.T) {
			watch := trend.Watch{Times: minutes(test.n), Series: [][]float64{line(test.n, 0, 10)}}
			if test.requests != nil {
				watch.Requests = series(test.n, test.requests)
			}
			verdicts, err := watch.Judge(trend.Goroutines())
			if err != nil || verdicts[0].Kind != trend.Growing || verdicts[0].Confidence != test.want {
				t.Errorf("got %+v, %v, want confidence %s", verdicts[0], err, test.want)
			}
		})
	}
}

// What serves requests follows their rate, and what leaks their sum. The rate rises as
// in the morning, and each request takes 200 ms.
func TestJudgeLoad(t *testing.T) {
	const n = 30
	rate := func(i int) float64 { return 100 - 80*math.Cos(math.Pi*float64(i)/n) } // per second
	total := 0.0
	requests := series(n, func(i int) float64 { total += 60 * rate(i); return math.Round(total) })
	noise := rand.New(rand.NewPCG(3, 4))
	for _, test := range []struct {
		name          string
		value         func(i int) float64
		without, with trend.Kind
	}{
		{"in flight", func(i int) float64 { return math.Round(0.2 * rate(i)) }, trend.Growing, trend.Load},
		{"in flight, with noise", func(i int) float64 { return poisson(noise, 2*rate(i)) }, trend.Growing, trend.Load},
		{"one of a thousand leaks", func(i int) float64 { return math.Round(requests[i] / 1000) }, trend.Growing, trend.Growing},
		{"in flight, and one of a hundred leaks", func(i int) float64 { return math.Round(0.2*rate(i) + requests[i]/100) }, trend.Growing, trend.Growing},
		{"a pool", func(i int) float64 { return 40 }, trend.Flat, trend.Flat},
	} {
		t.Run(test.name, func(t *testing.T) {
			watch := trend.Watch{Times: minutes(n), Series: [][]float64{series(n, test.value)}}
			for _, want := range []trend.Kind{test.without, test.with} {
				verdicts, err := watch.Judge(trend.Goroutines())
				if err != nil || verdicts[0].Kind != want {
					t.Errorf("with %d values of the counter: got %+v, %v, want it %s", len(watch.Requests), verdicts[0], err, want)
				}
				watch.Requests = requests
			}
		})
	}
}

func TestJudgeRestarts(t *testing.T) {
	leak := slices.Concat(line(4, 0, 10), line(8, 0, 10), line(6, 0, 10))
	counter := slices.Concat(line(4, 50, 60), line(8, 20, 60), line(6, 30, 60))
	for _, test := range []struct {
		name      string
		restarts  []time.Time
		requests  []float64
		want      trend.Kind
		snapshots int
	}{
		{"not given", nil, nil, trend.Burst, 18},
		{"given", []time.Time{start.Add(210 * time.Second), start.Add(12 * time.Minute)}, nil, trend.Growing, 8},
		{"told by the counter", nil, counter, trend.Growing, 8},
		{"before and after the watch", []time.Time{start, start.Add(time.Hour)}, nil, trend.Burst, 18},
		{"the last of two alike", []time.Time{start.Add(9 * time.Minute)}, nil, trend.Burst, 9},
	} {
		t.Run(test.name, func(t *testing.T) {
			watch := trend.Watch{Times: minutes(18), Series: [][]float64{leak}, Requests: test.requests, Restarts: test.restarts}
			verdicts, err := watch.Judge(trend.Goroutines())
			if err != nil || verdicts[0].Kind != test.want || verdicts[0].Snapshots != test.snapshots {
				t.Errorf("got %+v, %v, want it %s in %d snapshots", verdicts[0], err, test.want, test.snapshots)
			}
		})
	}
}

// A heap profile stands still between collections. One that was taken in ten snapshots
// and measured in three has no trend.
func TestJudgeRepeats(t *testing.T) {
	const mb = 1 << 20
	stands := series(12, func(i int) float64 { return float64(i/4) * 10 * mb })
	moves := line(12, 0, mb)
	for _, test := range []struct {
		name      string
		all       [][]float64
		options   trend.Options
		want      trend.Kind
		snapshots int
	}{
		{"all stand still", [][]float64{stands, stands}, trend.HeapBytes(), trend.Unclear, 3},
		{"another moves, so that it was measured", [][]float64{stands, moves}, trend.HeapBytes(), trend.Unclear, 12},
		{"what is counted anew each time", [][]float64{line(12, 40, 0)}, trend.Goroutines(), trend.Flat, 12},
		{"after a collection each", [][]float64{line(12, 0, 10*mb)}, trend.HeapBytes(), trend.Growing, 12},
	} {
		t.Run(test.name, func(t *testing.T) {
			verdicts, err := trend.Watch{Times: minutes(12), Series: test.all}.Judge(test.options)
			if err != nil || verdicts[0].Kind != test.want || verdicts[0].Snapshots != test.snapshots {
				t.Errorf("got %+v, %v, want it %s in %d snapshots", verdicts[0], err, test.want, test.snapshots)
			}
		})
	}
}

// Values that are not known are left out, and the slope goes by time, not by snapshot.
func TestJudgeGaps(t *testing.T) {
	var times []time.Time
	var values []float64
	for i, minute := range []int{0, 1, 2, 10, 11, 30, 31, 32, 60} {
		times = append(times, start.Add(time.Duration(minute)*time.Minute))
		values = append(values, float64(10*minute))
		if i == 3 {
			values[i] = math.NaN()
		}
	}
	verdicts, err := trend.Watch{Times: times, Series: [][]float64{values}}.Judge(trend.Goroutines())
	if err != nil {
		t.Fatal(err)
	}
	if v := verdicts[0]; v.Kind != trend.Growing || v.Snapshots != 8 || math.Abs(v.Slope.Value-600) > 1e-6 {
		t.Errorf("got %+v, want 600 an hour in 8 snapshots", v)
	}
}

func TestJudgeErrors(t *testing.T) {
	two := minutes(2)
	for _, test := range []struct {
		name  string
		watch trend.Watch
		want  string
	}{
		{"times that go back", trend.Watch{Times: []time.Time{two[1], two[0]}}, "snapshot 2 is not later than the one before: sort"},
		{"the same time twice", trend.Watch{Times: []time.Time{two[0], two[0]}}, "snapshot 2 is not later"},
		{"a short series", trend.Watch{Times: two, Series: [][]float64{{1, 2}, {1}}}, "series 2 has 1 values for 2 snapshots: give 0"},
		{"a negative value", trend.Watch{Times: two, Series: [][]float64{{1, -2}}}, "series 1 has the value -2 in snapshot 2"},
		{"an infinite value", trend.Watch{Times: two, Series: [][]float64{{math.Inf(1), 2}}}, "series 1 has the value +Inf"},
		{"a short counter", trend.Watch{Times: two, Requests: []float64{1}}, "the request counter has 1 values for 2 snapshots"},
		{"a counter with gaps", trend.Watch{Times: two, Requests: []float64{1, math.NaN()}}, "a value that is no count"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := test.watch.Judge(trend.Goroutines())
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestJudgeNothing(t *testing.T) {
	for name, watch := range map[string]trend.Watch{
		"no snapshots":               {},
		"no series":                  {Times: minutes(9)},
		"a series without snapshots": {Series: [][]float64{{}}},
	} {
		verdicts, err := watch.Judge(trend.HeapBytes())
		if err != nil || len(verdicts) != len(watch.Series) {
			t.Errorf("%s: got %+v, %v", name, verdicts, err)
		}
	}
}
