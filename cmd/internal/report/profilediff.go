package report

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/gomend/gomend/profiles/compare"
)

// ProfileDiffFormats returns the formats for differences of profiles.
func ProfileDiffFormats() []Format { return []Format{Text, JSON, Markdown, HTML} }

// ProfileDiff is what differs between profiles, and how it is written.
type ProfileDiff struct {
	*compare.Result
	By  compare.Dimension
	All bool // show every row

	// Tree is the stacks of both sides, for pages, and BaseName and HeadName what the sides
	// are.
	Tree               *compare.Tree
	BaseName, HeadName string
}

// WriteProfileDiff writes what differs between profiles, in one of the [ProfileDiffFormats].
func WriteProfileDiff(w io.Writer, f Format, d *ProfileDiff) error {
	switch f {
	case Text:
		return d.writeText(w)
	case JSON:
		return d.writeJSON(w)
	case Markdown:
		return d.writeMarkdown(w)
	case HTML:
		return d.writePage(w)
	}
	return fmt.Errorf("unknown format %q: use one of %s", f, joinFormats(ProfileDiffFormats()))
}

// mostRows is how many rows are shown where nothing tells which count.
const mostRows = 20

// shown returns the rows to show: those that say something, or the first ones where there is
// one run of a side.
func (d *ProfileDiff) shown() []*compare.Row {
	if d.All {
		return d.Rows
	}
	var rows []*compare.Row
	for _, r := range d.Rows {
		switch r.Verdict {
		case compare.Unchanged:
			continue
		case compare.Indicative:
			if len(rows) == mostRows || r.Delta() == 0 {
				continue
			}
		}
		rows = append(rows, r)
	}
	return rows
}

func (d *ProfileDiff) repeated() bool { return d.BaseRuns > 1 && d.HeadRuns > 1 }

func (d *ProfileDiff) writeText(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	head := "change\t\tbase\thead\t"
	if d.repeated() {
		head += "q\tcould see\t"
	}
	fmt.Fprintln(t, head+" ")
	for _, r := range append(d.shown(), &d.Total) {
		line := fmt.Sprintf("%s\t%s\t%s\t%s\t", d.signed(r.Delta()), relative(r), d.value(r.Base.Flat), d.value(r.Head.Flat))
		if d.repeated() {
			line += fmt.Sprintf("%.2g\t±%s\t", r.Q, d.value(r.Smallest))
		}
		verdict := string(r.Verdict)
		if r.Verdict == compare.Indicative || verdict == "" {
			verdict = ""
		} else {
			verdict += " "
		}
		fmt.Fprintf(t, "%s %s%s\n", line, verdict, printable(rowName(r)))
	}
	return t.Flush()
}

// rowName names a row, with what it was called before.
func rowName(r *compare.Row) string {
	if r.Was != "" {
		return fmt.Sprintf("%s, before %s", r.Name, r.Was)
	}
	return r.Name
}

// relative returns by how much a row changes, of its base.
func relative(r *compare.Row) string {
	switch {
	case r.Base.Flat == 0 && r.Head.Flat == 0:
		return ""
	case r.Base.Flat == 0:
		return "new"
	case r.Head.Flat == 0:
		return "gone"
	}
	return fmt.Sprintf("%+.1f%%", 100*r.Delta()/r.Base.Flat)
}

func (d *ProfileDiff) signed(v float64) string {
	if v < 0 {
		return "-" + d.value(-v)
	}
	return "+" + d.value(v)
}

