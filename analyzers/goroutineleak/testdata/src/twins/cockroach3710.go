package twins

import "sync"

// RunCockroach3710 is mended by a farm that lists its fields under the read
// lock and walks them after letting go of it.
func RunCockroach3710() {
	f := newFarm()
	go f.walkFields()
	go f.sow()
}

type farm struct {
	plough *plough
	fields map[int]*field

	mu struct {
		sync.RWMutex
	}
	season int
}

func newFarm() *farm {
	f := &farm{
		plough: &plough{share: &share{}},
		fields: make(map[int]*field),
	}
	f.fields[0] = &field{farm: f}
	f.fields[1] = &field{farm: f}
	return f
}

func (f *farm) walkFields() {
	f.mu.RLock()
	var fields []*field
	for _, next := range f.fields {
		fields = append(fields, next)
	}
	f.mu.RUnlock()
	for _, next := range fields {
		f.plough.turn(next)
	}
}

func (f *farm) seasonNow() int {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.season
}

func (f *farm) sow() {
	go func() {
		for {
			f.mu.Lock()
			f.season++
			f.mu.Unlock()
			break
		}
	}()
}

type field struct {
	farm *farm
}

type plough struct {
	sync.Mutex
	share *share
}

func (p *plough) turn(f *field) {
	p.Lock()
	defer p.Unlock()
	p.share.cut(f)
}

type share struct{ depth int }

func (s *share) cut(f *field) { s.depth = furrow(f) }

func furrow(f *field) int { return f.farm.seasonNow() }
