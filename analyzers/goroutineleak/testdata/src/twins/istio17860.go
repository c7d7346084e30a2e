package twins

import (
	"context"
	"sync"
	"time"
)

// RunIstio17860 is mended by balloonists who, when they land, see that the
// ground crew has gone home.
func RunIstio17860() {
	go func() {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		alwaysWindy := func() bool {
			return false
		}
		c := newCrew(fairForecast{calm: alwaysWindy})
		go func() { c.wait(ctx) }()
		c.launch()
		go c.launch()
		time.Sleep(200 * time.Nanosecond)
	}()
}

type forecast interface {
	isCalm() bool
}

type fairForecast struct {
	calm func() bool
}

func (f fairForecast) isCalm() bool {
	if f.calm == nil {
		return true
	}
	return f.calm()
}

type crew interface {
	wait(ctx context.Context)
	launch()
}

type groundCrew struct {
	forecast forecast
	mu       *sync.Mutex
	landings chan int
	home     chan struct{}
	flight   int
	aloft    map[int]struct{}
}

func newCrew(f forecast) crew {
	return &groundCrew{
		forecast: f,
		mu:       &sync.Mutex{},
		landings: make(chan int),
		home:     make(chan struct{}),
		aloft:    make(map[int]struct{}),
	}
}

func (c *groundCrew) wait(ctx context.Context) {
	defer close(c.home)
	for {
		select {
		case flight := <-c.landings:
			c.mu.Lock()
			delete(c.aloft, flight)
			aloft := len(c.aloft)
			c.mu.Unlock()
			if aloft == 0 {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

func (c *groundCrew) launch() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.awaitCalm()
	c.flight++
	c.aloft[c.flight] = struct{}{}
	go c.fly(c.flight)
}

func (c *groundCrew) fly(flight int) {
	select {
	case c.landings <- flight:
	case <-c.home:
	}
}

func (c *groundCrew) awaitCalm() {
	if len(c.aloft) == 0 {
		return
	}
	look := time.NewTicker(30 * time.Nanosecond)
	patience := time.NewTimer(100 * time.Nanosecond)
	defer func() {
		look.Stop()
		patience.Stop()
	}()
	if c.forecast.isCalm() {
		return
	}
	for {
		select {
		case <-patience.C:
			return
		case <-look.C:
			if c.forecast.isCalm() {
				return
			}
		}
	}
}
