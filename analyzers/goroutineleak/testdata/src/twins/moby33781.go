package twins

import (
	"context"
	"time"
)

// RunMoby33781 is mended by room for the result of a taste that is broken off.
func RunMoby33781() {
	for i := 0; i < 3; i++ {
		go func(i int) {
			sated := make(chan bool)
			go tasteSoup(sated)
			go func() {
				time.Sleep(time.Duration(i) * 20 * time.Microsecond)
				sated <- true
			}()
		}(i)
	}
}

func tasteSoup(sated chan bool) {
	interval := 10 * time.Microsecond
	patience := 10 * time.Microsecond
	for {
		select {
		case <-sated:
			return
		case <-time.After(interval):
			tastes := make(chan bool, 1)
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			go func() {
				tastes <- true
				close(tastes)
			}()
			select {
			case <-sated:
				cancel()
				return
			case <-tastes:
				cancel()
			case <-ctx.Done():
				cancel()
				<-tastes
			}
		}
	}
}
