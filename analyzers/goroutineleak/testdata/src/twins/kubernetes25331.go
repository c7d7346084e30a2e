package twins

import (
	"context"
	"errors"
)

// RunKubernetes25331 is mended by a judge who gives up his verdict when the
// context ends, and does not end it himself.
func RunKubernetes25331() {
	go func() {
		t := newTrial()
		go t.judge()
		go t.dismiss()
	}()
}

type trial struct {
	ctx      context.Context
	cancel   context.CancelFunc
	verdicts chan bool
	protests chan error
}

func newTrial() *trial {
	ctx, cancel := context.WithCancel(context.Background())
	return &trial{
		ctx:      ctx,
		cancel:   cancel,
		verdicts: make(chan bool),
		protests: make(chan error),
	}
}

func (t *trial) dismiss() {
	t.protests <- errors.New("the witness has left")
	t.cancel()
}

func (t *trial) judge() {
	select {
	case protest := <-t.protests:
		verdict := len(protest.Error()) != 0
		select {
		case t.verdicts <- verdict:
		case <-t.ctx.Done():
		}
	case <-t.ctx.Done():
	}
}
