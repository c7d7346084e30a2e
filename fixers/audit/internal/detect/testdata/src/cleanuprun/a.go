package cleanuprun

import "testing"

func helper(t *testing.T, tb testing.TB) {
	t.Cleanup(func() {
		t.Run("after", nil) // want `Run panics`
	})
	tb.Cleanup(func() { t.Log("done") })
	t.Run("now", nil)
}
