package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/gomend/gomend/profiles/gctrace"
)

// A GC is what there is to say of a GC trace, or of two.
type GC struct {
	Trace *gctrace.Trace
	Run   int // of Trace, from 1

	gctrace.Statistics
	Reasons []gctrace.Reason
	Worst   []gctrace.Cycle // the longest pauses

	// Comparison is with the base, if there is one.
	Comparison *gctrace.Comparison
}

// GCFormats returns the formats for GC traces.
func GCFormats() []Format { return []Format{Text, JSON, Markdown} }

// WriteGC writes what there is to say of a GC trace in one of the [GCFormats].
func WriteGC(w io.Writer, f Format, gc *GC) error {
	switch f {
	case Text:
		return writeGCText(w, gc)
	case JSON:
		return writeGCJSON(w, gc)
	case Markdown:
		return writeGCMarkdown(w, gc)
	}
	return fmt.Errorf("unknown format %q: use one of %s", f, joinFormats(GCFormats()))
}

// A gcRow is a figure with how it spreads, or alone.
type gcRow struct {
	name   string
	values []string // min, p50, p90, p99, max; or one
}

// spreads returns the figures that differ from cycle to cycle.
func (gc *GC) spreads() []gcRow {
	s := &gc.Statistics
	return []gcRow{
		spread("pause", s.Pause, duration),
		spread("  sweep termination", s.SweepTermination, duration),
		spread("  mark termination", s.MarkTermination, duration),
		spread("concurrent mark", s.ConcurrentMark, duration),
		spread("live heap", s.Live, size),
		spread("heap before sweeping", s.Peak, size),
		spread("goal over live heap", s.GoalRatio, func(r float64) string { return fmt.Sprintf("%.2f", r) }),
		spread("collector's share of the CPU", s.IntervalGCShare, percent),
	}
}

func spread[T int64 | float64 | time.Duration](name string, d gctrace.Distribution[T], text func(T) string) gcRow {
	return gcRow{name, []string{text(d.Min), text(d.P50), text(d.P90), text(d.P99), text(d.Max)}}
}

// totals returns the figures of all cycles together.
func (gc *GC) totals() []gcRow {
	s := &gc.Statistics
	return []gcRow{
		{"cycles", []string{fmt.Sprintf("%d in %s, %.2f a second", s.Cycles, duration(s.Span), s.Rate)}},
		{"GOMAXPROCS", []string{fmt.Sprint(s.Procs)}},
		{"collector's share of the CPU", []string{fmt.Sprintf("%s, of which assists %s", percent(s.GCShare), percent(s.AssistShare))}},
		{"allocation", []string{size(int64(s.AllocationRate)) + " a second"}},
		{"asked for by the program", []string{plural(s.Forced, "cycle")}},
	}
}

// remarks are what a reader has to know of the log.
func (gc *GC) remarks() []string {
	var all []string
	if n := len(gc.Trace.Runs); n > 1 {
		all = append(all, fmt.Sprintf("The log is of %d processes, one after the other. This is number %d.", n, gc.Run))
	}
	if gc.Missing > 0 {
		all = append(all, fmt.Sprintf("Of the cycles in between, the log lacks %d.", gc.Missing))
	}
	if gc.Trace.Damaged > 0 {
		all = append(all, fmt.Sprintf("Not used: %s that other output broke.", plural(gc.Trace.Damaged, "GC line")))
	}
	if gc.LeakChecks > 0 {
		all = append(all, fmt.Sprintf("Looked for leaked goroutines: %s.", plural(gc.LeakChecks, "cycle")))
	}
	return all
}

