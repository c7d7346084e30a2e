package settle

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"example.com/payments/shared/payment"
)

func TestSum(t *testing.T) {
	payments := []payment.Payment{
		{Merchant: "m-1", Amount: 10_000, Currency: "EUR", Status: payment.Authorized},
		{Merchant: "m-1", Amount: 20_000, Currency: "EUR", Status: payment.Authorized},
		{Merchant: "m-2", Amount: 99_999, Currency: "EUR", Status: payment.Declined},
	}
	got := Sum(payments, payment.Fees{"EUR": 100})
	if len(got) != 1 {
		t.Fatalf("%d merchants are paid, want 1", len(got))
	}
	if want := (Payout{Merchant: "m-1", Amount: 29_700, Fees: 300}); got["m-1"] != want {
		t.Errorf("got %+v, want %+v", got["m-1"], want)
	}
}

func TestAll(t *testing.T) {
	errClosed := errors.New("account closed")
	payouts := map[string]Payout{"m-1": {Merchant: "m-1"}, "m-2": {Merchant: "m-2"}, "m-3": {Merchant: "m-3"}}
	var paid atomic.Int32
	err := All(context.Background(), payouts, 2, func(_ context.Context, p Payout) error {
		if p.Merchant == "m-2" {
			return errClosed
		}
		paid.Add(1)
		return nil
	})
	if !errors.Is(err, errClosed) {
		t.Errorf("got error %v, want %v", err, errClosed)
	}
	if paid.Load() != 2 {
		t.Errorf("%d merchants were paid, want 2", paid.Load())
	}
}
