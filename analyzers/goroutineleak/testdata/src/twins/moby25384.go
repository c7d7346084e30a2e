package twins

import "sync"

// RunMoby25384 is mended by one wait after the loop, for all the lamps.
func RunMoby25384() {
	go func() {
		first := &lamp{}
		second := &lamp{}
		s := &streetLights{lamps: []*lamp{first, second}}
		go s.light()
	}()
}

type lamp struct{ lit bool }

type streetLights struct {
	lamps []*lamp
}

func (s *streetLights) light() {
	var burning sync.WaitGroup
	burning.Add(len(s.lamps))
	for _, l := range s.lamps {
		go func(l *lamp) {
			defer burning.Done()
			l.lit = true
		}(l)
	}
	burning.Wait()
}
