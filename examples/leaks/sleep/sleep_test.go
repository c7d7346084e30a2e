package sleep

import "testing"

func TestWatch(t *testing.T) {
	if got := Watch(func() int64 { return 7 }).Value(); got != 7 {
		t.Error(got)
	}
}
