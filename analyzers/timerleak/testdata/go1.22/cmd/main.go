// Command cmd ends, and all its timers with it.
package main

import (
	"os"
	"time"
)

func main() {
	t := time.NewTicker(time.Minute)
	done := make(chan struct{})
	go serve(done)
	for _, arg := range os.Args {
		handle(arg, done)
	}
	if err := run(done); err != nil {
		os.Exit(1)
	}
	for {
		select {
		case <-t.C:
		case <-done:
			return
		}
	}
}

// Runs once, until the process ends.
func serve(done chan struct{}) {
	for {
		select {
		case <-time.Tick(time.Minute): // want `each turn of this loop starts a ticker`
		case <-done:
			return
		}
	}
}

// Runs many times.
func handle(arg string, done chan struct{}) {
	t := time.NewTicker(time.Minute) // want `nothing stops this ticker`
	select {
	case <-t.C:
	case <-done:
	}
}

// Runs once; that tests run it too does not count.
func run(done chan struct{}) error {
	t := time.NewTicker(time.Minute)
	select {
	case <-t.C:
		return nil
	case <-done:
		return os.ErrClosed
	}
}
