package twins

import (
	"runtime"
	"sync"
)

// RunHugo3251 is mended by a locker room that lets go of its own lock before it
// waits for a locker.
func RunHugo3251() {
	go func() {
		room := &lockerRoom{lockers: make(map[string]*sync.Mutex)}
		for range []bool{false, true} {
			var swimmers sync.WaitGroup
			for i := 0; i < 5; i++ {
				swimmers.Add(1)
				go func(laps int) {
					defer swimmers.Done()
					for lap := 0; lap <= laps; lap++ {
						if err := swim(room, "seven"); err != nil {
							return
						}
					}
				}(i)
			}
			swimmers.Wait()
		}
	}()
}

type lockerRoom struct {
	sync.RWMutex
	lockers map[string]*sync.Mutex
}

func (r *lockerRoom) occupy(number string) {
	r.Lock()
	if _, ok := r.lockers[number]; !ok {
		r.lockers[number] = &sync.Mutex{}
	}
	locker := r.lockers[number]
	r.Unlock()
	locker.Lock()
	runtime.Gosched()
}

func (r *lockerRoom) vacate(number string) {
	r.RLock()
	defer r.RUnlock()
	if locker, ok := r.lockers[number]; ok {
		locker.Unlock()
	}
}

func swim(room *lockerRoom, number string) error {
	room.occupy(number)
	defer func() { room.vacate(number) }()
	return nil
}
