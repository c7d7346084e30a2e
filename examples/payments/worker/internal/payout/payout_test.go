package payout

import (
	"context"
	"errors"
	"io"
	"testing"

	"example.com/payments/worker/internal/ledger"
	"example.com/payments/worker/internal/settle"
)

type bank struct{ err error }

func (b bank) Send(context.Context, string, int64) error { return b.err }

func TestPayout(t *testing.T) {
	books := ledger.New(ledger.NewJournal(io.Discard))
	err := New(books, bank{}).Run(context.Background(), settle.Payout{Merchant: "m-1", Amount: 970, Fees: 30})
	if err != nil {
		t.Fatal(err)
	}
	if got := books.Balances(); got["m-1"] != 970 || got[revenue] != 30 || got[clearing] != -1000 {
		t.Errorf("balances are %v", got)
	}
}

func TestPayoutRefused(t *testing.T) {
	errClosed := errors.New("account closed")
	books := ledger.New(ledger.NewJournal(io.Discard))
	err := New(books, bank{errClosed}).Run(context.Background(), settle.Payout{Merchant: "m-1", Amount: 970, Fees: 30})
	if !errors.Is(err, errClosed) {
		t.Fatalf("got error %v, want %v", err, errClosed)
	}
	for account, amount := range books.Balances() {
		if amount != 0 {
			t.Errorf("%s still holds %d", account, amount)
		}
	}
}
