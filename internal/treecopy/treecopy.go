// Package treecopy copies a code base to a temporary directory, to try there what an overlay
// can't show: tests and generators that read the tree, coverage, commands that write.
package treecopy

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/gomend/gomend/internal/scratch"
)

// A Copy is a directory with the files of a code base.
type Copy struct {
	// Root is the code base's top directory, and Dir the one that stands for it.
	Root, Dir string

	// Env are variables for the go command to run in the copy, each "NAME=value".
	Env []string
}

// New copies what git keeps, and what it would, or everything where there is no git, and
// the named go.work file, even if git ignores that. Where git is in use, the copy is a
// repository of its own, so that who asks for the top directory finds the copy. The
// purpose, a word, tells copies apart.
//
// The go command's cache knows packages by their directories, among other things: if it
// can, New takes the same place each time, so that what was built there is found again.
func New(ctx context.Context, root, workFile, purpose string) (*Copy, error) {
	sum := sha256.Sum256([]byte(root))
	top, err := scratch.Claim(fmt.Sprintf("gomend-%s-%x", purpose, sum[:6]))
	if errors.Is(err, fs.ErrExist) {
		top, err = scratch.Dir(purpose)
	}
	if err != nil {
		return nil, err
	}
	c := &Copy{Root: root, Dir: filepath.Join(top, filepath.Base(root))}
	if err := c.fill(ctx, workFile); err != nil {
		os.RemoveAll(top)
		return nil, fmt.Errorf("copying %s: %w", root, err)
	}
	return c, nil
}

// Close removes the copy.
func (c *Copy) Close() error {
	var err error
	// What was started in it may outlive its parent for a moment where that is interrupted,
	// and still write.
	for range 20 {
		if err = os.RemoveAll(filepath.Dir(c.Dir)); err == nil {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return err
}

// Path returns the copy's counterpart of a file or directory of the code base. What lies
// elsewhere is its own.
func (c *Copy) Path(name string) string {
	rel, err := filepath.Rel(c.Root, name)
	if err != nil || !filepath.IsLocal(rel) {
		return name
	}
	return filepath.Join(c.Dir, rel)
}

// Original returns a text in which files of the copy go by the names of those that they are
// copies of.
func (c *Copy) Original(text string) string { return strings.ReplaceAll(text, c.Dir, c.Root) }

// Write gives the copy of a file new content; nil removes it. A file that lies elsewhere has no
// copy, and is not written to.
func (c *Copy) Write(name string, content []byte) error {
	to := c.Path(name)
	if to == name {
		return fmt.Errorf("%s lies outside of %s, of which there is a copy", name, c.Root)
	}
	if content == nil {
		if err := os.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o666)
}

func (c *Copy) fill(ctx context.Context, workFile string) error {
	names, err := c.names(ctx)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Dir, 0o777); err != nil {
		return err
	}
	for _, name := range names {
		if err := c.Restore(name); err != nil {
			return err
		}
	}
	if workFile == "" {
		return nil
	}
	rel, err := filepath.Rel(c.Root, workFile)
	if err != nil || !filepath.IsLocal(rel) {
		return nil // it stands elsewhere, and lists the modules of the tree and not of the copy
	}
	c.Env = []string{"GOWORK=" + filepath.Join(c.Dir, rel)}
	return errors.Join(c.Restore(rel), c.Restore(rel+".sum")) // git may ignore them
}

// names returns the files to copy, relative to the root.
func (c *Copy) names(ctx context.Context) ([]string, error) {
	if names, err := c.tracked(ctx); err == nil {
		if err := exec.CommandContext(ctx, "git", "init", "-q", c.Dir).Run(); err != nil {
			return nil, fmt.Errorf("git init: %w", err)
		}
		return names, nil
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	var names []string
	err := filepath.WalkDir(c.Root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			// Temporary files may stand below the root.
			if name == filepath.Dir(c.Dir) || d.Name() == "node_modules" || d.Name() == ".git" {
				return filepath.SkipDir
			}
			return nil
		}
		rel, err := filepath.Rel(c.Root, name)
		names = append(names, rel)
		return err
	})
	return names, err
}

// tracked returns the files that git keeps, in submodules as well, and those that it would.
func (c *Copy) tracked(ctx context.Context) ([]string, error) {
	var names []string
	for _, which := range [][]string{{"--cached", "--recurse-submodules"}, {"--others", "--exclude-standard"}} {
		cmd := exec.CommandContext(ctx, "git", append([]string{"ls-files", "-z"}, which...)...)
		cmd.Dir = c.Root
		out, err := cmd.Output()
		if err != nil {
			return nil, err
		}
		names = append(names, strings.FieldsFunc(filepath.FromSlash(string(out)), func(c rune) bool { return c == 0 })...)
	}
	return names, nil
}

// Restore makes a file of the copy, by its name relative to the root, as it is in the tree.
// What is not there, or is no file, as a submodule that is not checked out, is not there then
// either.
func (c *Copy) Restore(rel string) error {
	from, to := filepath.Join(c.Root, rel), filepath.Join(c.Dir, rel)
	info, err := os.Lstat(from)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.IsDir() {
		if err := os.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		if err := os.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return os.Symlink(target, to)
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, info.Mode().Perm())
}
