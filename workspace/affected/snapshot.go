package affected

import (
	"cmp"
	"context"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

// A snapshot is the packages of one side.
type snapshot struct {
	side      Side
	root      string
	tree      *tree
	selection *workspace.Selection
	packages  []*pkg
	byDir     map[string]*pkg              // by directory, relative to the root
	modules   map[string]*workspace.Module // likewise
	owners    map[string]*pkg              // of the files that the go command lists
	embedders []embedder
}

// A pkg is a package on one side.
type pkg struct {
	*workspace.Package
	rel   string // the directory, relative to the root
	unit  *workspace.Unit
	files map[string]role
	pair  *pair
}

// A role is what a file is to its package.
type role int

const (
	source role = iota + 1
	test
	leftOut // by build constraints
)

func newSnapshot(side Side) *snapshot {
	s := &snapshot{side: side}
	if side.Code != nil {
		s.root = side.Code.Root
	}
	return s
}

// load asks the go command for the packages.
func (s *snapshot) load(ctx context.Context, view workspace.View) error {
	s.reset(new(workspace.Selection))
	if s.side.Code == nil {
		return nil
	}
	selection, err := s.side.Code.Load(ctx, view, "work")
	if err != nil {
		return err
	}
	s.reset(selection)
	for _, u := range s.selection.Units {
		for _, p := range u.Packages {
			s.add(&pkg{Package: p, rel: s.relative(p.Dir), unit: u})
		}
	}
	if err := s.addElsewhere(); err != nil {
		return err
	}
	slices.SortFunc(s.packages, (*pkg).compare)
	return nil
}

func (s *snapshot) reset(selection *workspace.Selection) {
	s.selection = selection
	s.byDir = make(map[string]*pkg)
	s.modules = make(map[string]*workspace.Module)
	s.owners = make(map[string]*pkg)
	if s.side.Code != nil {
		for _, m := range s.side.Code.Modules {
			s.modules[s.relative(m.Dir)] = m
		}
	}
}

func (s *snapshot) add(p *pkg) {
	p.files = make(map[string]role)
	for _, names := range []struct {
		role  role
		files []string
	}{
		{source, p.GoFiles},
		{source, p.CgoFiles},
		{test, p.TestGoFiles},
		{test, p.XTestGoFiles},
		{leftOut, p.IgnoredGoFiles},
	} {
		for _, name := range names.files {
			if hidden(name) {
				continue // no platform builds it
			}
			p.files[name] = names.role
			s.owners[path.Join(p.rel, name)] = p
		}
	}
	s.packages = append(s.packages, p)
	s.byDir[p.rel] = p
}

func (p *pkg) compare(q *pkg) int {
	return cmp.Or(strings.Compare(p.ImportPath, q.ImportPath), strings.Compare(p.rel, q.rel))
}

// hasTests reports whether the package has test files, for whatever platform.
func (p *pkg) hasTests() bool {
	return len(p.TestGoFiles)+len(p.XTestGoFiles) > 0 || slices.ContainsFunc(p.IgnoredGoFiles, isTest)
}

// relative returns an absolute path relative to the root, with slashes.
func (s *snapshot) relative(name string) string {
	rel, err := filepath.Rel(s.root, name)
	if err != nil {
		rel = name
	}
	return filepath.ToSlash(rel)
}

// file returns the absolute path of a file named relative to the root.
func (s *snapshot) file(rel string) string {
	return filepath.Join(s.root, filepath.FromSlash(rel))
}

// failure returns why the module of a path, or in a directory, can't be loaded, or
// nil if it is not known that it can't.
func (s *snapshot) failure(modulePath, rel string) *workspace.Failure {
	if s.selection == nil {
		return nil
	}
	for i, f := range s.selection.Failures {
		if f.Module.Path == modulePath && modulePath != "" || f.Module.Rel == rel {
			return &s.selection.Failures[i]
		}
	}
	return nil
}

// portable takes the root's name out of a message.
func (s *snapshot) portable(msg string) string {
	msg = strings.ReplaceAll(msg, s.root+string(filepath.Separator), "")
	return strings.ReplaceAll(msg, s.root, ".")
}

// pathOf returns the path of a module, also of one whose go.mod file is malformed; ""
// if there is none to find.
func (s *snapshot) pathOf(m *workspace.Module) string {
	if m.Path != "" {
		return m.Path
	}
	data, err := os.ReadFile(filepath.Join(m.Dir, "go.mod"))
	if err != nil {
		return ""
	}
	return modfile.ModulePath(data)
}

// complaint returns a message of the go command without the advice that follows.
func (s *snapshot) complaint(msg string) string {
	line, _, _ := strings.Cut(s.portable(msg), "\n")
	return strings.TrimSuffix(strings.TrimSuffix(line, "; to add it:"), "; to add:")
}

// goCommand returns the go command to look at a unit with.
func (s *snapshot) goCommand(u *workspace.Unit) gocmd.Go {
	cfg := s.side.Config
	return gocmd.Go{
		Dir: u.Dir, Base: cfg.Env, Env: u.Env, Tags: cfg.Tags, OS: cfg.OS, Arch: cfg.Arch,
		Log: cfg.Log, Stderr: cfg.Stderr,
	}
}

// nearest returns the package in the directory, or in the closest one above it in
// the same module; nil if there is none.
func (s *snapshot) nearest(dir string) *pkg {
	for {
		if p := s.byDir[dir]; p != nil {
			return p
		}
		if s.modules[dir] != nil || dir == "." || dir == ".." {
			return nil
		}
		dir = path.Dir(dir)
	}
}

// moduleOf returns the directory of the module that a directory belongs to, or "".
func (s *snapshot) moduleOf(dir string) string {
	for {
		if s.modules[dir] != nil {
			return dir
		}
		if dir == "." || dir == ".." {
			return ""
		}
		dir = path.Dir(dir)
	}
}

// testers returns the packages whose tests may read a file in a testdata directory:
// the package around it. Where there is none with tests, it is shared: by the
// packages below the directory that holds it, or else by the closest one above.
func (s *snapshot) testers(rel string) []*pkg {
	dir, ok := s.aroundTestdata(rel)
	if !ok {
		return nil
	}
	if p := s.byDir[dir]; p != nil && p.hasTests() {
		return []*pkg{p}
	}
	module := s.moduleOf(dir)
	var found []*pkg
	for _, p := range s.packages {
		if within(p.rel, dir) && p.hasTests() && s.moduleOf(p.rel) == module {
			found = append(found, p)
		}
	}
	if p := s.nearest(dir); len(found) == 0 && p != nil && p.hasTests() {
		found = append(found, p)
	}
	return found
}

// aroundTestdata returns the directory that holds the outermost testdata directory
// in which the file is. Packages in testdata that a go.work file lists by hand have
// testdata directories of their own.
func (s *snapshot) aroundTestdata(rel string) (string, bool) {
	inner := ""
	if p := s.nearest(path.Dir(rel)); p != nil && p.rel != "." {
		inner = p.rel + "/"
	}
	rest, ok := strings.CutPrefix(rel, inner)
	if !ok {
		return "", false
	}
	before, _, ok := strings.Cut("/"+rest, "/testdata/")
	return path.Join(inner, strings.TrimPrefix(before, "/")), ok
}

// hidden reports whether the go command disregards a file or directory of the name.
func hidden(name string) bool { return strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".") }

func isTest(name string) bool { return strings.HasSuffix(name, "_test.go") }

// within reports whether a path is dir or below it; both are relative to the root,
// with slashes.
func within(name, dir string) bool {
	return dir == "." && !outside(name) || name == dir || strings.HasPrefix(name, dir+"/")
}
