package page_test

import (
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gomend/gomend/cmd/internal/page"
)

// plotted returns the elements of a page with this plot alone.
func plotted(t testing.TB, p page.Plot) []*element {
	t.Helper()
	return elements(t, write(t, &page.Page{Sections: []page.Section{{Blocks: []page.Block{p}}}}))
}

// texts returns the texts of a class.
func texts(all []*element, class string) []string {
	var out []string
	for _, e := range all {
		if e.name == "text" && e.has(class) {
			out = append(out, e.text)
		}
	}
	return out
}

// vertex is a corner of a path, in tenths of a pixel.
type vertex struct {
	move bool // a line begins here
	x, y int
}

// vertices returns the corners of the paths of a class. Those of a legend are not in it.
func vertices(t testing.TB, all []*element, class string) []vertex {
	t.Helper()
	var out []vertex
	for _, e := range all {
		if e.name != "path" || !e.has(class) {
			continue
		}
		for command := range strings.Lines(e.attrs["d"]) {
			f := strings.Fields(command)
			if f[0] == "Z" {
				continue
			}
			x, errX := strconv.Atoi(f[1])
			y, errY := strconv.Atoi(f[2])
			if errX != nil || errY != nil || len(f) != 3 {
				t.Fatalf("a path has %q", command)
			}
			out = append(out, vertex{f[0] == "M", x, y})
		}
	}
	return out
}

func series(style page.Style, points ...page.Point) []page.Series {
	return []page.Series{{Name: "s", Style: style, Points: points}}
}

