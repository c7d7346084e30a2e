package cli

import (
	"fmt"
	"io"
)

// A step tells a person at a terminal what is being done.
type step struct {
	out   io.Writer // nil if nobody watches
	width int
}

func (a *app) newStep() *step {
	if a.quiet || a.verbose || !a.terminal(a.Err) {
		return &step{}
	}
	return &step{out: a.Err, width: a.width(a.Err)}
}

func (s *step) show(what string) {
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
