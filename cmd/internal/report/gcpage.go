package report

import (
	"io"
	"math"
	"strings"
	"time"

	"github.com/gomend/gomend/cmd/internal/page"
	"github.com/gomend/gomend/profiles/gctrace"
)

func writeGCPage(w io.Writer, gc *GC) error {
	p := page.Page{Title: "Garbage collection: " + gc.name}
	if gc.comparison != nil {
		p.Title += " beside " + gc.base
	}
	p.Lead = strings.Join(gc.remarks, " ")
	p.Sections = []page.Section{
		{Title: "What stands out", Blocks: reasonNotes(gc.reasons)},
		{Title: "Over time", Blocks: gc.plots()},
		{Title: "Figures", Blocks: gc.tables()},
	}
	if gc.comparison != nil {
		p.Sections = append(p.Sections, page.Section{Title: "Beside the base", Blocks: comparisonBlocks(gc.comparison)})
	}
	return p.Write(w)
}

func reasonNotes(reasons []gctrace.Reason) []page.Block {
	if len(reasons) == 0 {
		return []page.Block{page.Text("Nothing stands out.")}
	}
	var all []page.Block
	for _, r := range reasons {
		all = append(all, page.Note{Level: page.Warning, Title: string(r.Rule), Text: capital(r.Text) + ".", Advice: r.Advice})
	}
	return all
}

// tables returns the figures as tables.
func (gc *GC) tables() []page.Block {
	totals := page.Table{}
	for _, row := range gc.totals {
		totals.Rows = append(totals.Rows, []string{capital(row.name), row.values[0]})
	}
	spreads := page.Table{
		Head:  []string{"", "least", "median", "90 %", "99 %", "most"},
		Right: []int{1, 2, 3, 4, 5},
	}
	for _, row := range gc.spreads {
		spreads.Rows = append(spreads.Rows, append([]string{row.name}, row.values...))
	}
	worst := page.Table{Title: "Longest pauses"}
	for _, pause := range gc.worst {
		worst.Rows = append(worst.Rows, []string{pause})
	}
	all := []page.Block{totals, spreads}
	if len(worst.Rows) > 0 {
		all = append(all, worst)
	}
	return all
}

func comparisonBlocks(c *gctrace.Comparison) []page.Block {
	table := page.Table{Head: []string{"", "base", "here", "ratio"}, Right: []int{1, 2, 3}}
	for _, change := range c.Changes {
		table.Rows = append(table.Rows, []string{
			change.Name, figure(change.Base, change.Unit), figure(change.Head, change.Unit), changeRatio(change),
		})
	}
	return []page.Block{table, page.Text(strings.Join(c.Caveats, " "))}
}

// unknown is the value of a point at which a line has a gap.
var unknown = math.NaN()

// tracedPlots returns the plots of a run, with those of a base behind, if there is one.
func tracedPlots(run gctrace.Run, base *gctrace.Run) []page.Block {
	series := func(style page.Style, name string, points func(gctrace.Run) []page.Point) []page.Series {
		if base == nil {
			return []page.Series{{Name: name, Style: style, Points: points(run)}}
		}
		return []page.Series{
			{Name: name + ", base", Style: style, Points: points(*base)},
			{Name: name + ", here", Style: style, Points: points(run)},
		}
	}
	heap := series(page.Line, "heap", heapPoints)
	if base == nil {
		heap = append(heap, series(page.Steps, "goal", goalPoints)...)
	}
	return []page.Block{
		page.Plot{
			Title: "Heap", Unit: page.Bytes, Series: heap,
			Text: "It grows until a collection begins, and on until that ends; what is swept then is gone.",
		},
		page.Plot{
			Title: "Pauses", Unit: page.Seconds, Log: true, Series: series(page.Dots, "pause", pausePoints),
			Text: "For how long each collection stopped the program: both of its stops together.",
		},
		page.Plot{
			Title: "Collector's share of the CPU", Unit: page.Share, Series: series(page.Steps, "share", sharePoints),
			Text: "From one collection to the next, without idle marking.",
		},
		page.Plot{
			Title: "Assists", Unit: page.Seconds, Series: series(page.Dots, "assists", assistPoints),
			Text: "The CPU time that goroutines spent on marking, in place of their own work.",
		},
	}
}

