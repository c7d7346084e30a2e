package twins

import "sync"

// RunEtcd7902 is mended by runners who wait for the baton without the lock, and
// by a first runner who leaves the last baton open to all.
func RunEtcd7902() {
	go relay(3)
}

type runner struct {
	lap   int
	ready func()
	pass  func(last bool)
}

func relay(laps int) {
	var mu sync.Mutex
	team := make([]runner, 3)
	baton := make(chan bool)
	for i := range team {
		var mine chan bool
		takeBaton := func() { mine = baton }
		first := i == 0
		team[i].ready = func() {
			mu.Lock()
			defer mu.Unlock()
			takeBaton()
		}
		team[i].pass = func(last bool) {
			if first {
				mu.Lock()
				close(baton)
				if !last {
					baton = make(chan bool)
				}
				mu.Unlock()
			}
			<-mine
		}
	}
	runLaps(team, laps)
}

func runLaps(team []runner, laps int) {
	var finish sync.WaitGroup
	finish.Add(len(team))
	for i := range team {
		go func(r *runner) {
			defer finish.Done()
			for r.lap < laps {
				r.ready()
				r.lap++
				r.pass(r.lap == laps)
			}
		}(&team[i])
	}
	finish.Wait()
}
