package workspace

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/internal/gocmd"
)

// A View is a way to resolve what the modules of a code base require.
type View string

const (
	// Work is the code base as it is developed, under go.work.
	Work View = "work"
	// Release is the code base as it ships, each module by itself.
	Release View = "release"
)

// ParseView returns the view named s.
func ParseView(s string) (View, error) {
	switch v := View(s); v {
	case Work, Release:
		return v, nil
	}
	return "", fmt.Errorf("unknown view %q: use work or release", s)
}

// A Selection is the packages that patterns name, in one view.
type Selection struct {
	View View

	// Units are the runs of the go command that see all packages, each
	// package in one of them.
	Units []*Unit

	// Empty are runs that see no packages: the modules in them have none, and
	// just what they require, and the tools that they name, can be looked at.
	Empty []*Unit

	// Packages are the packages of all units, sorted by directory.
	Packages []*Package

	// Failures are the modules that can't be loaded and whose packages are
	// unknown, sorted by directory.
	Failures []Failure

	// Unreleased are the modules of the code base that are required at
	// versions that could not be had, and were taken from the tree instead. It
	// is empty in view Work.
	Unreleased []Unreleased

	w *Workspace
}

// A Failure is a module that can't be loaded.
type Failure struct {
	Module *Module
	// Pos is the place that was named as the cause; it is the zero Position
	// if none was.
	Pos token.Position
	// Err is the cause.
	Err error
}

func (f *Failure) Error() string { return fmt.Sprintf("module %s: %v", f.Module.Rel, f.Err) }

func (f *Failure) Unwrap() error { return f.Err }

// newFailure returns the failure of a module to load because of err.
func newFailure(m *Module, err error) Failure {
	f := Failure{Module: m, Err: err}
	var file *FileError
	var failed *gocmd.Error
	switch {
	case errors.As(err, &file):
		f.Pos = file.Pos
	case errors.As(err, &failed):
		f.Pos = failed.Pos()
	}
	return f
}

// Load finds the packages that the patterns name, in a view. The patterns are
// those of the go command with two differences: a directory pattern that ends in
// "/..." takes in the modules below the directory, and "work" is the whole code
// base. No pattern means the code base in its root, and "./..." elsewhere.
//
// A pattern that names nothing is a [*NoMatchError]. A module that can't be loaded
// is none: it is among the selection's Failures. A package that can't be loaded
// has Errors. The whole code base is loaded once a view; the selection must not be
// changed.
func (w *Workspace) Load(ctx context.Context, view View, patterns ...string) (*Selection, error) {
	if len(patterns) == 0 && w.Dir == w.Root {
		patterns = []string{"work"} // "./..." and the modules that go.work lists elsewhere
	}
	shares, parsed, err := w.shares(patterns)
	if err != nil {
		return nil, err
	}
	if _, err := ParseView(string(view)); err != nil {
		return nil, err
	}
	load := func() (*Selection, error) { return w.load(ctx, view, shares, parsed) }
	if len(shares) < len(w.Modules) || slices.ContainsFunc(shares, func(s *share) bool { return !s.whole }) {
		return load()
	}
	// Mains asks for all packages as well.
	if view == Release {
		return w.release.get(load)
	}
	return w.work.get(load)
}

func (w *Workspace) load(ctx context.Context, view View, shares []*share, patterns []pattern) (*Selection, error) {
	g, err := w.newEnough(ctx)
	if err != nil {
		return nil, err
	}
	l := &loader{w: w, g: g, patterns: patterns, selection: &Selection{View: view, w: w}}
	shares = l.withoutBroken(shares)
	if view == Release {
		err = l.release(ctx, shares)
	} else {
		err = l.work(ctx, shares)
	}
	if err != nil {
		return nil, err
	}
	return l.finish()
}

// A loader builds a selection.
type loader struct {
	w         *Workspace
	g         gocmd.Go
	patterns  []pattern
	selection *Selection
}

// withoutBroken drops the modules whose own files tell that they can't be loaded.
func (l *loader) withoutBroken(shares []*share) []*share {
	return slices.DeleteFunc(slices.Clone(shares), func(s *share) bool {
		if s.module.Err != nil {
			l.fail(s.module, s.module.Err)
		}
		return s.module.Err != nil
	})
}

func (l *loader) fail(m *Module, err error) {
	l.selection.Failures = append(l.selection.Failures, newFailure(m, err))
}

// load fills a unit, of which the directory, the environment and the patterns are
// set, with the shares.
func (l *loader) load(ctx context.Context, u *Unit, shares []*share) error {
	for _, s := range shares {
		u.Modules = append(u.Modules, s.module)
	}
	var err error
	u.Packages, err = list(ctx, u.goCommand(l.g), u.Modules, u.Patterns)
	if err != nil {
		return err
	}
	u.exact = true
	u.narrow(shares, l.patterns)
	return nil
}

// alone loads one module by itself, with the given go.work file: "off" for none,
// which is its release as the tree has it.
func (l *loader) alone(ctx context.Context, s *share, workFile string) (*Unit, error) {
	u := newUnit(l.g, s.module.Dir, workFile)
	u.Patterns = args([]*share{s}, u.Dir)
	return u, l.load(ctx, u, []*share{s})
}

