// Package settle pays merchants what their customers paid, less the fees.
package settle

import (
	"context"
	"errors"
	"sync"

	"example.com/payments/shared/payment"
)

// A Payout is what one merchant gets.
type Payout struct {
	Merchant string
	Amount   int64
	Fees     int64
}

// Sum returns one payout a merchant, for the payments that were authorized.
func Sum(payments []payment.Payment, fees payment.Fees) map[string]Payout {
	payouts := make(map[string]Payout)
	for _, p := range payments {
		if p.Status != payment.Authorized {
			continue
		}
		fee := fees.Of(p)
		payout := payouts[p.Merchant]
		payout.Merchant = p.Merchant
		payout.Amount += p.Amount - fee
		payout.Fees += fee
		payouts[p.Merchant] = payout
	}
	return payouts
}

// All pays the payouts with the given number of workers and returns when every
// one is paid or has failed.
func All(ctx context.Context, payouts map[string]Payout, workers int, pay func(context.Context, Payout) error) error {
	jobs := make(chan Payout)
	var (
		pending sync.WaitGroup
		mu      sync.Mutex
		failed  error
	)
	for i := 0; i < workers; i++ {
		go func() {
			for payout := range jobs {
				if err := pay(ctx, payout); err != nil {
					mu.Lock()
					failed = errors.Join(failed, err)
					mu.Unlock()
				}
				pending.Done()
			}
		}()
	}
	for _, payout := range payouts {
		pending.Add(1)
		jobs <- payout
	}
	pending.Wait()
	return failed
}
