package twins

import (
	"context"
	"errors"
	"io"
	"runtime"
	"sync"
)

// RunEtcd5509 is mended by a read unlock on the way out that finds the line
// cut.
func RunEtcd5509() {
	go func() {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		w := &wire{ctx: ctx, cancel: cancel}
		r := newReader(w)
		read := make(chan struct{})
		go func() {
			defer close(read)
			if err := r.fetch(context.Background()); err != nil && err != errCut {
				io.Discard.Write([]byte(err.Error()))
			}
		}()
		runtime.Gosched()
		w.cut()
		<-read
	}()
}

var errCut = errors.New("the wire is cut")

type wire struct {
	mu     sync.RWMutex
	ctx    context.Context
	cancel context.CancelFunc
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cancel == nil {
		return
	}
	w.cancel()
	w.cancel = nil
	w.mu.Unlock()
	runtime.Gosched()
	w.mu.Lock()
}

type farEnd struct {
	wire *wire
	mu   sync.Mutex
	used int
}

func (f *farEnd) reach(context.Context) error {
	for {
		f.wire.mu.RLock()
		isCut := f.wire.cancel == nil
		f.mu.Lock()
		f.used++
		f.mu.Unlock()
		f.wire.mu.RUnlock()
		if isCut {
			return errCut
		}
	}
}

type reader interface {
	fetch(ctx context.Context) error
	try(ctx context.Context) error
}

type wireReader struct {
	far *farEnd
}

func newReader(w *wire) reader { return &wireReader{&farEnd{wire: w}} }

func (r *wireReader) fetch(ctx context.Context) error {
	for {
		err := r.try(ctx)
		if err == nil {
			return nil
		}
		return err
	}
}

func (r *wireReader) try(ctx context.Context) error { return r.far.reach(ctx) }
