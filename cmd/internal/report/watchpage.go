package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/gomend/gomend/cmd/internal/page"
	"github.com/gomend/gomend/profiles/gctrace"
	"github.com/gomend/gomend/profiles/goroutine"
	"github.com/gomend/gomend/profiles/watch"
)

func writeWatchPage(w io.Writer, services []*watch.Report) error {
	var names, heads []string
	var sections []page.Section
	for _, r := range services {
		names = append(names, r.Service)
		heads = append(heads, r.Service+": "+watchHead(r)+".")
		sections = append(sections, servicePage(r)...)
	}
	p := page.Page{
		Title:    "Leaks of " + listNames(names, 3),
		Lead:     strings.Join(heads, " "),
		Sections: sections,
	}
	return p.Write(w)
}

// listNames joins names, no more than most.
func listNames(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// servicePage returns the sections on a service.
func servicePage(r *watch.Report) []page.Section {
	s := page.Section{Title: r.Service, Blocks: []page.Block{serviceFigures(r)}}
	if len(r.Times) == 0 {
		s.Blocks = nil
	}
	for i := range r.Leaks {
		s.Blocks = append(s.Blocks, leakBlocks(r, &r.Leaks[i])...)
	}
	if len(r.Leaks) == 0 && len(r.Times) > 0 {
		s.Blocks = append(s.Blocks, page.Text("Nothing that was measured leaks."))
	}
	memory := page.Section{Title: r.Service + ": memory and collections", Blocks: memoryBlocks(r)}
	rest := page.Section{Title: r.Service + ": what else was seen"}
	rest.Blocks = append(rest.Blocks, unclearBlocks(r)...)
	for _, text := range watchRemarks(r) {
		rest.Blocks = append(rest.Blocks, page.Text(capital(text)+"."))
	}
	return slices.DeleteFunc([]page.Section{s, memory, rest}, func(s page.Section) bool { return len(s.Blocks) == 0 })
}

func serviceFigures(r *watch.Report) page.Figures {
	all := page.Figures{
		{Name: "snapshots", Value: fmt.Sprint(len(r.Times))},
		{Name: "leaks", Value: fmt.Sprint(len(r.Leaks))},
	}
	if n := len(r.Times); n > 1 {
		all = append(all, page.Figure{Name: "watched for", Value: r.Times[n-1].Sub(r.Times[0]).Round(time.Second).String()})
	}
	if last := lastOf(r.Memory); last != nil {
		all = append(all, page.Figure{Name: "live heap, last", Value: size(int64(last.HeapAlloc))})
	}
	if n := len(r.Collections); n > 0 && len(r.Collections[n-1].Stops) > 0 {
		all = append(all, page.Figure{Name: "longest pause", Value: duration(r.Collections[n-1].Pause.Max)})
	}
	return all
}

// leakBlocks returns what there is to say of a leak: what it is, how it grew, and where.
func leakBlocks(r *watch.Report, l *watch.Leak) []page.Block {
	level := page.Warning
	if l.Kind == watch.Proven {
		level = page.Error
	}
	calls := page.Stack{Title: "the calls", Open: true, Frames: frames(shownStack(l.Stack))}
	if l.Wait != nil && l.Wait.Created.Func != "" {
		created := l.Wait.Created
		calls.Frames = append(calls.Frames, page.Frame{Func: "started by " + created.Func, File: created.File, Line: created.Line})
	}
	plot := timePlot(r, unitOf(l.Kind))
	plot.Title = measured(l.Kind)
	plot.Series = []page.Series{{Name: l.Owner.Func, Style: page.LineDots, Points: values(r, l.Values)}}
	return []page.Block{
		page.Note{Level: level, Title: l.Owner.Func, Text: capital(leakText(l)) + "."},
		plot,
		calls,
	}
}

func frames(stack []goroutine.Frame) []page.Frame {
	var all []page.Frame
	for _, f := range stack {
		all = append(all, page.Frame{Func: f.Func, File: f.File, Line: f.Line})
	}
	return all
}

// measured says what the values of a kind are of.
func measured(k watch.Kind) string {
	switch k {
	case watch.Proven:
		return "Leaked goroutines"
	case watch.Goroutines:
		return "Goroutines"
	case watch.Timers:
		return "Heap of timers"
	}
	return "Heap"
}

func unitOf(k watch.Kind) page.Unit {
	if k == watch.Proven || k == watch.Goroutines {
		return page.Count
	}
	return page.Bytes
}

// timePlot returns a plot over the time of the watch, without series, that marks when
// the service was started anew.
func timePlot(r *watch.Report, u page.Unit) page.Plot {
	p := page.Plot{Unit: u, Origin: r.Times[0]}
	for _, at := range r.Restarts {
		p.Marks = append(p.Marks, page.Mark{X: at.Sub(p.Origin), Label: "started anew"})
	}
	return p
}

// values returns the values of the snapshots as points, with gaps where the service was
// started anew.
func values(r *watch.Report, of []float64) []page.Point {
	var all []page.Point
	for i, v := range of {
		at := r.Times[i].Sub(r.Times[0])
		if slices.ContainsFunc(r.Restarts, r.Times[i].Equal) {
			all = append(all, page.Point{X: at, Y: unknown})
		}
		all = append(all, page.Point{X: at, Y: v})
	}
	return all
}

// memoryBlocks returns the plots of the heap and of the pauses, and what stands out.
func memoryBlocks(r *watch.Report) []page.Block {
	if lastOf(r.Memory) == nil {
		return nil
	}
	live, goal := make([]float64, len(r.Times)), make([]float64, len(r.Times))
	for i, m := range r.Memory {
		live[i], goal[i] = unknown, unknown
		if m == nil {
			continue
		}
		live[i] = float64(m.HeapAlloc)
		if s := (gctrace.Sample{Goal: int64(m.NextGC)}); s.HasGoal() {
			goal[i] = float64(m.NextGC)
		}
	}
	heap := timePlot(r, page.Bytes)
	heap.Title, heap.Text = "Live heap", "After the collection that each snapshot asked for."
	heap.Series = []page.Series{
		{Name: "live heap", Style: page.LineDots, Points: values(r, live)},
		{Name: "goal", Style: page.Steps, Points: values(r, goal)},
	}
	pauses := timePlot(r, page.Seconds)
	pauses.Title, pauses.Log = "Pauses", true
	pauses.Text = "For how long each collection stopped the program, as far as the runtime still knew."
	var points []page.Point
	var notes []page.Block
	for i := range r.Collections {
		for _, stop := range r.Collections[i].Stops {
			points = append(points, page.Point{X: stop.End.Sub(pauses.Origin), Y: stop.Pause.Seconds()})
		}
		if reasons := r.Collections[i].Reasons(); len(reasons) > 0 {
			notes = append(notes, reasonNotes(reasons)...)
		}
	}
	pauses.Series = []page.Series{{Name: "pause", Style: page.Dots, Points: points}}
	return append([]page.Block{heap, pauses}, notes...)
}

// mostUnclear is how many of what can't be told yet are in one plot: no more can be told
// apart.
const mostUnclear = 5

// unclearBlocks returns plots of what has grown most so far and can't be told yet.
func unclearBlocks(r *watch.Report) []page.Block {
	if len(r.Unclear) == 0 {
		return nil
	}
	var all []page.Block
	for _, unit := range []page.Unit{page.Count, page.Bytes} {
		plot := timePlot(r, unit)
		plot.Title = "Stacks of goroutines that can't be told yet"
		if unit == page.Bytes {
			plot.Title = "Owners of memory that can't be told yet"
		}
		n := 0
		for i := range r.Unclear {
			l := &r.Unclear[i]
			if unitOf(l.Kind) != unit {
				continue
			}
			if n++; n <= mostUnclear {
				name := fmt.Sprintf("%s (line %d)", l.Owner.Func, l.Owner.Line)
				plot.Series = append(plot.Series, page.Series{Name: name, Style: page.LineDots, Points: values(r, l.Values)})
			}
		}
		if n == 0 {
			continue
		}
		plot.Text = "They have grown since the first snapshot. That may be chance."
		if n > mostUnclear {
			plot.Text = fmt.Sprintf("The %d that have grown most since the first snapshot, of %d. That may be chance.", mostUnclear, n)
		}
		all = append(all, plot)
	}
	return all
}
