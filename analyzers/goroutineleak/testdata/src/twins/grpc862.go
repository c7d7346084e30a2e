package twins

import (
	"context"
	"sync"
	"time"
)

// RunGrpc862 is mended by a skipper who takes in the rope himself when he
// cannot hand it over, and by a caller who takes in what he was handed.
func RunGrpc862() {
	go func() {
		ctx, cancel := context.WithCancel(context.Background())
		go func() {
			if r := moor(ctx); r != nil {
				r.takeIn()
			}
		}()
		go cancel()
	}()
}

func moor(ctx context.Context) (r *rope) {
	own := &rope{}
	own.ctx, own.cancel = context.WithCancel(context.Background())
	defer func() {
		select {
		case <-ctx.Done():
			own.takeIn()
			r = nil
		default:
		}
	}()
	go func() {
		own.throw()
	}()
	return own
}

type rope struct {
	ctx    context.Context
	cancel context.CancelFunc
	mu     sync.Mutex
	knots  []*knot
}

func (r *rope) takeIn() {
	r.cancel()
	r.mu.Lock()
	knots := r.knots
	r.knots = nil
	r.mu.Unlock()
	for _, k := range knots {
		k.untie()
	}
}

func (r *rope) throw() {
	k := &knot{rope: r}
	k.ctx, k.cancel = context.WithCancel(r.ctx)
	r.mu.Lock()
	r.knots = append(r.knots, k)
	r.mu.Unlock()
	k.tie()
}

type knot struct {
	rope   *rope
	ctx    context.Context
	cancel context.CancelFunc
}

func (k *knot) tie() {
	for tries := 1; ; tries++ {
		_, cancel := context.WithTimeout(k.ctx, time.Duration(tries)*time.Nanosecond)
		cancel()
		<-k.ctx.Done()
		return
	}
}

func (k *knot) untie() { k.cancel() }
