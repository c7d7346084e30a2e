package twins

import (
	"context"
	"sync"
)

// RunEtcd10492 is mended by a lease that lets go of its lock before it calls
// the notary, who takes it.
func RunEtcd10492() {
	go func() {
		l := &landlord{}
		notary := func(context.Context) {
			l.record()
		}
		l.appoint(notary)
		l.mu.Lock()
		l.records = 0
		l.mu.Unlock()
		l.renew()
	}()
}

type notary func(ctx context.Context)

type landlord struct {
	mu      sync.RWMutex
	notary  notary
	records int
}

func (l *landlord) record() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.records++
}

func (l *landlord) appoint(n notary) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.notary = n
}

func (l *landlord) renew() {
	l.mu.Lock()
	unlock := func() { l.mu.Unlock() }
	defer func() { unlock() }()

	if call := l.notary; call != nil {
		unlock()
		unlock = func() {}
		call(context.Background())
	}
}
