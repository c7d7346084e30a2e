package twins

import (
	"errors"
	"sync"
)

// RunMoby27782 is mended by a removal that tells the bird to fly before it
// waits for the empty nest, and by a feeder that remembers that it is shut.
func RunMoby27782() {
	go (&garden{}).visit()
}

type bird struct {
	songs chan int
	mu    sync.Mutex
	flown *sync.Cond
	gone  bool
	scare chan struct{}
}

func newBird() *bird {
	b := &bird{
		songs: make(chan int),
		scare: make(chan struct{}),
	}
	b.flown = sync.NewCond(&b.mu)
	go b.sing()
	return b
}

func (b *bird) sing() {
	defer b.fly()
	defer close(b.songs)
	for {
		if b.scared() {
			return
		}
		select {
		case b.songs <- 1:
		case <-b.scare:
			return
		}
	}
}

func (b *bird) fly() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.gone = true
	b.flown.Broadcast()
}

func (b *bird) scared() bool {
	select {
	case <-b.scare:
		return true
	default:
		return false
	}
}

func (b *bird) shoo() {
	if b.scared() {
		return
	}
	close(b.scare)
}

func (b *bird) remove() {
	b.shoo()
	b.mu.Lock()
	defer b.mu.Unlock()
	for !b.gone {
		b.flown.Wait()
	}
}

type songbird interface {
	heard() <-chan int
	remove()
	shoo()
}

type gardenBird struct {
	*bird
}

func newSongbird() songbird { return &gardenBird{newBird()} }

func (g *gardenBird) heard() <-chan int { return g.bird.songs }

type ear struct {
	once sync.Once
	shut chan struct{}
}

func (e *ear) close() {
	e.once.Do(func() {
		close(e.shut)
	})
}

func (e *ear) closed() <-chan struct{} { return e.shut }

func listenTo(e *ear) {
	b := newSongbird()
	defer func() {
		b.shoo()
	}()
	hear := func() {
		select {
		case <-b.heard():
		case <-e.closed():
			b.remove()
			return
		}
	}
	hear()
}

type feeder struct {
	mu     sync.Mutex
	isShut bool
	ears   map[*ear]struct{}
}

func (f *feeder) listen() *ear {
	e := &ear{shut: make(chan struct{})}
	go f.attend(e)
	return e
}

func (f *feeder) attend(e *ear) {
	f.mu.Lock()
	if f.isShut {
		f.mu.Unlock()
		return
	}
	f.ears[e] = struct{}{}
	f.mu.Unlock()
	listenTo(e)
}

func (f *feeder) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.isShut = true
	for e := range f.ears {
		e.close()
		delete(f.ears, e)
	}
}

type garden struct {
	feeder *feeder
}

func (g *garden) visit() {
	if err := g.watch(); err != nil {
		g.leave()
	}
}

func (g *garden) watch() error {
	g.feeder = &feeder{ears: make(map[*ear]struct{})}
	g.feeder.listen()
	return errors.New("it rains")
}

func (g *garden) leave() {
	if g.feeder != nil {
		g.feeder.close()
	}
}
