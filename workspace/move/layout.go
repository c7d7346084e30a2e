package move

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/gomend/gomend/workspace"
)

// A layout is the code base in another directory, with changes made.
type layout struct {
	m      *mover
	dir    string
	copies bool // of all files, rather than links to those that nothing may tell from files

	changed map[string]*Change
	env     []string // for the go command
}

// top returns the directory for the i-th of the directories that hold the code base.
func (l *layout) top(i int) string { return filepath.Join(l.dir, fmt.Sprint(i)) }

// place returns where a file of the code base is laid out. Others are where they are.
func (l *layout) place(name string) string {
	for i, top := range l.m.tops() {
		if rel, err := filepath.Rel(top, name); err == nil && filepath.IsLocal(rel) {
			return filepath.Join(l.top(i), rel)
		}
	}
	return name
}

// config returns how to open the code base.
func (l *layout) config() workspace.Config {
	cfg := l.m.cfg
	cfg.Root, cfg.Dir = l.top(0), l.place(l.m.w.Dir)
	for cfg.Dir != cfg.Root && !present(cfg.Dir) { // as who stands in the package that moves
		cfg.Dir = filepath.Dir(cfg.Dir)
	}
	if l.env != nil {
		if cfg.Env == nil {
			cfg.Env = os.Environ()
		}
		cfg.Env = append(slices.Clip(cfg.Env), l.env...)
	}
	return cfg
}

// write lays the code base out.
func (l *layout) write(ctx context.Context, changes []Change) error {
	l.changed = make(map[string]*Change)
	for i := range changes {
		l.changed[changes[i].File] = &changes[i]
	}
	for i, top := range l.m.tops() {
		if err := l.writeDir(ctx, top, l.top(i), l.copies); err != nil {
			return err
		}
	}
	for _, c := range changes {
		if c.Op == Remove {
			continue
		}
		to := l.place(c.File)
		err := os.MkdirAll(filepath.Dir(to), 0o777)
		if err = errors.Join(err, os.WriteFile(to, c.New, c.Perm|0o200)); err != nil {
			return err
		}
	}
	return l.redirect()
}

