package twins

import "math/rand/v2"

// RunGrpc660 is mended by room for the throw of a player who nobody watches any
// more.
func RunGrpc660() {
	go func() {
		g := &diceGame{over: make(chan bool)}
		go g.play()
		go func() {
			g.over <- true
		}()
	}()
}

type diceGame struct {
	over chan bool
}

func (g *diceGame) play() {
	for {
		thrown := make(chan bool, 1)
		go func() {
			if rand.IntN(10) > 7 {
				thrown <- false
				return
			}
			thrown <- true
		}()
		select {
		case <-g.over:
			return
		case <-thrown:
		}
	}
}