func TestTicksOfValues(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		unit   page.Unit
		log    bool
		values []float64
		want   string // from the foot up
	}{
		"counts have commas":                        {page.Count, false, []float64{100, 12345}, "0 | 5,000 | 10,000 | 15,000"},
		"counts are whole":                          {page.Count, false, []float64{1, 2}, "0 | 1 | 2"},
		"ratios need not be":                        {page.Count, false, []float64{0.5, 1.2}, "0 | 0.2 | 0.4 | 0.6 | 0.8 | 1 | 1.2"},
		"bytes go by powers of two":                 {page.Bytes, false, []float64{700 << 20, 1200 << 20}, "0 | 256 MB | 512 MB | 768 MB | 1 GB | 1.25 GB"},
		"few bytes":                                 {page.Bytes, false, []float64{3}, "0 | 1 B | 2 B | 3 B"},
		"durations below a second":                  {page.Seconds, false, []float64{1.1e-3}, "0 | 200µs | 400µs | 600µs | 800µs | 1ms | 1.2ms"},
		"durations of minutes":                      {page.Seconds, false, []float64{90}, "0 | 20s | 40s | 1m | 1m20s | 1m40s"},
		"durations of hours":                        {page.Seconds, false, []float64{5 * 3600}, "0 | 1h | 2h | 3h | 4h | 5h"},
		"durations of days":                         {page.Seconds, false, []float64{3 * 86400}, "0 | 12h | 24h | 36h | 48h | 60h | 72h"},
		"shares are percentages":                    {page.Share, false, []float64{0.02, 0.25}, "0% | 5% | 10% | 15% | 20% | 25%"},
		"small shares":                              {page.Share, false, []float64{0.0021}, "0% | 0.05% | 0.1% | 0.15% | 0.2% | 0.25%"},
		"equal values are not magnified":            {page.Count, false, []float64{7, 7, 7}, "0 | 2 | 4 | 6 | 8"},
		"zeros":                                     {page.Count, false, []float64{0, 0}, "0 | 1"},
		"below zero, with zero in sight":            {page.Count, false, []float64{-30, -10}, "-30 | -25 | -20 | -15 | -10 | -5 | 0"},
		"on both sides of zero":                     {page.Seconds, false, []float64{-1e-3, 2e-3}, "-1ms | -500µs | 0 | 500µs | 1ms | 1.5ms | 2ms"},
		"what 64 bits count":                        {page.Count, false, []float64{math.MaxUint64}, "0 | 5e+18 | 1e+19 | 1.5e+19 | 2e+19"},
		"a logarithm goes by tens":                  {page.Seconds, true, []float64{3e-6, 2e-2}, "1µs | 10µs | 100µs | 1ms | 10ms | 100ms"},
		"over a short range, by 1, 2 and 5":         {page.Seconds, true, []float64{30e-6, 300e-6}, "20µs | 50µs | 100µs | 200µs | 500µs"},
		"over a long one, by more":                  {page.Count, true, []float64{1, 3e8}, "1 | 100 | 10,000 | 1,000,000 | 100,000,000 | 10,000,000,000"},
		"of bytes by powers of two":                 {page.Bytes, true, []float64{100 << 10, 3 << 30}, "64 KB | 512 KB | 4 MB | 32 MB | 256 MB | 2 GB | 16 GB"},
		"of a power of two but for a rounding":      {page.Bytes, true, []float64{math.Nextafter(1<<17, 1<<18)}, "128 KB | 256 KB"},
		"of one value, around it":                   {page.Count, true, []float64{1000}, "1,000 | 2,000"},
		"zeros do not stretch it":                   {page.Seconds, true, []float64{0, 30e-6, 300e-6}, "20µs | 50µs | 100µs | 200µs | 500µs"},
		"nor does what is too small to be measured": {page.Seconds, true, []float64{5e-324, 1e-8}, "1ns | 2ns | 5ns | 10ns"},
		"without a value above zero it is linear":   {page.Count, true, []float64{-2, 0}, "-2 | -1 | 0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var points []page.Point
			for i, v := range test.values {
				points = append(points, page.Point{X: time.Duration(i) * time.Second, Y: v})
			}
			all := plotted(t, page.Plot{Unit: test.unit, Log: test.log, Series: series(page.Line, points...)})
			if got := strings.Join(texts(all, "value"), " | "); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestTicksOfTimes(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	clock := noon.Add(-(3*time.Minute + 20*time.Second))
	for name, test := range map[string]struct {
		origin time.Time
		from   time.Duration
		to     time.Duration
		want   string
		once   string
	}{
		"seconds of the day": {clock, 0, 40 * time.Second, "11:56:40 | 11:56:50 | 11:57:00 | 11:57:10 | 11:57:20", "Nov 27, 2026, UTC"},
		"minutes of the day": {clock, 0, time.Hour, "12:00 | 12:10 | 12:20 | 12:30 | 12:40 | 12:50", "Nov 27, 2026, UTC"},
		"another zone":       {clock.In(time.FixedZone("", 3600)), 0, 6 * time.Hour, "12:00 | 13:00 | 14:00 | 15:00 | 16:00 | 17:00", "Nov 27, 2026, UTC"},
		"over midnight":      {clock, 0, day, "Nov 27 12:00 | Nov 27 18:00 | Nov 28 00:00 | Nov 28 06:00", "2026, UTC"},
		"days":               {clock, 0, 10 * day, "Nov 29 | Dec 1 | Dec 3 | Dec 5 | Dec 7", "2026, UTC"},
		"over new year":      {clock, 0, 60 * day, "2026-12-07 | 2026-12-21 | 2027-01-04 | 2027-01-18", "UTC"},
		"one moment":         {clock, time.Second, time.Second, "11:56:20 | 11:56:30 | 11:56:40 | 11:56:50 | 11:57:00 | 11:57:10", "Nov 27, 2026, UTC"},
		"since the start":    {time.Time{}, 0, 90 * time.Minute, "0 | 10m | 20m | 30m | 40m | 50m | 1h | 1h10m | 1h20m | 1h30m", "since the start"},
		"since long ago":     {time.Time{}, 3 * time.Hour, 3*time.Hour + 4*time.Second, "3h | 3h0m1s | 3h0m2s | 3h0m3s | 3h0m4s", "since the start"},
		"before the start":   {time.Time{}, -3 * time.Millisecond, 0, "-3ms | -2.5ms | -2ms | -1.5ms | -1ms | -500µs | 0", "since the start"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := plotted(t, page.Plot{Origin: test.origin, Series: series(page.Line, page.Point{X: test.from, Y: 1}, page.Point{X: test.to, Y: 2})})
			if got := strings.Join(texts(all, "time"), " | "); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if got := strings.Join(texts(all, "name"), " | "); got != test.once {
				t.Errorf("below the axis stands %q, want %q", got, test.once)
			}
		})
	}
}

func TestGapsStayGaps(t *testing.T) {
	t.Parallel()
	var points []page.Point
	for i, v := range []float64{1, 2, math.NaN(), 3, math.Inf(1), math.Inf(-1), 4, 5, 6} {
		points = append(points, page.Point{X: time.Duration(i) * time.Second, Y: v})
	}
	all := plotted(t, page.Plot{Series: series(page.Line, points...)})
	var lines []int
	for _, v := range vertices(t, all, "line") {
		if v.move {
			lines = append(lines, 0)
		}
		lines[len(lines)-1]++
	}
	if want := []int{2, 3}; !slices.Equal(lines, want) {
		t.Errorf("the lines have %d points, want %d", lines, want)
	}
	// The 3 stands between two gaps, where a line would not show it.
	if dots := vertices(t, all, "dots"); len(dots) != 2 {
		t.Errorf("%d corners of dots, want the two of one dot", len(dots))
	}
}

func TestManyPointsAreThinned(t *testing.T) {
	t.Parallel()
	const n, peak, dip = 200_000, 123_456, 54_321
	points := make([]page.Point, n)
	for i := range points {
		points[i] = page.Point{X: time.Duration(i) * time.Millisecond, Y: 500 + float64(i*7919%100)}
	}
	points[peak].Y, points[dip].Y = 1000, 0
	for name, test := range map[string]struct {
		style page.Style
		class string
		each  int // corners of a point
	}{
		"line":  {page.Line, "line", 1},
		"steps": {page.Steps, "line", 1},
		"dots":  {page.Dots, "dots", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			corners := vertices(t, plotted(t, page.Plot{Series: series(test.style, points...)}), test.class)
			if len(corners)/test.each > 2000 || len(corners)/test.each < 900 {
				t.Errorf("%d points are drawn", len(corners)/test.each)
			}
			top := slices.MinFunc(corners, func(a, b vertex) int { return a.y - b.y })
			foot := slices.MaxFunc(corners, func(a, b vertex) int { return a.y - b.y })
			first, last := corners[0].x, corners[len(corners)-1].x
			at := func(i int) int { return first + (last-first)*i/(n-1) }
			if d := top.x - at(peak); d < -1 || d > 1 {
				t.Errorf("the peak is drawn at %d, want %d", top.x, at(peak))
			}
			// A step comes down to the dip and goes up from it: both corners are as low.
			if d := foot.x - at(dip); d < -1 || d > 1 {
				t.Errorf("the dip is drawn at %d, want %d", foot.x, at(dip))
			}
			if foot.y-top.y != 2000 {
				t.Errorf("from the dip to the peak it is %d, want the whole height, 2000", foot.y-top.y)
			}
		})
	}
}

