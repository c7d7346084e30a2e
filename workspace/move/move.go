// Package move renames packages, or moves them, everywhere in a code base of many modules
// at once.
//
// Nothing is written to the tree. [Package] finds by syntax what has to change: the package
// itself with all of its files, and the files that import it, whatever platform or build
// tag they are for, in all modules whose builds take the package from the tree. Then it
// lays the code base out beside the tree as it is to be, and has the go command say what
// works less than before, in both views.
package move

import (
	"cmp"
	"context"
	"errors"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/gomend/gomend/internal/edit"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/verify"
)

// Options say what goes along and how much to prove.
type Options struct {
	// Subpackages tells that the packages in directories below move along. Otherwise
	// they stay where they are. Nested modules always do.
	Subpackages bool

	// Generated tells that generated files are edited as others are. Otherwise one that
	// would have to be is a [*GeneratedError].
	Generated bool

	// Views are those in which the change is proven; both if there is none.
	Views []workspace.View

	// Test asks for the tests of the package and of those that import it, too, which are
	// run in copies of the code base. That they build, and what vet says of them, is
	// always compared.
	Test bool

	// Step, if not nil, is called as each step begins, in words for who waits.
	Step func(what string)
}

// A Result is what a change comes to.
type Result struct {
	// Moved are the packages that get another path or name: the one that was named first,
	// then those that go along, sorted by path.
	Moved []Moved

	// Changes are the files that change, sorted by name. A file that moves is two of them.
	Changes []Change

	// Emptied are the directories in which nothing is left, those below others first.
	Emptied []string

	// Importers are the import paths of the packages with files that are edited for what
	// they import, as they are after the change, sorted. An external test of a moved
	// package counts as the package.
	Importers []string

	// Kept are the absolute names of files which import the package by its old name from
	// now on, because they use the new one for something else or do not parse, sorted.
	Kept []string

	// Mentions are the places that name the package in ways that are not edited, sorted.
	Mentions []Mention

	// Worse is what works less with the changes than without: they should not be made.
	// Flaky are tests that fail now and then, before the changes too.
	Worse, Flaky []verify.Regression
}

// Moved is a package before and after.
type Moved struct {
	Old, New Place
}

// A Place is a package's import path, name and directory.
type Place struct {
	ImportPath, Name string
	Dir              string // its absolute name
}

// An Op is what becomes of a file.
type Op string

// The operations.
const (
	Edit   Op = "edit"   // it gets other content
	Create Op = "create" // it is new
	Remove Op = "remove" // it goes
)

// A Change is what becomes of one file.
type Change struct {
	Op   Op
	File string // its absolute name
	Old  []byte // the content before; nil if the file is new
	New  []byte // the content after; nil if it goes

	// Perm are the permissions that the file has, or is to have if it is new.
	Perm fs.FileMode
}

// Package renames a package of the code base that cfg names, or moves it.
//
// The package is given by its import path, or by a directory relative to cfg.Dir that
// begins with a dot or is absolute. Where it goes to is one of:
//
//   - an identifier, its new name. The last element of its directory becomes the same if
//     it was the same before. A program is renamed by its directory alone.
//   - a directory or an import path in its module. Its name becomes the last element of
//     that, as an identifier, if name and path agreed before.
//
// Files of the directory move byte for byte but for what names the package, as do folders
// below it that hold no packages. Files that import the package use its new name, unless
// that means something else where they use it: these keep the old one, given to the import.
// An import that has a name keeps it.
//
// What can't be done is an error that says what to do instead: a move to another module or
// to where a package is, names that Go refuses. A change that makes anything worse is none,
// see [Result].
func Package(ctx context.Context, cfg workspace.Config, from, to string, o Options) (*Result, error) {
	if o.Step == nil {
		o.Step = func(string) {}
	}
	if cfg.Overlay != "" {
		return nil, errors.New("a package can't be moved in an overlay: files are found in the tree")
	}
	w, err := workspace.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer w.Close() // temporary files
	t, err := resolve(w, from, to)
	if err != nil {
		return nil, err
	}
	m := &mover{
		cfg: cfg, o: o, w: w, target: t,
		moved:     make(map[string]Moved),
		files:     make(map[string]string),
		contents:  make(map[string][]byte),
		importers: make(map[string]bool),
		beside:    make(map[string]bool),
		embedding: make(map[string]bool),
		taken:     make(map[scope]bool),
	}
	m.set = edit.NewSet(m.read)
	if err := m.collect(); err != nil {
		return nil, err
	}
	o.Step("reading what imports " + t.old.ImportPath)
	if err := m.scan(ctx); err != nil {
		return nil, err
	}
	if err := m.refuseGenerated(); err != nil {
		return nil, err
	}
	r, err := m.result()
	if err != nil {
		return nil, err
	}
	return r, m.prove(ctx, r)
}

