//go:build go1.23

package after

import "time"

// The language version of a file is not the setting of the program: the timers
// are old, though this file may range over functions.
func rangeOverFunc(all func(func(event) bool), out chan event) {
	for e := range all {
		select {
		case out <- e:
		case <-time.After(time.Minute): // want `each turn of this loop`
		}
	}
}

func rangeOverFuncLeaves(all func(func(event) bool), out chan event) {
	for e := range all {
		select {
		case out <- e:
			return
		case <-time.After(time.Minute): // want `the timer stays in memory for 1m0s after this loop has ended`
		}
	}
}
