package rev

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/gomend/gomend/internal/scratch"
)

// A Tree is the files of a commit in a temporary directory. Submodules are empty
// directories in it.
type Tree struct {
	// Commit is the commit's hash.
	Commit string

	// Dir is the absolute path of the directory; it stands for the work tree's
	// root.
	Dir string

	// WorkFile is the go.work file that stands for the one that [Repo.Checkout]
	// was given, or "".
	WorkFile string
}

// Checkout lays out the files of a commit. The caller must Close the tree.
//
// Of workFile, the go.work file in force in the work tree or "", the tree has its
// own counterpart: the commit's if it is tracked; otherwise, as where it is ignored
// by git, a copy with the members that exist in the commit.
func (r *Repo) Checkout(ctx context.Context, commit, workFile string) (_ *Tree, err error) {
	top, err := r.slot()
	if err != nil {
		return nil, err
	}
	t := &Tree{Commit: commit, Dir: filepath.Join(top, filepath.Base(r.Root))}
	defer func() {
		if err != nil {
			t.Close()
		}
	}()
	if err := os.Mkdir(t.Dir, 0o777); err != nil {
		return nil, err
	}
	// An index of its own and checkout-index leave no trace in the repository,
	// run no hooks and heed no export attributes, unlike "git worktree add" and
	// "git archive".
	index := []string{"GIT_INDEX_FILE=" + filepath.Join(top, "index")}
	if _, err := r.gitWith(ctx, index, "read-tree", commit); err != nil {
		return nil, err
	}
	prefix := filepath.ToSlash(t.Dir) + "/"
	if _, err := r.gitWith(ctx, index, "checkout-index", "--all", "--force", "--prefix="+prefix); err != nil {
		return nil, err
	}
	if workFile != "" {
		if t.WorkFile, err = t.carryOver(r.Root, workFile); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// slots is how many trees of one repository may stand in directories of the same
// names every time.
const slots = 8

// slot makes an empty directory for a tree. The go command's cache knows a package
// by its directory, among other things: where a tree stands in the same place as
// the one before, what is the same in both need not be analysed again.
func (r *Repo) slot() (string, error) {
	sum := sha256.Sum256([]byte(r.Root))
	for i := range slots {
		dir, err := scratch.Claim(fmt.Sprintf("gomend-rev-%x-%d", sum[:6], i))
		if !errors.Is(err, fs.ErrExist) {
			return dir, err
		}
	}
	return scratch.Dir("rev")
}

// Close removes the directory.
func (t *Tree) Close() error { return os.RemoveAll(filepath.Dir(t.Dir)) }

// path returns the tree's counterpart of a path in the work tree at root, or path
// itself if it lies elsewhere.
func (t *Tree) path(root, path string) string {
	rel, err := filepath.Rel(root, path)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return path
	}
	return filepath.Join(t.Dir, rel)
}

// carryOver returns the tree's counterpart of a go.work file; it writes one if the
// commit has none.
func (t *Tree) carryOver(root, workFile string) (string, error) {
	name := t.path(root, workFile)
	if name == workFile { // it stands above the repository, or elsewhere
		name = filepath.Join(t.Dir, "go.work")
	}
	if _, err := os.Stat(name); err == nil {
		return name, nil
	}
	data, err := os.ReadFile(workFile)
	if err != nil {
		return "", err
	}
	f, err := modfile.ParseWork(workFile, data, func(_, v string) (string, error) { return v, nil })
	if err != nil {
		return "", err
	}
	if err := t.redirect(f, root, filepath.Dir(workFile)); err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return "", err
	}
	if err := os.WriteFile(name, modfile.Format(f.Syntax), 0o666); err != nil {
		return "", err
	}
	if sums, err := os.ReadFile(workFile + ".sum"); err == nil {
		return name, os.WriteFile(name+".sum", sums, 0o666)
	}
	return name, nil
}

// redirect makes the paths in f, which are relative to dir, lead to the tree where
// they led into the work tree at root. Members that the commit does not have are
// dropped.
func (t *Tree) redirect(f *modfile.WorkFile, root, dir string) error {
	abs := func(path string) string {
		path = filepath.FromSlash(path)
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		return t.path(root, path)
	}
	for _, use := range append([]*modfile.Use{}, f.Use...) {
		member := abs(use.Path)
		if err := f.DropUse(use.Path); err != nil {
			return err
		}
		if _, err := os.Stat(filepath.Join(member, "go.mod")); err != nil {
			continue
		}
		if err := f.AddUse(filepath.ToSlash(member), use.ModulePath); err != nil {
			return err
		}
	}
	for _, r := range append([]*modfile.Replace{}, f.Replace...) {
		if r.New.Version != "" || !modfile.IsDirectoryPath(r.New.Path) {
			continue
		}
		if err := f.AddReplace(r.Old.Path, r.Old.Version, filepath.ToSlash(abs(r.New.Path)), ""); err != nil {
			return err
		}
	}
	f.Cleanup()
	return nil
}
