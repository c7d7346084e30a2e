package latereply

import (
	"context"
	"errors"
	"testing"
)

func TestAskLate(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ask := make(chan struct{})
	cancel()
	_, err := Ask(ctx, func() int { <-ask; return 1 })
	close(ask)
	if !errors.Is(err, ErrLate) {
		t.Error(err)
	}
}
