package page

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"
	"time"
)

// A Plot shows how values move over time.
type Plot struct {
	Title string
	Text  string // what there is to see, below the title; may be empty

	// Origin is the time from which each X is counted. If it is set, the X axis shows
	// the time of day in UTC; else it shows the time since the start.
	Origin time.Time

	Unit Unit // of each Y
	// Log asks for a logarithmic Y axis. Any other Y axis has its zero in sight, so that
	// a height can be compared with another. Values up to zero, which have no place on a
	// logarithmic axis, lie at its foot.
	Log bool

	Series []Series
	Marks  []Mark
}

// A Series is values of one kind, in the order of time.
type Series struct {
	Name   string
	Style  Style
	Points []Point
}

// A Point is a value at a time. A Y that is no finite number is not known: a line has a
// gap there.
type Point struct {
	X time.Duration // since the plot's Origin
	Y float64       // in the plot's Unit
}

// A Mark is a dashed vertical line, for an event.
type Mark struct {
	X     time.Duration // since the plot's Origin
	Label string
}

// A Style is how the values of a series are shown.
type Style int

// The styles of series.
const (
	Line     Style = iota
	LineDots       // a line on which each value has a dot, if there are not too many
	Dots           // no line
	Steps          // each value holds until the next
)

// drawing is a plot as page.html shows it.
type drawing struct {
	SVG    template.HTML // empty if there is no value
	Label  string        // what the plot shows, for those who can't see it
	Legend []entry
	Note   string // what the reader has to know of how it was drawn
}

// entry is a series in a legend.
type entry struct {
	Name   string
	Swatch template.HTML
}

// horizon is how far from the origin a point can be. Further ones are none that a
// clock gave, and without them no sum of times overflows.
const horizon = 100 * 365 * 24 * time.Hour

// largest is the largest value that is taken for a measured one: more than 64 bits count.
const largest = 1e20

// known reports whether there is a value at the point.
func (p Point) known() bool {
	return math.Abs(p.Y) <= largest // and so not NaN
}

// draw draws a plot.
func draw(p Plot) drawing {
	series := make([][]Point, len(p.Series))
	for i := range p.Series {
		series[i] = usable(p.Series[i].Points)
	}
	if !slices.ContainsFunc(series, anyKnown) {
		return drawing{}
	}
	marks := usableMarks(p.Marks)
	c := newCanvas(&p, series, marks)
	c.axes()
	c.marks()
	var notes []string
	thinned := false
	for i, s := range p.Series {
		points := thin(series[i], s.Style, c.right-c.left, func(p Point) int { return c.x(p.X) - c.left })
		dense := len(points) < len(series[i])
		thinned = thinned || dense
		c.series(i, s.Style, points, dense)
	}
	if thinned {
		notes = append(notes, "Where there are more values than fit, some are drawn, the lowest and the highest among them.")
	}
	if slices.ContainsFunc(c.flags, func(f flag) bool { return f.line == 0 && f.label != "" }) {
		notes = append(notes, "Some dashed lines have no room for their label.")
	}
	return drawing{SVG: c.svg(), Label: p.label(series, marks), Legend: p.legend(series), Note: strings.Join(notes, " ")}
}

func anyKnown(points []Point) bool { return slices.ContainsFunc(points, Point.known) }

// legend names the series if there are several.
func (p *Plot) legend(series [][]Point) []entry {
	if len(series) < 2 {
		return nil
	}
	var legend []entry
	for i, s := range p.Series {
		name := s.Name
		if !anyKnown(series[i]) {
			name += " (no values)"
		}
		legend = append(legend, entry{name, swatch(i, s.Style)})
	}
	return legend
}

// label says in words what the plot shows.
func (p *Plot) label(series [][]Point, marks []Mark) string {
	parts := []string{p.Title}
	for i, s := range p.Series {
		known := slices.DeleteFunc(slices.Clone(series[i]), func(p Point) bool { return !p.known() })
		if len(known) == 0 {
			parts = append(parts, s.Name+": no values")
			continue
		}
		byValue := func(a, b Point) int { return cmp.Compare(a.Y, b.Y) }
		parts = append(parts, fmt.Sprintf("%s: %s values, the first %s, the last %s, the lowest %s, the highest %s",
			s.Name, digits(float64(len(known))), p.Unit.text(known[0].Y), p.Unit.text(known[len(known)-1].Y),
			p.Unit.text(slices.MinFunc(known, byValue).Y), p.Unit.text(slices.MaxFunc(known, byValue).Y)))
	}
	lo, hi := span(series, marks)
	parts = append(parts, fmt.Sprintf("From %s to %s", p.time(lo), p.time(hi)))
	for _, m := range marks[:min(len(marks), maxNamed)] {
		parts = append(parts, fmt.Sprintf("%s: %s", p.time(m.X), m.Label))
	}
	if more := len(marks) - maxNamed; more > 0 {
		parts = append(parts, fmt.Sprintf("%d more marks", more))
	}
	return strings.Join(parts, ". ") + "."
}

// maxNamed is how many marks a plot's label names.
const maxNamed = 10

// time returns a time on the X axis in words.
func (p *Plot) time(at time.Duration) string {
	if p.Origin.IsZero() {
		return secondsText(at.Seconds())
	}
	return p.Origin.Add(at).UTC().Format(time.RFC3339)
}

// usable returns the points that are near enough to the origin, in the order of time.
func usable(points []Point) []Point {
	far := func(p Point) bool { return p.X < -horizon || p.X > horizon }
	order := func(a, b Point) int { return cmp.Compare(a.X, b.X) }
	if slices.ContainsFunc(points, far) || !slices.IsSortedFunc(points, order) {
		points = slices.DeleteFunc(slices.Clone(points), far)
		slices.SortStableFunc(points, order)
	}
	return points
}

// usableMarks returns the marks that are near enough to the origin, in the order of time.
func usableMarks(marks []Mark) []Mark {
	marks = slices.DeleteFunc(slices.Clone(marks), func(m Mark) bool { return m.X < -horizon || m.X > horizon })
	slices.SortStableFunc(marks, func(a, b Mark) int { return cmp.Compare(a.X, b.X) })
	return marks
}
