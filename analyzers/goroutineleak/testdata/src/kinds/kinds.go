// Package kinds holds leaks that differ in how sure they are; the test names the
// kind of each.
package kinds

import (
	"context"
	"io/fs"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"
)

type message struct {
	head *string
	body string
}

func pass() message { return message{} }

// The first send fills the buffer and the second blocks if the message has a
// head; whether it has one is up to whoever fills it in.
func input(m message) {
	done := make(chan struct{})
	go func() { // want `at line 29, waiting to send`
		if strings.Contains(m.body, "head") {
			done <- struct{}{}
		}
		done <- struct{}{}
	}()
	<-done
}

// All that decides is made here, so that nothing says it can be both ways.
func ours() {
	done := make(chan struct{})
	messages := make(chan message, 1)
	go func() {
		m := <-messages
		if hasHead(strings.TrimSpace(m.body)) {
			done <- struct{}{}
		}
		done <- struct{}{}
		time.Sleep(time.Second)
	}()
	messages <- message{}
	<-done
}

func hasHead(s string) bool { return strings.HasPrefix(s, "head") }

// Who waits for a goroutine that is lost is lost because of it: one report.
func consequence() {
	lost, answer := make(chan int), make(chan int)
	go func() { // want `at line 57, waiting to receive`
		answer <- 1
		<-lost
		answer <- 2
	}()
	<-answer
	go func() { <-answer }()
}

type service struct {
	stopped atomic.Bool
}

// Whether the service has stopped decides only whether the code runs at all.
func (s *service) guarded(ctx context.Context) {
	if s.stopped.Load() {
		return
	}
	done := make(chan bool)
	go func() { done <- true }() // want `waiting to send`
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// Whether it stops in between may be up to whoever waits.
func (s *service) after() {
	done := make(chan bool)
	go func() { done <- true }()
	if !s.stopped.Load() {
		<-done
	}
}

var current *service

// Whether there is a service is the program's own state.
func global() {
	done := make(chan bool)
	go func() { done <- true }()
	if current != nil {
		<-done
	}
}

// Where there is a service, the goroutine ends in no run.
func never() {
	done := make(chan bool)
	if current != nil {
		go func() { done <- true }() // want `waiting to send`
	}
}

// The state decides what the second goroutine sends; it sends something either way.
func (s *service) either(first, second func() error) error {
	errs := make(chan error)
	go func() { errs <- first() }()
	go func() { // want `waiting to send`
		if s.stopped.Load() {
			errs <- nil
			return
		}
		errs <- second()
	}()
	for range 2 {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

// The state decides how the second goroutine comes to its error, not whether.
func (s *service) bothWays(first, second func() error, note func()) error {
	errs := make(chan error)
	go func() { errs <- first() }() // want `waiting to send`
	go func() {                     // want `waiting to send`
		if s.stopped.Load() {
			note()
		}
		errs <- second()
	}()
	for range 2 {
		if err := <-errs; err != nil {
			return err
		}
	}
	return nil
}

// The other way leads to the same only where the state agrees with itself.
func (s *service) sameState(work func() int) int {
	done := make(chan int)
	go func() {
		n := work()
		if s.stopped.Load() {
			n++
		}
		if current != nil {
			done <- n
		}
	}()
	if current != nil {
		return <-done
	}
	return 0
}

type entry struct {
	name string
	err  error
}

// Who walks sends on the channel, and receives nothing from it.
func walk(root string, show func(string) error) error {
	entries := make(chan entry)
	go func() { // want `waiting to send`
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			entries <- entry{name: path}
			return err
		})
		if err != nil {
			entries <- entry{err: err}
		}
		close(entries)
	}()
	for e := range entries {
		if e.err != nil {
			return e.err
		}
		if err := show(e.name); err != nil {
			return err
		}
	}
	return nil
}

// With the error of what is started, the process mostly ends.
func newWorkers(jobs []func() error) error {
	work := make(chan func() error)
	go func() {
		for job := range work {
			job()
		}
	}()
	for _, job := range jobs {
		if err := job(); err != nil {
			return err
		}
		work <- job
	}
	close(work)
	return nil
}
