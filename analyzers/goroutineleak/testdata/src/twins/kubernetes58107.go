package twins

import (
	"runtime"
	"sync"
)

// RunKubernetes58107 is mended by ferrymen who take the river's read lock only
// when a passenger has come, and by landings that remember who came.
func RunKubernetes58107() {
	go startFerry()
}

func startFerry() {
	f := &ferry{
		north: &landing{come: sync.NewCond(&sync.Mutex{})},
		south: &landing{come: sync.NewCond(&sync.Mutex{})},
	}
	go f.start()
	go f.dredge()
	f.gather()
}

type stage interface {
	wait()
	arrive()
}

type landing struct {
	come       *sync.Cond
	passengers int
}

func (l *landing) wait() {
	l.come.L.Lock()
	defer l.come.L.Unlock()
	for l.passengers == 0 {
		l.come.Wait()
	}
	l.passengers--
}

func (l *landing) arrive() {
	l.come.L.Lock()
	defer l.come.L.Unlock()
	l.passengers++
	l.come.Signal()
}

type ferry struct {
	river sync.RWMutex
	depth int
	north stage
	south stage
}

func (f *ferry) row(from stage, _ string) {
	trip := func() bool {
		from.wait()
		f.river.RLock()
		defer f.river.RUnlock()
		return f.depth >= 0
	}
	for {
		if home := trip(); home {
			return
		}
	}
}

func (f *ferry) start() {
	go f.row(f.north, "north")
	go f.row(f.south, "south")
}

func (f *ferry) dredge() {
	for i := 0; i < 100; i++ {
		f.river.Lock()
		runtime.Gosched()
		f.depth++
		f.river.Unlock()
	}
}

func (f *ferry) gather() {
	for i := 0; i < 100; i++ {
		f.north.arrive()
		f.south.arrive()
	}
}
