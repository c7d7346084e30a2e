package twins

import (
	"context"
	"sync"
	"time"
)

// RunIstio18454 is mended by a gong whose drain never waits, and by visitors
// who strike it only until the watchman has left.
func RunIstio18454() {
	go func() {
		g := &gong{
			silence:  time.Nanosecond,
			strikes:  make(chan struct{}, 1),
			watchman: newWatchman(),
		}
		g.begin = g.listen
		t := &temple{
			gong:     g,
			watchman: newWatchman(),
			visitors: make(chan int, templeSteps),
		}
		t.open()
		defer t.shut()
	}()
}

const templeSteps = 16

type watchman struct {
	ctx   context.Context
	leave context.CancelFunc
}

func newWatchman() *watchman {
	w := &watchman{}
	w.ctx, w.leave = context.WithCancel(context.Background())
	return w
}

func (w *watchman) work(before func(), work func(context.Context)) {
	if before != nil {
		before()
	}
	go func() {
		work(w.ctx)
	}()
}

func (w *watchman) stop() { w.leave() }

type gong struct {
	timer    *time.Timer
	silence  time.Duration
	mu       sync.Mutex
	strikes  chan struct{}
	watchman *watchman
	begin    func()
}

func (g *gong) strike() {
	g.mu.Lock()
	if g.timer != nil {
		g.mu.Unlock()
		select {
		case g.strikes <- struct{}{}:
		case <-g.watchman.ctx.Done():
		}
		return
	}
	g.begin()
	g.mu.Unlock()
}

func (g *gong) listen() {
	g.timer = time.NewTimer(g.silence)
	g.watchman.work(nil, func(ctx context.Context) {
		for {
			select {
			case <-g.timer.C:
			case <-g.strikes:
				if !g.timer.Stop() {
					select {
					case <-g.timer.C:
					default:
					}
				}
				g.timer.Reset(g.silence)
			case <-ctx.Done():
				g.timer.Stop()
				return
			}
		}
	})
}

func (g *gong) still() { g.watchman.stop() }

type temple struct {
	gong     *gong
	watchman *watchman
	visitors chan int
}

func (t *temple) open() {
	t.watchman.work(func() {
		for i := 0; i < templeSteps; i++ {
			t.visitors <- i
		}
	}, func(ctx context.Context) {
		defer func() {
			t.gong.still()
		}()
		for {
			select {
			case <-ctx.Done():
				return
			case <-t.visitors:
				t.gong.strike()
			}
		}
	})
}

func (t *temple) shut() { t.watchman.stop() }
