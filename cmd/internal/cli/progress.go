package cli

import (
	"fmt"
	"io"
)

// A progress tells a person at a terminal how far an analysis is.
type progress struct {
	out   io.Writer // nil if nobody watches
	doing string
	shown bool
}

func (a *app) newProgress(doing string) *progress {
	if a.quiet || a.verbose || !a.terminal(a.Err) {
		return &progress{}
	}
	return &progress{out: a.Err, doing: doing}
}

func (p *progress) show(done, total int) {
	if p.out != nil {
		fmt.Fprintf(p.out, "\r\x1b[K%s packages: %d of %d", p.doing, done, total)
		p.shown = true
	}
}

// clear removes the line from the terminal.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}
