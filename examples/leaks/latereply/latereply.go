// Package latereply leaves the goroutine that answers too late.
package latereply

import (
	"context"
	"errors"
)

// ErrLate is returned for an answer that took too long.
var ErrLate = errors.New("no answer in time")

// Ask returns the answer, if there is one before ctx is done.
func Ask(ctx context.Context, answer func() int) (int, error) {
	answers := make(chan int)
	go func() { answers <- answer() }()
	select {
	case n := <-answers:
		return n, nil
	case <-ctx.Done():
		return 0, ErrLate
	}
}
