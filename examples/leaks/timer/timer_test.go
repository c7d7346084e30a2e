package timer

import "testing"

func TestCache(t *testing.T) {
	c := New()
	c.Entries["a"] = "b"
	if len(c.Entries) != 1 {
		t.Error(c.Entries)
	}
}
