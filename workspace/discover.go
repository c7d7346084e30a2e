package workspace

import (
	"cmp"
	"errors"
	"fmt"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// An Exclusion is a folder in which modules are left out by a rule.
type Exclusion struct {
	// Dir is the folder, relative to the workspace's Root, with slashes.
	Dir string
	// Reason is the rule, such as "testdata folder".
	Reason string
	// Modules are the directories with a go.mod file that are left out, as
	// Dir. It is empty where the folder was not looked into.
	Modules []string
}

// folders are the folders whose modules are not of the code base, by name.
var folders = map[string]string{
	"testdata":     "testdata folder",
	"vendor":       "vendor folder",
	"node_modules": "node_modules folder, which is not looked into",
}

// stores are the folders of version control systems: no part of the tree.
var stores = []string{".git", ".hg", ".svn", ".bzr", ".jj"}

// excluded returns the rule that leaves out a folder by its name, or "".
func excluded(name string) string {
	switch {
	case strings.HasPrefix(name, "_"):
		return "folder name begins with _"
	case strings.HasPrefix(name, "."):
		return "folder name begins with a dot"
	}
	return folders[name]
}

// findRoot returns the top directory of the code base that dir belongs to, see
// [Open].
func findRoot(dir string, work *WorkFile) string {
	repo, module := ancestors(dir)
	root := cmp.Or(repo, module, dir)
	if work != nil {
		if wd := filepath.Dir(work.Path); within(dir, wd) && (repo == "" || within(wd, repo)) {
			root = wd
		}
	}
	// Who stands in a module that a rule leaves out means that module.
	if inner := innermostExcluded(root, dir); inner != "" {
		return cmp.Or(topmostModule(dir, inner), root)
	}
	return root
}

// ancestors returns the root of the repository that holds dir, and the topmost
// directory at or above dir with a go.mod file; "" if there is none. Repositories
// and modules of the whole home directory or of the directory for temporary files
// are accidents, not code bases.
func ancestors(dir string) (repo, module string) {
	home, _ := os.UserHomeDir()
	for d := dir; ; d = filepath.Dir(d) {
		accident := d == home || d == filepath.Clean(os.TempDir())
		if accident && d != dir {
			return repo, module
		}
		if isFile(filepath.Join(d, "go.mod")) {
			module = d
		}
		if exists(filepath.Join(d, ".git")) {
			return d, module
		}
		if filepath.Dir(d) == d {
			return "", module
		}
	}
}

// innermostExcluded returns the innermost directory between root and dir whose
// name a rule leaves out, or "".
func innermostExcluded(root, dir string) string {
	for d := dir; d != root && within(d, root); d = filepath.Dir(d) {
		if excluded(filepath.Base(d)) != "" {
			return d
		}
	}
	return ""
}

// topmostModule returns the topmost directory with a go.mod file from dir up to
// top, or "".
func topmostModule(dir, top string) string {
	found := ""
	for d := dir; within(d, top); d = filepath.Dir(d) {
		if isFile(filepath.Join(d, "go.mod")) {
			found = d
		}
		if d == filepath.Dir(d) {
			break
		}
	}
	return found
}

// discover sets the modules and the exclusions of w.
func (w *Workspace) discover() error {
	f := finder{root: w.Root}
	if err := f.walk(w.Root, nil); err != nil {
		return err
	}
	if w.WorkFile != nil {
		f.addListed(w.WorkFile)
	}
	nested := make(map[string]workFileOrError)
	if !w.workSet {
		for _, dir := range f.works {
			work, err := w.readWorkFile(filepath.Join(dir, "go.work"))
			nested[dir] = workFileOrError{work, err}
		}
	}
	for _, dir := range f.modules {
		m := w.readModule(dir)
		w.govern(m, nested)
		w.Modules = append(w.Modules, m)
	}
	slices.SortFunc(w.Modules, func(a, b *Module) int { return strings.Compare(a.Dir, b.Dir) })
	w.Excluded = f.exclusions()
	w.dropIgnored()
	w.dropAliases()
	return nil
}

type workFileOrError struct {
	file *WorkFile
	err  error
}

// govern sets the go.work file under which m is developed: the one in force or,
// as the go command chooses in the module's own directory, the nearest one at or
// above it, provided that it lists m. nested are the go.work files of the tree by
// directory.
func (w *Workspace) govern(m *Module, nested map[string]workFileOrError) {
	if w.WorkFile != nil {
		if use, ok := w.WorkFile.uses()[m.Dir]; ok {
			m.WorkFile = w.WorkFile
			if errors.Is(m.Err, fs.ErrNotExist) {
				m.Err = &FileError{
					Pos: token.Position{Filename: w.WorkFile.Path, Line: use.Syntax.Start.Line},
					Err: fmt.Errorf("the listed module %s has no go.mod file: add it, or remove the line", use.Path),
				}
			}
			return
		}
	}
	for d := m.Dir; within(d, w.Root); d = filepath.Dir(d) {
		work, ok := nested[d]
		if !ok {
			continue
		}
		switch {
		case work.err != nil:
			m.Err = cmp.Or(m.Err, work.err)
		case work.file.uses()[m.Dir] != nil:
			m.WorkFile = work.file
		}
		return
	}
}

// dropIgnored moves the modules that stand where the go.mod file of the module
// around them has an ignore line from the modules to the exclusions.
func (w *Workspace) dropIgnored() {
	w.Modules = slices.DeleteFunc(w.Modules, func(m *Module) bool {
		if m.WorkFile != nil {
			return false // listed by hand
		}
		outer := w.owner(filepath.Dir(m.Dir))
		if outer == nil || outer == m || !ignores(outer, m.Dir) {
			return false
		}
		w.Excluded = append(w.Excluded, Exclusion{
			Dir:     m.Rel,
			Reason:  "ignored by " + slashRel(w.Root, filepath.Join(outer.Dir, "go.mod")),
			Modules: []string{m.Rel},
		})
		return true
	})
}

// dropAliases moves the modules that go.work lists by way of a symbolic link, too, from the
// modules to the exclusions: they are there by the name that is listed.
func (w *Workspace) dropAliases() {
	root, err := filepath.EvalSymlinks(w.Root)
	if err != nil {
		return
	}
	listed := make(map[string]*Module)
	for _, m := range w.Modules {
		rel, err := filepath.Rel(w.Root, m.Dir)
		if err != nil || m.WorkFile == nil {
			continue
		}
		if dir, err := filepath.EvalSymlinks(m.Dir); err == nil && dir != filepath.Join(root, rel) {
			listed[dir] = m
		}
	}
	w.Modules = slices.DeleteFunc(w.Modules, func(m *Module) bool {
		alias := listed[filepath.Join(root, filepath.FromSlash(m.Rel))]
		if alias == nil || m.WorkFile != nil {
			return false
		}
		w.Excluded = append(w.Excluded, Exclusion{Dir: m.Rel, Reason: "listed as " + alias.Rel, Modules: []string{m.Rel}})
		return true
	})
}

// ignores reports whether an ignore line of m's go.mod covers dir, which is below
// m. A line that begins with "./" names one folder, another any folder of that
// name (https://go.dev/ref/mod#go-mod-file-ignore).
func ignores(m *Module, dir string) bool {
	if m.File == nil {
		return false
	}
	rel := slashRel(m.Dir, dir) + "/"
	for _, ignore := range m.File.Ignore {
		if rooted, ok := strings.CutPrefix(ignore.Path, "./"); ok {
			if strings.HasPrefix(rel, strings.Trim(rooted, "/")+"/") {
				return true
			}
		} else if strings.Contains("/"+rel, "/"+strings.Trim(ignore.Path, "/")+"/") {
			return true
		}
	}
	return false
}

// owner returns the module that the directory belongs to: the innermost at or
// above it, or nil.
func (w *Workspace) owner(dir string) *Module {
	var owner *Module
	for _, m := range w.Modules {
		if within(dir, m.Dir) && (owner == nil || len(m.Dir) > len(owner.Dir)) {
			owner = m
		}
	}
	return owner
}

// A finder looks for modules in a tree.
type finder struct {
	root    string
	modules []string // directories with go.mod
	works   []string // directories with go.work
	left    []*leftOut
}

// leftOut is a folder that a rule leaves out.
type leftOut struct {
	dir, reason string
	modules     []string // directories with go.mod
	closed      bool     // not looked into
}

// walk visits dir and what is below it. Below a folder that a rule leaves out,
// out is that folder.
func (f *finder) walk(dir string, out *leftOut) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		if dir == f.root {
			return err
		}
		f.leaveOut(dir, "cannot be read: "+err.Error()).closed = true
		return nil
	}
	if out == nil && dir != f.root && linkedWorktree(dir, entries) {
		out = f.leaveOut(dir, "work tree of another branch")
	}
	if hasFile(entries, "go.work") && out == nil {
		f.works = append(f.works, dir)
	}
	if hasFile(entries, "go.mod") {
		if out != nil {
			out.modules = append(out.modules, dir)
			return nil // what is below is left out with it
		}
		f.modules = append(f.modules, dir)
	}
	for _, e := range entries {
		if err := f.visit(filepath.Join(dir, e.Name()), e, out); err != nil {
			return err
		}
	}
	return nil
}

