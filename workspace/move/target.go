package move

import (
	"errors"
	"fmt"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/mod/module"

	"github.com/gomend/gomend/workspace"
)

// A target is what is to become of a package.
type target struct {
	module   *workspace.Module
	old, new Place
}

func (t *target) moved() Moved { return Moved{t.old, t.new} }

// moves reports whether the package gets another directory.
func (t *target) moves() bool { return t.old.Dir != t.new.Dir }

// renames reports whether the package gets another name.
func (t *target) renames() bool { return t.old.Name != t.new.Name }

// resolve finds the package and where it goes to, and whether it can.
func resolve(w *workspace.Workspace, from, to string) (*target, error) {
	t := new(target)
	var err error
	if t.old.Dir, t.module, err = source(w, from); err != nil {
		return nil, err
	}
	t.old.ImportPath = importPath(t.module, t.old.Dir)
	if t.old.Name, err = packageName(t.old.Dir); err != nil {
		return nil, err
	}
	if err := t.setNew(w, to); err != nil {
		return nil, err
	}
	t.new.ImportPath = importPath(t.module, t.new.Dir)
	switch {
	case !t.moves() && !t.renames():
		return nil, fmt.Errorf("%s has that place and that name already", t.old.ImportPath)
	case t.renames():
		if err := checkName(t.new.Name); err != nil {
			return nil, err
		}
	}
	if t.moves() {
		return t, t.checkPlace(w)
	}
	return t, nil
}

// source returns the directory of the package that is named, and its module.
func source(w *workspace.Workspace, from string) (string, *workspace.Module, error) {
	if strings.Contains(from, "...") || from == "work" {
		return "", nil, fmt.Errorf("%s may name several packages: name one", from)
	}
	dir := absolute(w, from)
	m := owner(w, dir)
	if !isLocal(from) {
		if m = ownerByPath(w, from); m == nil {
			return "", nil, fmt.Errorf("%s is in no module of this code base%s", from, perhapsDir(w, from))
		}
		dir = filepath.Join(m.Dir, filepath.FromSlash(strings.TrimPrefix(from, m.Path)))
	}
	switch {
	case m == nil:
		return "", nil, fmt.Errorf("%s is in no module of this code base", relative(w, dir))
	case m.Err != nil:
		return "", nil, m.Err
	case hidden(m, dir) != "":
		return "", nil, fmt.Errorf("the go command sees no packages in folders named %s: %s is none", hidden(m, dir), relative(w, dir))
	}
	if names, err := goFiles(dir); err != nil || len(names) == 0 {
		return "", nil, fmt.Errorf("there is no package in %s%s", relative(w, dir), perhapsDir(w, from))
	}
	return dir, m, nil
}

// perhapsDir returns advice for who has named a directory like an import path.
func perhapsDir(w *workspace.Workspace, name string) string {
	if names, err := goFiles(filepath.Join(w.Dir, name)); !isLocal(name) && err == nil && len(names) > 0 {
		return ": a directory is named ./" + name
	}
	return ""
}

