// Package reply asks goroutines for answers.
package reply

import (
	"context"
	"time"
)

type request struct {
	key    string
	answer chan string
}

type store struct {
	requests chan *request
	values   map[string]string
}

func newStore() *store { return &store{requests: make(chan *request, 16)} }

func (s *store) serve() {
	for r := range s.requests {
		r.answer <- s.values[r.key]
	}
}

// The store blocks for ever when who asked has gone.
func (s *store) get(ctx context.Context, key string) (string, error) {
	answer := make(chan string) // want `who answers on this channel, at line 23, blocks for ever if the select at line 31 ends without the answer`
	s.requests <- &request{key, answer}
	select {
	case v := <-answer:
		return v, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// There is room for the answer.
func (s *store) roomy(ctx context.Context, key string) (string, error) {
	answer := make(chan string, 1)
	s.requests <- &request{key, answer}
	select {
	case v := <-answer:
		return v, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// Who asks waits for the answer in any case.
func (s *store) patient(ctx context.Context, key string) string {
	answer := make(chan string)
	s.requests <- &request{key, answer}
	select {
	case v := <-answer:
		return v
	case <-ctx.Done():
		println("slow")
	}
	return <-answer
}

type question struct{ answer chan<- int }

type oracle struct {
	questions chan question
	quit      chan struct{}
}

func newOracle() *oracle {
	return &oracle{questions: make(chan question), quit: make(chan struct{})}
}

func (o *oracle) serve() {
	for {
		select {
		case q := <-o.questions:
			q.answer <- 42
		case <-o.quit:
			return
		}
	}
}

// A timer ends the wait; the request is a value.
func (o *oracle) ask() int {
	answer := make(chan int) // want `at line 79, blocks for ever if the select at line 92`
	o.questions <- question{answer}
	timeout := time.NewTimer(time.Second)
	defer timeout.Stop()
	select {
	case n := <-answer:
		return n
	case <-timeout.C:
		return -1
	}
}

// The case that ends the wait says that nobody answers any more.
func (o *oracle) quits() int {
	answer := make(chan int)
	o.questions <- question{answer}
	select {
	case n := <-answer:
		return n
	case <-o.quit:
		return -1
	}
}

type careful struct{ reply chan int }

type worker struct{ jobs chan careful }

func newWorker() *worker { return &worker{jobs: make(chan careful)} }

func (w *worker) serve(ctx context.Context) {
	for j := range w.jobs {
		select {
		case j.reply <- 1:
		case <-ctx.Done():
		}
	}
}

// Who answers does not wait for ever.
func (w *worker) do(ctx context.Context) int {
	reply := make(chan int)
	w.jobs <- careful{reply}
	select {
	case n := <-reply:
		return n
	case <-ctx.Done():
		return 0
	}
}

// What is sent away by itself may be answered anywhere.
func (s *store) twice(ctx context.Context, others chan chan string) string {
	answer := make(chan string)
	s.requests <- &request{"", answer}
	select {
	case others <- answer:
	case v := <-answer:
		return v
	case <-ctx.Done():
	}
	return ""
}
