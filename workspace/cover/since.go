package cover

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"

	"github.com/gomend/gomend/internal/rev"
	"github.com/gomend/gomend/workspace"
)

// Since measures the coverage of the code base that cfg names, as it stands on the disk and
// as it was at a revision, and compares the two: at the commit from which HEAD and the
// revision have parted, so that what others changed there does not count.
//
// The base is laid out in a temporary directory, without what git does not know; what needs
// that is unknown there. The code base need not have existed then.
func Since(ctx context.Context, cfg workspace.Config, revision string, o Options) (*Comparison, error) {
	c, err := since(ctx, cfg, revision, o)
	if err != nil {
		return nil, fmt.Errorf("comparing the coverage with %s: %w", revision, err)
	}
	return c, nil
}

func since(ctx context.Context, cfg workspace.Config, revision string, o Options) (*Comparison, error) {
	if cfg.Overlay != "" {
		return nil, fmt.Errorf("coverage is measured of files on disk, not of an overlay (%s): save the files first", cfg.Overlay)
	}
	w, err := workspace.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer w.Close() // temporary files
	repo, err := rev.Open(ctx, w.Root, cfg.Log)
	if err != nil {
		return nil, err
	}
	commit, err := repo.ForkPoint(ctx, revision)
	if err != nil {
		return nil, err
	}
	changes, err := repo.Changes(ctx, commit)
	if err != nil {
		return nil, err
	}
	renamed, err := renames(changes, repo.Root, w.Root)
	if err != nil {
		return nil, err
	}
	head, err := measure(ctx, w, cfg, o)
	if err != nil {
		return nil, err
	}
	base := head
	if len(changes)+len(o.BaseProfiles)+len(o.BaseData) > 0 {
		if base, err = measureBase(ctx, w, cfg, o, repo, commit); err != nil {
			return nil, err
		}
	}
	c := Compare(base, head, renamed)
	if o.Again && len(c.Regressions) > 0 {
		if c, err = again(ctx, w, cfg, o, c, renamed); err != nil {
			return nil, err
		}
	}
	c.Revision = commit
	return c, nil
}

// renames returns the old names of the files that git takes for renamed, by their new ones,
// relative to the root of the code base in the repository.
func renames(changes []rev.Change, repository, root string) (map[string]string, error) {
	within, err := filepath.Rel(repository, root)
	if err != nil {
		return nil, err
	}
	renamed := make(map[string]string)
	for _, change := range changes {
		if change.Status != rev.Renamed {
			continue
		}
		is, err := relative(within, change.Path)
		if err != nil {
			return nil, err
		}
		if renamed[is], err = relative(within, change.OldPath); err != nil {
			return nil, err
		}
	}
	return renamed, nil
}

// relative returns a name in the repository relative to a directory in it.
func relative(dir, name string) (string, error) {
	rel, err := filepath.Rel(dir, filepath.FromSlash(name))
	return path.Clean(filepath.ToSlash(rel)), err
}

// measureBase measures the code base as it was at a commit.
func measureBase(ctx context.Context, head *workspace.Workspace, cfg workspace.Config, o Options, repo *rev.Repo, commit string) (*Coverage, error) {
	var err error
	// Files that the user names are where the user stands, not in the tree.
	if o.Profiles, err = absolute(cfg.Dir, o.BaseProfiles); err != nil {
		return nil, err
	}
	if o.Data, err = absolute(cfg.Dir, o.BaseData); err != nil {
		return nil, err
	}
	workFile := ""
	if head.WorkFile != nil {
		workFile = head.WorkFile.Path
	}
	tree, err := repo.Checkout(ctx, commit, workFile)
	if err != nil {
		return nil, fmt.Errorf("laying out commit %s: %w", commit, err)
	}
	defer tree.Close()
	if cfg, err = head.Relocate(cfg, repo.Root, tree.Dir, tree.WorkFile); err != nil {
		return nil, err
	}
	w, err := workspace.Open(ctx, cfg)
	if _, none := errors.AsType[*workspace.NoModuleError](err); none || errors.Is(err, fs.ErrNotExist) {
		return &Coverage{Mode: "set"}, nil
	}
	if err != nil {
		return nil, err
	}
	defer w.Close()
	for {
		c, err := measure(ctx, w, cfg, o)
		none, ok := errors.AsType[*workspace.NoMatchError](err)
		if !ok {
			return c, err
		}
		// What the pattern names is new.
		o.Patterns = slices.DeleteFunc(slices.Clone(o.Patterns), func(p string) bool { return p == none.Pattern })
		if len(o.Patterns) == 0 {
			return &Coverage{Mode: "set"}, nil
		}
	}
}

// absolute returns names that are relative to dir as absolute ones.
func absolute(dir string, names []string) ([]string, error) {
	var all []string
	for _, name := range names {
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		abs, err := filepath.Abs(name)
		if err != nil {
			return nil, err
		}
		all = append(all, abs)
	}
	return all, nil
}

// again runs the tests of the packages with regressions once more, and compares again with
// what both runs cover.
func again(ctx context.Context, w *workspace.Workspace, cfg workspace.Config, o Options, first *Comparison, renamed map[string]string) (*Comparison, error) {
	if !o.Across { // otherwise tests of any package may be what covers it
		o.Patterns = nil
		for _, r := range first.Regressions {
			if !slices.Contains(o.Patterns, r.Package) {
				o.Patterns = append(o.Patterns, r.Package)
			}
		}
	}
	o.Profiles, o.Data = nil, nil
	o.TestFlags = slices.Concat([]string{"-count=1"}, o.TestFlags) // the go command remembers results
	second, err := measure(ctx, w, cfg, o)
	if err != nil {
		return nil, err
	}
	first.Head.unite(second)
	c := Compare(first.Base, first.Head, renamed)
	for _, r := range first.Regressions {
		if !slices.ContainsFunc(c.Regressions, func(s Regression) bool { return s.Path == r.Path && s.Block == r.Block }) {
			c.Flaky = append(c.Flaky, r)
		}
	}
	return c, nil
}

// unite adds what another run of the same code covered.
func (c *Coverage) unite(other *Coverage) {
	files := make(map[string]*File)
	for _, p := range other.Packages {
		for _, f := range p.Files {
			files[f.Name] = f
		}
	}
	for _, p := range c.Packages {
		for _, f := range p.Files {
			if same := files[f.Name]; same != nil && len(same.Blocks) == len(f.Blocks) {
				for i := range f.Blocks {
					f.Blocks[i].add(same.Blocks[i].Times)
					if c.Mode == "set" {
						f.Blocks[i].Times = min(f.Blocks[i].Times, 1)
					}
				}
				f.countFunctions()
			}
		}
	}
}
