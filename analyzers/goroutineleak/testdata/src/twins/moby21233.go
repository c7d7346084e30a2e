package twins

import (
	"math/rand/v2"
	"sync"
)

// RunMoby21233 is mended by an audience that stays to the end, also when it
// does not like what it hears.
func RunMoby21233() {
	go holdConcert()
}

func holdConcert() {
	o := &orchestra{}
	tunes := make(chan tune)
	silence := make(chan struct{})
	go func() {
		liked := 0
		for range tunes {
			if rand.IntN(2) >= 1 {
				liked++
			}
		}
		close(silence)
	}()
	names := []string{"flute", "oboe", "horn"}
	parts := make([]*part, len(names))
	players := make([]*player, len(names))
	for i := range names {
		parts[i], players[i] = o.seat(hallOf(tunes))
	}

	for i := range parts {
		parts[i].dismiss(players[i])
	}

	close(tunes)
	<-silence
}

type tune struct{}

type stageDoor interface {
	play(tune) error
}

type tuneChan chan<- tune

func hallOf(tunes chan<- tune) stageDoor { return tuneChan(tunes) }

func (c tuneChan) play(t tune) error {
	c <- t
	return nil
}

type player struct {
	cue     chan struct{}
	leave   chan struct{}
	playing chan struct{}
}

type part struct {
	mu    sync.Mutex
	pages int
}

func (p *part) dismiss(pl *player) {
	p.mu.Lock()
	p.pages = 0
	p.mu.Unlock()
	close(pl.leave)
	<-pl.playing
}

func (p *part) hand(door stageDoor) *player {
	p.mu.Lock()
	defer p.mu.Unlock()
	pl := &player{
		cue:     make(chan struct{}),
		leave:   make(chan struct{}),
		playing: make(chan struct{}),
	}
	go func() {
		defer func() {
			close(pl.playing)
		}()
		leaving := false
		for {
			p.mu.Lock()
			p.pages++
			p.mu.Unlock()
			if rand.IntN(2) >= 1 {
				door.play(tune{})
			}
			if leaving {
				return
			}
			select {
			case <-pl.cue:
			case <-pl.leave:
				leaving = true
			}
		}
	}()
	return pl
}

type orchestra struct {
	mu sync.Mutex
}

func (o *orchestra) seat(door stageDoor) (*part, *player) {
	o.mu.Lock()
	defer o.mu.Unlock()
	p := &part{}
	return p, p.hand(door)
}