func TestThinnedSeriesKeepsGaps(t *testing.T) {
	t.Parallel()
	var points []page.Point
	for i := range 100_000 {
		y := float64(i % 100)
		if i > 40_000 && i < 60_000 {
			y = math.NaN()
		}
		points = append(points, page.Point{X: time.Duration(i) * time.Second, Y: y})
	}
	begins := 0
	for _, v := range vertices(t, plotted(t, page.Plot{Series: series(page.Line, points...)}), "line") {
		if v.move {
			begins++
		}
	}
	if begins != 2 {
		t.Errorf("the line has %d parts, want 2", begins)
	}
}

func TestLineWithTooManyDotsHasNone(t *testing.T) {
	t.Parallel()
	points := make([]page.Point, 1440)
	for i := range points {
		points[i] = page.Point{X: time.Duration(i) * time.Minute, Y: float64(i)}
	}
	if dots := vertices(t, plotted(t, page.Plot{Series: series(page.LineDots, points...)}), "dots"); len(dots) > 0 {
		t.Errorf("%d corners of dots", len(dots))
	}
	if dots := vertices(t, plotted(t, page.Plot{Series: series(page.LineDots, points[:24]...)}), "dots"); len(dots) != 48 {
		t.Errorf("24 values have %d corners of dots, want two each", len(dots))
	}
}

func TestPlotWithoutValues(t *testing.T) {
	t.Parallel()
	for name, s := range map[string][]page.Series{
		"no series":         nil,
		"no points":         series(page.Line),
		"nothing known":     series(page.LineDots, page.Point{Y: math.NaN()}, page.Point{X: 1, Y: math.Inf(1)}),
		"beyond all clocks": series(page.Dots, page.Point{X: math.MaxInt64, Y: 1}, page.Point{X: math.MinInt64, Y: 1}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := false
			for _, e := range plotted(t, page.Plot{Series: s, Marks: []page.Mark{{Label: "restarted"}}}) {
				said = said || e.has("empty")
				if e.name == "svg" {
					t.Error("a plot is drawn")
				}
			}
			if !said {
				t.Error("it is not said that there is no value")
			}
		})
	}
}

func TestSeriesDifferByMoreThanColor(t *testing.T) {
	t.Parallel()
	p := page.Plot{}
	for range 12 {
		p.Series = append(p.Series, page.Series{Style: page.LineDots, Points: []page.Point{{}, {X: time.Second, Y: 1}}})
	}
	seen := make(map[string]bool)
	neighbor := ""
	for _, e := range plotted(t, p) {
		if e.name != "path" || !e.has("line") {
			continue
		}
		class := e.attrs["class"]
		dash := class[strings.Index(class, "dash"):]
		if dash == neighbor {
			t.Errorf("two neighbors have %s", dash)
		}
		neighbor = dash
		seen[class] = true
	}
	if len(seen) != 12 {
		t.Errorf("12 series have %d looks", len(seen))
	}
}

