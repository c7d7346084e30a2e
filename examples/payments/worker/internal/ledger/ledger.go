// Package ledger keeps the books: what each account holds, and every entry
// that led there.
package ledger

import (
	"fmt"
	"io"
	"sync"
)

// An Entry moves an amount from one account to another.
type Entry struct {
	From, To string
	Amount   int64
}

// A Ledger holds the balances.
type Ledger struct {
	mu       sync.Mutex
	balances map[string]int64
	journal  *Journal
}

// New returns a ledger that writes its entries to journal.
func New(journal *Journal) *Ledger {
	return &Ledger{balances: make(map[string]int64), journal: journal}
}

// Post books an entry. A refused entry changes nothing.
func (l *Ledger) Post(e Entry) error {
	if e.Amount <= 0 {
		return fmt.Errorf("an entry from %s to %s needs a positive amount, not %d", e.From, e.To, e.Amount)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.journal.Append(e); err != nil {
		return err
	}
	l.balances[e.From] -= e.Amount
	l.balances[e.To] += e.Amount
	return nil
}

// Rotate begins a new segment of the journal, with the balances of the moment.
func (l *Ledger) Rotate(out io.Writer) error {
	j := l.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	j.out = out
	return j.write(l.Balances())
}

// Balances returns a copy of all balances.
func (l *Ledger) Balances() map[string]int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make(map[string]int64, len(l.balances))
	for account, amount := range l.balances {
		all[account] = amount
	}
	return all
}
