// Package lib ships new timers: what is left behind is collected.
package lib

import "time"

type connection interface {
	Close() error
	SetReadDeadline(time.Time) error
}

func otherCaseWins(events chan int) {
	for {
		select {
		case <-events:
		case <-time.After(time.Minute):
			return
		}
	}
}

func ticker(stop chan struct{}) {
	t := time.NewTicker(time.Minute)
	select {
	case <-t.C:
	case <-stop:
	}
}

// What AfterFunc's function holds is held until it is called, on every version.
func limit(conn connection, d time.Duration, shake func(connection) error) error {
	time.AfterFunc(d, func() { conn.Close() }) // want `nobody can stop this timer`
	conn.SetReadDeadline(time.Now().Add(d))
	return shake(conn)
}
