package twins

import (
	"sync"
	"time"
)

// RunMoby4951 is mended by one order of locks: that of the hive is taken before
// that of the apiary.
func RunMoby4951() {
	go func() {
		a := newApiary()
		go a.empty("oak")
		go a.empty("oak")
	}()
}

type apiary struct {
	sync.Mutex
	hives   map[string]*hive
	emptied int
}

func newApiary() *apiary {
	a := &apiary{hives: make(map[string]*hive)}
	oak := &hive{name: "oak"}
	elm := &hive{name: "elm"}
	a.hives[oak.name] = oak
	a.hives[elm.name] = elm
	return a
}

func (a *apiary) empty(name string) {
	h := a.find(name)
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()

	a.Lock()
	defer a.Unlock()
	a.take(h)
}

func (a *apiary) find(name string) *hive {
	a.Lock()
	defer a.Unlock()
	h, ok := a.hives[name]
	if !ok {
		return nil
	}
	return h
}

func (a *apiary) take(h *hive) { a.smokeAndWait(h.called()) }

func (a *apiary) smokeAndWait(string) {
	a.Unlock()
	time.Sleep(300 * time.Nanosecond)
	a.Lock()
	a.emptied++
}

type hive struct {
	mu   sync.Mutex
	name string
}

func (h *hive) called() string { return h.name }
