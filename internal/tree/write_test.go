package tree_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gomend/gomend/internal/tree"
)

func TestWrite(t *testing.T) {
	t.Parallel()
	root := sample(t)
	if err := tree.Write(t.Context(), root, command, sampleChanges(root)); err != nil {
		t.Fatal(err)
	}
	same(t, "Write", snapshot(t, root), newSample(t))
	if j, err := tree.Pending(t.Context(), root); j != nil || err != nil {
		t.Errorf("afterwards, pending is %v, %v", j, err)
	}
}

// What is refused is told before anything is written, by a message that names the file.
func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	edit := func(file string) tree.Change {
		return tree.Change{File: file, Old: []byte("old"), New: []byte("new")}
	}
	create := func(file string) tree.Change {
		return tree.Change{Op: tree.Create, File: file, New: []byte("new")}
	}
	remove := func(file string) tree.Change {
		return tree.Change{Op: tree.Remove, File: file, Old: []byte("old")}
	}
	tests := []struct {
		name    string
		changes []tree.Change
		want    string
	}{
		{"a file that has changed", []tree.Change{edit("changed")}, "changed has changed since it was read; run the command again"},
		{"several of them", []tree.Change{edit("gone"), remove("changed")}, "changed, gone have changed since they were read; run the command again"},
		{"a file to be removed that has gone", []tree.Change{remove("gone")}, "gone has changed since it was read; run the command again"},
		{"a link that leads nowhere any more", []tree.Change{edit("dangling")}, "dangling has changed since it was read; run the command again"},
		{"a file whose folder is a file now", []tree.Change{edit("changed/file")}, "changed/file has changed since it was read; run the command again"},
		{"a file where one is to be created", []tree.Change{create("changed")}, "changed: it can't be created: there is a file of this name; run the command again"},
		{"a folder there", []tree.Change{create("dir")}, "dir: it can't be created: there is a folder of this name"},
		{"a link there", []tree.Change{create("dangling")}, "dangling: it can't be created: there is a file of this name; run the command again"},
		{"a file in the way of a folder", []tree.Change{create("changed/file")}, "changed/file: "},
		{"a link in the way of a folder", []tree.Change{create("dangling/file")}, "leads nowhere"},
		{"a folder to be edited", []tree.Change{edit("dir")}, "dir: it is not a regular file"},
		{"a link to be removed", []tree.Change{remove("link")}, "link: it is a symbolic link, which gomend does not remove"},
		{"a file outside of the root", []tree.Change{edit("../outside")}, "outside lies outside of"},
		{"a file to be created there", []tree.Change{create("../new")}, "new lies outside of"},
		{"a link that leads there", []tree.Change{edit("leading-out")}, "leading-out lies outside of"},
		{"a folder that leads there", []tree.Change{create("folder-out/new")}, "folder-out/new lies outside of"},
		{"a name that is not absolute", []tree.Change{{File: "file"}}, "file is not an absolute name"},
		{"what belongs to git", []tree.Change{create(".git/hooks/post-commit")}, `".git/hooks/post-commit" belongs to .git, where gomend changes nothing`},
		{"the journal", []tree.Change{create(".gomend-journal/manifest")}, "belongs to .gomend-journal, where gomend changes nothing"},
		{"two changes to one file", []tree.Change{edit("file"), remove("file")}, "file and file are one file, to which only one change can be made"},
		{"two changes by way of a link", []tree.Change{edit("file"), edit("link")}, "file and link are one file, to which only one change can be made"},
		{"two changes by way of a hard link", []tree.Change{edit("file"), edit("hard")}, "file and hard are one file, to which only one change can be made"},
		{"two new files of one name", []tree.Change{create("new"), create("new")}, "new and new are one file, to which only one change can be made"},
		{"names that differ in case", []tree.Change{create("new/a"), create("New/A")}, "new/a and New/A would be one file where upper and lower case are the same"},
		{"a new file that is a folder, too", []tree.Change{create("new"), create("new/a")}, "new can't be both a file and the folder of new/a"},
		{"in whatever order", []tree.Change{create("new/a"), create("new")}, "new can't be both a file and the folder of new/a"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			top := t.TempDir()
			root := filepath.Join(top, "root")
			put(t, filepath.Join(top, "outside"), "old", 0o644)
			put(t, filepath.Join(root, "file"), "old", 0o644)
			put(t, filepath.Join(root, "changed"), "other", 0o644)
			put(t, filepath.Join(root, "dir", "file"), "old", 0o644)
			for name, to := range map[string]string{"link": "file", "dangling": "none", "leading-out": "../outside", "folder-out": ".."} {
				if err := os.Symlink(to, filepath.Join(root, name)); err != nil {
					t.Skip(err)
				}
			}
			if err := os.Link(filepath.Join(root, "file"), filepath.Join(root, "hard")); err != nil {
				t.Skip(err)
			}
			old := snapshot(t, top)
			// One that could be made comes first.
			changes := []tree.Change{{File: filepath.Join(root, "dir", "file"), Old: []byte("old"), New: []byte("new")}}
			for _, c := range test.changes {
				if c.New != nil || c.Op == tree.Remove {
					c.File = filepath.Join(root, c.File)
				}
				changes = append(changes, c)
			}
			err := tree.Write(t.Context(), root, command, changes)
			if err == nil || !strings.Contains(filepath.ToSlash(err.Error()), test.want) {
				t.Errorf("got the error %v, want %q", err, test.want)
			}
			same(t, "a refusal", snapshot(t, top), old)
		})
	}
}

