package report

import (
	"fmt"
	"time"

	"github.com/gomend/gomend/cmd/internal/page"
	"github.com/gomend/gomend/profiles/gctrace"
)

// A Process is one of those that wrote a log, or that a service was in its time.
type Process struct {
	Source     string // the name of the log, or of the directory of snapshots
	Number, Of int    // from 1
}

// TracedGC returns the report on a process of a trace, beside one of another log, if
// there is one.
func TracedGC(t *gctrace.Trace, p Process, base *gctrace.Run, from Process) *GC {
	run := t.Runs[p.Number-1]
	s := run.Statistics()
	gc := &GC{
		name:    p.Source,
		base:    from.Source,
		remarks: tracedRemarks(t, p, &s),
		totals:  tracedTotals(&s),
		spreads: tracedSpreads(&s),
		reasons: s.Reasons(),
		plots:   func() []page.Block { return tracedPlots(run, base) },
	}
	worst := s.WorstPauses(worstPauses)
	for i := range worst {
		gc.worst = append(gc.worst, tracedPause(&worst[i]))
	}
	d := &gcDocument{
		Version: 1, Source: "trace", Processes: p.Of, Process: p.Number, Damaged: t.Damaged,
		Statistics: &s, Reasons: list(gc.reasons), Worst: list(worst),
	}
	if base != nil {
		c := gctrace.Compare(base.Statistics(), s)
		gc.comparison = &c
		d.Changes, d.Caveats = c.Changes, c.Caveats
	}
	gc.document = d
	return gc
}

func tracedRemarks(t *gctrace.Trace, p Process, s *gctrace.Statistics) []string {
	var all []string
	if p.Of > 1 {
		all = append(all, fmt.Sprintf("The log is of %d processes, one after the other. This is number %d.", p.Of, p.Number))
	}
	if s.Missing > 0 {
		all = append(all, fmt.Sprintf("Of the cycles in between, the log lacks %d.", s.Missing))
	}
	if t.Damaged > 0 {
		all = append(all, fmt.Sprintf("Not used: %s that other output broke.", plural(t.Damaged, "GC line")))
	}
	if s.LeakChecks > 0 {
		all = append(all, fmt.Sprintf("Looked for leaked goroutines: %s.", plural(s.LeakChecks, "cycle")))
	}
	return all
}

func tracedTotals(s *gctrace.Statistics) []gcRow {
	return []gcRow{
		{"cycles", []string{fmt.Sprintf("%d in %s, %.2f a second", s.Cycles, duration(s.Span), s.Rate)}},
		{"GOMAXPROCS", []string{fmt.Sprint(s.Procs)}},
		{"collector's share of the CPU", []string{fmt.Sprintf("%s, of which assists %s", percent(s.GCShare), percent(s.AssistShare))}},
		{"allocation", []string{size(int64(s.AllocationRate)) + " a second"}},
		{"asked for by the program", []string{plural(s.Forced, "cycle")}},
	}
}

func tracedSpreads(s *gctrace.Statistics) []gcRow {
	return []gcRow{
		spread("pause", s.Pause, duration),
		spread("  sweep termination", s.SweepTermination, duration),
		spread("  mark termination", s.MarkTermination, duration),
		spread("concurrent mark", s.ConcurrentMark, duration),
		spread("live heap", s.Live, size),
		spread("heap before sweeping", s.Peak, size),
		spread("goal over live heap", s.GoalRatio, twoDigits),
		spread("collector's share of the CPU", s.IntervalGCShare, percent),
	}
}

func spread[T int64 | float64 | time.Duration](name string, d gctrace.Distribution[T], text func(T) string) gcRow {
	return gcRow{name, []string{text(d.Min), text(d.P50), text(d.P90), text(d.P99), text(d.Max)}}
}

// tracedPause says when a cycle stopped the program, and for how long.
func tracedPause(c *gctrace.Cycle) string {
	text := fmt.Sprintf("%s by cycle %d, %s after the start", duration(c.Pause()), c.Number, c.At)
	if !c.Logged.IsZero() {
		text += c.Logged.Format(", logged at " + time.RFC3339)
	}
	return text + fmt.Sprintf(" (line %d)", c.Line)
}
