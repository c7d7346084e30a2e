// Package channels holds goroutines that wait for channels.
package channels

import (
	"context"
	"time"
)

// The buffer takes one value, and another is received.
func room() int {
	c := make(chan int, 1)
	for range 3 {
		go func() {
			c <- 1 // want `room: send sometimes buffer 1`
		}()
	}
	return <-c
}

func enoughRoom() int {
	c := make(chan int, 2)
	for range 3 {
		go func() { c <- 1 }()
	}
	return <-c
}

// As many are received as are sent.
func balanced() (n int) {
	c := make(chan int)
	for range 3 {
		go func() { c <- 1 }()
	}
	for range 3 {
		n += <-c
	}
	return n
}

// Two loops over the same thing turn equally often.
func sameLength(names []string) (n int) {
	c := make(chan int)
	for _, name := range names {
		go func() { c <- len(name) }()
	}
	for range names {
		n += <-c
	}
	return n
}

// The select may take the other case.
func timeout(d time.Duration) int {
	c := make(chan int)
	go func() {
		c <- 1 // want `timeout: send sometimes`
	}()
	select {
	case n := <-c:
		return n
	case <-time.After(d):
		return 0
	}
}

func unclosed(names []string) {
	c := make(chan string)
	go func() {
		for range c { // want `unclosed: range`
		}
	}()
	for _, name := range names {
		c <- name
	}
}

func closed(names []string) {
	c := make(chan string)
	defer close(c)
	go func() {
		for range c {
		}
	}()
	for _, name := range names {
		c <- name
	}
}

// Nobody is left to cancel.
func uncancelled() {
	ctx, cancel := context.WithCancel(context.Background())
	_ = cancel
	go func() {
		<-ctx.Done() // want `uncancelled: done`
	}()
}

// A context that was given is cancelled some day.
func given(ctx context.Context) {
	go func() { <-ctx.Done() }()
}

// What is given away has somebody at its other end.
func givenAway(use func(chan int)) {
	c := make(chan int)
	use(c)
	go func() { c <- 1 }()
}

// A literal that is given away lends what it does with the channel, no more.
func lent(use func(func())) {
	c := make(chan int)
	use(func() { c <- 1 })
	go func() {
		c <- 2 // want `lent: send`
	}()
}

// How many values there are is known.
func counted(b bool) {
	c := make(chan int, 2)
	c <- 1
	if b {
		c <- 2
	}
	for len(c) > 0 {
		<-c
	}
}