// The removal of a name and the creation of one in other case are two changes where
// case counts.
func TestWriteRenamesByCase(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	put(t, filepath.Join(root, "File.go"), "content", 0o644)
	if _, err := os.Lstat(filepath.Join(root, "file.go")); err == nil {
		t.Skip("case does not count here")
	}
	err := tree.Write(t.Context(), root, command, []tree.Change{
		{Op: tree.Remove, File: filepath.Join(root, "File.go"), Old: []byte("content")},
		{Op: tree.Create, File: filepath.Join(root, "file.go"), New: []byte("content")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := content(t, filepath.Join(root, "file.go")); got != "content" {
		t.Errorf("it holds %q", got)
	}
}

// A file that has more names is edited under the one that was given.
func TestWriteBreaksHardLinks(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	file, other := filepath.Join(root, "file"), filepath.Join(root, "other")
	put(t, file, "old", 0o644)
	if err := os.Link(file, other); err != nil {
		t.Skip(err)
	}
	err := tree.Write(t.Context(), root, command, []tree.Change{{File: file, Old: []byte("old"), New: []byte("new")}})
	if err != nil {
		t.Fatal(err)
	}
	if got := content(t, file) + content(t, other); got != "newold" {
		t.Errorf("they hold %q", got)
	}
}

// The root may be spelled with a symbolic link in it.
func TestWriteByWayOfALink(t *testing.T) {
	t.Parallel()
	real := sample(t)
	root := filepath.Join(t.TempDir(), "root")
	if err := os.Symlink(real, root); err != nil {
		t.Skip(err)
	}
	if err := tree.Write(t.Context(), root, command, sampleChanges(root)); err != nil {
		t.Fatal(err)
	}
	same(t, "Write", snapshot(t, real), newSample(t))
}

func TestWriteOfNothingNewWritesNothing(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	file := filepath.Join(root, "file")
	put(t, file, "same", 0o644)
	before, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, changes := range [][]tree.Change{nil, {{File: file, Old: []byte("same"), New: []byte("same")}}} {
		if err := tree.Write(t.Context(), root, command, changes); err != nil {
			t.Error(err)
		}
	}
	if after, err := os.Stat(file); err != nil || !os.SameFile(before, after) {
		t.Error("the file was replaced")
	}
}

// meddled writes the sample, and in the midst of it somebody else does something.
func meddled(t *testing.T, root string, meddle func()) error {
	t.Helper()
	n := halfway(t)
	return perform(t.Context(), "write", root, func(string, string, string) {
		if n--; n == 0 {
			meddle()
		}
	})
}

// What comes in the way of the writing makes it take back what was written, and keep
// what somebody else did.
func TestWriteTakesBack(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		meddle func(t *testing.T, root string)
		want   string
	}{
		{"a folder is in the way", func(t *testing.T, root string) {
			put(t, filepath.Join(root, "made", "empty", "file"), "of somebody else", 0o644)
		}, "made/empty has changed since it was read; run the command again"},
		{"a file is where one is to be created", func(t *testing.T, root string) {
			put(t, filepath.Join(root, "made", "empty"), "of somebody else", 0o644)
		}, "made/empty has changed since it was read; run the command again"},
		{"a file is in the way of a folder", func(t *testing.T, root string) {
			put(t, filepath.Join(root, "made"), "of somebody else", 0o644)
		}, "not a directory"},
		{"a file is edited", func(t *testing.T, root string) {
			put(t, filepath.Join(root, "gone", "only.go"), "of somebody else", 0o600)
		}, "gone/only.go has changed since it was read; run the command again"},
		{"a file is removed", func(t *testing.T, root string) {
			if err := os.Remove(filepath.Join(root, "gone", "only.go")); err != nil {
				t.Fatal(err)
			}
			put(t, filepath.Join(root, "made", "empty"), "of somebody else", 0o644)
		}, "made/empty has changed since it was read; run the command again"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			root, want := sample(t), sample(t)
			test.meddle(t, want)
			err := meddled(t, root, func() { test.meddle(t, root) })
			if err == nil || !strings.Contains(filepath.ToSlash(err.Error()), test.want) {
				t.Errorf("got the error %v, want %q", err, test.want)
			}
			same(t, "what is left", snapshot(t, root), snapshot(t, want))
		})
	}
}

// Where permissions are missing, all stays old.
func TestWriteWithoutPermission(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{".", "bin", "made"} {
		root := sample(t)
		locked := filepath.Join(root, dir)
		if err := os.MkdirAll(locked, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(locked, 0o555); err != nil {
			t.Fatal(err)
		}
		defer os.Chmod(locked, 0o777) // so that it can be removed
		if err := os.WriteFile(filepath.Join(locked, "probe"), nil, 0o666); err == nil {
			t.Skip("permissions do not stop this user")
		}
		old := snapshot(t, root)
		err := tree.Write(t.Context(), root, command, sampleChanges(root))
		if !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%s: got %v, want that permission is denied", dir, err)
		}
		same(t, dir, snapshot(t, root), old)
	}
}

func TestWriteTakesBackWhenTheContextEnds(t *testing.T) {
	t.Parallel()
	root := sample(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("enough")
	n := halfway(t)
	err := perform(ctx, "write", root, func(string, string, string) {
		if n--; n == 0 {
			cancel(stop)
		}
	})
	if !errors.Is(err, stop) {
		t.Errorf("got %v, want the context's cause", err)
	}
	same(t, "what is left", snapshot(t, root), oldSample(t))
}

// Where a file that was written has been edited at once, nothing can be taken back.
// The journal stays, and tells.
func TestWriteThatCantTakeBack(t *testing.T) {
	t.Parallel()
	root := sample(t)
	edited := filepath.Join(root, "api", "crlf.go")
	err := meddled(t, root, func() {
		put(t, edited, "of somebody else", 0o644)
		put(t, filepath.Join(root, "made", "empty"), "of somebody else", 0o644)
	})
	if _, ok := errors.AsType[*tree.EditedError](err); !ok || !strings.Contains(err.Error(), `"gomend abort"`) {
		t.Fatalf("got %v, want an *EditedError that says how to go on", err)
	}
	j := pending(t, root)
	if want := []string{"api/crlf.go", "made/empty"}; !slices.Equal(slashed(j.Edited), want) {
		t.Errorf("edited are %q, want %q", j.Edited, want)
	}
	put(t, edited, "\ufeffpackage api\r\n", 0o644)
	if err := os.Remove(filepath.Join(root, "made", "empty")); err != nil {
		t.Fatal(err)
	}
	finish(t, "abort", root)
	same(t, "abort", snapshot(t, root), oldSample(t))
}

// Of several processes, one writes at a time.
func TestWritersWait(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	file := filepath.Join(root, "file")
	put(t, file, "", 0o644)
	const writers = 8
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range 5 {
				appendTo(t, root, file)
			}
		})
	}
	wg.Wait()
	if got := len(content(t, file)); got != writers*5 {
		t.Errorf("%d of %d changes are there", got, writers*5)
	}
	if got := snapshot(t, root); len(got) != 1 {
		t.Errorf("more is left than the file: %v", got)
	}
}

