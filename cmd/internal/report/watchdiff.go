package report

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/gomend/gomend/profiles/endpoint"
	"github.com/gomend/gomend/profiles/goroutine"
	"github.com/gomend/gomend/profiles/watch"
)

// maxRows is how many rows of a difference are shown to people.
const maxRows = 20

// caveat is said with each difference of a pair.
const caveat = "Two snapshots prove nothing: a burst looks like a leak. gomend leaks watch tells them apart."

// WatchDiffFormats returns the formats for the difference of two snapshots.
func WatchDiffFormats() []Format { return []Format{Text, JSON, Markdown} }

// WriteWatchDiff writes the difference of two snapshots in one of the [WatchDiffFormats].
func WriteWatchDiff(w io.Writer, f Format, d *watch.Difference) error {
	switch f {
	case Text:
		return writeDiffText(w, d)
	case JSON:
		return writeDiffJSON(w, d)
	case Markdown:
		return writeDiffMarkdown(w, d)
	}
	return fmt.Errorf("unknown format %q: use one of %s", f, joinFormats(WatchDiffFormats()))
}

func writeDiffText(w io.Writer, d *watch.Difference) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", diffHead(d))
	for i := range d.Rows {
		if i == maxRows {
			fmt.Fprintf(&b, "\nand %s (-o json has all)\n", plural(len(d.Rows)-maxRows, "more stack"))
			break
		}
		r := &d.Rows[i]
		fmt.Fprintf(&b, "\n%s\n", rowText(d, r))
		for _, f := range shownStack(r.Stack) {
			fmt.Fprintf(&b, "  %s\n    %s:%d\n", f.Func, f.File, f.Line)
		}
	}
	if !d.Proven() {
		fmt.Fprintf(&b, "\n%s\n", caveat)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// diffHead says what is compared.
func diffHead(d *watch.Difference) string {
	noun := "stack"
	if d.Part == endpoint.Heap {
		noun = "owner"
	}
	between := d.After.Sub(d.Before).Round(time.Second)
	return fmt.Sprintf("%s: %s with another number, %s apart", d.Part, plural(len(d.Rows), noun), between)
}

// rowText says how much more or less there is.
func rowText(d *watch.Difference, r *watch.Row) string {
	amount := func(v float64) string { return thousands(int64(math.Round(v))) }
	if d.Part == endpoint.Heap {
		amount = func(v float64) string { return size(int64(v)) }
	}
	sign := ""
	if r.Growth() > 0 {
		sign = "+"
	}
	text := fmt.Sprintf("%s%s (%s before, %s after)", sign, amount(r.Growth()), amount(r.Before), amount(r.After))
	if d.Part == endpoint.Leaks || r.Leaked() {
		text += ", proven leaked"
	}
	if r.Wait != nil {
		text += ", " + r.Wait.State
		if r.Wait.Longest > 0 {
			text += " for up to " + r.Wait.Longest.String()
		}
	}
	return text
}

func writeDiffMarkdown(w io.Writer, d *watch.Difference) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## gomend: %s\n\n| | Owner |\n| --- | --- |\n", escapeMarkdown(diffHead(d)))
	for i := range d.Rows {
		if i == maxRows {
			break
		}
		r := &d.Rows[i]
		fmt.Fprintf(&b, "| %s | %s<br>%s |\n", escapeMarkdown(rowText(d, r)), code(r.Owner.Func), code(fmt.Sprintf("%s:%d", r.Owner.File, r.Owner.Line)))
	}
	if !d.Proven() {
		fmt.Fprintf(&b, "\n%s\n", caveat)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// diffDocument is a difference in JSON.
type diffDocument struct {
	Version int           `json:"version"`
	Part    endpoint.Part `json:"part"`
	Before  time.Time     `json:"before"`
	After   time.Time     `json:"after"`
	Proven  bool          `json:"proven"`
	Rows    []rowInJSON   `json:"rows"`
}

type rowInJSON struct {
	Stack  []goroutine.Frame `json:"stack"`
	Owner  goroutine.Frame   `json:"owner"`
	Before float64           `json:"before"`
	After  float64           `json:"after"`
	Wait   *endpoint.Wait    `json:"wait,omitempty"`
}

func writeDiffJSON(w io.Writer, d *watch.Difference) error {
	doc := diffDocument{Version: 1, Part: d.Part, Before: d.Before, After: d.After, Proven: d.Proven(), Rows: []rowInJSON{}}
	for _, r := range d.Rows {
		doc.Rows = append(doc.Rows, rowInJSON{r.Stack, r.Owner, r.Before, r.After, r.Wait})
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(doc)
}
