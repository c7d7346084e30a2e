package twins

import "sync"

// RunKubernetes38669 is mended by a shop window with room for the wares that it
// starts with.
func RunKubernetes38669() {
	go func() {
		wares := []ware{1, 2}
		w := newWindow(0, wares)
		w.shut()
	}()
}

type ware int

type window struct {
	sync.Mutex
	wishes chan ware
	shown  chan ware
	isShut bool
}

func newWindow(room int, wares []ware) *window {
	w := &window{
		wishes: make(chan ware, room),
		shown:  make(chan ware, len(wares)),
	}
	go w.dress(wares)
	return w
}

func (w *window) dress(wares []ware) {
	for _, next := range wares {
		w.show(&next)
	}
	defer close(w.shown)
	defer w.shut()
	for {
		_, ok := <-w.wishes
		if !ok {
			return
		}
	}
}

func (w *window) show(next *ware) { w.shown <- *next }

func (w *window) shut() { w.drawBlind() }

func (w *window) drawBlind() {
	w.Lock()
	defer w.Unlock()
	if !w.isShut {
		w.isShut = true
		close(w.wishes)
	}
}
