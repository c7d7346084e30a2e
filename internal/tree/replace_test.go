package tree_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/gomend/gomend/internal/tree"
)

func TestReplace(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := tree.Replace(file, []byte("first")); err != nil {
		t.Fatal(err)
	}
	// The test's umask decides what is asked for here.
	other := filepath.Join(dir, "other")
	if err := os.WriteFile(other, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if got, want := mode(t, file), mode(t, other); got != want {
		t.Errorf("a new file has the permissions %v, want those that any has, %v", got, want)
	}
	for _, want := range []fs.FileMode{0o600, 0o666, 0o755} {
		if err := os.Chmod(file, want); err != nil {
			t.Fatal(err)
		}
		if err := tree.Replace(file, []byte("second")); err != nil {
			t.Fatal(err)
		}
		if got := mode(t, file); got != want {
			t.Errorf("the permissions %v became %v", want, got)
		}
	}
	if got := content(t, file); got != "second" {
		t.Errorf("it holds %q", got)
	}
	nothingLeft(t, dir)
}

func TestReplaceKeepsLinks(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	if err := os.WriteFile(target, []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("target", link); err != nil {
		t.Skip(err)
	}
	if err := tree.Replace(link, []byte("new")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the symbolic link was replaced")
	}
	if got := content(t, target); got != "new" {
		t.Errorf("what it leads to holds %q", got)
	}
	nothingLeft(t, dir)
}

func TestReplaceWritesToDevices(t *testing.T) {
	if err := tree.Replace(os.DevNull, []byte("gone")); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Errorf("%s was replaced", os.DevNull)
	}
}

func TestReplaceThatFailsLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	err := tree.Replace(filepath.Join(dir, "none", "file"), []byte("new"))
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a folder, it fails with %v", err)
	}
	nothingLeft(t, dir)
}

func mode(t *testing.T, name string) fs.FileMode {
	t.Helper()
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

func content(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func nothingLeft(t *testing.T, dir string) {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(dir, "*.tmp"))
	if err != nil || left != nil {
		t.Errorf("temporary files are left: %v", left)
	}
}