// A mover is a change in the making.
type mover struct {
	cfg    workspace.Config
	o      Options
	w      *workspace.Workspace
	target *target

	moved    map[string]Moved  // by old import path
	files    map[string]string // the files that move: from where to where
	contents map[string][]byte // of files that were read and may change
	set      *edit.Set

	importers map[string]bool // packages
	beside    map[string]bool // packages that import none, and read files that move
	kept      []string        // files
	mentions  []Mention

	embedding map[string]bool // directories with files that embed others
	taken     map[scope]bool  // see declares
	exported  []string        // what the package declares for others, see mentionNames
}

// read returns the content of a file, and keeps it: what is changed and what is proven is
// the same.
func (m *mover) read(name string) ([]byte, error) {
	if content, ok := m.contents[name]; ok {
		return content, nil
	}
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	m.contents[name] = content
	return content, nil
}

// keep keeps the content of a file that was read.
func (m *mover) keep(name string, content []byte) {
	if _, ok := m.contents[name]; !ok {
		m.contents[name] = content
	}
}

// peek reads a file that need not be kept.
func (m *mover) peek(name string) ([]byte, error) {
	if content, ok := m.contents[name]; ok {
		return content, nil
	}
	return os.ReadFile(name)
}

// replace adds the edit of a part of a file.
func (m *mover) replace(file string, start, end int, text string) error {
	return m.set.Add(edit.Edit{File: file, Start: start, End: end, New: text})
}

// offsets returns where a node is in its file.
func offsets(fset *token.FileSet, pos, end token.Pos) (int, int) {
	f := fset.File(pos)
	return f.Offset(pos), f.Offset(end)
}

// result returns what was found.
func (m *mover) result() (*Result, error) {
	r := &Result{
		Moved:     []Moved{m.target.moved()},
		Emptied:   m.emptied(),
		Importers: slices.Sorted(maps.Keys(m.importers)),
		Kept:      m.kept,
		Mentions:  m.mentions,
	}
	for _, old := range slices.Sorted(maps.Keys(m.moved)) {
		if old != m.target.old.ImportPath {
			r.Moved = append(r.Moved, m.moved[old])
		}
	}
	slices.Sort(r.Kept)
	slices.SortFunc(r.Mentions, compareMentions)
	r.Mentions = slices.Compact(r.Mentions)
	names := slices.Collect(maps.Keys(m.files))
	for _, name := range m.set.Files() {
		if m.files[name] == "" {
			names = append(names, name)
		}
	}
	for _, name := range names {
		changes, err := m.changes(name)
		if err != nil {
			return nil, err
		}
		r.Changes = append(r.Changes, changes...)
	}
	slices.SortFunc(r.Changes, func(a, b Change) int { return cmp.Compare(a.File, b.File) })
	return r, nil
}

// changes returns what becomes of a file that moves, is edited, or both.
func (m *mover) changes(name string) ([]Change, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	old, err := m.read(name)
	if err != nil {
		return nil, err
	}
	content, err := m.set.Content(name)
	if err != nil {
		return nil, err
	}
	if filepath.Base(name) == "go.mod" {
		content = arranged(name, old, content)
	}
	perm := info.Mode().Perm()
	to := m.files[name]
	if to == "" {
		return []Change{{Op: Edit, File: name, Old: old, New: content, Perm: perm}}, nil
	}
	return []Change{
		{Op: Remove, File: name, Old: old, Perm: perm},
		{Op: Create, File: to, New: content, Perm: perm},
	}, nil
}

// relative returns a name relative to the root of the code base, with slashes, for messages.
func (m *mover) relative(name string) string { return relative(m.w, name) }

func relative(w *workspace.Workspace, name string) string {
	if rel, err := filepath.Rel(w.Root, name); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(name)
}
