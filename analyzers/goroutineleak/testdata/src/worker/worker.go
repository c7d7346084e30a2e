package worker

import "context"

type Worker struct{ err error }

func (w *Worker) Run(ctx context.Context) error { return w.err }

type Runner interface {
	Run(ctx context.Context) error
}

func Serve(name string, ctx context.Context) {}

type Consumer struct{ next int }

func (c *Consumer) Next() int { return c.next }

func (c *Consumer) NextContext(ctx context.Context) int { return c.next }

type Log interface{ Fatal(err error) }

func Die(err error) {}
