package twins

import (
	"errors"
	"sync"
)

// RunMoby7559 is mended by an unlock before the loop goes on after an error,
// and by an unlock that stands in the loop like its lock.
func RunMoby7559() {
	go (&fountain{}).run()
}

type fountain struct {
	mu   sync.Mutex
	jets int
}

func (f *fountain) run() {
	for i := 0; i < 2; i++ {
		f.mu.Lock()
		if err := f.pump(i); err != nil {
			f.mu.Unlock()
			continue
		}
		f.mu.Unlock()
		if i == 1 {
			break
		}
	}
}

func (f *fountain) pump(turn int) error {
	if turn == 0 {
		return errors.New("no pressure yet")
	}
	f.jets++
	return nil
}
