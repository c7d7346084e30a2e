package twins

import (
	"context"
	"sync"
)

// RunCockroach24808 is mended by a first knock that is left out when somebody
// has knocked already.
func RunCockroach24808() {
	go func() {
		watch := &nightWatch{dawn: make(chan struct{})}
		defer watch.dismiss()
		door := &porter{knocks: make(chan struct{}, 1)}
		door.knocks <- struct{}{}
		door.stand(context.Background(), watch)
	}()
}

type nightWatch struct {
	posted sync.WaitGroup
	dawn   chan struct{}
}

func (w *nightWatch) post(ctx context.Context, duty func(context.Context)) {
	w.posted.Add(1)
	go func() {
		defer w.posted.Done()
		duty(ctx)
	}()
}

func (w *nightWatch) morning() <-chan struct{} {
	if w == nil {
		return nil
	}
	return w.dawn
}

func (w *nightWatch) dismiss() { close(w.dawn) }

type porter struct {
	knocks chan struct{}
}

func (p *porter) stand(ctx context.Context, watch *nightWatch) {
	select {
	case p.knocks <- struct{}{}:
	default:
	}
	watch.post(ctx, func(context.Context) {
		for {
			select {
			case <-watch.morning():
				return
			case <-p.knocks:
			}
		}
	})
}
