package twins

import "context"

// RunCockroach13197 is mended by a borrower who brings the book back.
func RunCockroach13197() {
	l := &library{}
	book := l.lend(context.Background())
	defer book.bringBack()
}

type library struct{}

func (l *library) lend(ctx context.Context) *loan {
	ctx, cancel := context.WithCancel(ctx)
	b := &loan{
		end: cancel,
		ctx: ctx,
	}
	go b.awaitEnd()
	return b
}

type loan struct {
	end context.CancelFunc
	ctx context.Context
}

func (b *loan) awaitEnd() { <-b.ctx.Done() }

func (b *loan) bringBack() { b.settle() }

func (b *loan) settle() { b.finish() }

func (b *loan) finish() { b.end() }
