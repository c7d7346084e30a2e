// Package payment holds what the services of the platform say to each other
// about payments.
package payment

import (
	"errors"
	"fmt"
	"time"
)

// Status is where a payment stands.
type Status string

const (
	Authorized Status = "authorized"
	Declined   Status = "declined"
	Captured   Status = "captured"
	Refunded   Status = "refunded"
)

// A Payment is one charge of a merchant's customer.
type Payment struct {
	ID       string    `json:"id"`
	Merchant string    `json:"merchant"`
	Amount   int64     `json:"amount"` // in the currency's minor unit
	Currency string    `json:"currency"`
	Status   Status    `json:"status"`
	Created  time.Time `json:"created"`
}

// Validate reports what keeps p from being charged.
func (p Payment) Validate() error {
	switch {
	case p.Merchant == "":
		return errors.New("merchant is missing")
	case p.Amount <= 0:
		return fmt.Errorf("amount %d is not positive", p.Amount)
	case len(p.Currency) != 3:
		return fmt.Errorf("currency %q is not an ISO 4217 code", p.Currency)
	}
	return nil
}

// An Event tells that a payment has reached a status.
type Event struct {
	Seq     uint64    `json:"seq"`
	Payment Payment   `json:"payment"`
	At      time.Time `json:"at"`
}
