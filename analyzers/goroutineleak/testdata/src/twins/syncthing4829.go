package twins

import "sync"

// RunSyncthing4829 is mended by a shelf that tells of its books after letting
// go of its lock, which the telling takes.
func RunSyncthing4829() {
	go func() {
		a := &archive{}
		s := a.build()
		s.books["atlas"] = 0
		a.remove(s)
	}()
}

type signature int

type bookshelf struct {
	mu    sync.RWMutex
	books map[string]signature
}

func (s *bookshelf) clear() {
	s.mu.Lock()
	var removed []signature
	for title, mark := range s.books {
		removed = append(removed, mark)
		delete(s.books, title)
	}
	s.mu.Unlock()
	if len(removed) > 0 {
		s.tell(nil, removed)
	}
}

func (s *bookshelf) tell(added, removed []signature) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.books) + len(removed) - len(added)
}

type archive struct {
	mu      sync.RWMutex
	shelves []*bookshelf
}

func (a *archive) build() *bookshelf {
	s := &bookshelf{books: make(map[string]signature)}
	a.mu.Lock()
	a.shelves = append(a.shelves, s)
	a.mu.Unlock()
	return s
}

func (a *archive) remove(s *bookshelf) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, found := range a.shelves {
		if found == s {
			s.clear()
		}
	}
}
