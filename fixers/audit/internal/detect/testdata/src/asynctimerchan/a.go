package asynctimerchan

import "time"

func waits(t *time.Timer, ticker *time.Ticker, c chan time.Time) {
	if len(t.C) > 0 { // want `len of a timer's channel is always 0`
		<-t.C
	}
	_ = cap(ticker.C)      // want `cap of a timer's channel is always 0`
	_ = len(time.After(1)) // want `len of a timer's channel is always 0`
	_ = len(c)
	if !t.Stop() {
		<-t.C
	}
}

type own struct{ C chan int }

func others(o own) int { return len(o.C) }
