package lock

import (
	"errors"
	"testing"
)

func TestEmpty(t *testing.T) {
	table := New()
	if err := table.Add(""); !errors.Is(err, ErrEmpty) {
		t.Error(err)
	}
	table.AddLater("a")
}