// each returns points of each cycle, with a gap where the log lacks some.
func each(run gctrace.Run, points func(*gctrace.Cycle) []page.Point) []page.Point {
	var all []page.Point
	for i := range run.Cycles {
		c := &run.Cycles[i]
		if i > 0 && c.Number != run.Cycles[i-1].Number+1 {
			all = append(all, page.Point{X: c.At, Y: unknown})
		}
		all = append(all, points(c)...)
	}
	return all
}

// heapPoints returns the heap's sawtooth.
func heapPoints(run gctrace.Run) []page.Point {
	return each(run, func(c *gctrace.Cycle) []page.Point {
		end := c.At + c.SweepTermination + c.ConcurrentMark + c.MarkTermination
		return []page.Point{
			{X: c.At, Y: float64(c.HeapStart)},
			{X: end, Y: float64(c.HeapEnd)},
			{X: end, Y: float64(c.HeapLive)},
		}
	})
}

func goalPoints(run gctrace.Run) []page.Point {
	return each(run, func(c *gctrace.Cycle) []page.Point { return []page.Point{{X: c.At, Y: float64(c.Goal)}} })
}

func pausePoints(run gctrace.Run) []page.Point {
	return each(run, func(c *gctrace.Cycle) []page.Point { return []page.Point{{X: c.At, Y: c.Pause().Seconds()}} })
}

func assistPoints(run gctrace.Run) []page.Point {
	return each(run, func(c *gctrace.Cycle) []page.Point { return []page.Point{{X: c.At, Y: c.AssistCPU.Seconds()}} })
}

func sharePoints(run gctrace.Run) []page.Point {
	var all []page.Point
	for i := range run.Intervals() {
		share, ok := i.GCShare()
		if !ok {
			share = unknown
		}
		if n := len(all); n > 0 && all[n-1].X == i.From.At {
			all = all[:n-1] // where the interval before ends, this one begins
		}
		all = append(all, page.Point{X: i.From.At, Y: share}, page.Point{X: i.To.At, Y: share})
	}
	return all
}

// sampledPlots returns the plots of a process that is known by snapshots. Beside a base
// the times are since the first snapshot of each.
func sampledPlots(s, base *gctrace.Sampled) []page.Block {
	var origin time.Time
	if base == nil && len(s.Samples) > 0 {
		origin = s.Samples[0].At
	}
	series := func(style page.Style, name string, points func(*gctrace.Sampled) []page.Point) []page.Series {
		if base == nil {
			return []page.Series{{Name: name, Style: style, Points: points(s)}}
		}
		return []page.Series{
			{Name: name + ", base", Style: style, Points: points(base)},
			{Name: name + ", here", Style: style, Points: points(s)},
		}
	}
	heap := series(page.LineDots, "live heap", livePoints)
	if base == nil {
		heap = append(heap, series(page.Steps, "goal", sampledGoals)...)
	}
	return []page.Block{
		page.Plot{Title: "Live heap", Text: "After the collection that each snapshot asked for.", Origin: origin, Unit: page.Bytes, Series: heap},
		page.Plot{
			Title: "Pauses", Text: "For how long each collection stopped the program, as far as the runtime still knew.",
			Origin: origin, Unit: page.Seconds, Log: true, Series: series(page.Dots, "pause", stopPoints),
		},
	}
}

func livePoints(s *gctrace.Sampled) []page.Point {
	return samplePoints(s, func(sample *gctrace.Sample) float64 { return float64(sample.Live) })
}

func sampledGoals(s *gctrace.Sampled) []page.Point {
	return samplePoints(s, func(sample *gctrace.Sample) float64 {
		if !sample.HasGoal() {
			return unknown
		}
		return float64(sample.Goal)
	})
}

func samplePoints(s *gctrace.Sampled, value func(*gctrace.Sample) float64) []page.Point {
	var all []page.Point
	for i := range s.Samples {
		all = append(all, page.Point{X: s.Samples[i].At.Sub(s.Samples[0].At), Y: value(&s.Samples[i])})
	}
	return all
}

func stopPoints(s *gctrace.Sampled) []page.Point {
	var all []page.Point
	for _, stop := range s.Stops {
		all = append(all, page.Point{X: stop.End.Sub(s.Samples[0].At), Y: stop.Pause.Seconds()})
	}
	return all
}
