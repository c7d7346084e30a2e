// Package waitgroup leaves a goroutine that waits for one too many.
package waitgroup

import (
	"strconv"
	"sync"
)

// ParseAll parses numbers and calls done when all that can be parsed are.
func ParseAll(texts []string, each func(int), done func()) {
	var wg sync.WaitGroup
	for _, text := range texts {
		wg.Add(1)
		go func() {
			n, err := strconv.Atoi(text)
			if err != nil {
				return
			}
			each(n)
			wg.Done()
		}()
	}
	go func() {
		wg.Wait()
		done()
	}()
}
