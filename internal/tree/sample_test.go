package tree_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/gomend/gomend/internal/tree"
)

const command = "gomend fix"

// sampleFile is a file of the sample tree before and after: "" stands for none.
type sampleFile struct {
	name     string
	old, new string
	perm     fs.FileMode
}

// An empty file has this content, so that it is told apart from none.
const empty = "(empty)"

func sampleFiles() []sampleFile {
	all := []sampleFile{
		{"api/crlf.go", "\ufeffpackage api\r\n", "\ufeffpackage api // new\r\n", 0o644},
		{"api/target.go", "package api", "package api // through a link", 0o600},
		{"bin/run.sh", "#!/bin/sh\n", "#!/bin/sh -e\n", 0o755},
		{"emptied", "content", empty, 0o444},
		{"filled", empty, "content", 0o644},
		{"gone/only.go", "package gone", "", 0o640},
		{"made/deep/a.go", "", "package deep", 0},
		{"made/empty", "", empty, 0},
		{"stays.go", "package p", "package p", 0o644},
	}
	if runtime.GOOS == "linux" {
		all = append(all, sampleFile{"odd \"\n\\\xff", "old", "new", 0o644})
	}
	return all
}

func bytesOf(text string) []byte {
	if text == empty {
		return nil
	}
	return []byte(text)
}

// tempDir is a temporary directory in memory, where the system has a place for that:
// on a disk, the many syncs take most of the time.
func tempDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "gomend-tree-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// sample makes the sample tree. A symbolic link leads to one of its files.
func sample(t *testing.T) string {
	t.Helper()
	root := tempDir(t)
	for _, f := range sampleFiles() {
		if f.old != "" {
			put(t, filepath.Join(root, f.name), string(bytesOf(f.old)), f.perm)
		}
	}
	if err := os.Symlink(filepath.Join("api", "target.go"), filepath.Join(root, "link.go")); err != nil {
		t.Skip(err)
	}
	return root
}

// put writes a file with exactly these permissions.
func put(t *testing.T, name, content string, perm fs.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err) // it may have been read-only
	}
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(name, perm); err != nil {
		t.Fatal(err)
	}
}

func sampleChanges(root string) []tree.Change {
	var changes []tree.Change
	for _, f := range sampleFiles() {
		c := tree.Change{File: filepath.Join(root, f.name), Old: bytesOf(f.old), New: bytesOf(f.new)}
		switch {
		case f.name == "api/target.go":
			c.File = filepath.Join(root, "link.go")
		case f.old == "":
			c.Op = tree.Create
		case f.new == "":
			c.Op = tree.Remove
		}
		changes = append(changes, c)
	}
	return changes
}

// oldSample and newSample are what the sample tree is before and after.
func oldSample(t *testing.T) map[string]string {
	t.Helper()
	return snapshot(t, sample(t))
}

func newSample(t *testing.T) map[string]string {
	t.Helper()
	root := sample(t)
	for _, f := range sampleFiles() {
		name := filepath.Join(root, f.name)
		perm := f.perm
		if f.new == "" {
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if f.old == "" {
			perm = umasked(t)
		}
		put(t, name, string(bytesOf(f.new)), perm)
	}
	return snapshot(t, root)
}

// umasked returns the permissions of a file that any program creates.
func umasked(t *testing.T) fs.FileMode {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	return mode(t, name)
}

// snapshot returns what is in the tree, with kinds and permissions.
func snapshot(t *testing.T, root string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	walk(t, root, func(rel string, info fs.FileInfo, content string) {
		all[rel] = fmt.Sprintf("%v %q", info.Mode(), content)
	})
	return all
}

// duplicate copies the tree.
func duplicate(t *testing.T, root string) string {
	t.Helper()
	to := tempDir(t)
	walk(t, root, func(rel string, info fs.FileInfo, content string) {
		name := filepath.Join(to, rel)
		switch {
		case info.IsDir():
			if err := os.MkdirAll(name, info.Mode().Perm()); err != nil {
				t.Fatal(err)
			}
		case info.Mode()&fs.ModeSymlink != 0:
			if err := os.Symlink(content, name); err != nil {
				t.Fatal(err)
			}
		default:
			put(t, name, content, info.Mode().Perm())
		}
	})
	return to
}

// walk visits what is below root. The content of a symbolic link is where it leads.
func walk(t *testing.T, root string, visit func(rel string, info fs.FileInfo, content string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == root {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		var content string
		switch {
		case info.Mode()&fs.ModeSymlink != 0:
			content, err = os.Readlink(name)
		case info.Mode().IsRegular():
			var data []byte
			data, err = os.ReadFile(name)
			content = string(data)
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		visit(rel, info, content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
