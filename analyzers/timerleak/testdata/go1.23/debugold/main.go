//go:debug asynctimerchan=1

// Command debugold asks for the old timers.
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