func TestLabelsOfMarksDoNotMeet(t *testing.T) {
	t.Parallel()
	mark := func(minute int, label string) page.Mark {
		return page.Mark{X: time.Duration(minute) * time.Minute, Label: label}
	}
	for name, test := range map[string]struct {
		marks []page.Mark
		want  []string // from the last to the first
		note  bool
	}{
		"apart":                    {[]page.Mark{mark(10, "a"), mark(50, "b")}, []string{"b", "a"}, false},
		"close, on more lines":     {[]page.Mark{mark(50, "deployed 1"), mark(51, "deployed 2"), mark(52, "deployed 3")}, []string{"deployed 3", "deployed 2", "deployed 1"}, false},
		"in any order":             {[]page.Mark{mark(50, "b"), mark(10, "a")}, []string{"b", "a"}, false},
		"at the end, to the left":  {[]page.Mark{mark(60, "restarted")}, []string{"restarted"}, false},
		"at once, said once":       {[]page.Mark{mark(30, "restarted"), mark(30, "restarted")}, []string{"restarted"}, false},
		"too long":                 {[]page.Mark{mark(30, strings.Repeat("long ", 20))}, []string{"long long long long long lo…"}, false},
		"too many, and it is said": {[]page.Mark{mark(50, "a"), mark(51, "b"), mark(52, "c"), mark(53, "d"), mark(54, "e"), mark(55, strings.Repeat("f", 30)), mark(56, strings.Repeat("g", 28)), mark(57, strings.Repeat("h", 28))}, nil, true},
		"without a label":          {[]page.Mark{mark(30, "")}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := plotted(t, page.Plot{Series: series(page.Line, page.Point{}, page.Point{X: time.Hour, Y: 1}), Marks: test.marks})
			note := slices.ContainsFunc(all, func(e *element) bool { return e.has("remark") })
			if note != test.note {
				t.Errorf("a note: %v, want %v", note, test.note)
			}
			if got := texts(all, "label"); !test.note && !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// FuzzPlot draws any points in any unit and style.
func FuzzPlot(f *testing.F) {
	bits := func(values ...float64) []byte {
		var data []byte
		for i, v := range values {
			data = binary.LittleEndian.AppendUint64(data, uint64(i)*uint64(time.Second))
			data = binary.LittleEndian.AppendUint64(data, math.Float64bits(v))
		}
		return data
	}
	f.Add(uint8(0), uint8(0), false, int64(0), bits(1, 2, 3))
	f.Add(uint8(1), uint8(1), true, int64(1), bits(0, -1, math.NaN(), math.Inf(1), math.Inf(-1)))
	f.Add(uint8(2), uint8(2), true, int64(1<<40), bits(5e-324, math.MaxFloat64, -math.MaxFloat64, 1e20))
	f.Add(uint8(3), uint8(3), false, int64(-1), append(bits(1, 1), 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f))
	f.Fuzz(func(t *testing.T, unit, style uint8, log bool, origin int64, data []byte) {
		p := page.Plot{Unit: page.Unit(unit % 4), Log: log, Series: []page.Series{{Name: "s", Style: page.Style(style % 4)}}}
		if origin != 0 {
			p.Origin = time.Unix(origin>>20, 0)
		}
		for ; len(data) >= 16; data = data[16:] {
			x := time.Duration(binary.LittleEndian.Uint64(data))
			y := math.Float64frombits(binary.LittleEndian.Uint64(data[8:]))
			p.Series[0].Points = append(p.Series[0].Points, page.Point{X: x, Y: y})
			p.Marks = append(p.Marks, page.Mark{X: x / 2, Label: "m"})
		}
		all := plotted(t, p)
		for _, e := range all {
			for _, text := range []string{e.text, e.attrs["aria-label"]} {
				if e.name != "style" && (strings.Contains(text, "NaN") || strings.Contains(text, "Inf")) {
					t.Errorf("a text is %q", text)
				}
			}
			if e.name == "text" {
				for _, at := range []string{e.attrs["x"], e.attrs["y"]} {
					if _, err := strconv.Atoi(at); err != nil {
						t.Errorf("a text is at %q", at)
					}
				}
			}
		}
		for _, class := range []string{"grid", "axis", "mark", "line", "dots"} {
			for _, v := range vertices(t, all, class) {
				if v.x < 0 || v.x > 10_000 || v.y < 0 || v.y > 10_000 {
					t.Errorf("a corner of %s is outside, at %d %d", class, v.x, v.y)
				}
			}
		}
	})
}

// A page of a service that ran for days is written in well under a second.
func BenchmarkLongPlot(b *testing.B) {
	points := make([]page.Point, 200_000)
	for i := range points {
		points[i] = page.Point{X: time.Duration(i) * time.Second, Y: float64(i * 7919 % 1000)}
	}
	p := page.Plot{Unit: page.Bytes, Series: series(page.Line, points...)}
	for b.Loop() {
		write(b, &page.Page{Sections: []page.Section{{Blocks: []page.Block{p}}}})
	}
}
