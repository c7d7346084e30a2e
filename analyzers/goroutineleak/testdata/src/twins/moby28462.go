package twins

import (
	"runtime"
	"sync"
)

// RunMoby28462 is mended by a nurse who is told by closing a channel, which
// waits for nobody, instead of by a send under the patient's lock.
func RunMoby28462() {
	go func() {
		w, p := newWardAndPatient()
		go nurse(p, p.chart.care.leave())
		go w.discharge()
	}()
}

type chart struct {
	care *care
}

type patient struct {
	sync.Mutex
	chart *chart
	pulse int
}

type beds struct {
	patient *patient
}

func (b *beds) find() *patient { return b.patient }

type ward struct {
	beds beds
}

func newWardAndPatient() (*ward, *patient) {
	p := &patient{chart: &chart{&care{make(chan struct{})}}}
	w := &ward{beds{p}}
	return w, p
}

func (w *ward) discharge() {
	p := w.beds.find()
	p.Lock()
	w.endCare(p)
	defer p.Unlock()
}

func (w *ward) endCare(p *patient) { p.chart.care.end() }

type care struct {
	over chan struct{}
}

func (c *care) leave() chan struct{} { return c.over }

func (c *care) end() {
	if c.over != nil {
		close(c.over)
	}
}

func nurse(p *patient, over chan struct{}) {
	for {
		select {
		case <-over:
			return
		default:
			feelPulse(p)
		}
	}
}

func feelPulse(p *patient) {
	runtime.Gosched()
	p.Lock()
	defer p.Unlock()
	p.pulse++
}
