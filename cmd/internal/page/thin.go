package page

import (
	"math"
	"slices"
)

// maxPoints is how many points of a series are drawn at most, corners included, so that
// the page of a service that collected garbage for weeks still opens at once.
const maxPoints = 2000

// thin returns the points of a series that are drawn on a plot of a width: all, or, if
// there are too many, some of each column, the lowest and the highest among them. For
// people look at a plot for the one long pause among a million short ones, which a mean
// or every n-th point would hide. A line is drawn through the first, the lowest, the
// highest and the last of a column hardly wider than the line, and looks as it would with
// all points. Dots have more of a column, or only the outermost would be seen of a cloud.
// Gaps stay where they can be seen: between columns.
func thin(points []Point, style Style, width int, at func(Point) int) []Point {
	most, each := maxPoints, 4
	switch style {
	case Dots:
		each = 10
	case Steps:
		most /= 2 // a step has a corner before each value
	}
	if countKnown(points) <= most {
		return points
	}
	columns := most / each
	var out, column []Point
	gap, in := false, -1
	for _, p := range points {
		if !p.known() {
			gap = true
			continue
		}
		if c := min(at(p)*columns/width, columns-1); c != in {
			out = append(out, sample(column, each)...)
			if gap {
				out = append(out, Point{X: p.X, Y: math.NaN()})
			}
			in, column = c, column[:0]
		}
		gap = false
		column = append(column, p)
	}
	return append(out, sample(column, each)...)
}

func countKnown(points []Point) int {
	n := 0
	for _, p := range points {
		if p.known() {
			n++
		}
	}
	return n
}

// sample returns at most so many of the points, in their order: the lowest, the highest,
// the first, the last, and others in between at even distances.
func sample(points []Point, most int) []Point {
	if len(points) <= most {
		return points
	}
	lowest, highest := 0, 0
	for i, p := range points {
		if p.Y < points[lowest].Y {
			lowest = i
		}
		if p.Y > points[highest].Y {
			highest = i
		}
	}
	at := []int{lowest, highest}
	for i := range most - 2 {
		at = append(at, i*(len(points)-1)/(most-3))
	}
	slices.Sort(at)
	var out []Point
	for _, i := range slices.Compact(at) {
		out = append(out, points[i])
	}
	return out
}
