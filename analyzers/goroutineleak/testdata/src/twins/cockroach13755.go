package twins

import "context"

// RunCockroach13755 is mended by a reader who shuts the register when the last
// entry is read.
func RunCockroach13755() {
	r := &register{}
	r.open(context.Background())
	defer r.shut(nil)
}

type register struct {
	end context.CancelFunc
}

func (r *register) open(ctx context.Context) {
	ctx, r.end = context.WithCancel(ctx)
	go r.awaitEnd(ctx)
}

func (r *register) awaitEnd(ctx context.Context) {
	<-ctx.Done()
	r.shut(ctx.Err())
}

func (r *register) shut(error) { r.end() }
