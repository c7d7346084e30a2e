package consume

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"reflect"
	"testing"
	"time"

	"example.com/payments/shared/payment"
)

func sizes(into *[]int) func(context.Context, []payment.Event) error {
	return func(_ context.Context, batch []payment.Event) error {
		*into = append(*into, len(batch))
		return nil
	}
}

func stream(n int) chan payment.Event {
	events := make(chan payment.Event, n)
	for i := 0; i < n; i++ {
		events <- payment.Event{Seq: uint64(i)}
	}
	return events
}

func TestFullBatches(t *testing.T) {
	var got []int
	c := Consumer{Size: 2, Quiet: time.Minute, Flush: sizes(&got)}
	events := stream(5)
	close(events)
	if err := c.Run(context.Background(), events); err != nil {
		t.Fatal(err)
	}
	if want := []int{2, 2, 1}; !reflect.DeepEqual(got, want) {
		t.Errorf("batches of %v, want %v", got, want)
	}
}

func TestQuietStream(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	c := Consumer{Size: 10, Quiet: time.Millisecond, Flush: func(_ context.Context, batch []payment.Event) error {
		if len(batch) == 3 {
			cancel()
		}
		return nil
	}}
	if err := c.Run(ctx, stream(3)); err != nil {
		t.Fatal(err)
	}
}

func TestFailedBatchIsTriedAgain(t *testing.T) {
	var got []int
	c := Consumer{Size: 1, Quiet: time.Minute, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	c.Flush = func(_ context.Context, batch []payment.Event) error {
		got = append(got, len(batch))
		if len(got) == 1 {
			return errors.New("settlement is down")
		}
		return nil
	}
	events := stream(2)
	close(events)
	if err := c.Run(context.Background(), events); err != nil {
		t.Fatal(err)
	}
	if want := []int{1, 2, 0}; !reflect.DeepEqual(got, want) {
		t.Errorf("batches of %v, want %v", got, want)
	}
}
