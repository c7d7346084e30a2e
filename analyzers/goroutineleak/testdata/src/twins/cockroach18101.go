package twins

import "context"

// RunCockroach18101 is mended by a mill that stops when the context ends,
// whether or not anybody takes its sacks.
func RunCockroach18101() {
	ctx, cancel := context.WithCancel(context.Background())
	go bake(ctx)
	go cancel()
}

const sacksInStore = 6

func bake(ctx context.Context) bool {
	sacks := make(chan bool, sacksInStore)
	go func() {
		defer close(sacks)
		mill(ctx, sacks)
	}()
	for sack := range sacks {
		select {
		case <-ctx.Done():
			return sack
		}
	}
	return true
}

func mill(ctx context.Context, sacks chan bool) {
	for i := 0; i < sacksInStore+2; i++ {
		select {
		case sacks <- i != 0:
		case <-ctx.Done():
			return
		}
	}
}
