package twins

import "sync"

// RunCockroach1462 is mended by a well that offers its water and watches for
// the end of the day in one select.
func RunCockroach1462() {
	go func() {
		day := newWorkday()
		source := digWell(day).(*well)
		day.employ(func() {
			fillBuckets(source.water, day)
		})
		day.finish()
	}()
}

type workday struct {
	evening chan struct{}
	over    chan struct{}
	hands   sync.WaitGroup
	mu      sync.Mutex
	idle    *sync.Cond
	ending  bool
	tasks   int
}

func newWorkday() *workday {
	d := &workday{
		evening: make(chan struct{}),
		over:    make(chan struct{}),
	}
	d.idle = sync.NewCond(&d.mu)
	return d
}

func (d *workday) employ(work func()) {
	d.hands.Add(1)
	go func() {
		defer d.hands.Done()
		work()
	}()
}

func (d *workday) begin() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ending {
		return false
	}
	d.tasks++
	return true
}

func (d *workday) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tasks--
	d.idle.Broadcast()
}

func (d *workday) windDown() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ending = true
	for d.tasks > 0 {
		d.idle.Wait()
	}
}

func (d *workday) finish() {
	d.windDown()
	close(d.evening)
	d.hands.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.over)
}

type source interface {
	depth() int
}

type well struct {
	water chan int
	day   *workday
}

func (w *well) depth() int { return 12 }

func digWell(day *workday) source {
	w := &well{water: make(chan int), day: day}
	w.day.employ(func() {
		for {
			select {
			case <-w.day.evening:
				return
			case w.water <- 1:
			}
		}
	})
	return w
}

func fillBuckets(water <-chan int, day *workday) {
	for {
		select {
		case _, ok := <-water:
			if !ok {
				return
			}
			if day.begin() {
				day.end()
			}
		case <-day.evening:
			return
		}
	}
}
