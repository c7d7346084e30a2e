package tree

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// A locked is a tree that no other process changes through this package until it is
// unlocked.
type locked struct {
	disk
	dir  string // absolute, without symbolic links
	file *lockedfile.File
}

// lock waits until no other process has the tree below root.
func lock(ctx context.Context, root string, onStep func(step)) (*locked, error) {
	dir, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, err
	}
	r, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	t := &locked{disk{root: r, unsynced: make(map[string]bool), onStep: onStep}, dir, nil}
	for t.file == nil && err == nil {
		err = t.tryLock(ctx)
	}
	if err != nil {
		r.Close()
		return nil, fmt.Errorf("%s can't be locked, without which its files can't be changed: %w", dir, err)
	}
	return t, nil
}

// tryLock makes the folder of the journal and takes the lock in it. It gets none if
// meanwhile another process has finished and removed both.
func (t *locked) tryLock(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := t.mkdir(folder); err != nil {
		return err
	}
	info, err := t.root.Lstat(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is not a folder: it is where the journal goes", filepath.Join(t.dir, folder))
	}
	// What is no file, as a link that was planted, would never be got.
	info, err = t.root.Lstat(lockName)
	if err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file: it is where the lock goes", filepath.Join(t.dir, filepath.FromSlash(lockName)))
	}
	t.step("create", lockName, "")
	f, err := acquire(ctx, filepath.Join(t.dir, filepath.FromSlash(lockName)))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	got, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	if there, err := t.root.Lstat(lockName); err != nil || !os.SameFile(got, there) {
		return f.Close()
	}
	t.file = f
	return nil
}

// acquire waits for the lock of a file or for the end of the context.
func acquire(ctx context.Context, file string) (*lockedfile.File, error) {
	type result struct {
		f   *lockedfile.File
		err error
	}
	got := make(chan result, 1)
	go func() {
		f, err := lockedfile.Edit(file)
		got <- result{f, err}
	}()
	select {
	case r := <-got:
		return r.f, r.err
	case <-ctx.Done():
		// The system's call has no end but the lock, which is let go at once.
		go func() {
			if r := <-got; r.err == nil {
				r.f.Close()
			}
		}()
		return nil, fmt.Errorf("another gomend is changing them: %w", context.Cause(ctx))
	}
}

// unlock lets other processes have the tree. Unless a journal is pending, nothing is
// left of the folder. What can't be removed harms nobody, and the next run tries
// again.
func (t *locked) unlock() {
	defer t.root.Close()
	defer t.file.Close()
	if t.pending() {
		return
	}
	t.sweep()
	// While the lock is held, nobody takes a new one by its name. Windows removes
	// no file that is open, thus none that another process waits for either.
	if runtime.GOOS == "windows" {
		t.file.Close()
	}
	t.remove(lockName)
	t.remove(folder)
}

// pending reports whether there is a journal to finish. What can't be told counts as
// one.
func (t *locked) pending() bool {
	_, err := t.root.Lstat(manifestName)
	return !errors.Is(err, fs.ErrNotExist)
}

// sweep removes from the folder all but the lock: what is left of a journal that is
// finished or was never completed.
func (t *locked) sweep() {
	dir, err := t.root.Open(folder)
	if err != nil {
		return
	}
	names, _ := dir.Readdirnames(-1)
	dir.Close()
	for _, base := range names {
		if name := folder + "/" + base; name != lockName {
			t.removeAll(name)
		}
	}
}
