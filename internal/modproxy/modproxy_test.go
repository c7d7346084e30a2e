package modproxy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gomend/gomend/internal/modproxy"
)

const tree = `
-- LICENSE --
the repository's licence
-- lib/go.mod --
module example.com/Repo/lib

go 1.24
-- lib/lib.go --
package lib

const Text = "from the tree"
-- lib/inner/go.mod --
module example.com/Repo/lib/inner
-- lib/inner/inner.go --
package inner
-- licensed/go.mod --
module example.com/Repo/licensed
-- licensed/LICENSE --
its own licence
-- user/go.mod --
module example.com/user

go 1.24

require example.com/Repo/lib v0.2.0
-- user/main.go --
package main

import "example.com/Repo/lib"

func main() { println(lib.Text) }
`

func write(t *testing.T, dir string) {
	t.Helper()
	if err := txtar.Write(txtar.Parse([]byte(tree)), dir); err != nil {
		t.Fatal(err)
	}
}

// client runs the go command with the proxy and nothing else, and a module cache of
// its own.
func client(t *testing.T, dir, proxy string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cache := t.TempDir()
	cmd.Env = append(os.Environ(), "GOPROXY="+proxy, "GONOSUMDB=example.com", "GOFLAGS=-modcacherw", "GOWORK=off", "GOMODCACHE="+cache)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func TestTheGoCommandTakesPackedVersions(t *testing.T) {
	root := t.TempDir()
	write(t, root)
	p, err := modproxy.New(filepath.Join(root, "the proxy"))
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{"v0.10.0", "v0.2.0", "v0.9.0", "v0.2.0"} {
		m, err := p.Add(filepath.Join(root, "lib"), version, filepath.Join(root, "LICENSE"))
		if err != nil {
			t.Fatal(err)
		}
		if want := "example.com/Repo/lib@" + version; m.String() != want {
			t.Errorf("packed as %s, want %s", m, want)
		}
	}
	user := filepath.Join(root, "user")
	if got := client(t, user, p.URL(), "list", "-m", "-versions", "example.com/Repo/lib"); got != "example.com/Repo/lib v0.2.0 v0.9.0 v0.10.0" {
		t.Errorf("versions: %s", got)
	}
	if got := client(t, user, p.URL(), "run", "-mod=mod", "."); !strings.HasSuffix(got, "from the tree") {
		t.Errorf("the program prints %q", got)
	}
}

func TestWhatIsPacked(t *testing.T) {
	root := t.TempDir()
	write(t, root)
	p, err := modproxy.New(filepath.Join(root, "proxy"))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		dir, license string
		path         string
		want         map[string]string // by name in the module; "" for a file that is not in it
	}{
		{"lib", "LICENSE", "example.com/!repo/lib", map[string]string{
			"lib.go": "from the tree", "LICENSE": "the repository's licence", "inner/inner.go": "",
		}},
		{"licensed", "LICENSE", "example.com/!repo/licensed", map[string]string{"LICENSE": "its own licence"}},
		{"lib/inner", "", "example.com/!repo/lib/inner", map[string]string{"LICENSE": "", "inner.go": "package inner"}},
	}
	for _, test := range tests {
		t.Run(test.dir, func(t *testing.T) {
			license := test.license
			if license != "" {
				license = filepath.Join(root, license)
			}
			m, err := p.Add(filepath.Join(root, filepath.FromSlash(test.dir)), "v1.0.0", license)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(filepath.Join(root, "proxy", filepath.FromSlash(test.path), "@v", "v1.0.0.zip")); err != nil {
				t.Fatal(err)
			}
			dir := download(t, root, p.URL(), m.String())
			for name, want := range test.want {
				data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
				switch {
				case want == "" && err == nil:
					t.Errorf("%s is packed", name)
				case want != "" && !strings.Contains(string(data), want):
					t.Errorf("%s holds %q, want %q (%v)", name, data, want, err)
				}
			}
		})
	}
}

// download returns the directory that the go command extracts the module to.
func download(t *testing.T, dir, proxy, version string) string {
	t.Helper()
	for line := range strings.Lines(client(t, dir, proxy, "mod", "download", "-json", version)) {
		if _, value, ok := strings.Cut(line, `"Dir": "`); ok {
			return strings.TrimSuffix(strings.TrimSpace(value), `",`)
		}
	}
	t.Fatalf("%s has no directory", version)
	return ""
}

func TestWhatCanNotBePacked(t *testing.T) {
	root := t.TempDir()
	write(t, root)
	p, err := modproxy.New(filepath.Join(root, "proxy"))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, dir, version string }{
		{"no go.mod file", "", "v1.0.0"},
		{"version that is none", "lib", "1.0.0"},
		{"version that the path has no suffix for", "lib", "v2.0.0"},
	}
	for _, test := range tests {
		if _, err := p.Add(filepath.Join(root, test.dir), test.version, ""); err == nil {
			t.Errorf("%s: packed", test.name)
		}
	}
}
