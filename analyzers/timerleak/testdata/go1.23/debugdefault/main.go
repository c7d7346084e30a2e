//go:debug default=go1.21

// Command debugdefault asks for all settings of an old version.
package main

import "time"

func main() {
	events := make(chan int)
	for {
		select {
		case <-events:
		case <-time.After(time.Minute): // want `each turn of this loop`
			return
		}
	}
}
