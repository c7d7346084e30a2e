// Package scratch makes temporary directories, and removes those that runs left
// which were killed.
//
// A directory's owner stands in a file of it, by process ID. What has no such file
// is not ours, whatever its name, and stays.
package scratch

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// prefix begins the names of all directories, so that people know whose they are.
const prefix = "gomend-"

// ownerFile holds the ID of the process that made the directory.
const ownerFile = ".gomend-owner"

// left is how old what a dead process left must be to be removed. Process IDs of
// another container say nothing here; none that shares the directory for temporary
// files runs for so long.
const left = 24 * time.Hour

// Dir makes a new directory for temporary files. The name tells the purpose, a
// word.
func Dir(purpose string) (string, error) {
	dir, err := os.MkdirTemp("", prefix+purpose+"-")
	if err != nil {
		return "", err
	}
	return dir, own(dir)
}

// Claim makes the directory for temporary files of the given name, which begins
// with "gomend-". Who makes it has it until it is removed: it fails with
// [io/fs.ErrExist] if it is there.
func Claim(name string) (string, error) {
	// The names that programs print should not have symbolic links in them.
	temp, err := filepath.EvalSymlinks(os.TempDir())
	if err != nil {
		return "", err
	}
	dir := filepath.Join(temp, name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", err
	}
	return dir, own(dir)
}

func own(dir string) error {
	err := os.WriteFile(filepath.Join(dir, ownerFile), []byte(strconv.Itoa(os.Getpid())), 0o666)
	if err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	return nil
}

// Sweep removes what dead processes left more than a day before now. What can't be
// removed stays: it harms nobody.
func Sweep(now time.Time, log *slog.Logger) {
	entries, err := os.ReadDir(os.TempDir())
	if err != nil {
		log.Debug("temporary files can't be listed", "err", err)
	}
	for _, e := range entries {
		dir := filepath.Join(os.TempDir(), e.Name())
		if !e.IsDir() || !strings.HasPrefix(e.Name(), prefix) || !abandoned(dir, now) {
			continue
		}
		err := os.RemoveAll(dir)
		log.Debug("an earlier run left temporary files", "dir", dir, "err", err)
	}
}

// abandoned reports whether the directory is ours, old, and its owner gone.
func abandoned(dir string, now time.Time) bool {
	name := filepath.Join(dir, ownerFile)
	info, err := os.Lstat(name)
	if err != nil || !info.Mode().IsRegular() || now.Sub(info.ModTime()) < left {
		return false
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return false
	}
	pid, err := strconv.Atoi(string(data))
	return err == nil && !alive(pid)
}

// alive reports whether there is a process of the ID, as far as can be told.
func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false // Windows tells it here, the others by the signal
	}
	defer p.Release()
	return runtime.GOOS == "windows" || !errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone)
}
