package rates

import "testing"

func TestLeast(t *testing.T) {
	if n, err := Least("0.30"); n != 30 || err != nil {
		t.Error(n, err)
	}
}
