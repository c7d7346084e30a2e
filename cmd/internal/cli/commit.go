package cli

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/gomend/gomend/fixers/upgrade"
	"github.com/gomend/gomend/internal/rev"
	"github.com/gomend/gomend/workspace"
)

// commitSteps writes and commits the steps of an upgrade, on a branch of their own.
func (a *app) commitSteps(ctx context.Context, code *workspace.Workspace, repo *rev.Repo, f *upgradeFlags, r *upgrade.Result) error {
	branch := f.branch
	if branch == "" {
		branch = "gomend/go" + strings.TrimSuffix(r.To, ".0")
	}
	if err := a.git(ctx, repo, "switch", "--quiet", "--create", branch); err != nil {
		return err
	}
	for _, s := range r.Steps {
		if err := a.write(ctx, code, "upgrade apply go@"+r.To, treeChanges(s.Changes)); err != nil {
			return err
		}
		args := []string{"add", "--all", "--"}
		for _, c := range s.Changes {
			rel, err := filepath.Rel(repo.Root, c.File)
			if err != nil {
				return err
			}
			args = append(args, ":(literal)"+filepath.ToSlash(rel))
		}
		if err := a.git(ctx, repo, args...); err != nil {
			return err
		}
		if err := a.git(ctx, repo, "commit", "--quiet", "--message", s.Title, "--message", s.Body); err != nil {
			return err
		}
		if !a.quiet {
			fmt.Fprintf(a.Err, "committed on %s: %s\n", branch, s.Title)
		}
	}
	return nil
}

// git runs git in a repository.
func (a *app) git(ctx context.Context, repo *rev.Repo, args ...string) error {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir, cmd.Env = repo.Root, a.Environ
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("git %s: %w: %s", args[0], err, strings.TrimSpace(string(out)))
	}
	return nil
}
