package affected

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/gomend/gomend/internal/rev"
	"github.com/gomend/gomend/workspace"
)

// Since returns the packages that are affected by what was changed in the work tree
// since a revision: since the commit from which HEAD and the revision have parted,
// so that what others changed there does not count.
//
// The options' Changed is not looked at: git tells it. The code base need not have
// existed then.
func Since(ctx context.Context, head Side, revision string, o Options) (*Result, error) {
	r, err := since(ctx, head, revision, o)
	if err != nil {
		return nil, fmt.Errorf("comparing with %s: %w", revision, err)
	}
	return r, nil
}

func since(ctx context.Context, head Side, revision string, o Options) (*Result, error) {
	repo, err := rev.Open(ctx, head.Code.Root, head.Config.Log)
	if err != nil {
		return nil, err
	}
	commit, err := repo.ForkPoint(ctx, revision)
	if err != nil {
		return nil, err
	}
	root, err := filepath.Rel(repo.Root, head.Code.Root)
	if err != nil {
		return nil, err
	}
	o.Changed, err = changedSince(ctx, repo, commit, root)
	if err != nil {
		return nil, err
	}
	if len(o.Changed) == 0 {
		r, err := Packages(ctx, Side{}, head, o)
		return withBase(r, commit), err
	}
	workFile := ""
	if head.Code.WorkFile != nil {
		workFile = head.Code.WorkFile.Path
	}
	tree, err := repo.Checkout(ctx, commit, workFile)
	if err != nil {
		return nil, fmt.Errorf("laying out commit %s: %w", commit, err)
	}
	defer tree.Close()
	base, err := openBase(ctx, head, tree, root)
	if err != nil {
		return nil, err
	}
	if base.Code != nil {
		defer base.Code.Close()
	}
	r, err := Packages(ctx, base, head, o)
	return withBase(r, commit), err
}

func withBase(r *Result, commit string) *Result {
	if r != nil {
		r.Base = commit
	}
	return r
}

// changedSince returns the files that git knows to differ, relative to root, the
// code base's place in the repository.
func changedSince(ctx context.Context, repo *rev.Repo, commit, root string) ([]string, error) {
	changes, err := repo.Changes(ctx, commit)
	if err != nil {
		return nil, err
	}
	files := []string{}
	for _, change := range changes {
		for _, name := range []string{change.Path, change.OldPath} {
			if name == "" {
				continue
			}
			rel, err := filepath.Rel(root, filepath.FromSlash(name))
			if err != nil {
				return nil, err
			}
			files = append(files, path.Clean(filepath.ToSlash(rel)))
		}
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}

// openBase opens the code base in the tree of another revision. It has no Code where
// there was none yet.
func openBase(ctx context.Context, head Side, tree *rev.Tree, root string) (Side, error) {
	cfg := head.Config
	cfg.Dir = filepath.Join(tree.Dir, root)
	cfg.Root = cfg.Dir
	if tree.WorkFile != "" {
		cfg.Env = append(slices.Clip(environ(cfg)), "GOWORK="+tree.WorkFile)
	}
	code, err := workspace.Open(ctx, cfg)
	var none *workspace.NoModuleError
	if errors.As(err, &none) || errors.Is(err, fs.ErrNotExist) {
		return Side{}, nil
	}
	return Side{Code: code, Config: cfg}, err
}

// environ returns the environment that the go command starts from.
func environ(cfg workspace.Config) []string {
	if cfg.Env == nil {
		return os.Environ()
	}
	return cfg.Env
}
