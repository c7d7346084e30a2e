package saga

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"
)

// A diary is the state of a saga that notes what happened.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) note(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

func notes(name string) Step[*diary] {
	return Step[*diary]{
		Name: name,
		Do:   func(_ context.Context, d *diary) error { d.note("do " + name); return nil },
		Undo: func(_ context.Context, d *diary) error { d.note("undo " + name); return nil },
	}
}

var errRefused = errors.New("refused")

func refuses(context.Context, *diary) error { return errRefused }

func TestRunInOrder(t *testing.T) {
	var d diary
	s := New[*diary]("order", time.Minute).Then(notes("reserve")).Then(notes("pay"))
	if err := s.Run(context.Background(), &d); err != nil {
		t.Fatal(err)
	}
	if want := []string{"do reserve", "do pay"}; !reflect.DeepEqual(d.lines, want) {
		t.Errorf("got %q, want %q", d.lines, want)
	}
}

func TestFailureUndoesInReverse(t *testing.T) {
	var d diary
	s := New[*diary]("order", time.Minute).
		Then(notes("reserve")).
		Then(notes("pay")).
		Then(Step[*diary]{Name: "ship", Do: refuses})
	if err := s.Run(context.Background(), &d); !errors.Is(err, errRefused) {
		t.Fatalf("got error %v, want %v", err, errRefused)
	}
	want := []string{"do reserve", "do pay", "undo pay", "undo reserve"}
	if !reflect.DeepEqual(d.lines, want) {
		t.Errorf("got %q, want %q", d.lines, want)
	}
}

func TestSlowStep(t *testing.T) {
	s := New[*diary]("order", time.Millisecond).Then(Step[*diary]{
		Name: "wait",
		Do: func(ctx context.Context, _ *diary) error {
			<-ctx.Done()
			return ctx.Err()
		},
	})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if err := s.Run(ctx, new(diary)); !errors.Is(err, ErrTimeout) {
		t.Errorf("got error %v, want %v", err, ErrTimeout)
	}
}
