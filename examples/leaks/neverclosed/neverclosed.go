// Package neverclosed leaves its workers at a channel that nobody closes.
package neverclosed

import "sync/atomic"

// Sum adds the numbers with two workers.
func Sum(numbers []int64) int64 {
	var sum atomic.Int64
	work := make(chan int64)
	done := make(chan struct{}, len(numbers))
	for range 2 {
		go func() {
			for n := range work {
				sum.Add(n)
				done <- struct{}{}
			}
		}()
	}
	for _, n := range numbers {
		work <- n
	}
	for range numbers {
		<-done
	}
	return sum.Load()
}
