package workspace

import (
	"cmp"
	"go/version"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// A workFile is a go.work file in the making: the user's, or one for modules that
// have none.
type workFile struct {
	path    string    // the user's file, or ""
	dir     string    // the directory to run in
	listed  *WorkFile // the user's, or nil
	members []*Module // all that it lists
}

// listedWork returns the user's go.work file with its members.
func (w *Workspace) listedWork(file *WorkFile) *workFile {
	f := &workFile{path: file.Path, dir: filepath.Dir(file.Path), listed: file}
	for _, m := range w.Modules {
		if m.WorkFile == file {
			f.members = append(f.members, m)
		}
	}
	return f
}

// synthesised returns a go.work file for modules that have none.
func (w *Workspace) synthesised(members []*Module) *workFile {
	return &workFile{dir: w.Root, members: members}
}

// synthesisable returns the modules that could stand together in a go.work file
// although none lists them: they have paths of their own, and find their
// dependencies elsewhere than in a vendor folder, which such a file would
// disregard.
func (w *Workspace) synthesisable() []*Module {
	count := make(map[string]int)
	for _, m := range w.Modules {
		count[m.Path]++
	}
	var members []*Module
	for _, m := range w.Modules {
		if m.Err == nil && m.WorkFile == nil && count[m.Path] == 1 && !m.Vendored() {
			members = append(members, m)
		}
	}
	return members
}

// sound returns the members with which the file could work: those that parse and
// of which no other has the path.
func (f *workFile) sound() []*Module {
	count := make(map[string]int)
	for _, m := range f.members {
		count[m.Path]++
	}
	return slices.DeleteFunc(slices.Clone(f.members), func(m *Module) bool { return m.Err != nil || count[m.Path] > 1 })
}

// twin returns another member that has the module's path, or nil. The go command refuses
// all work under a file that lists both.
func (f *workFile) twin(m *Module) *Module {
	for _, o := range f.members {
		if f.listed != nil && o != m && o.Err == nil && o.Path == m.Path {
			return o
		}
	}
	return nil
}

// materialise returns the name of a go.work file with just the given members of
// base: the user's file if these are all that it lists, otherwise a copy or a new
// file outside of the tree.
func (w *Workspace) materialise(base *workFile, members []*Module) (string, error) {
	if base.listed != nil && len(members) == len(base.listed.File.Use) {
		return base.path, nil
	}
	content, err := base.with(members)
	if err != nil {
		return "", err
	}
	dir, err := w.newTempDir()
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "go.work")
	if err := os.WriteFile(name, content, 0o666); err != nil {
		return "", err
	}
	if base.listed == nil {
		return name, nil
	}
	// Without the sums the go command would have to ask the checksum database.
	sums, err := w.overlay.ReadFile(base.path + ".sum")
	if err != nil {
		return name, nil // it is optional
	}
	return name, os.WriteFile(name+".sum", sums, 0o666)
}

// with returns the content of the file for the given members, with absolute paths.
func (f *workFile) with(members []*Module) ([]byte, error) {
	var out modfile.WorkFile
	out.Syntax = new(modfile.FileSyntax)
	var err error
	if f.listed != nil {
		err = copyDirectives(&out, f.listed)
	} else {
		err = replaceSiblings(&out, members)
	}
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		if err := out.AddUse(filepath.ToSlash(m.Dir), m.Path); err != nil {
			return nil, err
		}
	}
	return modfile.Format(out.Syntax), nil
}

// copyDirectives copies what the file says, but for the modules.
func copyDirectives(out *modfile.WorkFile, from *WorkFile) error {
	f := from.File
	if f.Go != nil {
		if err := out.AddGoStmt(f.Go.Version); err != nil {
			return err
		}
	}
	if f.Toolchain != nil {
		if err := out.AddToolchainStmt(f.Toolchain.Name); err != nil {
			return err
		}
	}
	for _, g := range f.Godebug {
		if err := out.AddGodebug(g.Key, g.Value); err != nil {
			return err
		}
	}
	for _, r := range f.Replace {
		path := r.New.Path
		if r.New.Version == "" {
			path = filepath.ToSlash(from.abs(path))
		}
		if err := out.AddReplace(r.Old.Path, r.Old.Version, path, r.New.Version); err != nil {
			return err
		}
	}
	return nil
}

// replaceSiblings gives a synthesised file the newest go line of its members, as
// the go command demands, and resolves what they require of each other to the
// tree at whatever version: it may have none that is released, and the go command
// asks for the go.mod file of every version that is required.
func replaceSiblings(out *modfile.WorkFile, members []*Module) error {
	newest := "1.18" // the first with workspaces
	for _, m := range members {
		if v := m.GoVersion(); version.Compare("go"+v, "go"+newest) > 0 {
			newest = v
		}
	}
	if err := out.AddGoStmt(newest); err != nil {
		return err
	}
	for _, s := range siblingRequires(members) {
		if err := out.AddReplace(s.path, s.version, filepath.ToSlash(s.module.Dir), ""); err != nil {
			return err
		}
	}
	return nil
}

// A sibling is a version of a module of the code base that another one requires.
type sibling struct {
	path, version string
	module        *Module
}

// siblingRequires returns what the modules require of each other, each version
// once, sorted.
func siblingRequires(modules []*Module) []sibling {
	byPath := make(map[string]*Module)
	for _, m := range modules {
		byPath[m.Path] = m
	}
	var siblings []sibling
	for _, m := range modules {
		if m.File == nil {
			continue
		}
		for _, r := range m.File.Require {
			if s := byPath[r.Mod.Path]; s != nil && s != m {
				siblings = append(siblings, sibling{r.Mod.Path, r.Mod.Version, s})
			}
		}
	}
	slices.SortFunc(siblings, func(a, b sibling) int {
		return cmp.Or(strings.Compare(a.path, b.path), strings.Compare(a.version, b.version))
	})
	return slices.Compact(siblings)
}

// closure returns the module and the members that it requires, directly or not.
func closure(m *Module, members []*Module) []*Module {
	byPath := make(map[string]*Module)
	for _, other := range members {
		byPath[other.Path] = other
	}
	found := []*Module{m}
	for i := 0; i < len(found); i++ {
		for _, r := range found[i].File.Require {
			if s := byPath[r.Mod.Path]; s != nil && !slices.Contains(found, s) {
				found = append(found, s)
			}
		}
	}
	return found
}

// name names the members for messages.
func (f *workFile) name(w *Workspace) string {
	if f.listed == nil {
		return "the modules"
	}
	return "the modules of " + w.relative(f.path)
}
