package ledger

import (
	"encoding/json"
	"fmt"
	"io"
	"sync"
)

// A Journal is the list of entries, in segments that each begin with the
// balances of the moment.
type Journal struct {
	mu  sync.Mutex
	out io.Writer
	seq int
}

// NewJournal returns a journal that begins with the segment out.
func NewJournal(out io.Writer) *Journal { return &Journal{out: out} }

// Append adds an entry to the current segment.
func (j *Journal) Append(e Entry) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.seq++
	return j.write(e)
}

func (j *Journal) write(v any) error {
	if err := json.NewEncoder(j.out).Encode(v); err != nil {
		return fmt.Errorf("writing entry %d of the journal: %w", j.seq, err)
	}
	return nil
}