// writeDir lays out what is in a directory, but for the files that change. Copies tells
// that no links will do.
func (l *layout) writeDir(ctx context.Context, from, to string, copies bool) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return nil // what can't be read is no part of any package
	}
	if err := os.MkdirAll(to, 0o777); err != nil {
		return err
	}
	copies = copies || l.m.embedding[from]
	for _, e := range entries {
		name, place := filepath.Join(from, e.Name()), filepath.Join(to, e.Name())
		switch {
		case slices.Contains(stores, e.Name()) || l.changed[name] != nil:
		case e.IsDir() && (l.m.foreign(name) || name == filepath.Dir(l.dir)): // that is scratch
		case e.IsDir():
			err = l.writeDir(ctx, name, place, copies)
		case e.Type()&fs.ModeSymlink != 0:
			err = l.writeLink(name, place)
		case e.Type().IsRegular():
			err = writeFile(name, place, copies || l.copied(name))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// copied reports whether a file must not be a link. The go command embeds no links, and
// which files are embedded in vendored packages is not known here; others it writes to.
func (l *layout) copied(name string) bool {
	switch filepath.Base(name) {
	case "go.mod", "go.sum", "go.work", "go.work.sum":
		return true
	}
	return filepath.Ext(name) != ".go" && strings.Contains(filepath.ToSlash(name), "/vendor/")
}

// writeFile lays out a file, which stays as it is: what is laid out as a link is not
// written to.
func writeFile(name, to string, copies bool) error {
	if !copies && os.Symlink(name, to) == nil {
		return nil
	}
	content, err := os.ReadFile(name)
	if err != nil {
		return nil // what can't be read is no part of any package
	}
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, info.Mode().Perm()|0o200)
}

// writeLink lays out a symbolic link of the tree. It leads to the same place, or to where
// that is laid out.
func (l *layout) writeLink(name, to string) error {
	link, err := os.Readlink(name)
	if err != nil {
		return err
	}
	if !filepath.IsAbs(link) {
		leads := filepath.Join(filepath.Dir(name), link)
		if l.place(leads) == leads {
			link = leads
		}
	}
	return os.Symlink(link, to)
}

// redirect has the laid out go.work and go.mod files lead to what is laid out, or to what
// is not.
func (l *layout) redirect() error {
	seen := make(map[*workspace.WorkFile]bool)
	for _, k := range append([]*workspace.Module{{WorkFile: l.m.w.WorkFile}}, l.m.w.Modules...) {
		if f := k.WorkFile; f != nil && !seen[f] {
			seen[f] = true
			if err := l.redirectWork(f); err != nil {
				return err
			}
		}
		if k.File == nil {
			continue
		}
		if err := l.redirectMod(k); err != nil {
			return err
		}
	}
	return nil
}

// elsewhere returns the absolute name that a path in a file has to become where the file is
// laid out, or false if it can stay.
func (l *layout) elsewhere(file, to, path string) (string, bool) {
	path = filepath.FromSlash(path)
	leads, now := filepath.Clean(path), filepath.Clean(path)
	if !filepath.IsAbs(path) {
		leads, now = filepath.Join(filepath.Dir(file), path), filepath.Join(filepath.Dir(to), path)
	}
	place := l.place(leads)
	return filepath.ToSlash(place), place != now
}

func (l *layout) redirectMod(k *workspace.Module) error {
	name := filepath.Join(k.Dir, "go.mod")
	to := l.place(name)
	data, err := os.ReadFile(to)
	if err != nil {
		return err
	}
	f, err := modfile.Parse(to, data, anyVersion)
	if err != nil {
		return err
	}
	changed := false
	for _, r := range slices.Clone(f.Replace) {
		if dir, moved := l.elsewhere(name, to, r.New.Path); r.New.Version == "" && moved {
			changed = true
			if err := f.AddReplace(r.Old.Path, r.Old.Version, dir, ""); err != nil {
				return err
			}
		}
	}
	if !changed {
		return nil
	}
	return os.WriteFile(to, modfile.Format(f.Syntax), 0o666)
}

// redirectWork redirects a go.work file, and has the go command find it if it is the one in
// force and does not stand where the go command looks for it.
func (l *layout) redirectWork(work *workspace.WorkFile) error {
	to := l.place(work.Path)
	inForce := work == l.m.w.WorkFile
	if outside := to == work.Path; outside {
		if !inForce {
			return nil
		}
		to = filepath.Join(l.dir, "go.work")
		if sums, err := os.ReadFile(work.Path + ".sum"); err == nil {
			if err := os.WriteFile(to+".sum", sums, 0o666); err != nil {
				return err
			}
		}
	}
	if inForce {
		l.env = []string{"GOWORK=" + to}
	}
	data, err := os.ReadFile(work.Path)
	if err != nil {
		return err
	}
	f, err := modfile.ParseWork(work.Path, data, anyVersion)
	if err != nil {
		return err
	}
	for _, use := range slices.Clone(f.Use) {
		if dir, moved := l.elsewhere(work.Path, to, use.Path); moved {
			if err := errors.Join(f.DropUse(use.Path), f.AddUse(dir, use.ModulePath)); err != nil {
				return err
			}
		}
	}
	for _, r := range slices.Clone(f.Replace) {
		if dir, moved := l.elsewhere(work.Path, to, r.New.Path); r.New.Version == "" && moved {
			if err := f.AddReplace(r.Old.Path, r.Old.Version, dir, ""); err != nil {
				return err
			}
		}
	}
	f.Cleanup()
	return os.WriteFile(to, modfile.Format(f.Syntax), 0o666)
}

// anyVersion accepts branch names and the like as versions.
func anyVersion(_, version string) (string, error) { return version, nil }
