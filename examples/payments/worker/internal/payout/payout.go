// Package payout is the saga that moves a merchant's money: through the books,
// then to the bank.
package payout

import (
	"context"
	"fmt"
	"time"

	"example.com/payments/worker/internal/ledger"
	"example.com/payments/worker/internal/saga"
	"example.com/payments/worker/internal/settle"
)

// A Bank sends money to a merchant's account.
type Bank interface {
	Send(ctx context.Context, merchant string, amount int64) error
}

// The accounts of the house.
const (
	clearing = "clearing"
	revenue  = "revenue"
)

// New returns the saga.
func New(books *ledger.Ledger, bank Bank) *saga.Saga[settle.Payout] {
	return saga.New[settle.Payout]("payout", 30*time.Second).
		Then(transfer(books, "book the payout", func(p settle.Payout) ledger.Entry {
			return ledger.Entry{From: clearing, To: p.Merchant, Amount: p.Amount}
		}), transfer(books, "book the fees", func(p settle.Payout) ledger.Entry {
			return ledger.Entry{From: clearing, To: revenue, Amount: p.Fees}
		})).
		Then(saga.Step[settle.Payout]{
			Name: "send the money",
			Do: func(ctx context.Context, p settle.Payout) error {
				return bank.Send(ctx, p.Merchant, p.Amount)
			},
		})
}

// transfer is a step that books an entry, and books it back when undone.
func transfer(books *ledger.Ledger, name string, entry func(settle.Payout) ledger.Entry) saga.Step[settle.Payout] {
	return saga.Step[settle.Payout]{
		Name: name,
		Do: func(_ context.Context, p settle.Payout) error {
			return books.Post(entry(p))
		},
		Undo: func(_ context.Context, p settle.Payout) error {
			e := entry(p)
			e.From, e.To = e.To, e.From
			if err := books.Post(e); err != nil {
				return fmt.Errorf("booking back: %w", err)
			}
			return nil
		},
	}
}
