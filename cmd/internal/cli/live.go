package cli

import (
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/profiles/endpoint"
	"github.com/gomend/gomend/profiles/watch"
)

// A live shows a person at a terminal how the watches of services go: a table that is
// drawn anew in its place.
type live struct {
	out     *os.File // nil if nobody watches
	colored bool
	log     *slog.Logger // for who reads later

	mu       sync.Mutex // guards:
	services []report.Live
	drawn    int // lines of the table on the terminal
}

func (a *app) newLive(targets []endpoint.Target, count int) *live {
	if a.quiet || !a.terminal(a.Err) {
		return &live{log: a.log}
	}
	l := &live{log: a.log, out: a.Err.(*os.File), colored: a.colors(true)}
	for _, t := range targets {
		l.services = append(l.services, report.Live{Report: &watch.Report{Service: t.Name()}, Count: count})
	}
	return l
}

// A shower shows what is known of a service, when its next snapshot is due, and what was
// wrong with the last.
type shower func(w *watch.Watch, next time.Time, problem error)

// of returns what shows a service.
func (l *live) of(service int) shower {
	return func(w *watch.Watch, next time.Time, problem error) {
		if l.out == nil {
			if problem != nil {
				l.log.Warn("a snapshot failed", "err", problem)
			}
			return
		}
		r, err := w.Report(nil)
		if err != nil {
			return // told at the end
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		s := &l.services[service]
		s.Report, s.Next, s.Problem = r, next, problem
		l.draw()
	}
}

// clear removes the table from the terminal.
func (l *live) clear() {
	if l.out == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprint(l.out, l.erase())
	l.drawn = 0
}

// erase returns what moves the cursor to the table's beginning and clears what follows.
func (l *live) erase() string {
	if l.drawn == 0 {
		return ""
	}
	return fmt.Sprintf("\x1b[%dA\r\x1b[J", l.drawn)
}

// draw replaces the table. It is written at once, so as not to flicker.
func (l *live) draw() {
	columns, lines, err := term.GetSize(int(l.out.Fd()))
	if err != nil || columns == 0 || lines == 0 {
		columns, lines = 80, 24
	}
	table := report.LiveTable(l.services, columns, lines, l.colored)
	var b strings.Builder
	b.WriteString(l.erase())
	for _, line := range table {
		b.WriteString(line + "\n")
	}
	fmt.Fprint(l.out, b.String())
	l.drawn = len(table)
}
