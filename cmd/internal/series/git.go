package series

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A repository is one of git, with a work tree.
type repository struct {
	root string
	env  []string
}

// A head is what HEAD stands for.
type head struct {
	Ref    string // that of a branch; empty if it is detached
	Commit string
}

func (h head) String() string {
	if branch, ok := strings.CutPrefix(h.Ref, "refs/heads/"); ok {
		return branch + " at " + h.Commit[:min(12, len(h.Commit))]
	}
	return h.Commit[:min(12, len(h.Commit))]
}

// git runs git with an input, and returns its output.
func (r *repository) git(ctx context.Context, input string, args ...string) (string, error) {
	var out, all bytes.Buffer
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir, cmd.Env = r.root, r.env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &all
	// A git that is killed leaves its locks.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		text := strings.TrimSpace(all.String())
		if text == "" {
			text = strings.TrimSpace(out.String())
		}
		verb := strings.TrimPrefix(strings.Join(args, " "), "--literal-pathspecs ")
		verb, _, _ = strings.Cut(verb, " ")
		return out.String(), fmt.Errorf("git %s: %w: %s", verb, err, text)
	}
	return out.String(), nil
}

// fails reports whether git ended with the exit code that stands for "no".
func fails(err error) bool {
	exit, ok := errors.AsType[*exec.ExitError](err)
	return ok && exit.ExitCode() == 1
}

// file returns the name of the file for notes on a series: each work tree has its own.
func (r *repository) file(ctx context.Context) (string, error) {
	out, err := r.git(ctx, "", "rev-parse", "--git-path", "gomend/series.json")
	if err != nil {
		return "", err
	}
	name := strings.TrimSuffix(out, "\n")
	if !filepath.IsAbs(name) {
		name = filepath.Join(r.root, name)
	}
	return name, nil
}

// commit returns the ID of a commit, or nothing if there is none.
func (r *repository) commit(ctx context.Context, name string) (string, error) {
	out, err := r.git(ctx, "", "rev-parse", "--verify", "--quiet", name+"^{commit}")
	if fails(err) {
		return "", nil
	}
	return strings.TrimSpace(out), err
}

func (r *repository) head(ctx context.Context) (head, error) {
	ref, err := r.git(ctx, "", "symbolic-ref", "--quiet", "HEAD")
	if err != nil && !fails(err) {
		return head{}, err
	}
	commit, err := r.commit(ctx, "HEAD")
	if err == nil && commit == "" {
		err = fmt.Errorf("%s has no commit yet, on which a branch could be made", r.root)
	}
	return head{strings.TrimSpace(ref), commit}, err
}

// move makes HEAD and the index those of a branch or commit. No file changes.
func (r *repository) move(ctx context.Context, to head) error {
	args := []string{"symbolic-ref", "-m", "gomend: moving to " + to.String(), "HEAD", to.Ref}
	if to.Ref == "" {
		args = []string{"update-ref", "--no-deref", "-m", "gomend: moving to " + to.String(), "HEAD", to.Commit}
	}
	if _, err := r.git(ctx, "", args...); err != nil {
		return err
	}
	_, err := r.git(ctx, "", "reset", "--quiet")
	return err
}

// path returns a name that the system can use.
func (r *repository) path(name Name) string {
	return filepath.Join(r.root, filepath.FromSlash(string(name)))
}

// between returns the files that differ between commits.
func (r *repository) between(ctx context.Context, a, b string) ([]string, error) {
	out, err := r.git(ctx, "", "diff", "--name-only", "--no-renames", "-z", a, b)
	return split(out), err
}

// ignored returns those of the files that git does not track because it ignores them.
func (r *repository) ignored(ctx context.Context, names []string) ([]string, error) {
	out, err := r.git(ctx, strings.Join(names, "\x00"), "check-ignore", "-z", "--stdin")
	if fails(err) {
		return nil, nil
	}
	return split(out), err
}

// commitFiles commits the files as they stand in the work tree, if they differ from HEAD.
// Others that are staged stay so.
func (r *repository) commitFiles(ctx context.Context, names []string, title, body string) error {
	if len(names) == 0 {
		return nil
	}
	list := strings.Join(names, "\x00")
	if _, err := r.git(ctx, list, "update-index", "--add", "--remove", "-z", "--stdin"); err != nil {
		return err
	}
	out, err := r.git(ctx, "", "diff", "--cached", "--name-only", "--no-renames", "-z")
	if err != nil {
		return err
	}
	staged := make(map[string]bool)
	for _, name := range split(out) {
		staged[name] = true
	}
	for _, name := range names {
		if staged[name] {
			_, err = r.git(ctx, list, "--literal-pathspecs", "commit", "--quiet", "--only", "--pathspec-from-file=-", "--pathspec-file-nul", "--message", title, "--message", body)
			return err
		}
	}
	return nil
}

// split returns the names in what git prints with -z.
func split(out string) []string {
	return strings.FieldsFunc(out, func(c rune) bool { return c == 0 })
}
