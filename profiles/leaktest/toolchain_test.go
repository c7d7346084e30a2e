package leaktest

import (
	"os"
	"path/filepath"
	"testing"
)

func TestDownloaded(t *testing.T) {
	modcache := filepath.Join("home", "go", "pkg", "mod")
	for _, test := range []struct {
		goroot, modcache string
		want             bool
	}{
		{filepath.Join(modcache, "golang.org", "toolchain@v0.0.1-go1.27.3.linux-amd64"), modcache, true},
		{filepath.Join("usr", "local", "go"), modcache, false},
		{filepath.Join("home", "go"), modcache, false},
		{filepath.Join("usr", "local", "go"), "", false},
	} {
		if got := downloaded(test.goroot, test.modcache); got != test.want {
			t.Errorf("downloaded(%q, %q) = %t", test.goroot, test.modcache, got)
		}
	}
}

// The link keeps its name, and follows the module cache when that moves.
func TestLink(t *testing.T) {
	links := filepath.Join(t.TempDir(), "toolchains")
	r := run{cfg: &Config{LinkDir: links}}
	var name string
	for range 2 {
		for _, cache := range []string{t.TempDir(), t.TempDir()} {
			goroot := filepath.Join(cache, "toolchain@v0.0.1-go1.27.3")
			if err := os.MkdirAll(filepath.Join(goroot, "src"), 0o777); err != nil {
				t.Fatal(err)
			}
			got, err := r.link(goroot)
			if err != nil {
				t.Fatal(err)
			}
			if name != "" && got != name {
				t.Errorf("the link was %s and is %s", name, got)
			}
			name = got
			if to, err := filepath.EvalSymlinks(got); err != nil || filepath.Base(to) != filepath.Base(goroot) {
				t.Errorf("the link leads to %s: %v", to, err)
			}
		}
	}
}
