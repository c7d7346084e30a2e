// Package files belongs to a command.
package files

import "errors"

// Load leaves its goroutine behind when the command fails.
func Load(names []string, load func(string)) error {
	work := make(chan string)
	go func() {
		for name := range work {
			load(name)
		}
	}()
	for _, name := range names {
		if name == "" {
			return errors.New("a file without a name")
		}
		work <- name
	}
	close(work)
	return nil
}

// Serve goes on: what it leaves behind stays.
func Serve(load func() int) {
	loaded := make(chan int)
	go func() { loaded <- load() }() // want `waiting to send`
}
