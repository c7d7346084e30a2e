package page_test

import (
	"bytes"
	"encoding/xml"
	"flag"
	"io"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gomend/gomend/cmd/internal/page"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// hostile is what a service, a function or a log line can be called.
const hostile = `</script></style><b onload="x()">'"&<img src=x>pkg.(*T).f[go.shape.*uint8]`

var noon = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

// everything returns a page with each kind of block. Each of its texts ends with suffix.
func everything(suffix string) *page.Page {
	minutes := func(values ...float64) []page.Point {
		var points []page.Point
		for i, v := range values {
			points = append(points, page.Point{X: time.Duration(i) * time.Minute, Y: v})
		}
		return points
	}
	return &page.Page{
		Title: "What shop loses" + suffix,
		Lead:  "One service was watched for 5 minutes." + suffix,
		Sections: []page.Section{
			{
				Title: "Figures" + suffix,
				Blocks: []page.Block{
					page.Text("6 snapshots, 1 leak." + suffix),
					page.Figures{{Name: "goroutines" + suffix, Value: "1,812" + suffix}, {Name: "live heap", Value: "412 MB"}},
					page.Table{
						Title: "What grows" + suffix,
						Head:  []string{"owner" + suffix, "kind", "an hour"},
						Rows: [][]string{
							{"shop/api.(*Server).pay.func1" + suffix, "goroutines", "840"},
							{"shop/pool.(*Pool[go.shape.*uint8]).Get", "heap", "12 MB"},
						},
						Code: []int{0}, Right: []int{2},
					},
				},
			},
			{
				Title: "Reasons",
				Blocks: []page.Block{
					page.Note{Level: page.Info, Title: "nothing stands out" + suffix},
					page.Note{Level: page.Warning, Title: "tiny-heap", Text: "A heap of 4 MB is collected all the time." + suffix, Advice: "Set GOGC higher." + suffix},
					page.Note{Level: page.Error, Title: "growing", Text: "1,412 goroutines."},
					page.Stack{
						Title: "1,412 goroutines wait here" + suffix, Open: true,
						Frames: []page.Frame{
							{Func: "shop/api.(*Server).pay.func1" + suffix, File: "/src/api/pay.go" + suffix, Line: 93},
							{Func: "runtime.goexit"},
						},
					},
					page.Stack{Title: "closed"},
				},
			},
			{
				Title: "Plots",
				Blocks: []page.Block{
					page.Plot{
						Title: "Goroutines" + suffix, Text: "at each snapshot" + suffix, Origin: noon,
						Series: []page.Series{
							{Name: "pay" + suffix, Style: page.LineDots, Points: minutes(10, 20, math.NaN(), 40, 50, 60)},
							{Name: "serve", Style: page.LineDots, Points: minutes(30, 31, 30, 32, 30, 31)},
							{Name: "none", Style: page.LineDots},
						},
						Marks: []page.Mark{{X: 150 * time.Second, Label: "restarted" + suffix}},
					},
					page.Plot{
						Title: "GC pauses", Unit: page.Seconds, Log: true,
						Series: []page.Series{{Name: "pause", Style: page.Dots, Points: minutes(40e-6, 60e-6, 3e-3)}},
					},
					page.Plot{
						Title: "Collector's share of the CPU", Unit: page.Share,
						Series: []page.Series{{Name: "share", Style: page.Steps, Points: minutes(0.02, 0.04, 0.03)}},
					},
					page.Plot{Title: "Heap", Unit: page.Bytes, Series: []page.Series{{Name: "heap"}}},
				},
			},
		},
	}
}

func write(t testing.TB, p *page.Page) string {
	t.Helper()
	var buf bytes.Buffer
	if err := p.Write(&buf); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

// element is an element of a page with the text that stands right in it.
type element struct {
	name  string
	attrs map[string]string
	text  string
}

func (e *element) has(class string) bool {
	for _, c := range strings.Fields(e.attrs["class"]) {
		if c == class {
			return true
		}
	}
	return false
}

// elements parses a page. Pages are well-formed XML, so the strict parser will do, and
// notices markup that a text smuggled in.
func elements(t testing.TB, html string) []*element {
	t.Helper()
	var all, open []*element
	for d := xml.NewDecoder(strings.NewReader(html)); ; {
		token, err := d.Token()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, html)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := &element{name: token.Name.Local, attrs: make(map[string]string)}
			for _, a := range token.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			all, open = append(all, e), append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text += string(token)
			}
		}
	}
}

