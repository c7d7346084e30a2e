package page

import (
	"bytes"
	"fmt"
	"html/template"
	"math"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/go-analyze/charts/chartdraw"
)

// The measures of a plot, in tenths of a pixel: the renderer takes whole numbers, and
// lines that keep to whole pixels have steps.
const (
	width    = 8480
	high     = 2000 // of the frame
	margin   = 7    // letters left of the frame, at least, so that most plots of a page are in line
	letter   = 72   // about the width of a letter, and rather too wide than too narrow
	line     = 170  // the height of a line of text
	half     = 42   // from the middle of a letter down to its foot
	gap      = 60   // between a text and what it belongs to
	inset    = 80   // from the frame to the first and the last point
	maxLines = 3    // of labels above the frame
)

// maxDots is how many dots a line can have and still be seen.
const maxDots = 150

// canvas draws a plot.
type canvas struct {
	to chartdraw.Renderer

	left, right, top, bottom int // the frame
	clock                    clock
	scale                    scale
	flags                    []flag
}

// flag is a mark on the canvas.
type flag struct {
	x          int
	label      string
	left       bool // the label stands left of the line
	line       int  // above the frame, from 1; 0 if there is no room for the label
	start, end int  // the label's
}

// newCanvas returns the canvas for a plot that has values.
func newCanvas(p *Plot, series [][]Point, marks []Mark) *canvas {
	lo, hi := span(series, marks)
	var values []float64
	for _, points := range series {
		for _, at := range points {
			if at.known() {
				values = append(values, at.Y)
			}
		}
	}
	c := &canvas{scale: newScale(p.Unit, p.Log, values)}
	longest := margin
	for _, t := range c.scale.ticks {
		longest = max(longest, utf8.RuneCountInString(t.label))
	}
	c.left, c.right = longest*letter+2*gap, width-3*gap
	c.clock = newClock(p.Origin, lo, hi, (c.right-c.left)/letter)
	c.flags = c.place(marks)
	lines := 0
	for _, f := range c.flags {
		lines = max(lines, f.line)
	}
	c.top = 2*gap + lines*line
	c.bottom = c.top + high
	c.to = chartdraw.SVG(width, c.bottom+2*line+2*gap)
	return c
}

// span returns the first and the last time.
func span(series [][]Point, marks []Mark) (lo, hi time.Duration) {
	lo, hi = math.MaxInt64, math.MinInt64
	for _, points := range series {
		if len(points) > 0 {
			lo, hi = min(lo, points[0].X), max(hi, points[len(points)-1].X)
		}
	}
	if len(marks) > 0 {
		lo, hi = min(lo, marks[0].X), max(hi, marks[len(marks)-1].X)
	}
	return lo, hi
}

func (c *canvas) x(at time.Duration) int {
	return c.left + inset + int(math.Round(c.clock.part(at)*float64(c.right-c.left-2*inset)))
}

func (c *canvas) y(v float64) int {
	return c.bottom - int(math.Round(c.scale.part(v)*float64(c.bottom-c.top)))
}

// axes draws the grid and what it means.
func (c *canvas) axes() {
	for _, t := range c.scale.ticks {
		c.line(c.left, c.y(t.at), c.right, c.y(t.at))
	}
	c.stroke("grid")
	for _, t := range c.clock.ticks {
		c.line(c.x(t.at), c.bottom, c.x(t.at), c.bottom+gap)
	}
	c.line(c.left, c.bottom, c.right, c.bottom)
	c.stroke("axis")
	for _, t := range c.scale.ticks {
		c.text("value end", t.label, c.left-gap, c.y(t.at)+half)
	}
	for _, t := range c.clock.ticks {
		x, y := c.x(t.at), c.bottom+gap+line
		switch wide := utf8.RuneCountInString(t.label) * letter; {
		case x < wide/2:
			c.text("time start", t.label, 0, y)
		case x > width-wide/2:
			c.text("time end", t.label, width, y)
		default:
			c.text("time middle", t.label, x, y)
		}
	}
	c.text("name end", c.clock.name, c.right, c.bottom+gap+2*line)
}

// place finds room for the labels of marks: each beside the top of its line, on a line
// of text where it crosses no other label and no other mark.
func (c *canvas) place(marks []Mark) []flag {
	var flags []flag
	for _, m := range slices.Backward(marks) {
		const most = 28 // letters
		f := flag{x: c.x(m.X), label: shortened(m.Label, most)}
		if n := len(flags); n > 0 && flags[n-1].x-f.x < gap/2 && flags[n-1].label == f.label {
			continue // it could not be told from that one
		}
		wide := utf8.RuneCountInString(f.label)*letter + gap
	search:
		for _, left := range []bool{false, true} {
			for n := 1; n <= maxLines && f.label != ""; n++ {
				try := flag{x: f.x, label: f.label, left: left, line: n, start: f.x, end: f.x + wide}
				if left {
					try.start, try.end = f.x-wide, f.x
				}
				if try.start >= 0 && try.end <= width && !slices.ContainsFunc(flags, try.crosses) {
					f = try
					break search
				}
			}
		}
		flags = append(flags, f)
	}
	return flags
}

