package global

import "testing"

func TestLogin(t *testing.T) {
	if !Login("eve") {
		t.Error("refused")
	}
}
