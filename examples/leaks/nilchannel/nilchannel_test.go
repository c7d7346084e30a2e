package nilchannel

import "testing"

func TestNoLines(t *testing.T) {
	if got := New(0).Lines(); got != 0 {
		t.Error(got)
	}
}
