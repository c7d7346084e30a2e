package report

import (
	"fmt"
	"time"

	"github.com/gomend/gomend/cmd/internal/page"
	"github.com/gomend/gomend/profiles/gctrace"
)

// SampledGC returns the report on a process that is known by snapshots, beside
// another, if there is one.
func SampledGC(s *gctrace.Sampled, p Process, base *gctrace.Sampled, from Process) *GC {
	gc := &GC{
		name:    p.Source,
		base:    from.Source,
		remarks: sampledRemarks(s, p),
		totals:  sampledTotals(s),
		spreads: sampledSpreads(s),
		reasons: s.Reasons(),
		plots:   func() []page.Block { return sampledPlots(s, base) },
	}
	worst := s.WorstPauses(worstPauses)
	for i := range worst {
		gc.worst = append(gc.worst, sampledPause(&worst[i]))
	}
	d := &gcDocument{
		Version: 1, Source: "snapshots", Processes: p.Of, Process: p.Number,
		Statistics: s, Reasons: list(gc.reasons), Worst: list(worst),
	}
	if base != nil {
		c := gctrace.CompareSampled(*base, *s)
		gc.comparison = &c
		d.Changes, d.Caveats = c.Changes, c.Caveats
	}
	gc.document = d
	return gc
}

func sampledRemarks(s *gctrace.Sampled, p Process) []string {
	var all []string
	if p.Of > 1 {
		all = append(all, fmt.Sprintf("The snapshots are of %d processes, one after the other. This is number %d.", p.Of, p.Number))
	}
	text := fmt.Sprintf("Read from %s, which have neither phases nor assists: GODEBUG=gctrace=1 tells those.", plural(len(s.Samples), "snapshot"))
	if len(s.Samples) == 1 {
		text = "Read from 1 snapshot, which has neither phases nor assists: GODEBUG=gctrace=1 tells those."
	}
	all = append(all, text)
	if s.Lost > 0 {
		all = append(all, fmt.Sprintf("The pauses of %s are not known: the runtime keeps the last 256.", plural(s.Lost, "cycle")))
	}
	return all
}

func sampledTotals(s *gctrace.Sampled) []gcRow {
	share := gcRow{"collector's share of the CPU", []string{percent(s.GCShare) + " since the start"}}
	if len(s.Samples) < 2 {
		return []gcRow{share}
	}
	return []gcRow{
		{"cycles", []string{fmt.Sprintf("%d in %s besides those that gomend asked for, %.2f a second", s.Cycles, duration(s.Span), s.Rate)}},
		share,
		{"allocation", []string{size(int64(s.AllocationRate)) + " a second"}},
		{"asked for by others", []string{plural(s.Forced, "cycle")}},
	}
}

// sampledSpreads returns the figures of which at least one value is known.
func sampledSpreads(s *gctrace.Sampled) []gcRow {
	var rows []gcRow
	if len(s.Stops) > 0 {
		rows = append(rows, spread("pause", s.Pause, duration))
	}
	rows = append(rows, spread("live heap", s.Live, size))
	if s.Goal.Max > 0 {
		rows = append(rows, spread("goal", s.Goal, size), spread("goal over live heap", s.GoalRatio, twoDigits))
	}
	return rows
}

func sampledPause(stop *gctrace.Stop) string {
	return fmt.Sprintf("%s by cycle %d, which ended at %s", duration(stop.Pause), stop.Number, stop.End.Format(time.RFC3339))
}
