package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/gomend/gomend/cmd/internal/series"
	"github.com/gomend/gomend/fixers/upgrade"
	"github.com/gomend/gomend/internal/rev"
	"github.com/gomend/gomend/workspace"
)

// commitBranch returns the name of the branch on which an upgrade is committed.
func commitBranch(f *upgradeFlags, to string) string {
	if f.branch != "" {
		return f.branch
	}
	return "gomend/go" + strings.TrimSuffix(to, ".0")
}

// commitSteps writes and commits the steps of an upgrade, on a branch of their own: all of
// them, or none.
func (a *app) commitSteps(ctx context.Context, code *workspace.Workspace, repo *rev.Repo, f *upgradeFlags, r *upgrade.Result) error {
	var steps []series.Step
	for _, s := range r.Steps {
		step := series.Step{Title: s.Title, Body: s.Body}
		for _, c := range s.Changes {
			name, err := series.NameOf(repo, c.File)
			if err != nil {
				return fmt.Errorf("--commit: %w", err)
			}
			step.Changes = append(step.Changes, series.Change{File: name, Old: c.Old, New: c.New})
		}
		steps = append(steps, step)
	}
	s, err := series.Begin(ctx, repo, a.Environ, code.Root, "gomend upgrade apply go@"+r.To+" --commit", commitBranch(f, r.To), steps)
	if err != nil {
		return err
	}
	if err := a.runSeries(ctx, s); err != nil {
		if undo := s.Undo(context.WithoutCancel(ctx)); undo != nil {
			return fmt.Errorf(`%w; what was done could not be taken back: %w; type "gomend abort" to try again`, err, undo)
		}
		return fmt.Errorf("%w; everything is as it was before", err)
	}
	return nil
}

// runSeries makes the commits that are left to make, and tells each.
func (a *app) runSeries(ctx context.Context, s *series.Series) error {
	err := s.Run(ctx, func(title string) {
		if !a.quiet {
			fmt.Fprintf(a.Err, "committed on %s: %s\n", s.Branch, title)
		}
	})
	if err == nil && !a.quiet {
		for _, name := range s.Ignored {
			fmt.Fprintf(a.Err, "written, but not committed, as git ignores it: %s\n", name)
		}
	}
	return err
}

// pendingSeries returns the commits that a killed command has left to make, or nil.
func (a *app) pendingSeries(ctx context.Context, code *workspace.Workspace) (*series.Series, error) {
	repo, err := rev.Open(ctx, code.Root, a.log)
	if _, none := errors.AsType[*rev.NoRepoError](err); none {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return series.Pending(ctx, repo, a.Environ)
}
