package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/gomend/gomend/cmd/internal/page"
	"github.com/gomend/gomend/profiles/gctrace"
)

// worstPauses is how many of the longest pauses are told.
const worstPauses = 5

// A GC is a report on a program's garbage collections. See [TracedGC] and [SampledGC].
type GC struct {
	name, base string   // where it was read from, and with what it is compared
	remarks    []string // what a reader has to know of what it was read from
	totals     []gcRow  // figures of all cycles together
	spreads    []gcRow  // figures that differ from cycle to cycle
	worst      []string // the longest pauses
	reasons    []gctrace.Reason
	comparison *gctrace.Comparison
	plots      func() []page.Block // on a page
	document   any                 // in JSON
}

// A gcRow is a figure with how it spreads, or alone.
type gcRow struct {
	name   string
	values []string // min, p50, p90, p99, max; or one
}

// GCFormats returns the formats for reports on garbage collections.
func GCFormats() []Format { return []Format{Text, JSON, Markdown, HTML} }

// WriteGC writes the report in one of the [GCFormats].
func WriteGC(w io.Writer, f Format, gc *GC) error {
	switch f {
	case Text:
		return writeGCText(w, gc)
	case JSON:
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(gc.document)
	case Markdown:
		return writeGCMarkdown(w, gc)
	case HTML:
		return writeGCPage(w, gc)
	}
	return fmt.Errorf("unknown format %q: use one of %s", f, joinFormats(GCFormats()))
}

func writeGCText(w io.Writer, gc *GC) error {
	var b strings.Builder
	for _, text := range gc.remarks {
		fmt.Fprintln(&b, text)
	}
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range gc.totals {
		fmt.Fprintf(table, "%s\t%s\n", row.name, row.values[0])
	}
	table.Flush()
	fmt.Fprintln(&b)
	table = tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "min\tp50\tp90\tp99\tmax\t ")
	for _, row := range gc.spreads {
		fmt.Fprintf(table, "%s\t %s\n", strings.Join(row.values, "\t"), row.name)
	}
	table.Flush()
	if len(gc.worst) > 0 {
		fmt.Fprint(&b, "\nlongest pauses:\n")
	}
	for _, pause := range gc.worst {
		fmt.Fprintf(&b, "  %s\n", pause)
	}
	for _, r := range gc.reasons {
		fmt.Fprintf(&b, "\n%s: %s\n  %s\n", r.Rule, r.Text, r.Advice)
	}
	if len(gc.reasons) == 0 {
		fmt.Fprint(&b, "\nnothing stands out\n")
	}
	if gc.comparison != nil {
		fmt.Fprint(&b, "\nbeside the base:\n")
		table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintln(table, "base\there\tratio\t ")
		for _, c := range gc.comparison.Changes {
			fmt.Fprintf(table, "%s\t%s\t%s\t %s\n", figure(c.Base, c.Unit), figure(c.Head, c.Unit), changeRatio(c), c.Name)
		}
		table.Flush()
		for _, caveat := range gc.comparison.Caveats {
			fmt.Fprintln(&b, caveat)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeGCMarkdown(w io.Writer, gc *GC) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## gomend: garbage collection\n\n")
	for _, text := range gc.remarks {
		fmt.Fprintf(&b, "%s\n\n", escapeMarkdown(text))
	}
	b.WriteString("| | |\n| --- | --- |\n")
	for _, row := range gc.totals {
		fmt.Fprintf(&b, "| %s | %s |\n", row.name, row.values[0])
	}
	b.WriteString("\n| | min | p50 | p90 | p99 | max |\n| --- | ---: | ---: | ---: | ---: | ---: |\n")
	for _, row := range gc.spreads {
		fmt.Fprintf(&b, "| %s | %s |\n", strings.TrimSpace(row.name), strings.Join(row.values, " | "))
	}
	if len(gc.worst) > 0 {
		b.WriteString("\nLongest pauses:\n\n")
	}
	for _, pause := range gc.worst {
		fmt.Fprintf(&b, "- %s\n", pause)
	}
	b.WriteString("\n")
	for _, r := range gc.reasons {
		fmt.Fprintf(&b, "**%s**: %s. %s\n\n", r.Rule, escapeMarkdown(r.Text), escapeMarkdown(r.Advice))
	}
	if gc.comparison != nil {
		b.WriteString("| | base | here | ratio |\n| --- | ---: | ---: | ---: |\n")
		for _, c := range gc.comparison.Changes {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", c.Name, figure(c.Base, c.Unit), figure(c.Head, c.Unit), changeRatio(c))
		}
		fmt.Fprintf(&b, "\n%s\n", strings.Join(gc.comparison.Caveats, " "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// A gcDocument is a report on garbage collections in JSON. Durations are in nanoseconds,
// sizes in bytes. Lines are damaged in traces alone.
type gcDocument struct {
	Version    int              `json:"version"`
	Source     string           `json:"source"` // trace or snapshots
	Processes  int              `json:"processes"`
	Process    int              `json:"process"`
	Damaged    int              `json:"damaged_lines"`
	Statistics any              `json:"statistics"`
	Reasons    []gctrace.Reason `json:"reasons"`
	Worst      any              `json:"longest_pauses"`
	Changes    []gctrace.Change `json:"changes,omitempty"`
	Caveats    []string         `json:"caveats,omitempty"`
}
