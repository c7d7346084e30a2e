package workspace

import (
	"context"
	"fmt"
	"time"

	"github.com/gomend/gomend/internal/rev"
)

// Past is a code base as it was at a commit, laid out in a temporary directory, without what
// git does not know.
type Past struct {
	// Commit is the commit's hash, and Time when it was made.
	Commit string
	Time   time.Time

	// Config says how to look at it, as at the code base now. The code base need not have
	// existed then.
	Config Config

	tree *rev.Tree
}

// OpenPast lays out what w, which cfg names, was at the commit from which HEAD and a revision
// have parted, so that what others changed there since does not count. It has to be closed.
func OpenPast(ctx context.Context, w *Workspace, cfg Config, revision string) (*Past, error) {
	repo, err := rev.Open(ctx, w.Root, cfg.Log)
	if err != nil {
		return nil, err
	}
	p := new(Past)
	if p.Commit, err = repo.ForkPoint(ctx, revision); err != nil {
		return nil, err
	}
	if p.Time, err = repo.Time(ctx, p.Commit); err != nil {
		return nil, err
	}
	workFile := ""
	if w.WorkFile != nil {
		workFile = w.WorkFile.Path
	}
	if p.tree, err = repo.Checkout(ctx, p.Commit, workFile); err != nil {
		return nil, fmt.Errorf("laying out commit %s: %w", p.Commit, err)
	}
	if p.Config, err = w.Relocate(cfg, repo.Root, p.tree.Dir, p.tree.WorkFile); err != nil {
		p.tree.Close()
		return nil, err
	}
	return p, nil
}

// Close removes the files.
func (p *Past) Close() error { return p.tree.Close() }