// setNew sets the new directory and name.
func (t *target) setNew(w *workspace.Workspace, to string) error {
	t.new = t.old
	if !isLocal(to) && !strings.ContainsAny(to, `/\`) {
		return t.setName(to)
	}
	if t.old.Dir == t.module.Dir {
		return fmt.Errorf("%s is at the top of its module and can't move: its files are the module's", t.old.ImportPath)
	}
	t.new.Dir = absolute(w, to)
	m := owner(w, t.new.Dir)
	if !isLocal(to) {
		if m = ownerByPath(w, to); m == nil {
			return fmt.Errorf("%s is in no module of this code base: a directory is named ./%s", to, to)
		}
		t.new.Dir = filepath.Join(m.Dir, filepath.FromSlash(strings.TrimPrefix(to, m.Path)))
		// What the name says may be another module's by its directory.
		if inner := owner(w, t.new.Dir); m == t.module {
			m = inner
		}
	}
	switch {
	case m == nil:
		return fmt.Errorf("%s is in no module of this code base", relative(w, t.new.Dir))
	case m != t.module:
		return fmt.Errorf("%s is in another module, %s: packages move within their module only. Add the package there, have those that import it require %s, and remove it here once they do",
			relative(w, t.new.Dir), m.Name(), m.Name())
	}
	// A program is called by its directory, whatever the name of its package.
	if t.old.Name != "main" && agree(t.old.ImportPath, t.old.Name) {
		t.new.Name = nameFor(importPath(m, t.new.Dir))
		if t.new.Name == "" {
			return fmt.Errorf("no package name can be made of %s: choose a last element with a letter in it", to)
		}
	}
	return nil
}

// setName sets the new name, and a directory that is named like the package with it.
func (t *target) setName(to string) error {
	base := filepath.Base(t.old.Dir)
	top := t.old.Dir == t.module.Dir
	switch {
	case t.old.Name == "main" && top:
		return fmt.Errorf("the program %s is called after its module: change the module line in %s", t.old.ImportPath, filepath.Join(t.module.Rel, "go.mod"))
	case t.old.Name == "main":
		t.new.Dir = filepath.Join(filepath.Dir(t.old.Dir), to)
		return nil
	}
	t.new.Name = to
	if base == t.old.Name && !top {
		t.new.Dir = filepath.Join(filepath.Dir(t.old.Dir), to)
	}
	return checkName(to) // before anything is said of the directory
}

// checkName tells why a package can't have the name.
func checkName(name string) error {
	switch {
	case token.IsKeyword(name):
		return fmt.Errorf("%s is a keyword of Go: a package can't have that name", name)
	case !token.IsIdentifier(name) || name == "_":
		return fmt.Errorf("%q is no identifier: a package can't have that name. To move the package, name a directory: ./%s", name, name)
	case name == "main":
		return errors.New("a package named main is a program, which nobody can import: move its code to one instead")
	case strings.HasSuffix(name, "_test"):
		return fmt.Errorf("%s is how tests of another package are named: choose a name without _test", name)
	}
	return nil
}

// checkPlace tells why no package can be in the new directory.
func (t *target) checkPlace(w *workspace.Workspace) error {
	if err := module.CheckImportPath(t.new.ImportPath); err != nil {
		return fmt.Errorf("no package can be in %s: %w", relative(w, t.new.Dir), err)
	}
	if name := hidden(t.module, t.new.Dir); name != "" {
		return fmt.Errorf("the go command sees no packages in folders named %s: choose another directory than %s", name, relative(w, t.new.Dir))
	}
	if m := ownerByPath(w, t.new.ImportPath); m != nil && m != t.module {
		return fmt.Errorf("%s is an import path of another module, that in %s: choose another", t.new.ImportPath, relative(w, m.Dir))
	}
	info, err := os.Stat(t.new.Dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if old, err := os.Stat(t.old.Dir); err == nil && os.SameFile(old, info) {
		return fmt.Errorf("%s and %s are one directory here, where upper and lower case are the same: rename by way of a third name",
			relative(w, t.old.Dir), relative(w, t.new.Dir))
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is a file: remove it, or choose another name", relative(w, t.new.Dir))
	}
	if names, err := goFiles(t.new.Dir); err != nil || len(names) > 0 {
		return errors.Join(err, fmt.Errorf("there is a package in %s already: choose another name", relative(w, t.new.Dir)))
	}
	return nil
}

// packageName returns the name of the package in a directory. Programs beside it that are
// for "go run", and files of package documentation, are none of it.
func packageName(dir string) (string, error) {
	files, err := goFiles(dir)
	if err != nil {
		return "", err
	}
	var names, aside []string
	for _, file := range files {
		name, err := clauseName(filepath.Join(dir, file))
		if err != nil {
			return "", err
		}
		if strings.HasSuffix(file, "_test.go") {
			name = strings.TrimSuffix(name, "_test")
		}
		if name == "main" || name == "documentation" {
			aside = append(aside, name)
		} else {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		names = aside
	}
	slices.Sort(names)
	if names = slices.Compact(names); len(names) > 1 {
		return "", fmt.Errorf("%s has files of the packages %s: a package has one name", dir, strings.Join(names, " and "))
	}
	return names[0], nil
}

// agree reports whether the name of a package is what its import path leads to expect.
func agree(importPath, name string) bool {
	return name == nameFor(importPath) || name == assumedName(importPath)
}

// nameFor returns the name of a package with the import path: the last element that is no
// major version, without what is no identifier, and without "go" where it is set off by
// a dash or a dot.
func nameFor(importPath string) string {
	base := lastElement(importPath)
	base = strings.TrimPrefix(base, "go-")
	base = strings.TrimSuffix(strings.TrimSuffix(base, "-go"), ".go")
	name := strings.Map(func(r rune) rune {
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return r
	}, base)
	if name == "" || unicode.IsDigit([]rune(name)[0]) {
		return ""
	}
	return name
}

// assumedName returns the name by which goimports takes a package with the import path to
// be meant: the last element up to what is no identifier.
func assumedName(importPath string) string {
	base := strings.TrimPrefix(lastElement(importPath), "go-")
	if i := strings.IndexFunc(base, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }); i >= 0 {
		base = base[:i]
	}
	return base
}

// lastElement returns the last element of an import path that is no major version, without
// one that follows a dot.
func lastElement(importPath string) string {
	prefix, _, ok := module.SplitPathVersion(importPath)
	if !ok || prefix == "" {
		prefix = importPath
	}
	return path.Base(prefix)
}

// importPath returns the import path of a directory in a module.
func importPath(m *workspace.Module, dir string) string {
	rel, err := filepath.Rel(m.Dir, dir)
	if err != nil {
		return ""
	}
	return path.Join(m.Path, filepath.ToSlash(rel))
}

// hidden returns the name of a folder between the module's directory and dir by which the
// go command sees no packages there, or "".
func hidden(m *workspace.Module, dir string) string {
	rel, err := filepath.Rel(m.Dir, dir)
	if err != nil || rel == "." {
		return ""
	}
	for elem := range strings.SplitSeq(filepath.ToSlash(rel), "/") {
		if workspace.Overlooked(elem) {
			return elem
		}
	}
	return ""
}

// owner returns the module that a directory is in, or nil.
func owner(w *workspace.Workspace, dir string) *workspace.Module {
	var owner *workspace.Module
	for _, m := range w.Modules {
		if within(dir, m.Dir) && (owner == nil || len(m.Dir) > len(owner.Dir)) {
			owner = m
		}
	}
	return owner
}

// ownerByPath returns the module with the longest path that an import path begins with, or
// nil.
func ownerByPath(w *workspace.Workspace, path string) *workspace.Module {
	var owner *workspace.Module
	for _, m := range w.Modules {
		if m.Path == "" || path != m.Path && !strings.HasPrefix(path, m.Path+"/") {
			continue
		}
		if owner == nil || len(m.Path) > len(owner.Path) {
			owner = m
		}
	}
	return owner
}

// isLocal reports whether a name is one of a directory rather than an import path.
func isLocal(name string) bool {
	first, _, _ := strings.Cut(filepath.ToSlash(name), "/")
	return filepath.IsAbs(name) || first == "." || first == ".."
}

func absolute(w *workspace.Workspace, name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(w.Dir, filepath.FromSlash(name))
}

// within reports whether name is dir or below it. Both are absolute and clean.
func within(name, dir string) bool {
	rel, err := filepath.Rel(dir, name)
	return err == nil && filepath.IsLocal(rel)
}
