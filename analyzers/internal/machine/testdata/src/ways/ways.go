// Package ways holds goroutines that are lost on some ways through the program.
package ways

import "errors"

var stopped bool

// The caller's error goes with the receiver.
func failed(load func() error) error {
	c := make(chan int)
	go func() {
		c <- 1 // want `failed: send failed sometimes`
	}()
	if err := load(); err != nil {
		return errors.New("not loaded")
	}
	<-c
	return nil
}

// State that the program keeps may never be so.
func doubtful() {
	c := make(chan int)
	go func() {
		c <- 1 // want `doubtful: send sometimes doubt`
	}()
	if stopped {
		return
	}
	<-c
}

// Both ways lose the goroutine: there is no doubt.
func eitherWay() int {
	c := make(chan int)
	go func() {
		c <- 1 // want `eitherWay: send`
	}()
	if stopped {
		return 1
	}
	return 2
}

// One condition has one outcome.
func correlated(wait bool) {
	c := make(chan int)
	if wait {
		go func() { c <- 1 }()
	}
	if wait {
		<-c
	}
}
