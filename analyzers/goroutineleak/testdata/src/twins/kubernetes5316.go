package twins

import (
	"errors"
	"math/rand/v2"
	"time"
)

// RunKubernetes5316 is mended by room for the answer of an errand that nobody
// waits for any more.
func RunKubernetes5316() {
	go func() {
		fetch := func() error {
			time.Sleep(100 * time.Microsecond)
			if rand.IntN(10) > 5 {
				return errors.New("sold out")
			}
			return nil
		}
		go runErrand(time.Microsecond, fetch)
	}()
}

func runErrand(patience time.Duration, fetch func() error) {
	fetched := make(chan bool, 1)
	failed := make(chan error, 1)
	go func() {
		if err := fetch(); err != nil {
			failed <- err
		} else {
			fetched <- true
		}
	}()

	select {
	case <-fetched:
	case <-failed:
	case <-time.After(patience):
	}
}
