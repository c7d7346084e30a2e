package httpapi

import (
	"sync"
	"time"

	"example.com/payments/shared/payment"
)

// answers remembers what was answered under an idempotency key, so that a
// merchant who asks again is not charged again.
type answers struct {
	mu    sync.Mutex
	byKey map[string]remembered
	limit int
}

type remembered struct {
	payment payment.Payment
	at      time.Time
}

func newAnswers(limit int) *answers {
	return &answers{byKey: make(map[string]remembered), limit: limit}
}

func (a *answers) get(key string) (payment.Payment, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	r, ok := a.byKey[key]
	return r.payment, ok
}

func (a *answers) put(key string, p payment.Payment) {
	if key == "" {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.byKey) >= a.limit {
		a.dropOldest()
	}
	a.byKey[key] = remembered{p, time.Now()}
}

func (a *answers) remove(key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.byKey, key)
}

func (a *answers) dropOldest() {
	var oldest string
	var at time.Time
	for key, r := range a.byKey {
		if oldest == "" || r.at.Before(at) {
			oldest, at = key, r.at
		}
	}
	a.remove(oldest)
}
