package twins

import "sync"

// RunIstio16224 is mended by a witness who lets go of the book before he tells
// what he saw.
func RunIstio16224() {
	go func() {
		c := &court{bailiff: newBailiff()}
		told := make(chan bool)
		var book sync.Mutex
		seen := 0
		c.witness(func(incident) {
			book.Lock()
			seen++
			book.Unlock()
			told <- true
		})
		adjourn := make(chan struct{})
		go c.sit(adjourn)
		c.open()
		book.Lock()
		seen++
		book.Unlock()
		<-told
		close(adjourn)
	}()
}

type incident int

type testimony func(incident)

type bailiff interface {
	sit(<-chan struct{})
	witness(testimony)
	announce(incident)
}

type countyBailiff struct {
	witnesses []testimony
	incidents chan incident
}

func newBailiff() bailiff { return &countyBailiff{incidents: make(chan incident)} }

func (b *countyBailiff) sit(adjourn <-chan struct{}) {
	for {
		select {
		case <-adjourn:
			return
		case i, ok := <-b.incidents:
			if ok {
				b.hear(i)
			}
		}
	}
}

func (b *countyBailiff) hear(i incident) {
	for _, tell := range b.witnesses {
		tell(i)
	}
}

func (b *countyBailiff) witness(t testimony) { b.witnesses = append(b.witnesses, t) }

func (b *countyBailiff) announce(i incident) { b.incidents <- i }

type court struct {
	bailiff bailiff
}

func (c *court) witness(t testimony) { c.bailiff.witness(t) }

func (c *court) sit(adjourn <-chan struct{}) { c.bailiff.sit(adjourn) }

func (c *court) open() { c.bailiff.announce(0) }
