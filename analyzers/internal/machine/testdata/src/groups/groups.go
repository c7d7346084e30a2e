// Package groups holds goroutines that wait for WaitGroups and Conds.
package groups

import "sync"

func missingDone(jobs []func() error) {
	var wg sync.WaitGroup
	for _, job := range jobs[:1] {
		wg.Add(1)
		go func() {
			if job() != nil {
				return
			}
			wg.Done()
		}()
	}
	wg.Wait() // want `missingDone: group stuck`
}

func done(jobs []func() error) {
	var wg sync.WaitGroup
	for _, job := range jobs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if job() != nil {
				return
			}
		}()
	}
	wg.Wait()
}

// Who waits for a group whose goroutine waits in vain is lost with it, which the
// goroutine's own report tells.
func consequence() {
	var wg sync.WaitGroup
	c := make(chan int)
	wg.Go(func() {
		c <- 1 // want `consequence: send`
	})
	go func() { wg.Wait() }()
}

func unsignalled() {
	var mu sync.Mutex
	cond := sync.NewCond(&mu)
	go func() {
		mu.Lock()
		cond.Wait() // want `unsignalled: signal`
		mu.Unlock()
	}()
}
