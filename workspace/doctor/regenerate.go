package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/internal/treecopy"
)

var regenerateCheck = Check{
	Name:  "regenerated",
	Title: `what "go generate" makes otherwise, in a copy of the tree`,
	Why:   "The generated code is not what its input and its generator make of it today, or it was edited by hand, which the next who generates takes back.",
	Runs:  true,
	run: func(ctx context.Context, x *exam) error {
		r, err := x.newRegeneration(ctx)
		if err != nil {
			return err
		}
		defer r.tree.Close() // a temporary directory
		return r.run(ctx)
	},
}

// A regeneration is a copy of the tree in which code is generated.
type regeneration struct {
	x    *exam
	tree *treecopy.Copy
	copy string // its directory
	env  []string

	seen map[string]stamp // the files of the copy, by names relative to it
}

// A stamp tells whether a file was written.
type stamp struct {
	size int64
	at   time.Time
}

func (x *exam) newRegeneration(ctx context.Context) (*regeneration, error) {
	workFile := ""
	if x.w.WorkFile != nil {
		workFile = x.w.WorkFile.Path
	}
	tree, err := treecopy.New(ctx, x.w.Root, workFile, "generate")
	if err != nil {
		return nil, err
	}
	r := &regeneration{x: x, tree: tree, copy: tree.Dir, env: tree.Env}
	if r.seen, err = r.stamps(); err != nil {
		tree.Close()
		return nil, err
	}
	return r, nil
}

// stamps returns the stamps of all files of the copy.
func (r *regeneration) stamps() (map[string]stamp, error) {
	all := make(map[string]stamp)
	err := filepath.WalkDir(r.copy, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == ".git" {
				return filepath.SkipDir
			}
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(r.copy, name)
		all[rel] = stamp{info.Size(), info.ModTime()}
		return err
	})
	return all, err
}

// written returns the files that were written since it was last asked, or are gone.
func (r *regeneration) written() ([]string, error) {
	now, err := r.stamps()
	if err != nil {
		return nil, err
	}
	var all []string
	for name, s := range now {
		if was, ok := r.seen[name]; !ok || was.size != s.size || !was.at.Equal(s.at) {
			all = append(all, name)
		}
	}
	for name := range r.seen {
		if _, ok := now[name]; !ok {
			all = append(all, name)
		}
	}
	r.seen = now
	slices.Sort(all)
	return all, nil
}

// run generates the code of each package that asks for it, and tells what is different. The
// error names what could not be generated.
func (r *regeneration) run(ctx context.Context) error {
	dirs, err := r.dirs()
	if err != nil {
		return err
	}
	failed := make(map[string][]string) // packages by reason
	for i, dir := range dirs {
		r.x.step(fmt.Sprintf("%s (%d of %d)", dir, i+1, len(dirs)))
		reason, err := r.generate(ctx, dir)
		if err != nil {
			return err
		}
		if reason != "" {
			failed[reason] = append(failed[reason], dir)
		}
	}
	var errs []error
	for _, reason := range slices.Sorted(maps.Keys(failed)) {
		errs = append(errs, fmt.Errorf("%s: %s", some(failed[reason], 3), reason))
	}
	return errors.Join(errs...)
}

// dirs returns the directories with //go:generate lines, relative to the root.
func (r *regeneration) dirs() ([]string, error) {
	sources, err := r.x.sources()
	if err != nil {
		return nil, err
	}
	var dirs []string
	for _, s := range sources {
		if s.module != nil && strings.HasSuffix(s.name, ".go") && generateLine().Match(s.data) {
			dirs = append(dirs, r.x.rel(s.dir()))
		}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs), nil
}

// generate generates the code of a package, and tells what is different. If that fails, the
// reason is returned, and the copy is as it was.
func (r *regeneration) generate(ctx context.Context, dir string) (reason string, err error) {
	reason, written, err := r.once(ctx, dir)
	if err != nil {
		return "", err
	}
	if reason != "" {
		for _, name := range written {
			if err := r.tree.Restore(name); err != nil {
				return "", err
			}
		}
		_, err = r.written()
		return reason, err
	}
	different := make(map[string][]byte)
	for _, name := range written {
		if filepath.Base(name) == "go.work.sum" {
			continue // the go command adds to it as it goes
		}
		old, now, err := r.both(name)
		if err != nil {
			return "", err
		}
		if !bytes.Equal(old, now) || (old == nil) != (now == nil) {
			different[name] = now
		}
	}
	if len(different) == 0 {
		return "", nil
	}
	return r.differs(ctx, dir, different)
}

