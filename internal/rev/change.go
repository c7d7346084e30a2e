package rev

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gomend/gomend/internal/scratch"
)

// A Status is what happened to a file.
type Status byte

const (
	Added    Status = 'A'
	Deleted  Status = 'D'
	Modified Status = 'M'
	Renamed  Status = 'R' // and perhaps modified
)

// A Change is a file that differs between a commit and the work tree. Its names are
// relative to the work tree's root, with slashes.
type Change struct {
	Status Status
	// Path is the file in the work tree; of a deleted file, in the commit.
	Path string
	// OldPath is a renamed file's name in the commit.
	OldPath string
}

// Changes returns the files that differ between a commit and the work tree, sorted
// by git. Files that are not tracked and not ignored count as added, or as renamed
// where they resemble one that is gone.
func (r *Repo) Changes(ctx context.Context, commit string) ([]Change, error) {
	env, remove, err := r.aside(ctx)
	if err != nil {
		return nil, err
	}
	defer remove()
	// Announced in the index, untracked files are seen by the diff.
	if _, err := r.gitWith(ctx, env, "add", "--intent-to-add", "--", "."); err != nil {
		return nil, err
	}
	out, err := r.gitWith(ctx, env, "diff", "--name-status", "-M", "-z", "--no-ext-diff", "--ignore-submodules", "--end-of-options", commit, "--")
	if err != nil {
		return nil, err
	}
	return parseChanges(out)
}

// aside returns an environment in which git writes to a copy of the index and to
// an object store of its own: it stores an object even for a file that is only
// announced.
func (r *Repo) aside(ctx context.Context) (env []string, remove func(), err error) {
	dir, err := scratch.Dir("index")
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(dir)
		}
	}()
	out, err := r.git(ctx, "rev-parse", "--git-path", "index", "--git-path", "objects")
	if err != nil {
		return nil, nil, err
	}
	index, objects, _ := strings.Cut(strings.TrimSuffix(out, "\n"), "\n")
	copied := filepath.Join(dir, "index")
	if err := copyFile(copied, r.absolute(index)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	store := filepath.Join(dir, "objects")
	if err := os.Mkdir(store, 0o777); err != nil {
		return nil, nil, err
	}
	env = []string{
		"GIT_INDEX_FILE=" + copied,
		"GIT_OBJECT_DIRECTORY=" + store,
		"GIT_ALTERNATE_OBJECT_DIRECTORIES=" + r.absolute(objects),
	}
	return env, func() { os.RemoveAll(dir) }, nil
}

// absolute returns a path that git gave relative to the root.
func (r *Repo) absolute(path string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(r.Root, path)
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	// By the index's time git tells which files may have changed after it had looked at
	// them, although their times and sizes are the same.
	info, err := in.Stat()
	if err != nil {
		return err
	}
	return os.Chtimes(to, info.ModTime(), info.ModTime())
}

// parseChanges parses the output of "git diff --name-status -z".
func parseChanges(out string) ([]Change, error) {
	var changes []Change
	fields := strings.Split(strings.TrimSuffix(out, "\x00"), "\x00")
	for len(fields) > 0 && fields[0] != "" {
		status := Status(fields[0][0])
		names := 1
		if status == Renamed {
			names = 2
		}
		if len(fields) <= names {
			return nil, fmt.Errorf("git diff --name-status: %q has no file name", fields[0])
		}
		c := Change{Status: status, Path: fields[names]}
		if status == Renamed {
			c.OldPath = fields[1]
		}
		if status == 'T' { // a file became a symbolic link or the reverse
			c.Status = Modified
		}
		changes = append(changes, c)
		fields = fields[names+1:]
	}
	return changes, nil
}
