// Package tree writes the files of a user's tree. A file is written whole, or stays
// as it was, whatever happens meanwhile.
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
	_, err = temp.Write(content)
	if old != nil {
		err = errors.Join(err, temp.Chmod(old.Mode().Perm()))
	}
	err = errors.Join(err, temp.Close())
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

func writeTo(name string, content []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}
