package edit_test

import (
	"testing"

	"github.com/gomend/gomend/internal/edit"
)

func TestWithLineEnds(t *testing.T) {
	for _, test := range []struct{ name, content, old, want string }{
		{"of Windows", "a\nb\r\nc\n", "a\r\nc\r\n", "a\r\nb\r\nc\r\n"},
		{"of Unix", "a\nb\n", "a\n", "a\nb\n"},
		{"mixed ones", "a\nb\n", "a\r\nb\n", "a\nb\n"},
		{"none", "a\n", "a", "a\n"},
		{"of a new file", "a\n", "", "a\n"},
	} {
		if got := string(edit.WithLineEnds([]byte(test.content), []byte(test.old))); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}
