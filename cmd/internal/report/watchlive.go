package report

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/gomend/gomend/profiles/watch"
)

// A Live is how the watch of a service goes.
type Live struct {
	*watch.Report
	Count   int       // how many snapshots there are to be, or 0 if that is open
	Next    time.Time // when the next is taken; zero if none is
	Problem error     // what was wrong with the last, or nil
}

// LiveTable returns the lines of a table of the services, which fits a terminal of as
// many columns and lines: what each loses, and what has grown so far. What finds no
// room is counted.
func LiveTable(services []Live, columns, lines int, colored bool) []string {
	if lines < 2 { // the cursor stands on the last
		return nil
	}
	if kept := lines - 2; len(services) > kept+1 {
		more := plural(len(services)-kept, "more service")
		return append(LiveTable(services[:kept], columns, lines-1, colored), cut("and "+more, columns))
	}
	var table []string
	for i := range services {
		room := (lines - 1 - len(table)) / (len(services) - i) // its head is one of them
		table = append(table, services[i].rows(columns, room-1, brush(colored))...)
	}
	return table
}

// rows returns the service's head and up to so many rows.
func (l *Live) rows(columns, room int, b brush) []string {
	table := []string{b.paint(bold, cut(l.head(), columns))}
	shown := slices.Concat(l.Leaks, l.Unclear)
	if len(shown) > room {
		shown = shown[:max(room-1, 0)]
	}
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for i := range shown {
		fmt.Fprintln(w, liveCells(&shown[i], i < len(l.Leaks)))
	}
	w.Flush()
	for i, line := range strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n")[:len(shown)] {
		p := dim
		if i < len(l.Leaks) {
			p = boldRed
		}
		table = append(table, b.paint(p, cut(line, columns)))
	}
	if more := len(l.Leaks) + len(l.Unclear) - len(shown); more > 0 && room > 0 {
		table = append(table, b.paint(dim, cut(fmt.Sprintf("  and %d more", more), columns)))
	}
	return table
}

// head says how far the watch of the service is.
func (l *Live) head() string {
	text := fmt.Sprintf("%s: %s", l.Service, plural(len(l.Times), "snapshot"))
	if l.Count > 0 {
		text = fmt.Sprintf("%s: %d of %s", l.Service, len(l.Times), plural(l.Count, "snapshot"))
	}
	if last := lastOf(l.Memory); last != nil {
		text += fmt.Sprintf(", live heap %s", size(int64(last.HeapAlloc)))
	}
	text += ", " + leaksSoFar(l.Report)
	if l.Problem != nil {
		text += fmt.Sprintf(", the last one failed: %v", l.Problem)
	}
	if !l.Next.IsZero() {
		text += ", next at " + l.Next.Format(time.TimeOnly)
	}
	return text
}

func leaksSoFar(r *watch.Report) string {
	if len(r.Leaks) == 0 {
		return "no leak so far"
	}
	return plural(len(r.Leaks), "leak")
}

// liveCells returns the cells of a row, with tabs between them.
func liveCells(l *watch.Leak, leaks bool) string {
	what, grows := "growing", perHourText(l)+" an hour"
	switch {
	case l.Kind == watch.Proven:
		what, grows = "proven", ""
	case !leaks:
		what, grows = "unclear", "+"+amount(l.Kind, l.Growth())
	}
	at := fmt.Sprintf("%s/%s:%d", path.Base(path.Dir(l.Owner.File)), path.Base(l.Owner.File), l.Owner.Line)
	return fmt.Sprintf("  %s\t%s\t%s\t%s\t%s", what, amount(l.Kind, l.Last), grows, l.Owner.Func, at)
}

// amount returns a number of goroutines, or of bytes, of a kind of leak.
func amount(k watch.Kind, n float64) string {
	switch k {
	case watch.Proven, watch.Goroutines:
		return plural64(int64(n), "goroutine")
	case watch.Timers:
		return size(int64(n)) + " of timers"
	}
	return size(int64(n))
}

// perHourText returns by how much a leak grows, with its sign.
func perHourText(l *watch.Leak) string {
	if l.Kind == watch.Goroutines {
		return "+" + perHour(l, thousands)
	}
	return "+" + perHour(l, size)
}

// lastOf returns the last that is not nil, or nil.
func lastOf[T any](all []*T) *T {
	for _, v := range slices.Backward(all) {
		if v != nil {
			return v
		}
	}
	return nil
}

// cut returns what of a text fits into so many columns, without what a terminal would
// obey.
func cut(text string, columns int) string {
	used := 0
	for i, c := range printable(text) {
		if used += cells(c); used > columns {
			return printable(text)[:i]
		}
	}
	return printable(text)
}
