package leaktest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// downloaded reports whether a toolchain lies in the module cache, where the go command
// lets no overlay replace a file.
func downloaded(goroot, modcache string) bool {
	rel, err := filepath.Rel(modcache, goroot)
	return modcache != "" && err == nil && filepath.IsLocal(rel)
}

// link returns another name for a toolchain's directory, outside of the module cache. It
// stays the same from run to run, for the go command caches the results of tests that
// know of it by its name.
func (r *run) link(goroot string) (string, error) {
	dir := filepath.Join(r.cfg.LinkDir, filepath.Base(goroot))
	if r.cfg.LinkDir == "" {
		dir = filepath.Join(r.dir, filepath.Base(goroot))
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o777); err != nil {
		return "", err
	}
	err := os.Symlink(goroot, dir)
	if !errors.Is(err, fs.ErrExist) {
		return dir, err
	}
	to, err := os.Readlink(dir)
	if err != nil || to == goroot {
		return dir, err
	}
	if err := os.Remove(dir); err != nil { // of another module cache
		return "", err
	}
	return dir, os.Symlink(goroot, dir)
}