// value returns a value in the unit that people read it in.
func (d *ProfileDiff) value(v float64) string {
	switch d.Unit {
	case "nanoseconds":
		return time.Duration(v).Round(roundTo(v)).String()
	case "bytes":
		return bytesText(v)
	}
	if v == math.Trunc(v) {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.1f", v)
}

// roundTo returns what a time is rounded to, so that three digits stay.
func roundTo(ns float64) time.Duration {
	to := time.Duration(1)
	for ns >= 1000 {
		ns /= 10
		to *= 10
	}
	return to
}

func bytesText(v float64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	i := 0
	for v >= 1000 && i < len(units)-1 {
		v /= 1000
		i++
	}
	if i == 0 {
		return fmt.Sprintf("%.0f%s", v, units[i])
	}
	return fmt.Sprintf("%.3g%s", v, units[i])
}

func (d *ProfileDiff) writeMarkdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## gomend: %s, %s\n\n", d.Type, d.perText())
	b.WriteString("| | Change | | Base | Head | Could see | |\n| --- | ---: | ---: | ---: | ---: | ---: | --- |\n")
	for _, r := range append(d.shown(), &d.Total) {
		could := ""
		if d.repeated() {
			could = "±" + d.value(r.Smallest)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", r.Verdict, d.signed(r.Delta()), relative(r), d.value(r.Base.Flat), d.value(r.Head.Flat), could, escapeMarkdown(rowName(r)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (d *ProfileDiff) perText() string {
	if d.PerIteration {
		return "for an iteration"
	}
	return "for a run"
}

// WriteProfileDiffSummary writes how much was compared, and how sure it is.
func WriteProfileDiffSummary(w io.Writer, d *ProfileDiff) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s: %s of the base and %s of the head\n", d.Type, d.perText(), plural(d.BaseRuns, "run"), plural(d.HeadRuns, "run"))
	if !d.repeated() {
		b.WriteString("with one run of a side, all of this is indicative: what is noise is not known\n")
	} else {
		counts := make(map[compare.Verdict]int)
		for _, r := range d.Rows {
			counts[r.Verdict]++
		}
		fmt.Fprintf(&b, "of %s: %d regressed, %d improved, %d moved, %d unchanged, %d inconclusive\n", plural(len(d.Rows), "row"),
			counts[compare.Regressed], counts[compare.Improved], counts[compare.Moved], counts[compare.Unchanged], counts[compare.Inconclusive])
		if d.Below > 0 {
			fmt.Fprintf(&b, "%s below %.3g%% of the total are not tested: %s together, before %s\n", plural(d.Below, "row"), 100*d.Policy.MinShare, d.value(d.BelowHead), d.value(d.BelowBase))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

type profileDiffDocument struct {
	Version      int              `json:"version"`
	Type         string           `json:"type"`
	Unit         string           `json:"unit"`
	PerIteration bool             `json:"per_iteration"`
	BaseRuns     int              `json:"base_runs"`
	HeadRuns     int              `json:"head_runs"`
	Total        diffRowInJSON    `json:"total"`
	Rows         []diffRowInJSON  `json:"rows"`
	Below        belowInJSON      `json:"below_min_share"`
	Policy       diffPolicyInJSON `json:"policy"`
}

type belowInJSON struct {
	Rows int     `json:"rows"`
	Base float64 `json:"base"`
	Head float64 `json:"head"`
}

type diffPolicyInJSON struct {
	Level     float64 `json:"level"`
	Threshold float64 `json:"threshold"`
	MinShare  float64 `json:"min_share"`
}

type diffRowInJSON struct {
	Name     string          `json:"name"`
	Was      string          `json:"was,omitempty"` // its name in the base
	Verdict  compare.Verdict `json:"verdict,omitempty"`
	BaseFlat float64         `json:"base_flat"`
	HeadFlat float64         `json:"head_flat"`
	BaseCum  float64         `json:"base_cum"`
	HeadCum  float64         `json:"head_cum"`
	Delta    float64         `json:"delta"`
	Test     *testInJSON     `json:"test,omitempty"` // with several runs a side
}

type testInJSON struct {
	P        float64 `json:"p"`
	Q        float64 `json:"q"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
	Noise    float64 `json:"noise"`
	Smallest float64 `json:"smallest"`
}

func (d *ProfileDiff) writeJSON(w io.Writer) error {
	doc := profileDiffDocument{
		Version: 1, Type: d.Type, Unit: d.Unit, PerIteration: d.PerIteration, BaseRuns: d.BaseRuns, HeadRuns: d.HeadRuns,
		Total: d.row(&d.Total), Rows: []diffRowInJSON{}, Below: belowInJSON{d.Below, d.BelowBase, d.BelowHead},
		Policy: diffPolicyInJSON{d.Policy.Level, d.Policy.Threshold, d.Policy.MinShare},
	}
	for _, r := range d.Rows {
		doc.Rows = append(doc.Rows, d.row(r))
	}
	return writeIndented(w, doc)
}
