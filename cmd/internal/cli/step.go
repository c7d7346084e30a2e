package cli

import (
	"fmt"
	"io"
	"log/slog"
)

// A step tells what is being done: a person at a terminal, or the log.
type step struct {
	out   io.Writer // nil if nobody watches
	width int
	log   *slog.Logger
}

func (a *app) newStep() *step {
	if a.quiet || a.verbose || !a.terminal(a.Err) {
		return &step{log: a.log}
	}
	return &step{out: a.Err, width: a.width(a.Err), log: a.log}
}

func (s *step) show(what string) {
	s.log.Debug("step", "what", what)
	if s.out == nil {
		return
	}
	if s.width > 1 && len(what) >= s.width {
		what = what[:s.width-1]
	}
	fmt.Fprintf(s.out, "\r\x1b[K%s", what)
}

func (s *step) clear() {
	if s.out != nil {
		fmt.Fprint(s.out, "\r\x1b[K")
	}
}
