package twins

import "context"

// RunCockroach10790 is mended by a cook who closes every hatch when he leaves,
// so that whoever empties them comes to an end.
func RunCockroach10790() {
	k := newKitchen()
	ctx, cancel := context.WithCancel(context.Background())
	go k.cook(ctx)
	go k.serve(ctx)
	go cancel()
}

type kitchen struct {
	hatches []chan bool
}

func newKitchen() *kitchen {
	k := &kitchen{}
	k.hatches = append(k.hatches, make(chan bool), make(chan bool))
	return k
}

func (k *kitchen) cook(ctx context.Context) {
	defer func() {
		for _, hatch := range k.hatches {
			close(hatch)
		}
	}()
	for _, hatch := range k.hatches {
		select {
		case hatch <- true:
		case <-ctx.Done():
			return
		}
	}
}

func (k *kitchen) serve(ctx context.Context) {
	closed := ctx.Done()
	for _, hatch := range k.hatches {
		select {
		case <-hatch:
		case <-closed:
			go func() {
				for _, hatch := range k.hatches {
					<-hatch
				}
			}()
			return
		}
	}
}
