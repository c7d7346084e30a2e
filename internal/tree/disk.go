package tree

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"runtime"
	"slices"
	"syscall"
)

// A disk changes what lies below a root and nothing else, even where a symbolic link
// leads out of it. Names are relative to the root, with slashes.
//
// It remembers which directories have entries that a loss of power would undo.
type disk struct {
	root *os.Root
	// unsynced are the directories whose entries have changed since sync.
	unsynced map[string]bool
	// onStep is called before everything that changes what a later run would find,
	// so that tests can stop there. It is nil otherwise.
	onStep func(step)
}

// A step is one operation on the disk.
type step struct {
	op   string
	name string
	to   string // of a renaming
}

func (d *disk) step(op, name, to string) {
	if d.onStep != nil {
		d.onStep(step{op, name, to})
	}
}

// touch remembers that the entry of the name in its directory may not be durable.
func (d *disk) touch(name string) { d.unsynced[path.Dir(name)] = true }

// absent reports whether an error says that there is no such file.
func absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// create writes a new file and makes its content durable, though not its name. With
// nil permissions the umask decides. It takes the place of what a run that was killed
// has left of the same file.
func (d *disk) create(name string, content []byte, perm *fs.FileMode) error {
	f, err := d.open(name)
	if errors.Is(err, fs.ErrExist) {
		if err := d.remove(name); err != nil {
			return err
		}
		f, err = d.open(name)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	d.step("write", name, "")
	if err := fill(f, content, perm); err != nil {
		return err
	}
	d.step("sync", name, "")
	return errors.Join(f.Sync(), f.Close())
}

func (d *disk) open(name string) (*os.File, error) {
	d.step("create", name, "")
	d.touch(name)
	return d.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
}

// mkdirs makes a directory and those above it, where they are missing.
func (d *disk) mkdirs(name string) error {
	info, err := d.root.Stat(name)
	switch {
	case err == nil && info.IsDir():
		return nil
	case err == nil:
		return &fs.PathError{Op: "mkdir", Path: name, Err: syscall.ENOTDIR}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if err := d.mkdirs(path.Dir(name)); err != nil {
		return err
	}
	return d.mkdir(name)
}

// mkdir makes a directory unless there is one.
func (d *disk) mkdir(name string) error {
	d.step("mkdir", name, "")
	d.touch(name)
	if err := d.root.Mkdir(name, 0o777); !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

func (d *disk) rename(from, to string) error {
	d.step("rename", from, to)
	d.touch(from)
	d.touch(to)
	return d.root.Rename(from, to)
}

// remove removes a file or an empty directory.
func (d *disk) remove(name string) error {
	d.step("remove", name, "")
	d.touch(name)
	return d.root.Remove(name)
}

func (d *disk) removeAll(name string) error {
	d.step("removeAll", name, "")
	d.touch(name)
	return d.root.RemoveAll(name)
}

// sync makes durable which names the directories hold, as far as the system can.
func (d *disk) sync() error {
	for name := range d.unsynced {
		if info, err := d.root.Stat(name); absent(err) || err == nil && !info.IsDir() {
			delete(d.unsynced, name) // it is its parent that tells so
		}
	}
	names := make([]string, 0, len(d.unsynced))
	for name := range d.unsynced {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		d.step("syncDir", name, "")
		if err := d.syncDir(name); err != nil {
			return err
		}
		delete(d.unsynced, name)
	}
	return nil
}

// syncDir is in vain on Windows, where directories can't be synced, and on some
// network file systems, which say so by these errors.
func (d *disk) syncDir(name string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := d.root.Open(name)
	if err != nil {
		return err
	}
	defer dir.Close()
	err = dir.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) {
		return nil
	}
	return err
}
