package uncancelled

import "testing"

func TestFeed(t *testing.T) {
	f := Open()
	if got := f.Next() + f.Next(); got != 1 {
		t.Error(got)
	}
}
