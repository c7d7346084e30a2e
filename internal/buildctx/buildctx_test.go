package buildctx_test

import (
	"testing"

	"github.com/gomend/gomend/internal/buildctx"
)

// Every file belongs to its package somewhere, but for those that can't.
func TestFor(t *testing.T) {
	s := buildctx.New(map[string]string{"GOOS": "linux", "GOARCH": "amd64", "CGO_ENABLED": "1"}, nil, nil)
	host := s.Configured()
	for _, test := range []struct{ name, content, want string }{
		{"any.go", "package p", "linux/amd64"},
		{"p_windows.go", "package p", "windows/amd64"},
		{"old.go", "// +build darwin\n\npackage p", "darwin/arm64"},
		{"tag.go", "//go:build special && !linux\n\npackage p", "windows/amd64 with special"},
		{"oldtag.go", "// +build integration\n\npackage p", "linux/amd64 with integration"},
		{"nocgo.go", "//go:build !cgo\n\npackage p", "linux/amd64 without cgo"},
		{"gen.go", "// +build ignore\n\npackage main", "linux/amd64 with ignore"},
		{"never.go", "//go:build !go1.2\n\npackage p", ""},
	} {
		c, err := s.For(t.Context(), test.name, []byte(test.content), []*buildctx.Context{host})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if c != nil {
			got = c.String()
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}
