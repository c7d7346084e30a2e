package report

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/gomend/gomend/profiles/endpoint"
	"github.com/gomend/gomend/profiles/gctrace"
	"github.com/gomend/gomend/profiles/goroutine"
	"github.com/gomend/gomend/profiles/trend"
	"github.com/gomend/gomend/profiles/watch"
)

// WatchFormats returns the formats for watches of running services.
func WatchFormats() []Format { return []Format{Text, JSON, Markdown, HTML} }

// WriteWatch writes what watches of services showed, in one of the [WatchFormats].
func WriteWatch(w io.Writer, f Format, services []*watch.Report) error {
	switch f {
	case Text:
		return writeWatchText(w, services)
	case JSON:
		return writeWatchJSON(w, services)
	case Markdown:
		return writeWatchMarkdown(w, services)
	case HTML:
		return writeWatchPage(w, services)
	}
	return fmt.Errorf("unknown format %q: use one of %s", f, joinFormats(WatchFormats()))
}

func writeWatchText(w io.Writer, services []*watch.Report) error {
	var b strings.Builder
	for i, r := range services {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s: %s\n", r.Service, watchHead(r))
		for _, text := range watchRemarks(r) {
			fmt.Fprintf(&b, "  %s\n", text)
		}
		for i := range r.Leaks {
			l := &r.Leaks[i]
			fmt.Fprintf(&b, "\n  %s\n", leakText(l))
			for _, f := range shownStack(l.Stack) {
				fmt.Fprintf(&b, "    %s\n      %s:%d\n", f.Func, f.File, f.Line)
			}
			if l.Wait != nil && l.Wait.Created.Func != "" {
				fmt.Fprintf(&b, "    started by %s\n      %s:%d\n", l.Wait.Created.Func, l.Wait.Created.File, l.Wait.Created.Line)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// watchHead says how much was seen and found.
func watchHead(r *watch.Report) string {
	if len(r.Times) == 0 {
		return "nothing could be measured"
	}
	text := plural(len(r.Times), "snapshot")
	if n := len(r.Times); n > 1 {
		text += " in " + r.Times[n-1].Sub(r.Times[0]).Round(time.Second).String()
	}
	if len(r.Leaks) == 0 {
		return text + ", no leak"
	}
	return text + ", " + plural(len(r.Leaks), "leak")
}

// watchRemarks are what a reader has to know besides the leaks.
func watchRemarks(r *watch.Report) []string {
	var all []string
	judged := 0
	for _, n := range r.Series {
		judged += n
	}
	if judged > 0 {
		text := fmt.Sprintf("%s of goroutines and owners of memory were judged", plural(judged, "stack"))
		if n := r.Series[trend.Unclear]; n > 0 {
			text += fmt.Sprintf(", %d of them can't be told yet", n)
		}
		all = append(all, text)
	}
	if text := memoryText(r); text != "" {
		all = append(all, text)
	}
	for i := range r.Collections {
		if len(r.Collections[i].Samples) > 1 {
			all = append(all, collectionsText(&r.Collections[i])...)
		}
	}
	for _, at := range r.Restarts {
		all = append(all, "the service was started anew before "+at.Format(time.RFC3339))
	}
	for _, part := range slices.Sorted(maps.Keys(r.Failed)) {
		f := r.Failed[part]
		all = append(all, fmt.Sprintf("not measured in %s: %s: %v", plural(f.Times, "snapshot"), part, f.Last))
	}
	for _, part := range slices.Sorted(maps.Keys(r.Absent)) {
		all = append(all, fmt.Sprintf("%s: %s", part, r.Absent[part]))
	}
	return all
}

// memoryText says what the heap did.
func memoryText(r *watch.Report) string {
	known := slices.DeleteFunc(slices.Clone(r.Memory), func(m *endpoint.MemStats) bool { return m == nil })
	if len(known) == 0 {
		return ""
	}
	first, last := known[0], known[len(known)-1]
	text := fmt.Sprintf("live heap %s at first and %s at last, goal %s", size(int64(first.HeapAlloc)), size(int64(last.HeapAlloc)), size(int64(last.NextGC)))
	if h := &r.LiveHeap; h.Kind == trend.Growing {
		text += fmt.Sprintf("; it grows by %s an hour (%s to %s)", size(int64(h.Slope.Value)), size(int64(h.Slope.Low)), size(int64(h.Slope.High)))
	}
	return text
}

// collectionsText says what the collections of a process did to it, and what stands out.
func collectionsText(c *gctrace.Sampled) []string {
	text := fmt.Sprintf("%s besides those that gomend asked for, %.2f a second, %s of the CPU since the start", plural(c.Cycles, "collection"), c.Rate, percent(c.GCShare))
	if worst := c.WorstPauses(1); len(worst) > 0 {
		text += fmt.Sprintf("; pauses %s in the median, %s at most (at %s)", duration(c.Pause.P50), duration(c.Pause.Max), worst[0].End.Format(time.RFC3339))
	}
	all := []string{text}
	for _, reason := range c.Reasons() {
		all = append(all, fmt.Sprintf("%s: %s", reason.Rule, reason.Text))
	}
	return all
}

// leakText says what leaks, how much there is, and how fast it grows.
func leakText(l *watch.Leak) string {
	var text string
	n := int64(l.Last)
	switch l.Kind {
	case watch.Proven:
		text = fmt.Sprintf("proven: %s can never go on", plural64(n, "goroutine"))
	case watch.Goroutines:
		text = fmt.Sprintf("growing: %s, %s more an hour (%s confidence)", plural64(n, "goroutine"), perHour(l, thousands), l.Verdict.Confidence)
	case watch.Timers:
		text = fmt.Sprintf("growing: %s of timers, %s more an hour (%s confidence)", size(n), perHour(l, size), l.Verdict.Confidence)
	default:
		of := "the heap"
		if l.Owner.Func == "runtime.malg" {
			of = "the heap, which goroutines themselves take"
		}
		text = fmt.Sprintf("growing: %s of %s, %s more an hour (%s confidence)", size(n), of, perHour(l, size), l.Verdict.Confidence)
	}
	if l.Wait != nil && l.Wait.Longest > 0 {
		text += fmt.Sprintf("; they have been waiting for up to %s (%s)", l.Wait.Longest, l.Wait.State)
	}
	return text
}

func perHour(l *watch.Leak, text func(int64) string) string {
	return text(int64(math.Round(l.Verdict.Slope.Value)))
}

func plural64(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return thousands(n) + " " + noun + "s"
}

// maxFrames is how many calls of a stack are shown.
const maxFrames = 8

// shownStack returns the calls of a stack that tell something: those that are not of the
// runtime, if there are any.
func shownStack(stack []goroutine.Frame) []goroutine.Frame {
	shown := slices.DeleteFunc(slices.Clone(stack), goroutine.Frame.Runtime)
	if len(shown) == 0 {
		shown = stack
	}
	return shown[:min(len(shown), maxFrames)]
}

func writeWatchMarkdown(w io.Writer, services []*watch.Report) error {
	var b strings.Builder
	for _, r := range services {
		fmt.Fprintf(&b, "## gomend: %s\n\n%s.\n\n", escapeMarkdown(r.Service), capital(watchHead(r)))
		if len(r.Leaks) > 0 {
			b.WriteString("| Leak | Owner |\n| --- | --- |\n")
		}
		for i := range r.Leaks {
			l := &r.Leaks[i]
			fmt.Fprintf(&b, "| %s | %s<br>%s |\n", escapeMarkdown(leakText(l)), code(l.Owner.Func), code(fmt.Sprintf("%s:%d", l.Owner.File, l.Owner.Line)))
		}
		b.WriteString("\n")
		for _, text := range watchRemarks(r) {
			fmt.Fprintf(&b, "- %s\n", escapeMarkdown(text))
		}
		b.WriteString("\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// watchDocument is a report of watches in JSON. Times are in RFC 3339, pauses and waits
// in nanoseconds, sizes in bytes.
type watchDocument struct {
	Version  int             `json:"version"`
	Services []watchedInJSON `json:"services"`
}

type watchedInJSON struct {
	Service  string             `json:"service"`
	Times    []time.Time        `json:"snapshots"`
	Restarts []time.Time        `json:"restarts"`
	Leaks    []leakInJSON       `json:"leaks"`
	Judged   map[trend.Kind]int `json:"judged"`
	LiveHeap trend.Verdict      `json:"live_heap"`
	GC       []gctrace.Sampled  `json:"collections"` // a process each
	Failed   map[string]string  `json:"not_measured"`
	Absent   map[string]string  `json:"absent"`
}

type leakInJSON struct {
	Kind    watch.Kind        `json:"kind"`
	Stack   []goroutine.Frame `json:"stack"`
	Owner   goroutine.Frame   `json:"owner"`
	Values  []*float64        `json:"values"` // null where it is not known
	Last    float64           `json:"last"`
	Verdict *trend.Verdict    `json:"verdict,omitempty"` // not of what is proven
	Wait    *endpoint.Wait    `json:"wait,omitempty"`
}

func writeWatchJSON(w io.Writer, services []*watch.Report) error {
	d := watchDocument{Version: 1, Services: []watchedInJSON{}}
	for _, r := range services {
		s := watchedInJSON{
			Service: r.Service, Times: list(r.Times), Restarts: list(r.Restarts), Leaks: []leakInJSON{},
			Judged: r.Series, LiveHeap: r.LiveHeap, GC: list(r.Collections),
			Failed: make(map[string]string), Absent: make(map[string]string),
		}
		for part, f := range r.Failed {
			s.Failed[string(part)] = f.Last.Error()
		}
		for part, why := range r.Absent {
			s.Absent[string(part)] = why
		}
		for i := range r.Leaks {
			s.Leaks = append(s.Leaks, leakAsJSON(&r.Leaks[i]))
		}
		d.Services = append(d.Services, s)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(d)
}

func leakAsJSON(l *watch.Leak) leakInJSON {
	out := leakInJSON{Kind: l.Kind, Stack: l.Stack, Owner: l.Owner, Last: l.Last, Wait: l.Wait}
	if l.Kind != watch.Proven {
		out.Verdict = &l.Verdict
	}
	for _, v := range l.Values {
		if math.IsNaN(v) {
			out.Values = append(out.Values, nil)
		} else {
			out.Values = append(out.Values, &v)
		}
	}
	return out
}
