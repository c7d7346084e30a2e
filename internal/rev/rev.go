// Package rev reads other revisions of a git work tree: it resolves them, lays out
// their files in a temporary directory, and tells what changed since. It writes
// neither to the work tree nor to the repository.
package rev

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A Repo is a work tree of a git repository.
type Repo struct {
	// Root is the absolute path of the work tree's top directory.
	Root string

	log *slog.Logger
}

// A NoRepoError says that a directory is in no git work tree.
type NoRepoError struct {
	Dir string
	// Reason is git's.
	Reason string
}

func (e *NoRepoError) Error() string {
	return fmt.Sprintf("%s is not in a git work tree, which comparing revisions needs: %s", e.Dir, e.Reason)
}

// An UnknownError says that a revision can't be resolved.
type UnknownError struct {
	// Rev is the revision as the user wrote it.
	Rev string
	// Shallow tells that the clone lacks history, in which Rev may be.
	Shallow bool
}

func (e *UnknownError) Error() string {
	if e.Shallow {
		return fmt.Sprintf("unknown revision %q in a shallow clone: fetch it first, with \"git fetch --unshallow\" or, in actions/checkout, with fetch-depth: 0", e.Rev)
	}
	return fmt.Sprintf("unknown revision %q: \"git fetch\" may bring it", e.Rev)
}

// A NoMergeBaseError says that two commits have no common ancestor that the clone
// knows of.
type NoMergeBaseError struct {
	A, B    string
	Shallow bool
}

func (e *NoMergeBaseError) Error() string {
	msg := fmt.Sprintf("%s and %s have no common ancestor", e.A, e.B)
	if e.Shallow {
		msg += " in this shallow clone: fetch more history with \"git fetch --unshallow\""
	}
	return msg
}

// Open returns the work tree that dir is in, or a [*NoRepoError]. Every git command
// is logged at level debug; a nil log discards.
func Open(ctx context.Context, dir string, log *slog.Logger) (*Repo, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	r := &Repo{Root: dir, log: log}
	if log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	out, err := r.git(ctx, "rev-parse", "--show-toplevel", "--show-cdup")
	if err != nil {
		var failed *gitError
		if errors.As(err, &failed) && failed.ran() {
			return nil, &NoRepoError{Dir: dir, Reason: failed.reason()}
		}
		return nil, err
	}
	top, up, _ := strings.Cut(strings.TrimSuffix(out, "\n"), "\n")
	r.Root = spelled(dir, filepath.FromSlash(up), filepath.FromSlash(top))
	return r, nil
}

// spelled returns the top directory as the user would spell it, going up from dir.
// Git resolves symbolic links, which the names of other programs would not match.
func spelled(dir, up, top string) string {
	lexical := filepath.Join(dir, up)
	a, err1 := os.Stat(lexical)
	b, err2 := os.Stat(top)
	if err1 == nil && err2 == nil && os.SameFile(a, b) {
		return lexical
	}
	return top
}

// Resolve returns the hash of the commit that rev names, or an [*UnknownError].
func (r *Repo) Resolve(ctx context.Context, rev string) (string, error) {
	out, err := r.git(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}")
	if err != nil {
		var failed *gitError
		if errors.As(err, &failed) && failed.ran() {
			return "", &UnknownError{Rev: rev, Shallow: r.shallow(ctx)}
		}
		return "", err
	}
	return strings.TrimSpace(out), nil
}

// MergeBase returns the hash of the best common ancestor of two commits, or a
// [*NoMergeBaseError].
func (r *Repo) MergeBase(ctx context.Context, a, b string) (string, error) {
	out, err := r.git(ctx, "merge-base", a, b)
	if err != nil {
		var failed *gitError
		if errors.As(err, &failed) && failed.ran() && failed.stderr == "" {
			return "", &NoMergeBaseError{A: a, B: b, Shallow: r.shallow(ctx)}
		}
		return "", err
	}
	return strings.TrimSpace(out), nil
}

// ForkPoint returns the hash of the commit from which the history of HEAD has parted from
// that of a revision: what others changed there since does not count. Where the clone does
// not tell, it is the revision itself, and a warning is logged.
func (r *Repo) ForkPoint(ctx context.Context, revision string) (string, error) {
	commit, err := r.Resolve(ctx, revision)
	if err != nil {
		return "", err
	}
	head, err := r.Resolve(ctx, "HEAD")
	if err != nil {
		return "", err
	}
	fork, err := r.MergeBase(ctx, commit, head)
	if _, none := errors.AsType[*NoMergeBaseError](err); none {
		r.log.WarnContext(ctx, "comparing with the revision itself", "base", revision, "err", err)
		return commit, nil
	}
	return fork, err
}

// Time returns when a commit was made.
func (r *Repo) Time(ctx context.Context, commit string) (time.Time, error) {
	out, err := r.git(ctx, "show", "--no-patch", "--format=%cI", commit)
	if err != nil {
		return time.Time{}, err
	}
	t, err := time.Parse(time.RFC3339, strings.TrimSpace(out))
	if err != nil {
		return t, fmt.Errorf("time of commit %s: %w", commit, err)
	}
	return t, nil
}

func (r *Repo) shallow(ctx context.Context) bool {
	out, err := r.git(ctx, "rev-parse", "--is-shallow-repository")
	return err == nil && strings.TrimSpace(out) == "true"
}

// Dirty returns the files in which the work tree or the index differ from HEAD, untracked ones
// that are not ignored included. Of a folder in which nothing is tracked, that is returned.
func (r *Repo) Dirty(ctx context.Context) ([]string, error) {
	out, err := r.git(ctx, "status", "--porcelain", "-z", "--no-renames")
	var names []string
	for entry := range strings.SplitSeq(out, "\x00") {
		if len(entry) > 3 { // two letters and a blank come before the name
			names = append(names, entry[3:])
		}
	}
	return names, err
}

// git runs a git command in the work tree and returns its standard output.
func (r *Repo) git(ctx context.Context, args ...string) (string, error) {
	return r.gitWith(ctx, nil, args...)
}

// gitWith is git with variables added to the environment.
func (r *Repo) gitWith(ctx context.Context, env []string, args ...string) (string, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = r.Root
	// No lock is taken for what git would only like to write, such as a
	// refreshed index; messages are parsed and reported in English.
	cmd.Env = append(append(os.Environ(), "GIT_OPTIONAL_LOCKS=0", "LC_ALL=C"), env...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = 5 * time.Second
	began := time.Now()
	err := cmd.Run()
	r.log.DebugContext(ctx, "git command", "args", args, "dir", r.Root,
		"duration", time.Since(began).Round(time.Millisecond), "stderr", stderr.String(), "error", err)
	if err == nil {
		return stdout.String(), nil
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return stdout.String(), &gitError{args: args, stderr: stderr.String(), err: err}
}

// A gitError is a git command that failed.
type gitError struct {
	args   []string
	stderr string
	err    error
}

func (e *gitError) Error() string {
	if errors.Is(e.err, exec.ErrNotFound) {
		return "git was not found: install it, or add it to PATH"
	}
	return fmt.Sprintf("git %s: %s", e.args[0], e.reason())
}

func (e *gitError) Unwrap() error { return e.err }

// ran reports whether git itself decided that it failed.
func (e *gitError) ran() bool {
	var exit *exec.ExitError
	return errors.As(e.err, &exit) && exit.Exited()
}

// reason returns the first line that git wrote to standard error.
func (e *gitError) reason() string {
	line, _, _ := strings.Cut(e.stderr, "\n")
	return cmp.Or(strings.TrimPrefix(line, "fatal: "), e.err.Error())
}
