// Package uncancelled leaves a goroutine whose context nobody cancels.
package uncancelled

import "context"

// A Feed hands out numbers.
type Feed struct{ numbers chan int }

// Open starts a feed.
func Open() *Feed {
	ctx, cancel := context.WithCancel(context.Background())
	_ = cancel // Close was to call it
	f := &Feed{make(chan int)}
	go func() {
		for n := 0; ; n++ {
			select {
			case f.numbers <- n:
			case <-ctx.Done():
				return
			}
		}
	}()
	return f
}

// Next returns the next number.
func (f *Feed) Next() int { return <-f.numbers }
