// Package series makes changes of a code base that become commits, one after the other, on a
// branch of their own.
//
// What is to be done stands in a file of the repository's .git folder before anything is
// done: the changes, where HEAD was, and which commits are made. Whenever a run is killed,
// the next one can go on from there, or take all of it back. Files are written by
// [tree.Write], which has its own journal for what a kill leaves in the middle of that.
package series

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gomend/gomend/internal/rev"
	"github.com/gomend/gomend/internal/tree"
)

// A Step is what becomes a commit.
type Step struct {
	// Title and Body are the commit's message.
	Title, Body string

	// Changes are the files that change. Old is what earlier steps have made of them; nil
	// stands for no file.
	Changes []Change
}

// A Change is what a step makes of a file.
type Change struct {
	File     Name
	Old, New []byte
}

// A Name is that of a file or directory relative to the repository, with slashes: that may be
// moved elsewhere before a series is finished. It need not be UTF-8, as JSON must: its text
// is escaped as in a Go string.
type Name string

func (n Name) MarshalText() ([]byte, error) {
	quoted := strconv.Quote(string(n))
	return []byte(quoted[1 : len(quoted)-1]), nil
}

func (n *Name) UnmarshalText(text []byte) error {
	s, err := strconv.Unquote(`"` + string(text) + `"`)
	if err != nil || s != "." && !filepath.IsLocal(filepath.FromSlash(s)) {
		return fmt.Errorf("%q is not the name of a file in the repository", text)
	}
	*n = Name(s)
	return nil
}

// A Series is steps that are done, or are to be.
type Series struct {
	// Command is what the user typed.
	Command string

	// Branch is the name of the branch.
	Branch string

	// Steps are all of them, and Made the commits that HEAD had after the first ones.
	Steps []Step
	Made  []string

	// Ignored are files that are changed and not committed, as git ignores them.
	Ignored []Name

	Root   Name                 // below which files are written
	From   head                 // where HEAD was before
	Perm   map[Name]fs.FileMode // of the files that were there before
	NoDirs []Name               // directories that were not there before, parents first

	repo *repository
}

// An EditedError says that files are neither what a step makes of them nor what they were.
type EditedError struct {
	Command string
	Files   []string // names relative to the repository
}

func (e *EditedError) Error() string {
	return fmt.Sprintf("%s: somebody else has changed files since %q was interrupted, which would be lost: copy them elsewhere, "+
		"have git restore them, and bring the changes back afterwards", strings.Join(e.Files, ", "), e.Command)
}

// A PendingError says that nothing can be written before a series is finished.
type PendingError struct{ Series *Series }

func (e *PendingError) Error() string {
	return e.Series.State() + `; type "gomend continue" to make the rest, or "gomend abort" to take all of it back`
}

// State says how far the series got that was interrupted.
func (s *Series) State() string {
	return fmt.Sprintf("%q was interrupted: %d of %d commits on the branch %s are made", s.Command, len(s.Made), len(s.Steps), s.Branch)
}

// A TakenError says that there is a branch of the name already.
type TakenError struct {
	Branch  string
	Current bool // it is checked out
}

func (e *TakenError) Error() string {
	return fmt.Sprintf("there is a branch %s already: remove it, as with git branch -D %s, or name another one with --branch", e.Branch, e.Branch)
}

// Ready returns an error unless git can make a branch of the name, and commits on it.
func Ready(ctx context.Context, in *rev.Repo, env []string, branch string) error {
	r := &repository{root: in.Root, env: env}
	if _, err := r.git(ctx, "", "check-ref-format", "--branch", branch); err != nil {
		return fmt.Errorf("%q can't be the name of a branch", branch)
	}
	for _, who := range []string{"GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"} {
		if _, err := r.git(ctx, "", "var", who); err != nil {
			return errors.New("git does not know in whose name to commit: set user.name and user.email, as with git config user.email you@example.com")
		}
	}
	tip, err := r.commit(ctx, "refs/heads/"+branch)
	if err != nil || tip == "" {
		return err
	}
	now, err := r.head(ctx)
	if err != nil {
		return err
	}
	return &TakenError{Branch: branch, Current: now.Ref == "refs/heads/"+branch}
}

