package unpack_test

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"github.com/gomend/gomend/internal/unpack"
)

func packed(t *testing.T, content string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAll(t *testing.T) {
	const limit = 1 << 20
	bomb := packed(t, strings.Repeat("x", limit+1))
	for name, test := range map[string]struct {
		in        []byte
		want, err string
	}{
		"plain":     {[]byte("text"), "text", ""},
		"packed":    {packed(t, "text"), "text", ""},
		"truncated": {packed(t, "text")[:12], "", "it can't be unpacked"},
		"large":     {[]byte(strings.Repeat("x", limit+1)), "", "it is larger than 1 MB"},
		"bomb":      {bomb, "", "it is larger than 1 MB"},
	} {
		got, err := unpack.All(bytes.NewReader(test.in), limit)
		if test.err == "" && (err != nil || string(got) != test.want) || test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
			t.Errorf("%s: %.20q, %v", name, got, err)
		}
	}
}