// add adds a unit to the selection.
func (l *loader) add(u *Unit) {
	l.selection.Units = append(l.selection.Units, u)
	l.selection.Packages = append(l.selection.Packages, u.Packages...)
}

// finish checks that every pattern named something, and sorts.
func (l *loader) finish() (*Selection, error) {
	s := l.selection
	for _, p := range l.patterns {
		named := slices.ContainsFunc(s.Packages, p.matches)
		failed := slices.ContainsFunc(s.Failures, func(f Failure) bool {
			one := share{module: f.Module}
			one.add(&p, l.w)
			return !one.empty()
		})
		if !named && !failed {
			return nil, &NoMatchError{p.text, "there are no Go files"}
		}
	}
	empty := func(u *Unit) bool { return len(u.Packages) == 0 }
	for _, u := range s.Units {
		if empty(u) {
			s.Empty = append(s.Empty, u)
		}
	}
	s.Units = slices.DeleteFunc(s.Units, empty)
	slices.SortFunc(s.Packages, func(a, b *Package) int { return strings.Compare(a.Dir, b.Dir) })
	slices.SortFunc(s.Failures, func(a, b Failure) int { return strings.Compare(a.Module.Dir, b.Module.Dir) })
	return s, nil
}

// stops reports whether the error ends the whole load: asking again for less would
// fail alike.
func stops(ctx context.Context, err error) bool {
	if ctx.Err() != nil {
		return true
	}
	var failed *gocmd.Error
	return !errors.As(err, &failed) || failed.Kind == gocmd.NotInstalled || failed.Kind == gocmd.Usage
}

// work loads the shares in view Work: together what a go.work file lists
// together, and under a synthesised go.work file what no file lists.
func (l *loader) work(ctx context.Context, shares []*share) error {
	for _, group := range l.w.groups(shares) {
		if err := l.group(ctx, group); err != nil {
			return err
		}
	}
	return nil
}

// A group is shares of modules that are developed together.
type group struct {
	base   *workFile // nil if each module is by itself
	shares []*share
	apart  string
}

// groups divides the shares by the go.work file of their modules.
func (w *Workspace) groups(shares []*share) []*group {
	byFile := make(map[*WorkFile][]*share)
	for _, s := range shares {
		byFile[s.module.WorkFile] = append(byFile[s.module.WorkFile], s)
	}
	var groups []*group
	for file, shares := range byFile {
		if file != nil {
			groups = append(groups, &group{base: w.listedWork(file), shares: shares})
		}
	}
	slices.SortFunc(groups, func(a, b *group) int { return strings.Compare(a.base.path, b.base.path) })
	return append(groups, w.unlisted(byFile[nil])...)
}

// unlisted groups the shares of modules that no go.work file lists. Where there
// is a file, they are by themselves on purpose.
func (w *Workspace) unlisted(shares []*share) []*group {
	var together, alone []*share
	synthesise := w.WorkFile == nil && !w.workOff
	members := w.synthesisable()
	for _, s := range shares {
		if synthesise && len(members) > 1 && slices.Contains(members, s.module) {
			together = append(together, s)
		} else {
			alone = append(alone, s)
		}
	}
	var groups []*group
	if len(together) > 0 {
		groups = append(groups, &group{base: w.synthesised(members), shares: together})
	}
	for _, s := range alone {
		g := &group{shares: []*share{s}}
		switch {
		case w.WorkFile != nil:
			g.apart = slashRel(w.Root, w.WorkFile.Path) + " does not list it"
		case synthesise && s.module.Vendored() && len(w.Modules) > 1:
			g.apart = "its dependencies are vendored"
		case synthesise && len(w.Modules) > 1:
			g.apart = "another module has the same path"
		}
		groups = append(groups, g)
	}
	return groups
}

// together loads the shares under the base file with the given members.
func (l *loader) together(ctx context.Context, base *workFile, shares []*share, members []*Module) (*Unit, error) {
	file, err := l.w.materialise(base, members)
	if err != nil {
		return nil, err
	}
	u := newUnit(l.g, base.dir, file)
	u.Patterns = args(shares, base.dir)
	if len(shares) == len(members) && !slices.ContainsFunc(shares, func(s *share) bool { return !s.all() }) {
		u.Patterns = []string{"work"}
	}
	if u.synthetic = base.listed == nil; u.synthetic {
		u.Env = append(u.Env, "GOFLAGS="+gocmd.DropFlags(l.w.env["GOFLAGS"], "mod", "modfile"))
	}
	return u, l.load(ctx, u, shares)
}

// relative returns an absolute path relative to the root, for messages.
func (w *Workspace) relative(path string) string {
	if within(path, w.Root) {
		return slashRel(w.Root, path)
	}
	return filepath.ToSlash(path)
}

// BuildList returns the versions of all modules that a unit is built with, by path, but for
// those of the code base, which have none.
func (s *Selection) BuildList(ctx context.Context, u *Unit) (map[string]string, error) {
	g, err := s.w.newEnough(ctx)
	if err != nil {
		return nil, err
	}
	versions := make(map[string]string)
	for m, err := range gocmd.Decode[struct{ Path, Version string }](ctx, u.goCommand(g), "list", "-m", "-json=Path,Version", "all") {
		if err != nil {
			return nil, err
		}
		if m.Version != "" {
			versions[m.Path] = m.Version
		}
	}
	return versions, nil
}
