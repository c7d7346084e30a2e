// Package consume gathers payment events into batches for settlement.
package consume

import (
	"context"
	"log/slog"
	"time"

	"example.com/payments/shared/payment"
)

// A Consumer turns a stream of events into batches.
type Consumer struct {
	// Size is how many events fill a batch.
	Size int

	// Quiet is how long the stream may rest before a batch that is not full
	// is handed on.
	Quiet time.Duration

	// Flush takes a batch. A batch that it fails on is tried again with the
	// next one.
	Flush func(ctx context.Context, batch []payment.Event) error

	Log *slog.Logger
}

// Run consumes events until ctx ends or the stream is closed. What is left
// then is flushed.
func (c *Consumer) Run(ctx context.Context, events <-chan payment.Event) error {
	var batch []payment.Event
	for {
		select {
		case ev, ok := <-events:
			if !ok {
				return c.Flush(ctx, batch)
			}
			batch = append(batch, ev)
			if len(batch) >= c.Size {
				batch = c.flush(ctx, batch)
			}
		case <-time.After(c.Quiet):
			if len(batch) > 0 {
				batch = c.flush(ctx, batch)
			}
		case <-ctx.Done():
			return c.Flush(context.WithoutCancel(ctx), batch)
		}
	}
}

// flush returns what is left of batch.
func (c *Consumer) flush(ctx context.Context, batch []payment.Event) []payment.Event {
	if err := c.Flush(ctx, batch); err != nil {
		c.Log.Error("batch kept", "events", len(batch), "err", err)
		return batch
	}
	return nil
}