// visit walks the entry if it is a folder to look into.
func (f *finder) visit(path string, e fs.DirEntry, out *leftOut) error {
	name := e.Name()
	if e.Type()&fs.ModeSymlink != 0 {
		if out == nil && isFile(filepath.Join(path, "go.mod")) {
			f.leaveOut(path, "symbolic link").modules = []string{path}
		}
		return nil
	}
	if !e.IsDir() || slices.Contains(stores, name) {
		return nil
	}
	if reason := excluded(name); reason != "" && out == nil {
		out = f.leaveOut(path, reason)
	}
	if name == "node_modules" {
		out.closed = true
		return nil
	}
	return f.walk(path, out)
}

// Overlooked reports whether the go command sees no packages in folders of the name, and
// below them, unless they are named: see "go help packages".
func Overlooked(name string) bool {
	return name == "testdata" || name == "vendor" || strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".")
}

func (f *finder) leaveOut(dir, reason string) *leftOut {
	out := &leftOut{dir: dir, reason: reason}
	f.left = append(f.left, out)
	return out
}

// addListed adds the modules that work lists and that the walk did not find: who
// lists by hand what a rule leaves out, or what stands outside of the root, wants
// it.
func (f *finder) addListed(work *WorkFile) {
	for dir := range work.uses() {
		if slices.Contains(f.modules, dir) {
			continue
		}
		f.modules = append(f.modules, dir)
		for _, out := range f.left {
			out.modules = slices.DeleteFunc(out.modules, func(d string) bool { return d == dir })
		}
	}
}

// exclusions returns the folders left out in which there is a module or may be.
func (f *finder) exclusions() []Exclusion {
	var xs []Exclusion
	for _, out := range f.left {
		if len(out.modules) == 0 && !out.closed {
			continue
		}
		x := Exclusion{Dir: slashRel(f.root, out.dir), Reason: out.reason}
		for _, dir := range out.modules {
			x.Modules = append(x.Modules, slashRel(f.root, dir))
		}
		xs = append(xs, x)
	}
	return xs
}

// linkedWorktree reports whether the directory is the root of a work tree that
// "git worktree add" made. A submodule's .git file looks alike and is none.
func linkedWorktree(dir string, entries []fs.DirEntry) bool {
	if !hasFile(entries, ".git") {
		return false
	}
	data, err := os.ReadFile(filepath.Join(dir, ".git"))
	return err == nil && strings.Contains(filepath.ToSlash(string(data)), "/worktrees/")
}

// hasFile reports whether there is a regular file of that name among the entries.
func hasFile(entries []fs.DirEntry, name string) bool {
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return e.Name() == name && e.Type().IsRegular()
	})
}

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}
