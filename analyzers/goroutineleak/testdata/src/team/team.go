package team

import (
	"context"
	"errors"
	"sync"
	"time"

	"worker"
)

var errNo = errors.New("no")

func dropped(w *worker.Worker, fail bool) (context.CancelFunc, error) {
	ctx, cancel := context.WithCancel(context.Background())
	go w.Run(ctx) // want `this goroutine can run for ever: worker.Worker.Run ends with a context that nobody is left to cancel`
	if fail {
		return nil, errNo
	}
	return cancel, nil
}

func literal(w *worker.Worker, fail bool) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() { // want `this goroutine can run for ever: worker.Worker.Run, which it calls at line 26, ends with a context`
		if err := w.Run(ctx); err != nil {
			println(err)
		}
	}()
	if fail {
		return
	}
	cancel()
}

func byInterface(r worker.Runner, fail bool) {
	ctx, cancel := context.WithCancel(context.Background())
	go r.Run(ctx) // want `worker.Runner.Run ends with a context`
	if fail {
		return
	}
	cancel()
}

// The interface is known to hold a worker.
func byValue(fail bool) {
	var r interface{ Run(context.Context) error } = new(worker.Worker)
	ctx, cancel := context.WithCancel(context.Background())
	go r.Run(ctx) // want `Run ends with a context`
	if fail {
		return
	}
	cancel()
}

func secondArgument(fail bool) {
	ctx, cancel := context.WithCancel(context.Background())
	go worker.Serve("a", ctx) // want `worker.Serve ends with a context`
	if fail {
		return
	}
	cancel()
}

func inGroup(w *worker.Worker, fail bool) {
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	wg.Go(func() { w.Run(ctx) }) // want `worker.Worker.Run, which it calls at line 68, ends with a context`
	if fail {
		return
	}
	cancel()
	wg.Wait()
}

func start(w *worker.Worker, ctx context.Context) {
	go w.Run(ctx) // want `worker.Worker.Run ends with a context`
}

func byStarter(w *worker.Worker, fail bool) {
	ctx, cancel := context.WithCancel(context.Background())
	start(w, ctx)
	if fail {
		return
	}
	cancel()
}

func launch(run func()) {
	go run()
}

func byLauncher(w *worker.Worker, fail bool) {
	ctx, cancel := context.WithCancel(context.Background())
	launch(func() {
		w.Run(ctx) // want `a goroutine can stay here for ever: worker.Worker.Run ends with a context`
	})
	if fail {
		return
	}
	cancel()
}

func child(w *worker.Worker, fail bool) {
	parent, cancel := context.WithCancel(context.Background())
	ctx := context.WithValue(parent, "k", 1)
	go w.Run(ctx) // want `worker.Worker.Run ends with a context`
	if fail {
		return
	}
	cancel()
}

// loop is seen, but not how long it may take.
func loop(ctx context.Context, ticks <-chan time.Time) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
	}
}

func ours(fail bool) {
	ctx, cancel := context.WithCancel(context.Background())
	go loop(ctx, time.Tick(time.Second)) // want `this goroutine can run for ever: loop ends with a context`
	if fail {
		return
	}
	cancel()
}

// The body shows more than the claim: that is surer.
func seen(ctx context.Context, results chan int) {
	results <- 1
	<-ctx.Done()
}

func sure(fail bool) {
	ctx, cancel := context.WithCancel(context.Background())
	results := make(chan int, 1)
	go seen(ctx, results) // want `this goroutine can block for ever at line 137, waiting for a context that nobody is left to cancel`
	if fail {
		return
	}
	cancel()
}

// Every path cancels.
func cancelled(w *worker.Worker, fail bool) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go w.Run(ctx)
	if fail {
		return
	}
}

// What waits for the worker can be right: it may have an end of its own.
func waited(w *worker.Worker) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.Run(ctx)
	}()
	<-done
}

func group(ws []*worker.Worker) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var wg sync.WaitGroup
	for _, w := range ws {
		wg.Go(func() { w.Run(ctx) })
	}
	wg.Wait()
}

// What is called in place is waited for on purpose, and a goroutine may keep the
// cancel function to itself.
func inPlace(w *worker.Worker) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	return w.Run(ctx)
}

func itself(w *worker.Worker) {
	go func() {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		w.Run(ctx)
	}()
}

// Somebody else cancels, or a clock does, or nobody is meant to.
func given(ctx context.Context, w *worker.Worker) {
	go w.Run(ctx)
}

func timed(w *worker.Worker) {
	ctx, _ := context.WithTimeout(context.Background(), time.Second)
	go w.Run(ctx)
}

func background(w *worker.Worker) {
	go w.Run(context.Background())
}

type service struct{ cancel context.CancelFunc }

func newService(w *worker.Worker) *service {
	ctx, cancel := context.WithCancel(context.Background())
	go w.Run(ctx)
	return &service{cancel}
}

// When the worker ends, so does who waits for it; others do not.
func after(w *worker.Worker) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	results := make(chan int)
	go func() { // want `this goroutine can block for ever at line 227, waiting to send`
		w.Run(ctx)
		results <- 1
	}()
}

// What never returns is taken to end the process, after which nobody is left behind.
func fatal(err error, log worker.Log) {
	results := make(chan int)
	go func() { results <- 1 }()
	if err != nil {
		log.Fatal(err)
		return
	}
	<-results
}

func died(err error) {
	results := make(chan int)
	go func() { results <- 1 }()
	if err != nil {
		worker.Die(err)
		return
	}
	<-results
}

func unwatchedLiteral(ctx context.Context, c *worker.Consumer, out chan<- int) {
	go func() {
		for ctx.Err() == nil {
			out <- c.Next() // want `worker.Consumer.Next may block for ever, and the goroutine does not see that ctx is done meanwhile`
		}
	}()
}

func consume(ctx context.Context, c *worker.Consumer, out chan<- int) {
	out <- c.Next() // want `worker.Consumer.Next may block for ever, and the goroutine does not see that ctx is done meanwhile`
	<-ctx.Done()
}

func unwatchedFunction(ctx context.Context, c *worker.Consumer, out chan<- int) {
	go consume(ctx, c, out)
	go consume(ctx, c, out)
}

func unwatchedInGroup(ctx context.Context, c *worker.Consumer, out chan<- int) {
	var wg sync.WaitGroup
	wg.Go(func() {
		for ctx.Err() == nil {
			out <- c.Next() // want `worker.Consumer.Next may block for ever`
		}
	})
	wg.Wait()
}

// The call is passed the context, there is none, or no goroutine runs the call.
func watched(ctx context.Context, c *worker.Consumer, out chan<- int) {
	go func() { out <- c.NextContext(ctx) }()
	go func() { out <- c.Next() }()
	out <- c.Next()
}
