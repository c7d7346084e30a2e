package twins

import (
	"context"
	"sync"
)

// RunEtcd6708 is mended by a choir that asks for its leader before it takes the
// lock, as the question takes it too.
func RunEtcd6708() {
	go func() {
		c := &choir{mode: followLeader}
		c.tune(context.Background())
	}()
}

type tuning int

const (
	anyPitch tuning = iota
	followLeader
)

type singers interface {
	leader(ctx context.Context) int
}

type ensemble interface {
	tune(ctx context.Context)
	lead(ctx context.Context) int
	voice
}

type voice interface {
	sing(context.Context) int
}

type choir struct {
	sync.RWMutex
	mode  tuning
	pitch int
}

func (c *choir) lead(ctx context.Context) int {
	switch c.mode {
	case anyPitch:
	case followLeader:
		return newSingers(c).leader(ctx)
	}
	return 440
}

func (c *choir) sing(context.Context) int {
	c.RLock()
	pitch := c.pitch
	c.RUnlock()
	return pitch
}

func (c *choir) tune(ctx context.Context) {
	pitch := c.lead(ctx)

	c.Lock()
	defer c.Unlock()
	c.pitch = pitch
}

type chairSingers struct {
	voice voice
}

func newSingers(e ensemble) singers { return &chairSingers{voice: e} }

func (s *chairSingers) leader(ctx context.Context) int { return s.voice.sing(ctx) }
