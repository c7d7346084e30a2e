// Package lines reads profiles and goroutine dumps of a program, and tells what they
// saw at each line of its source.
package lines

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/gomend/gomend/profiles/goroutine"
)

// A Metric is what profiles measure, in pprof's words.
type Metric string

// The metrics that every Go program's own profiles have.
const (
	Goroutines Metric = "goroutine"   // how many, now
	InUse      Metric = "inuse_space" // bytes of heap that are live
	Allocated  Metric = "alloc_space" // bytes of heap allocated since the start
	CPU        Metric = "cpu"         // nanoseconds
	Delay      Metric = "delay"       // nanoseconds that goroutines waited for locks and channels
)

// A Weight is what was seen at a line: in the function itself, and in all that it called
// from there.
type Weight struct {
	Metric Metric
	Unit   string // "count", "bytes", "nanoseconds"
	Value  int64
	Share  float64 // of all that the profile has, between 0 and 1
}

// Lines are what one or several profiles saw.
type Lines struct {
	at     map[key][]*line
	totals map[Metric]int64
	units  map[Metric]string
}

// A key finds the lines that may be meant: files have other directories where they were
// compiled.
type key struct {
	base string
	line int
}

type line struct {
	file    string // as compiled
	pkg     string // import path, or "main"
	weights map[Metric]int64
}

func newLines() *Lines {
	return &Lines{at: make(map[key][]*line), totals: make(map[Metric]int64), units: make(map[Metric]string)}
}

// add adds a sample: what was seen in the calls of a stack, each line once. Those of
// differences of two profiles that are below zero do not count.
func (l *Lines) add(m Metric, unit string, value int64, stack []goroutine.Frame) {
	if value <= 0 {
		return
	}
	l.totals[m] += value
	l.units[m] = unit
	seen := make(map[*line]bool, len(stack))
	for _, f := range stack {
		at := l.line(f.Package(), f.File, f.Line)
		if !seen[at] {
			seen[at] = true
			at.weights[m] += value
		}
	}
}

// line returns the line of a package's file, which is added if it is new.
func (l *Lines) line(pkg, file string, number int) *line {
	k := key{path.Base(slash(file)), number}
	for _, at := range l.at[k] {
		if at.file == file && at.pkg == pkg {
			return at
		}
	}
	at := &line{file: file, pkg: pkg, weights: make(map[Metric]int64)}
	l.at[k] = append(l.at[k], at)
	return at
}

// slash returns a file's name with slashes, wherever it was compiled.
func slash(name string) string { return strings.ReplaceAll(name, `\`, "/") }

// Merge adds what other profiles saw of other times: of each line and metric the larger
// of both is kept, as a goroutine that stands there twice is one.
func (l *Lines) Merge(other *Lines) {
	for k, lines := range other.at {
		for _, from := range lines {
			to := l.line(from.pkg, from.file, k.line)
			for m, value := range from.weights {
				to.weights[m] = max(to.weights[m], value)
			}
		}
	}
	for m, total := range other.totals {
		l.totals[m] = max(l.totals[m], total)
		l.units[m] = other.units[m]
	}
}

// At returns what was seen at a line of a file of the package, the greatest share first.
// The file is named relative to its module, with slashes. In a profile the package of a
// command is "main", so there the name of the file has to do.
func (l *Lines) At(pkg, file string, number int) []Weight {
	sums := make(map[Metric]int64)
	for _, at := range l.at[key{path.Base(file), number}] {
		if at.pkg != pkg && (at.pkg != "main" || !strings.HasSuffix("/"+slash(at.file), "/"+file)) {
			continue
		}
		for m, value := range at.weights {
			sums[m] += value
		}
	}
	var all []Weight
	for m, value := range sums {
		all = append(all, Weight{m, l.units[m], value, float64(value) / float64(l.totals[m])})
	}
	slices.SortFunc(all, func(a, b Weight) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(a.Metric, b.Metric))
	})
	return all
}
