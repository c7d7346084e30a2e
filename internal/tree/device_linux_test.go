package tree_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/gomend/gomend/internal/tree"
)

// What lies on another file system, or by way of one that is mounted twice, can't be
// reached by renaming. The first is told at once, the second when it fails.
func TestOtherFileSystems(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	root := filepath.Join(top, "root")
	mounts := map[string]func(at string) error{
		"other": func(at string) error { return syscall.Mount("tmpfs", at, "tmpfs", 0, "") },
		"twice": func(at string) error { return syscall.Mount(top, at, "", syscall.MS_BIND, "") },
	}
	put(t, filepath.Join(root, "file"), "old", 0o644)
	for name, mount := range mounts {
		at := filepath.Join(root, name)
		if err := os.MkdirAll(at, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := mount(at); err != nil {
			t.Skip("only root can mount:", err)
		}
		t.Cleanup(func() {
			if err := syscall.Unmount(at, syscall.MNT_DETACH); err != nil {
				t.Error(err)
			}
		})
	}
	for name, want := range map[string]string{
		"other": "other/new lies on another file system than",
		"twice": "twice/new",
	} {
		old := snapshot(t, root)
		err := tree.Write(t.Context(), root, command, []tree.Change{
			{File: filepath.Join(root, "file"), Old: []byte("old"), New: []byte("new")},
			{Op: tree.Create, File: filepath.Join(root, name, "new")},
		})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
		same(t, name, snapshot(t, root), old)
	}
}
