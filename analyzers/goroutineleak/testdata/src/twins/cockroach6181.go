package twins

import (
	"io"
	"sync"
)

// RunCockroach6181 is mended by a caption that is made under the read lock of
// its caller instead of under one of its own.
func RunCockroach6181() {
	go visitGallery()
}

func visitGallery() {
	m := &museum{&gallery{}}
	tour := func() {
		var visitors sync.WaitGroup
		for i := 0; i < 3; i++ {
			visitors.Add(1)
			go func() {
				stroll(m.gallery)
				visitors.Done()
			}()
		}
		visitors.Wait()
	}
	tour()
}

type museum struct {
	gallery *gallery
}

type gallery struct {
	walls    sync.RWMutex
	pictures int
}

func stroll(g *gallery) { g.look() }

func (g *gallery) look() {
	g.walls.RLock()
	io.Discard.Write([]byte(g.captionHeld()))
	g.walls.RUnlock()
	g.walls.Lock()
	g.pictures++
	g.walls.Unlock()
}

func (g *gallery) caption() string {
	g.walls.RLock()
	defer g.walls.RUnlock()
	return g.captionHeld()
}

// captionHeld is called with the lock, for reading or writing.
func (g *gallery) captionHeld() string {
	if g.pictures == 0 {
		return "a bare wall"
	}
	return "a wall of pictures"
}