// appendTo adds a byte to the file, however often others are faster.
func appendTo(t *testing.T, root, file string) {
	for {
		old, err := os.ReadFile(file)
		if err != nil {
			t.Error(err)
			return
		}
		err = tree.Write(t.Context(), root, command, []tree.Change{{File: file, Old: old, New: append(slices.Clone(old), 'x')}})
		if _, ok := errors.AsType[*tree.ChangedError](err); ok {
			continue
		}
		if err != nil {
			t.Error(err)
		}
		return
	}
}

// Who waits for another process can stop waiting.
func TestWaitingEndsWithTheContext(t *testing.T) {
	t.Parallel()
	root := sample(t)
	inside, leave := make(chan struct{}), make(chan struct{})
	done := make(chan error)
	go func() {
		var once sync.Once
		done <- perform(t.Context(), "write", root, func(op, _, _ string) {
			if op == "rename" {
				once.Do(func() { close(inside); <-leave })
			}
		})
	}()
	<-inside
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := tree.Write(ctx, root, command, sampleChanges(root))
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "another gomend") {
		t.Errorf("got %v, want that another gomend is at it", err)
	}
	close(leave)
	if err := <-done; err != nil {
		t.Error(err)
	}
	same(t, "the first", snapshot(t, root), newSample(t))
}

// What is planted in place of the journal is not followed.
func TestFolderOfTheJournalIsNoFolder(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("needs symbolic links")
	}
	for _, name := range []string{".gomend-journal", ".gomend-journal/lock"} {
		top := t.TempDir()
		root := filepath.Join(top, "root")
		put(t, filepath.Join(root, "file"), "old", 0o644)
		link := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(link), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(top, link); err != nil {
			t.Fatal(err)
		}
		old := snapshot(t, top)
		err := tree.Write(t.Context(), root, command, []tree.Change{{File: filepath.Join(root, "file"), Old: []byte("old"), New: []byte("new")}})
		if err == nil || !strings.Contains(err.Error(), name+" is not a f") {
			t.Errorf("with a link as %s, it fails with %v", name, err)
		}
		same(t, "a refusal", snapshot(t, top), old)
	}
}

// A file that is created has the permissions that the change says.
func TestPermissionsOfNewFiles(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("there are no such permissions")
	}
	root := t.TempDir()
	name := filepath.Join(root, "bin", "run.sh")
	changes := []tree.Change{{Op: tree.Create, File: name, New: []byte("#!/bin/sh\n"), Perm: 0o750}}
	if err := tree.Write(t.Context(), root, command, changes); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o750 {
		t.Errorf("the permissions are %v, want %v", got, fs.FileMode(0o750))
	}
}
