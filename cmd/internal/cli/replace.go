package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// replaceFile gives a file new content by way of a temporary one beside it, so
// that whoever reads it sees all of the old or all of the new. An existing file
// keeps its permissions.
func replaceFile(name string, content []byte) (err error) {
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(name); err == nil {
		mode = info.Mode().Perm()
		// A symbolic link stays one.
		if name, err = filepath.EvalSymlinks(name); err != nil {
			return err
		}
	}
	temp, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(temp.Name()))
		}
	}()
	_, err = temp.Write(content)
	err = errors.Join(err, temp.Chmod(mode), temp.Close())
	if err != nil {
		return err
	}
	return os.Rename(temp.Name(), name)
}
