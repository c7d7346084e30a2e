package tree

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A plan is changes that were compared with the tree.
type plan struct {
	*locked
	spelled string          // the root as the caller names it
	files   []planned       // that become other
	seen    []planned       // those, and the ones that stay as they are
	changed []string        // that are not what their changes were made for
	copies  map[string]kept // for the journal, by name
	dirs    []place         // to be made
}

// planned is the file of a change.
type planned struct {
	entry
	shown string      // to the user
	info  fs.FileInfo // nil if there is none
}

// kept is what the journal has a copy of. Nobody may read in it what he may not read
// in the file.
type kept struct {
	content []byte
	perm    *fs.FileMode
}

// plan compares changes with the tree.
func (t *locked) plan(root string, changes []Change) (*plan, error) {
	p := &plan{locked: t, spelled: root, copies: make(map[string]kept)}
	for _, c := range changes {
		f, err := p.find(c)
		if err != nil {
			return nil, err
		}
		if err := p.add(f, c); err != nil {
			return nil, err
		}
	}
	if p.changed != nil {
		slices.Sort(p.changed)
		return nil, &ChangedError{Files: p.changed}
	}
	return p, nil
}

// manifest returns what the journal of the plan says.
func (p *plan) manifest(command string) *manifest {
	m := &manifest{Command: command, Began: time.Now(), Dirs: p.dirs}
	for _, f := range p.files {
		m.Files = append(m.Files, f.entry)
	}
	slices.SortFunc(m.Files, func(a, b entry) int { return cmp.Compare(a.File, b.File) })
	slices.Sort(m.Dirs) // parents come before what is in them
	return m
}

// find tells which file a change is made to, or why it can't be. Without a file that
// should be there, it returns one without information.
func (p *plan) find(c Change) (*planned, error) {
	f := &planned{shown: c.File}
	if !filepath.IsAbs(c.File) {
		return nil, fmt.Errorf("%s is not an absolute name", c.File)
	}
	if rel, err := filepath.Rel(p.spelled, c.File); err == nil && filepath.IsLocal(rel) {
		f.shown = rel
	}
	var resolved string
	var err error
	if c.Op == Create {
		resolved, err = resolveNew(c.File)
	} else {
		resolved, f.info, err = resolveOld(c)
		if absent(err) {
			return f, nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.shown, err)
	}
	rel, err := filepath.Rel(p.dir, resolved)
	if err != nil || !filepath.IsLocal(rel) {
		return nil, fmt.Errorf("%s lies outside of %s, where gomend changes nothing", f.shown, p.dir)
	}
	f.File = place(filepath.ToSlash(rel))
	return f, f.File.check()
}

// resolveOld returns the name without symbolic links of a file that is to be edited
// or removed.
func resolveOld(c Change) (string, fs.FileInfo, error) {
	info, err := os.Lstat(c.File)
	if err != nil {
		return "", nil, err
	}
	if c.Op == Remove && info.Mode()&fs.ModeSymlink != 0 {
		return "", nil, errors.New("it is a symbolic link, which gomend does not remove")
	}
	resolved, err := filepath.EvalSymlinks(c.File)
	if err != nil {
		return "", nil, err
	}
	info, err = os.Lstat(resolved)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not a regular file")
	}
	return resolved, info, err
}

// resolveNew returns the name without symbolic links of a file that is to be created.
func resolveNew(file string) (string, error) {
	info, err := os.Lstat(file)
	switch {
	case err == nil && info.IsDir():
		return "", errors.New("it can't be created: there is a folder of this name")
	case err == nil:
		return "", errors.New("it can't be created: there is a file of this name; run the command again")
	}
	dir := filepath.Dir(file)
	if !errors.Is(err, fs.ErrNotExist) || dir == file {
		return "", err
	}
	resolved, err := filepath.EvalSymlinks(dir)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(dir); err == nil {
			return "", fmt.Errorf("it can't be created: the symbolic link %s leads nowhere", dir)
		}
		resolved, err = resolveNew(dir)
	}
	return filepath.Join(resolved, filepath.Base(file)), err
}

// add compares a change with its file and takes it into the plan.
func (p *plan) add(f *planned, c Change) error {
	if c.Op != Create && f.info == nil {
		p.changed = append(p.changed, f.shown)
		return nil
	}
	if err := p.addDir(f); err != nil {
		return err
	}
	if err := p.distinct(f); err != nil {
		return err
	}
	if c.Op != Create {
		current, err := p.root.ReadFile(string(f.File))
		if err != nil {
			return err
		}
		if !bytes.Equal(current, c.Old) {
			p.changed = append(p.changed, f.shown)
		}
		f.Old = &version{Hash: sha256.Sum256(c.Old), Perm: new(f.info.Mode().Perm())}
	}
	if c.Op != Remove {
		f.New = &version{Hash: sha256.Sum256(c.New)}
		if c.Op == Create && c.Perm != 0 {
			f.New.Perm = new(c.Perm.Perm())
		}
	}
	p.seen = append(p.seen, *f)
	if f.Old != nil && f.New != nil && f.Old.Hash == f.New.Hash {
		return nil
	}
	p.files = append(p.files, *f)
	var perm *fs.FileMode
	if f.Old != nil {
		perm = f.Old.Perm
		p.copies[f.File.copy(before)] = kept{c.Old, perm}
	}
	if f.New != nil {
		p.copies[f.File.copy(after)] = kept{c.New, cmp.Or(perm, f.New.Perm)}
	}
	return nil
}

// addDir adds the directories that the file needs and that are missing. Those that
// are there must lie where files can be renamed to from the journal.
func (p *plan) addDir(f *planned) error {
	dir := path.Dir(string(f.File))
	info, err := p.root.Stat(dir)
	for ; errors.Is(err, fs.ErrNotExist); info, err = p.root.Stat(dir) {
		if !slices.Contains(p.dirs, place(dir)) {
			p.dirs = append(p.dirs, place(dir))
		}
		dir = path.Dir(dir)
	}
	if err != nil {
		return err
	}
	top, err := p.root.Stat(".")
	if err == nil && !sameDevice(info, top) {
		err = fmt.Errorf("%s lies on another file system than %s: they can't be changed together", f.shown, p.dir)
	}
	return err
}

// distinct makes sure that no two changes are made to one file.
func (p *plan) distinct(f *planned) error {
	for _, other := range p.seen {
		switch {
		case f.info != nil && other.info != nil && os.SameFile(f.info, other.info),
			f.File == other.File:
			return fmt.Errorf("%s and %s are one file, to which only one change can be made", other.shown, f.shown)
		case f.info == nil && other.info == nil && strings.EqualFold(string(f.File), string(other.File)):
			return fmt.Errorf("%s and %s would be one file where upper and lower case are the same", other.shown, f.shown)
		case strings.HasPrefix(string(f.File), string(other.File)+"/"):
			return fmt.Errorf("%s can't be both a file and the folder of %s", other.shown, f.shown)
		case strings.HasPrefix(string(other.File), string(f.File)+"/"):
			return fmt.Errorf("%s can't be both a file and the folder of %s", f.shown, other.shown)
		}
	}
	return nil
}