// once runs "go generate" for a package, and returns what it wrote.
func (r *regeneration) once(ctx context.Context, dir string) (reason string, written []string, err error) {
	g := gocmd.Go{Dir: filepath.Join(r.copy, filepath.FromSlash(dir)), Base: r.x.cfg.Env, Env: r.env, Log: r.x.cfg.Log, Stderr: r.x.cfg.Stderr}
	_, failure := g.Run(ctx, nil, "generate", ".")
	if ctx.Err() != nil {
		return "", nil, context.Cause(ctx)
	}
	written, err = r.written()
	var failed *gocmd.Error
	switch {
	case err != nil || failure == nil:
		return "", written, err
	case errors.As(failure, &failed) && failed.Stderr != "":
		return whyNot(failed.Stderr), written, nil
	}
	return failure.Error(), written, nil
}

var runningLine = lazy(`^\S+\.go:\d+: (running "[^"]*": .*)`)

// whyNot returns what is the same for all packages in which a generator fails alike: the go
// command says last which one did.
func whyNot(stderr string) string {
	lines := strings.Split(strings.TrimSpace(stderr), "\n")
	if m := runningLine().FindStringSubmatch(lines[len(lines)-1]); m != nil {
		if len(lines) > 1 {
			return m[1] + ": " + lines[0]
		}
		return m[1]
	}
	return firstLine(stderr)
}

// both returns the contents of a file in the tree and in the copy; nil where it is not
// there.
func (r *regeneration) both(name string) (old, now []byte, err error) {
	if old, err = readIfThere(filepath.Join(r.x.w.Root, name)); err != nil {
		return nil, nil, err
	}
	now, err = readIfThere(filepath.Join(r.copy, name))
	return old, now, err
}

// readIfThere reads a file, and returns nil if there is none. It is not nil if there is.
func readIfThere(name string) ([]byte, error) {
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if data == nil {
		data = []byte{}
	}
	return data, err
}

// differs tells of files that a package's generators make otherwise, after they have run
// once more: what they make differently each time is not stale. Files that git ignores are
// left out.
func (r *regeneration) differs(ctx context.Context, dir string, files map[string][]byte) (reason string, err error) {
	if reason, _, err = r.once(ctx, dir); err != nil || reason != "" {
		return reason, err
	}
	names := slices.Sorted(maps.Keys(files))
	left := ignored(ctx, r.x.w.Root, names)
	for _, name := range names {
		old, now, err := r.both(name)
		if err != nil {
			return "", err
		}
		if slices.Contains(left, name) {
			continue
		}
		file := filepath.Join(r.x.w.Root, name)
		f := Finding{
			Level: Risky, Module: r.x.owner(file), Pos: token.Position{Filename: file},
			Mend: "go generate " + r.x.pattern(filepath.Join(r.x.w.Root, filepath.FromSlash(dir))),
		}
		switch {
		case !bytes.Equal(now, files[name]):
			f.Level, f.Mend = Untidy, ""
			f.Text = fmt.Sprintf(`"go generate" in %s makes another file of it each time`, dir)
		case old == nil:
			f.Text = fmt.Sprintf(`"go generate" in %s makes this file, which is not there`, dir)
		case now == nil:
			f.Text = fmt.Sprintf(`"go generate" in %s removes this file`, dir)
		default:
			added, removed := lineChanges(old, now)
			f.Text = fmt.Sprintf(`"go generate" in %s %s`, dir, changeText(added, removed))
			if sameCode(old, now) {
				f.Level = Untidy
			}
		}
		r.x.add(f)
	}
	return "", nil
}

// sameCode reports whether two Go files differ in nothing but what stands before the
// package clause, such as the version of their generator.
func sameCode(a, b []byte) bool {
	i, j := packageClause().FindIndex(a), packageClause().FindIndex(b)
	return i != nil && j != nil && bytes.Equal(a[i[0]:], b[j[0]:])
}