func writeGCText(w io.Writer, gc *GC) error {
	var b strings.Builder
	for _, text := range gc.remarks() {
		fmt.Fprintln(&b, text)
	}
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range gc.totals() {
		fmt.Fprintf(table, "%s\t%s\n", row.name, row.values[0])
	}
	table.Flush()
	fmt.Fprintln(&b)
	table = tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "min\tp50\tp90\tp99\tmax\t ")
	for _, row := range gc.spreads() {
		fmt.Fprintf(table, "%s\t %s\n", strings.Join(row.values, "\t"), row.name)
	}
	table.Flush()
	fmt.Fprint(&b, "\nlongest pauses:\n")
	for i := range gc.Worst {
		fmt.Fprintf(&b, "  %s\n", worstText(&gc.Worst[i]))
	}
	for _, r := range gc.Reasons {
		fmt.Fprintf(&b, "\n%s: %s\n  %s\n", r.Rule, r.Text, r.Advice)
	}
	if len(gc.Reasons) == 0 {
		fmt.Fprint(&b, "\nnothing stands out\n")
	}
	if gc.Comparison != nil {
		fmt.Fprint(&b, "\nbeside the base:\n")
		table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintln(table, "base\there\tratio\t ")
		for _, c := range gc.Comparison.Changes {
			fmt.Fprintf(table, "%s\t%s\t%s\t %s\n", figure(c.Base, c.Unit), figure(c.Head, c.Unit), changeRatio(c), c.Name)
		}
		table.Flush()
		for _, caveat := range gc.Comparison.Caveats {
			fmt.Fprintln(&b, caveat)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// worstText says when a cycle stopped the program, and for how long.
func worstText(c *gctrace.Cycle) string {
	text := fmt.Sprintf("%s by cycle %d, %s after the start", duration(c.Pause()), c.Number, c.At)
	if !c.Logged.IsZero() {
		text += c.Logged.Format(", logged at " + time.RFC3339)
	}
	return text + fmt.Sprintf(" (line %d)", c.Line)
}

func writeGCMarkdown(w io.Writer, gc *GC) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## gomend: garbage collection\n\n")
	for _, text := range gc.remarks() {
		fmt.Fprintf(&b, "%s\n\n", text)
	}
	b.WriteString("| | |\n| --- | --- |\n")
	for _, row := range gc.totals() {
		fmt.Fprintf(&b, "| %s | %s |\n", row.name, row.values[0])
	}
	b.WriteString("\n| | min | p50 | p90 | p99 | max |\n| --- | ---: | ---: | ---: | ---: | ---: |\n")
	for _, row := range gc.spreads() {
		fmt.Fprintf(&b, "| %s | %s |\n", strings.TrimSpace(row.name), strings.Join(row.values, " | "))
	}
	b.WriteString("\nLongest pauses:\n\n")
	for i := range gc.Worst {
		fmt.Fprintf(&b, "- %s\n", worstText(&gc.Worst[i]))
	}
	b.WriteString("\n")
	for _, r := range gc.Reasons {
		fmt.Fprintf(&b, "**%s**: %s. %s\n\n", r.Rule, escapeMarkdown(r.Text), escapeMarkdown(r.Advice))
	}
	if gc.Comparison != nil {
		b.WriteString("| | base | here | ratio |\n| --- | ---: | ---: | ---: |\n")
		for _, c := range gc.Comparison.Changes {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", c.Name, figure(c.Base, c.Unit), figure(c.Head, c.Unit), changeRatio(c))
		}
		fmt.Fprintf(&b, "\n%s\n", strings.Join(gc.Comparison.Caveats, " "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// gcDocument is a GC trace's report in JSON. Durations are in nanoseconds, sizes in
// bytes.
type gcDocument struct {
	Version    int                 `json:"version"`
	Runs       int                 `json:"runs"`
	Run        int                 `json:"run"`
	Damaged    int                 `json:"damaged_lines"`
	Statistics *gctrace.Statistics `json:"statistics"`
	Reasons    []gctrace.Reason    `json:"reasons"`
	Worst      []gctrace.Cycle     `json:"longest_pauses"`
	Changes    []gctrace.Change    `json:"changes,omitempty"`
	Caveats    []string            `json:"caveats,omitempty"`
}

func writeGCJSON(w io.Writer, gc *GC) error {
	d := gcDocument{
		Version:    1,
		Runs:       len(gc.Trace.Runs),
		Run:        gc.Run,
		Damaged:    gc.Trace.Damaged,
		Statistics: &gc.Statistics,
		Reasons:    list(gc.Reasons),
		Worst:      list(gc.Worst),
	}
	if gc.Comparison != nil {
		d.Changes, d.Caveats = gc.Comparison.Changes, gc.Comparison.Caveats
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(d)
}

// figure returns a figure with its unit.
func figure(value float64, unit gctrace.Unit) string {
	switch unit {
	case gctrace.Seconds:
		return duration(time.Duration(value * float64(time.Second)))
	case gctrace.Bytes:
		return size(int64(value))
	case gctrace.BytesPerSecond:
		return size(int64(value)) + "/s"
	case gctrace.PerSecond:
		return fmt.Sprintf("%.2f/s", value)
	case gctrace.Count:
		return fmt.Sprintf("%.0f", value)
	}
	return fmt.Sprintf("%.3f", value)
}

func changeRatio(c gctrace.Change) string {
	if c.Base == 0 {
		return "—"
	}
	return fmt.Sprintf("%.2f", c.Ratio)
}

// duration returns a duration with about three digits.
func duration(d time.Duration) string {
	for _, step := range slices.Backward([]time.Duration{time.Microsecond, time.Millisecond, time.Second, time.Minute}) {
		if d >= 100*step {
			return d.Round(step).String()
		}
		if d >= step {
			return d.Round(step / 100).String()
		}
	}
	return d.String()
}

// size returns a number of bytes in MB, which are of 1<<20 bytes as in GC traces.
func size(bytes int64) string { return fmt.Sprintf("%.0f MB", float64(bytes)/(1<<20)) }

// percent returns a share as a percentage.
func percent(share float64) string { return fmt.Sprintf("%.1f%%", 100*share) }
