package doctor

import (
	"context"
	"os/exec"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/gomend/gomend/workspace"
)

// A repository is one of git that modules of the code base are in.
type repository struct {
	tags []string // those that lead to HEAD
}

// repositoryOf returns the repository of a module and what its tags begin with: the module's
// directory in it, with a slash, or nothing. Without git it is nil.
func (x *exam) repositoryOf(ctx context.Context, m *workspace.Module) (*repository, string, error) {
	out, err := gitOutput(ctx, m.Dir, "rev-parse", "--show-toplevel", "--show-prefix")
	if err != nil {
		return nil, "", ctx.Err()
	}
	top, prefix, _ := strings.Cut(strings.TrimSuffix(out, "\n"), "\n")
	if r := x.repositories[top]; r != nil {
		return r, prefix, nil
	}
	out, err = gitOutput(ctx, top, "tag", "--list", "--merged", "HEAD")
	if ctx.Err() != nil {
		return nil, "", context.Cause(ctx)
	}
	r := new(repository)
	if err == nil { // it fails where there is no commit yet
		r.tags = strings.Fields(out)
	}
	if x.repositories == nil {
		x.repositories = make(map[string]*repository)
	}
	x.repositories[top] = r
	return r, prefix, nil
}

func gitOutput(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	return string(out), err
}

// tagged returns the versions that a module has tags for, but for those before a release.
func (x *exam) tagged(ctx context.Context, m *workspace.Module) ([]string, error) {
	r, prefix, err := x.repositoryOf(ctx, m)
	if err != nil || r == nil {
		return nil, err
	}
	var versions []string
	for _, tag := range r.tags {
		v, ok := strings.CutPrefix(tag, prefix)
		if ok && semver.IsValid(v) && semver.Prerelease(v) == "" {
			versions = append(versions, v)
		}
	}
	return versions, nil
}

// tagOf returns the tag by which a version of a module is released.
func (x *exam) tagOf(ctx context.Context, u workspace.Unreleased) (string, error) {
	r, prefix, err := x.repositoryOf(ctx, u.Module)
	if r == nil && u.Module.Rel != "." {
		prefix = u.Module.Rel + "/"
	}
	return prefix + u.Version.Version, err
}