// crosses reports whether a flag's label or line meets the other's.
func (f flag) crosses(other flag) bool {
	if f.line == other.line && f.start < other.end && other.start < f.end {
		return true
	}
	return f.line <= other.line && f.start < other.x && other.x < f.end ||
		other.line <= f.line && other.start < f.x && f.x < other.end
}

func shortened(text string, most int) string {
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return text
}

// marks draws the marks.
func (c *canvas) marks() {
	for _, f := range c.flags {
		c.line(f.x, c.bottom, f.x, c.top-f.line*line)
	}
	c.stroke("mark")
	for _, f := range c.flags {
		if f.line == 0 {
			continue
		}
		y := c.top - f.line*line + 2*half + gap/2
		if f.left {
			c.text("label end", f.label, f.x-gap, y)
		} else {
			c.text("label start", f.label, f.x+gap, y)
		}
	}
}

// series draws the i-th series. A dense line fills whole columns, and has to let through
// what is behind it.
func (c *canvas) series(i int, style Style, points []Point, dense bool) {
	known := countKnown(points)
	var stretch []Point
	var alone []Point // between gaps, where a line would not show them
	end := func() {
		if len(stretch) == 1 {
			alone = append(alone, stretch...)
		} else if len(stretch) > 1 && style != Dots {
			c.path(stretch, style)
		}
		stretch = stretch[:0]
	}
	for _, p := range points {
		if p.known() {
			stretch = append(stretch, p)
		} else {
			end()
		}
	}
	end()
	class := look(i).line()
	if dense {
		class += " dense"
	}
	c.stroke(class)

	size := 25
	if style == Dots || style == LineDots && known <= maxDots {
		alone = slices.DeleteFunc(slices.Clone(points), func(p Point) bool { return !p.known() })
	}
	if len(alone) > maxDots {
		size = 16
	}
	for _, p := range alone {
		c.dot(look(i).shape(), c.x(p.X), c.y(p.Y), size)
	}
	c.stroke(look(i).dots(size))
}

// path adds a line through points.
func (c *canvas) path(points []Point, style Style) {
	for i, p := range points {
		x, y := c.x(p.X), c.y(p.Y)
		switch {
		case i == 0:
			c.to.MoveTo(x, y)
		case style == Steps:
			c.to.LineTo(x, c.y(points[i-1].Y))
			c.to.LineTo(x, y)
		default:
			c.to.LineTo(x, y)
		}
	}
}

// line adds a line.
func (c *canvas) line(x1, y1, x2, y2 int) {
	c.to.MoveTo(x1, y1)
	c.to.LineTo(x2, y2)
}

// stroke draws what was added.
func (c *canvas) stroke(class string) {
	c.to.SetClassName(class)
	c.to.Stroke()
}

func (c *canvas) text(class, text string, x, y int) {
	c.to.SetClassName(class)
	c.to.Text(text, x, y)
}

// svg returns the drawing.
func (c *canvas) svg() template.HTML {
	var b bytes.Buffer
	if err := c.to.Save(&b); err != nil {
		panic(err) // a buffer takes all
	}
	return template.HTML(b.String()) // the renderer escapes texts, and all else is ours
}

// look is what tells the i-th series from others, and not by its color alone.
type look int

// Colors and the rest have no common divisor, so 30 series look different.
const (
	colors = 6
	dashes = 5
	shapes = 5
)

func (l look) line() string { return fmt.Sprintf("line color%d dash%d", l%colors, l%dashes) }

func (l look) dots(size int) string {
	if size < 20 {
		return fmt.Sprintf("dots small shape%d color%d", l.shape(), l%colors)
	}
	return fmt.Sprintf("dots shape%d color%d", l.shape(), l%colors)
}

func (l look) shape() int { return int(l % shapes) }

// dot adds the dot of a shape.
func (c *canvas) dot(shape, x, y, size int) {
	switch shape {
	case 0, 1: // a line of no length shows its caps: a disk, or a square
		c.line(x, y, x, y)
	case 2: // a triangle
		c.to.MoveTo(x, y-size)
		c.to.LineTo(x+size, y+size*3/4)
		c.to.LineTo(x-size, y+size*3/4)
		c.to.Close()
	case 3: // a rhombus
		c.to.MoveTo(x, y-size*5/4)
		c.to.LineTo(x+size*5/4, y)
		c.to.LineTo(x, y+size*5/4)
		c.to.LineTo(x-size*5/4, y)
		c.to.Close()
	default: // a cross
		c.line(x-size, y-size, x+size, y+size)
		c.line(x-size, y+size, x+size, y-size)
	}
}

// swatch draws what a series looks like, for a legend.
func swatch(i int, style Style) template.HTML {
	const w, h = 340, 120
	c := &canvas{to: chartdraw.SVG(w, h)}
	if style != Dots {
		c.line(0, h/2, w, h/2)
		c.stroke(look(i).line())
	}
	if style == Dots || style == LineDots {
		c.dot(look(i).shape(), w/2, h/2, 25)
		c.stroke(look(i).dots(25))
	}
	return c.svg()
}
