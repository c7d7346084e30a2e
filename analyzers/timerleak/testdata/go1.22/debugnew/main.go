//go:debug asynctimerchan=0

// Command debugnew asks for the new timers, whatever its module's go line is.
package main

import "time"

func main() {
	events := make(chan int)
	for {
		select {
		case <-events:
		case <-time.After(time.Minute):
			return
		}
	}
}