// TestGolden compares a page with each kind of block with a file. Open it to see what a
// user gets.
func TestGolden(t *testing.T) {
	t.Parallel()
	const file = "testdata/golden/page.html"
	got := write(t, everything(""))
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || got != string(want) {
		t.Errorf("%s differs (%v): run go test ./internal/page -update and read the difference\ngot:\n%s", file, err, got)
	}
}

func TestTheSamePageIsTheSameBytes(t *testing.T) {
	t.Parallel()
	if write(t, everything("")) != write(t, everything("")) {
		t.Error("the page was written differently the second time")
	}
}

func TestPageRefersToNothingOutside(t *testing.T) {
	t.Parallel()
	inert := map[string]bool{
		"html": true, "head": true, "meta": true, "title": true, "style": true, "body": true, "main": true, "header": true,
		"nav": true, "section": true, "h1": true, "h2": true, "h3": true, "p": true, "a": true, "b": true, "strong": true,
		"ul": true, "ol": true, "li": true, "dl": true, "dt": true, "dd": true, "div": true, "span": true, "code": true,
		"table": true, "caption": true, "thead": true, "tbody": true, "tr": true, "th": true, "td": true,
		"details": true, "summary": true, "figure": true, "figcaption": true,
		"svg": true, "path": true, "text": true,
	}
	for _, e := range elements(t, write(t, everything(hostile))) {
		if !inert[e.name] {
			t.Errorf("the page has an element <%s>", e.name)
		}
		for name, value := range e.attrs {
			if name == "href" && strings.HasPrefix(value, "#") {
				continue
			}
			switch {
			case name == "src" || name == "href" || name == "srcset" || name == "style" || strings.HasPrefix(name, "on"):
				t.Errorf("<%s> has %s=%q", e.name, name, value)
			}
		}
		if e.name == "style" {
			for _, loads := range []string{"url(", "@import", "src:", "image-set(", "<"} {
				if strings.Contains(e.text, loads) {
					t.Errorf("the style has %q", loads)
				}
			}
		}
	}
}

func TestHostileTextStaysText(t *testing.T) {
	t.Parallel()
	count := func(p *page.Page) (all, hostile int) {
		for _, e := range elements(t, write(t, p)) {
			all++
			if strings.Contains(e.text, "<img src=x>") {
				hostile++
			}
		}
		return all, hostile
	}
	want, _ := count(everything(""))
	got, texts := count(everything(hostile))
	if got != want {
		t.Errorf("the page has %d elements, and %d with plain texts", got, want)
	}
	if texts < 18 {
		t.Errorf("%d texts are shown as they are, want all", texts)
	}
}

func TestPlotsSayWhatTheyShow(t *testing.T) {
	t.Parallel()
	var labels []string
	for _, e := range elements(t, write(t, everything(""))) {
		if e.attrs["role"] == "img" {
			labels = append(labels, e.attrs["aria-label"])
		}
	}
	want := []string{
		"Goroutines. pay: 5 values, the first 10, the last 60, the lowest 10, the highest 60. " +
			"serve: 6 values, the first 30, the last 31, the lowest 30, the highest 32. none: no values. " +
			"From 2026-11-27T12:00:00Z to 2026-11-27T12:05:00Z. 2026-11-27T12:02:30Z: restarted.",
		"GC pauses. pause: 3 values, the first 40µs, the last 3ms, the lowest 40µs, the highest 3ms. From 0 to 2m.",
		"Collector's share of the CPU. share: 3 values, the first 2%, the last 3%, the lowest 2%, the highest 4%. From 0 to 2m.",
	}
	if strings.Join(labels, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(labels, "\n"), strings.Join(want, "\n"))
	}
}

// A failing writer's error is the caller's to report.
func TestWriteReturnsTheWritersError(t *testing.T) {
	t.Parallel()
	r, w := io.Pipe()
	r.CloseWithError(os.ErrClosed)
	if err := everything("").Write(w); err != os.ErrClosed {
		t.Errorf("got %v, want %v", err, os.ErrClosed)
	}
}
