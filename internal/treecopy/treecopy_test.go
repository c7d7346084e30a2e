package treecopy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/gomend/gomend/internal/treecopy"
)

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "protocol.file.allow=always"}, args...)...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

// The copy has what git keeps and would keep, in submodules as well.
func TestNew(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	top := t.TempDir()
	lib, root := filepath.Join(top, "lib"), filepath.Join(top, "root")
	for _, dir := range []string{lib, root} {
		write(t, filepath.Join(dir, "kept.go"), "package kept\n")
		git(t, dir, "init", "-q")
		git(t, dir, "add", ".")
		git(t, dir, "commit", "-qm", "x")
	}
	git(t, root, "submodule", "--quiet", "add", lib, "sub")
	write(t, filepath.Join(root, ".gitignore"), "ignored.go\n")
	write(t, filepath.Join(root, "ignored.go"), "package ignored\n")
	write(t, filepath.Join(root, "new.go"), "package new\n")
	c, err := treecopy.New(t.Context(), root, "", "test")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for name, want := range map[string]bool{"kept.go": true, "new.go": true, "sub/kept.go": true, "ignored.go": false} {
		if _, err := os.Stat(filepath.Join(c.Dir, name)); (err == nil) != want {
			t.Errorf("%s is there: %v, want %t", name, err, want)
		}
	}
}

// What lies outside of the tree has no copy, and is not written to.
func TestWriteElsewhere(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	top := t.TempDir()
	root, other := filepath.Join(top, "root"), filepath.Join(top, "other", "go.mod")
	write(t, filepath.Join(root, "go.mod"), "module a\n")
	write(t, other, "module b\n")
	c, err := treecopy.New(t.Context(), root, "", "test")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, content := range [][]byte{[]byte("module c\n"), nil} {
		if err := c.Write(other, content); err == nil {
			t.Error("it was written to")
		}
	}
	if data, err := os.ReadFile(other); err != nil || string(data) != "module b\n" {
		t.Errorf("the file has become %q, %v", data, err)
	}
}
