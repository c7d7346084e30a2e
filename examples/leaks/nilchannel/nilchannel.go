// Package nilchannel leaves a goroutine at a channel that was never made.
package nilchannel

// A Printer prints pages one after the other.
type Printer struct {
	pages chan string
	lines int
}

// New starts a printer.
func New(lines int) *Printer {
	p := &Printer{lines: lines}
	if lines > 0 {
		p.pages = make(chan string, lines)
	}
	go p.run()
	return p
}

func (p *Printer) run() {
	for page := range p.pages {
		print(page)
	}
}

// Lines returns the lines of a page.
func (p *Printer) Lines() int { return p.lines }
