package twins

import "sync"

// RunCockroach1055 is mended by guests who say that they have eaten, and by a
// host who waits for them without the lock.
func RunCockroach1055() {
	go func() {
		var inns []*inn
		for i := 0; i < 2; i++ {
			inns = append(inns, &inn{closing: make(chan struct{})})
		}
		for i := range inns {
			house := inns[i]
			house.checkIn()
			go func() {
				if house.sitDown() {
					house.standUp()
				}
				<-house.lastCall()
				house.checkOut()
			}()
		}
		shut := make(chan struct{})
		go func() {
			for _, house := range inns {
				house.clearTables()
			}
			for _, house := range inns {
				house.shutDown()
			}
			close(shut)
		}()
		<-shut
	}()
}

type inn struct {
	closing  chan struct{}
	guests   sync.WaitGroup
	mu       sync.Mutex
	clearing bool
	eating   sync.WaitGroup
}

func (h *inn) checkIn() { h.guests.Add(1) }

func (h *inn) checkOut() { h.guests.Done() }

func (h *inn) lastCall() <-chan struct{} { return h.closing }

func (h *inn) sitDown() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.clearing {
		return false
	}
	h.eating.Add(1)
	return true
}

func (h *inn) standUp() { h.eating.Done() }

func (h *inn) clearTables() {
	h.setClearing(true)
	h.eating.Wait()
	h.setClearing(false)
}

func (h *inn) shutDown() {
	h.setClearing(true)
	h.eating.Wait()
	close(h.closing)
	h.guests.Wait()
}

func (h *inn) setClearing(clearing bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clearing = clearing
}
