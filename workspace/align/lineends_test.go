package align_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Files with the line ends of Windows keep them.
func TestGoLinesKeepLineEnds(t *testing.T) {
	t.Parallel()
	cfg := laid(t, `
-- go.work --
go 1.18

use ./cart
-- cart/go.mod --
module example.com/cart

go 1.16
-- cart/cart.go --
package cart
`)
	for _, name := range []string{"go.work", "cart/go.mod"} {
		file := filepath.Join(cfg.Dir, filepath.FromSlash(name))
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	l := goLines(t, cfg, "1.22.0")
	if len(l.Changes) != 2 {
		t.Fatalf("%d files change, not 2", len(l.Changes))
	}
	for _, c := range l.Changes {
		if text := string(c.New); strings.Count(text, "\r\n") != strings.Count(text, "\n") || !strings.Contains(text, "go 1.22.0\r\n") {
			t.Errorf("%s becomes %q", c.File, text)
		}
	}
}
