package twins

import "sync"

// RunEtcd6873 is mended by a press that stops the paper under its lock and
// waits for the printer after letting go of it.
func RunEtcd6873() {
	go func() {
		p := newPress()
		p.feed(&sheet{})
		go p.stop()
	}()
}

type sheet struct{}

type press struct {
	mu      sync.Mutex
	paper   chan *sheet
	idle    chan struct{}
	printed int
}

func newPress() *press {
	p := &press{
		paper: make(chan *sheet, 1),
		idle:  make(chan struct{}),
	}
	go func() {
		defer close(p.idle)
		for s := range p.paper {
			p.print(s)
		}
	}()
	return p
}

func (p *press) print(*sheet) {
	p.mu.Lock()
	p.printed++
	p.mu.Unlock()
}

func (p *press) stop() {
	p.mu.Lock()
	close(p.paper)
	p.mu.Unlock()
	<-p.idle
}

func (p *press) feed(s *sheet) {
	select {
	case p.paper <- s:
	default:
	}
}
