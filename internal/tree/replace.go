// Package tree writes the files of a user's tree. [Replace] writes one: whole, or it
// stays as it was. [Write] changes several: all, or none, whatever happens meanwhile.
//
// What Write is about to do stands in a journal, a folder in the tree, before the
// first file is touched:
//
//	.gomend-journal/lock       is locked while a process uses the folder
//	.gomend-journal/old/...    copies of the files as they are
//	.gomend-journal/new/...    copies of the files as they are to be
//	.gomend-journal/manifest   says what becomes of which file
//
// The manifest comes last and goes first; each file changes by one renaming or
// removal in between. A folder without it is thus rubbish, and with it every file is
// old or new. Copies stay until the end, so that a journal can be finished either way
// from wherever a process was killed. Whatever the next step relies on is synced
// before, for a loss of power.
package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Replace gives a file new content, or creates it, by way of a temporary one beside
// it: who reads it sees all of the old or all of the new. The file keeps its
// permissions, and a symbolic link that leads to it stays. What is not a regular
// file, such as a pipe or /dev/stderr, is written to as it is.
func Replace(name string, content []byte) error {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return rename(name, content, nil)
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return writeTo(name, content)
	}
	if name, err = filepath.EvalSymlinks(name); err != nil {
		return err
	}
	return rename(name, content, info)
}

// rename writes a temporary file and gives it the name, and the permissions of the
// file that old describes, if there is one.
func rename(name string, content []byte, old fs.FileInfo) error {
	temp, err := createBeside(name)
	if err != nil {
		return err
	}
	var perm *fs.FileMode
	if old != nil {
		perm = new(old.Mode().Perm())
	}
	err = errors.Join(fill(temp, content, perm), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return nil
}

// createBeside creates a file in the folder of the named one. Unlike
// [os.CreateTemp], which is for the eyes of one user, it leaves the permissions
// to the umask.
func createBeside(name string) (*os.File, error) {
	for i := 0; ; i++ {
		temp := fmt.Sprintf("%s.%d-%d.tmp", name, os.Getpid(), i)
		f, err := os.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

// fill writes the content of a new file. Before, it sets the permissions, unless they
// are left to the umask, so that nobody reads what is not for him.
func fill(f *os.File, content []byte, perm *fs.FileMode) error {
	if perm != nil {
		if err := f.Chmod(*perm); err != nil {
			return err
		}
	}
	_, err := f.Write(content)
	return err
}

func writeTo(name string, content []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}