// Begin notes what is to be done, and does nothing of it: that is for [Series.Run]. All files
// are below root, a directory of the repository.
func Begin(ctx context.Context, in *rev.Repo, env []string, root, command, branch string, steps []Step) (*Series, error) {
	if err := Ready(ctx, in, env, branch); err != nil {
		return nil, err
	}
	s := &Series{Command: command, Branch: branch, Steps: steps, Perm: make(map[Name]fs.FileMode), repo: &repository{root: in.Root, env: env}}
	var err error
	if s.Root, err = NameOf(in, root); err != nil {
		return nil, err
	}
	if s.From, err = s.repo.head(ctx); err != nil {
		return nil, err
	}
	for name := range s.versions() {
		if info, err := os.Stat(s.repo.path(name)); err == nil {
			s.Perm[name] = info.Mode().Perm()
		}
		for dir := path.Dir(string(name)); !exists(s.repo.path(Name(dir))) && !slices.Contains(s.NoDirs, Name(dir)); dir = path.Dir(dir) {
			s.NoDirs = append(s.NoDirs, Name(dir))
		}
	}
	slices.Sort(s.NoDirs)
	return s, s.save(ctx)
}

// NameOf returns the name of a file in a repository, as git knows it: of a symbolic link, that
// of what it leads to.
func NameOf(in *rev.Repo, file string) (Name, error) {
	root, err := filepath.EvalSymlinks(in.Root)
	if err != nil {
		return "", err
	}
	resolved, rest := file, ""
	for {
		if r, err := filepath.EvalSymlinks(resolved); err == nil {
			resolved = filepath.Join(r, rest)
			break
		}
		// It is not there yet, nor may its directory be.
		resolved, rest = filepath.Dir(resolved), filepath.Join(filepath.Base(resolved), rest)
		if resolved == filepath.Dir(resolved) {
			break
		}
	}
	rel, err := filepath.Rel(root, resolved)
	if err == nil && rel != "." && !filepath.IsLocal(rel) {
		err = fmt.Errorf("%s is not in the repository %s, where it could be committed", file, in.Root)
	}
	return Name(filepath.ToSlash(rel)), err
}

// Pending returns the series that a run has left which was killed, or nil.
func Pending(ctx context.Context, in *rev.Repo, env []string) (*Series, error) {
	r := &repository{root: in.Root, env: env}
	name, err := r.file(ctx)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s := &Series{repo: r}
	if err := json.Unmarshal(data, s); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w; remove it to leave everything as it is now", name, err)
	}
	return s, s.learn(ctx)
}

func (s *Series) save(ctx context.Context) error {
	name, err := s.repo.file(ctx)
	if err != nil {
		return err
	}
	data, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return tree.Replace(name, data)
}

// end removes the note of what is to be done.
func (s *Series) end(ctx context.Context) error {
	name, err := s.repo.file(ctx)
	if err != nil {
		return err
	}
	if err := os.Remove(name); err != nil {
		return err
	}
	os.Remove(filepath.Dir(name)) // unless it has something else
	return nil
}

// learn takes in the commit that a run made right before it was killed.
func (s *Series) learn(ctx context.Context) error {
	tip, err := s.repo.commit(ctx, s.ref())
	if err != nil || tip == "" || tip == s.last() || len(s.Made) == len(s.Steps) {
		return err
	}
	parent, err := s.repo.commit(ctx, tip+"^")
	if err != nil || parent != s.last() {
		return err
	}
	names, err := s.repo.between(ctx, parent, tip)
	if err != nil {
		return err
	}
	for _, c := range s.Steps[len(s.Made)].Changes {
		names = slices.DeleteFunc(names, func(name string) bool { return name == string(c.File) })
	}
	if len(names) == 0 {
		s.Made = append(s.Made, tip)
	}
	return nil
}

func (s *Series) ref() string { return "refs/heads/" + s.Branch }

// last returns the commit that the branch has after the steps that are done.
func (s *Series) last() string {
	if len(s.Made) == 0 {
		return s.From.Commit
	}
	return s.Made[len(s.Made)-1]
}

// Run does what is left to do, and calls made after each commit. If it fails, it can be
// called again, as can Undo.
func (s *Series) Run(ctx context.Context, made func(title string)) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	for i := len(s.Made); i < len(s.Steps); i++ {
		if err := s.reach(ctx, i+1); err != nil {
			return err
		}
		if err := s.commit(ctx, s.Steps[i]); err != nil {
			return err
		}
		made(s.Steps[i].Title)
	}
	if err := s.reach(ctx, len(s.Steps)); err != nil {
		return err
	}
	return s.end(ctx)
}

