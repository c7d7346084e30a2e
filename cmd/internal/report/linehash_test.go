package report

import (
	"slices"
	"testing"
)

// The values are those that GitHub's action has in its own tests.
func TestLineHashes(t *testing.T) {
	for _, test := range []struct {
		source string
		want   []string
	}{
		{" a\nb\n  \t\tc\n d", []string{"271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"}},
		{" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End", []string{"8b7cf3e952e7aeb2:1", "b1ae1287ec4718d9:1", "bff680108adb0fcc:1", "c6805c5e1288b612:1", "b86d3392aea1be30:1", "e6ceba753e1a442:1"}},
		{" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", []string{"e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1", "b3edc88f2938467e:1", "c8e28b0b4002a3a0:1", "c129715d7a2bc9a3:1"}},
	} {
		got := lineHashes([]byte(test.source))
		if !slices.Equal(got, test.want) {
			t.Errorf("%q:\ngot  %q\nwant %q", test.source, got, test.want)
		}
	}
	if unix, windows := lineHashes([]byte("a\nb\nb")), lineHashes([]byte("a\r\nb\r\nb")); !slices.Equal(unix, windows) {
		t.Errorf("ends of lines make a difference: %q and %q", unix, windows)
	}
}
