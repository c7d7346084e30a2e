package endpoint_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/gomend/gomend/profiles/endpoint"
)

func TestPacer(t *testing.T) {
	const fast, slow = 6 * time.Second, 7 * time.Second // of a minute
	p := endpoint.NewPacer(time.Minute, rand.NewPCG(1, 2))
	for i, step := range []struct {
		took   time.Duration
		failed bool
		want   time.Duration // intervals
	}{
		{fast, false, 1}, {slow, false, 2}, {fast, true, 4}, {slow, true, 8}, {slow, false, 8}, {fast, false, 1}, {0, true, 2},
	} {
		got, want := p.Next(step.took, step.failed), step.want*time.Minute
		if got < want*9/10 || got > want*11/10 || got == want {
			t.Errorf("step %d: got %v, want about %v", i, got, want)
		}
	}
}

// The jitter spreads delays over a fifth of the interval, as the source decides.
func TestPacerJitter(t *testing.T) {
	a, b := endpoint.NewPacer(time.Minute, rand.NewPCG(1, 2)), endpoint.NewPacer(time.Minute, rand.NewPCG(1, 2))
	least, most := time.Hour, time.Duration(0)
	for range 1000 {
		got := a.Next(0, false)
		if same := b.Next(0, false); got != same {
			t.Fatalf("one source gives %v and %v", got, same)
		}
		least, most = min(least, got), max(most, got)
	}
	if least < 54*time.Second || least > 55*time.Second || most > 66*time.Second || most < 65*time.Second {
		t.Errorf("delays are between %v and %v", least, most)
	}
}