// enter makes HEAD the branch, and makes that if need be.
func (s *Series) enter(ctx context.Context) error {
	tip, err := s.repo.commit(ctx, s.ref())
	if err != nil {
		return err
	}
	if tip != "" && tip != s.last() {
		return fmt.Errorf(`the branch %s has commits that %q did not make: type "gomend abort", or rename the branch first to keep them`, s.Branch, s.Command)
	}
	now, err := s.repo.head(ctx)
	switch {
	case err != nil:
		return err
	case now.Ref == s.ref():
		return nil
	case now != s.From:
		return s.elsewhere(now)
	case tip == "":
		if _, err := s.repo.git(ctx, "", "update-ref", s.ref(), s.last()); err != nil {
			return err
		}
	}
	return s.repo.move(ctx, head{Ref: s.ref(), Commit: s.last()})
}

func (s *Series) elsewhere(now head) error {
	return fmt.Errorf("%s is checked out, and neither %s, from where %q began, nor its branch %s: check out one of them first", now, s.From, s.Command, s.Branch)
}

// commit commits the files of a step.
func (s *Series) commit(ctx context.Context, step Step) error {
	var names []string
	for _, c := range step.Changes {
		names = append(names, string(c.File))
	}
	ignored, err := s.repo.ignored(ctx, names)
	if err != nil {
		return err
	}
	for _, name := range ignored {
		if !slices.Contains(s.Ignored, Name(name)) {
			s.Ignored = append(s.Ignored, Name(name))
		}
	}
	names = slices.DeleteFunc(names, func(name string) bool { return slices.Contains(ignored, name) })
	if err := s.repo.commitFiles(ctx, names, step.Title, step.Body); err != nil {
		return err
	}
	now, err := s.repo.head(ctx)
	if err != nil {
		return err
	}
	s.Made = append(s.Made, now.Commit)
	return s.save(ctx)
}

// Undo takes back what is done: the files, the commits and the branch.
func (s *Series) Undo(ctx context.Context) error {
	now, err := s.repo.head(ctx)
	if err != nil {
		return err
	}
	if now != s.From && now.Ref != s.ref() {
		return s.elsewhere(now)
	}
	if err := s.reach(ctx, 0); err != nil {
		return err
	}
	for _, dir := range slices.Backward(s.NoDirs) {
		os.Remove(s.repo.path(dir)) // unless something else is in it
	}
	if err := s.repo.move(ctx, s.From); err != nil {
		return err
	}
	tip, err := s.repo.commit(ctx, s.ref())
	if err != nil {
		return err
	}
	if tip != "" && tip == s.last() { // otherwise, it has somebody else's commits
		if _, err := s.repo.git(ctx, "", "update-ref", "-d", s.ref(), tip); err != nil {
			return err
		}
	}
	return s.end(ctx)
}

// versions returns what each file is before the first step, and after the steps.
func (s *Series) versions() map[Name][][]byte {
	all := make(map[Name][][]byte)
	for i, step := range s.Steps {
		for _, c := range step.Changes {
			if all[c.File] == nil {
				all[c.File] = slices.Repeat([][]byte{c.Old}, len(s.Steps)+1)
			}
			for j := i + 1; j <= len(s.Steps); j++ {
				all[c.File][j] = c.New
			}
		}
	}
	return all
}

// reach makes all files what they are after the first n steps. It changes none if one is
// what no step makes of it.
func (s *Series) reach(ctx context.Context, n int) error {
	var changes []tree.Change
	var edited []string
	for name, versions := range s.versions() {
		file := s.repo.path(name)
		now, err := os.ReadFile(file)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err != nil {
			now = nil
		} else if now == nil {
			now = []byte{}
		}
		to := versions[n]
		switch {
		case same(now, to):
		case !slices.ContainsFunc(versions, func(v []byte) bool { return same(now, v) }):
			edited = append(edited, string(name))
		case now == nil:
			changes = append(changes, tree.Change{Op: tree.Create, File: file, New: to, Perm: s.Perm[name]})
		case to == nil:
			changes = append(changes, tree.Change{Op: tree.Remove, File: file, Old: now})
		default:
			changes = append(changes, tree.Change{Op: tree.Edit, File: file, Old: now, New: to})
		}
	}
	if edited != nil {
		slices.Sort(edited)
		return &EditedError{Command: s.Command, Files: edited}
	}
	return tree.Write(ctx, s.repo.path(s.Root), s.Command, changes)
}

// same reports whether two contents are the same; nil is that of no file.
func same(a, b []byte) bool { return (a == nil) == (b == nil) && string(a) == string(b) }

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}
