package twins

import "sync"

// RunKubernetes30872 is mended by a school that asks its class without its own
// lock, so that the class's lock is always the outer of the two.
func RunKubernetes30872() {
	go func() {
		h := newHeadmaster()
		holidays := make(chan struct{})
		h.open(holidays)
		close(holidays)
	}()
}

func teachUntil(f func(), stop <-chan struct{}) { drillUntil(f, stop) }

func drillUntil(f func(), stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		default:
		}
		func() {
			f()
		}()
	}
}

type lessons interface {
	ready() bool
	next(func())
}

type class struct {
	mu      sync.RWMutex
	lessons int
}

func (c *class) ready() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lessons > 0
}

func (c *class) next(learn func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lessons++
	learn()
}

type timetable struct {
	lessons lessons
	learn   func()
}

type teacher interface {
	teach(<-chan struct{})
	ready() bool
}

type formTeacher struct {
	timetable timetable
}

func (t *formTeacher) teach(stop <-chan struct{}) { teachUntil(t.lesson, stop) }

func (t *formTeacher) lesson() { t.timetable.lessons.next(t.timetable.learn) }

func (t *formTeacher) ready() bool { return t.timetable.lessons.ready() }

type pupil interface {
	learn()
}

type pupilFunc struct {
	whenTaught func()
}

func (p pupilFunc) learn() {
	if p.whenTaught != nil {
		p.whenTaught()
	}
}

func newTeacher(p pupil) *formTeacher {
	t := &timetable{lessons: &class{}, learn: func() {
		p.learn()
	}}
	return &formTeacher{timetable: *t}
}

type school interface {
	ready() bool
	open()
	shut()
}

type villageSchool struct {
	sync.Mutex
	teacher teacher
	evening chan struct{}
	marks   int
}

func newSchool() school {
	s := &villageSchool{}
	s.teacher = newTeacher(pupilFunc{whenTaught: func() {
		s.mark()
	}})
	return s
}

func (s *villageSchool) ready() bool {
	s.Lock()
	teacher := s.teacher
	s.Unlock()
	return teacher.ready()
}

func (s *villageSchool) mark() {
	s.Lock()
	defer s.Unlock()
	s.marks++
}

func (s *villageSchool) open() {
	s.Lock()
	defer s.Unlock()
	s.evening = make(chan struct{})
	go s.teacher.teach(s.evening)
}

func (s *villageSchool) shut() {
	s.Lock()
	defer s.Unlock()
	close(s.evening)
}

type messenger struct{}

func (*messenger) send(f func()) {
	go func() {
		f()
	}()
}

type headmaster struct {
	messenger *messenger
	school    school
}

func newHeadmaster() *headmaster {
	h := &headmaster{}
	h.messenger = &messenger{}
	h.school = newSchool()
	return h
}

func (h *headmaster) open(holidays <-chan struct{}) {
	h.school.open()
	go func() {
		<-holidays
		h.school.shut()
	}()
	h.messenger.send(func() {
		h.school.ready()
	})
}
