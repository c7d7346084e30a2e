package align

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/mod/modfile"

	"github.com/gomend/gomend/internal/edit"
	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/internal/scratch"
	"github.com/gomend/gomend/workspace"
)

func newDir() (string, error) { return scratch.Dir("align") }

func (a *alignment) close() {
	a.w.Close()
	if a.dir != "" {
		os.RemoveAll(a.dir)
	}
}

// files are a module's go.mod and go.sum files, as they are and as they are to be.
type files struct {
	module         *workspace.Module
	oldMod, oldSum []byte // nil if it is not there
	mod, sum       []byte
}

func (a *alignment) readFiles(m *workspace.Module) (*files, error) {
	f := &files{module: m}
	var err error
	if f.oldMod, err = a.base.ReadFile(f.name("go.mod")); err != nil {
		return nil, err
	}
	if f.oldSum, err = a.readIfThere(f.name("go.sum")); err != nil {
		return nil, err
	}
	f.reset()
	return f, nil
}

// readIfThere reads a file, and returns nil if there is none.
func (a *alignment) readIfThere(name string) ([]byte, error) {
	data, err := a.base.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

func (f *files) name(base string) string { return filepath.Join(f.module.Dir, base) }

// reset takes all changes back.
func (f *files) reset() { f.mod, f.sum = f.oldMod, f.oldSum }

// file returns what go.mod is to say. It was parsed before, or made by the go command.
func (f *files) file() *modfile.File {
	file, err := modfile.Parse(f.name("go.mod"), f.mod, anyVersion)
	if err != nil {
		return f.module.File
	}
	return file
}

// anyVersion accepts branch names and the like, which the go command resolves.
func anyVersion(_, version string) (string, error) { return version, nil }

func (f *files) edit(change func(*modfile.File) error) error {
	file, err := modfile.Parse(f.name("go.mod"), f.mod, anyVersion)
	if err != nil {
		return err
	}
	if err := change(file); err != nil {
		return fmt.Errorf("%s: %w", f.name("go.mod"), err)
	}
	f.mod = modfile.Format(file.Syntax)
	return nil
}

// changes returns the files that change.
func (f *files) changes() []Change {
	var all []Change
	if mod := edit.WithLineEnds(f.mod, f.oldMod); !bytes.Equal(f.oldMod, mod) {
		all = append(all, Change{f.name("go.mod"), f.oldMod, mod})
	}
	if !bytes.Equal(f.oldSum, f.sum) {
		all = append(all, Change{f.name("go.sum"), f.oldSum, f.sum})
	}
	return all
}

// raised returns the requirements and lines of go.mod that change.
func (f *files) raised() []Raise {
	if bytes.Equal(f.oldMod, f.mod) {
		return nil
	}
	before, after := versions(f.module.File), versions(f.file())
	var all []Raise
	for _, path := range slices.Sorted(keys(before, after)) {
		if before[path] != after[path] {
			all = append(all, Raise{f.module, path, before[path], after[path]})
		}
	}
	return all
}

// keys yields the keys of both maps, each once.
func keys(a, b map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for key := range a {
			if !yield(key) {
				return
			}
		}
		for key := range b {
			if _, ok := a[key]; !ok && !yield(key) {
				return
			}
		}
	}
}

// versions returns what a go.mod file requires, and its go and toolchain lines.
func versions(f *modfile.File) map[string]string {
	all := make(map[string]string)
	for _, r := range f.Require {
		all[r.Mod.Path] = r.Mod.Version
	}
	if f.Go != nil {
		all["go"] = f.Go.Version
	}
	if f.Toolchain != nil {
		all["toolchain"] = f.Toolchain.Name
	}
	return all
}

// tidy tidies modules one after the other, each with what was changed in those before.
// Where that fails, the module is left as it is.
func (a *alignment) tidy(ctx context.Context, modules []*workspace.Module) {
	for i, m := range modules {
		if a.failed(m) {
			continue
		}
		a.o.Step(fmt.Sprintf("tidying %s (%d of %d)", m.Name(), i+1, len(modules)))
		if err := a.tidyOne(ctx, m); err != nil {
			a.fail(m, err)
		}
	}
}

// tidyOne tidies a module. Further arguments are flags of "go mod tidy".
func (a *alignment) tidyOne(ctx context.Context, m *workspace.Module, more ...string) error {
	c, err := a.copyFiles(m)
	if err != nil {
		return err
	}
	if err := c.tidy(ctx, more...); err != nil {
		return err
	}
	return c.take()
}

// copied are a module's go.mod and go.sum files in another place: the go command refuses to
// tidy with sums that an overlay has.
type copied struct {
	*alignment
	module   *workspace.Module
	mod, sum string // the files' names
	overlay  string // of what changes in other modules; "" if nothing does
}

// copyFiles copies a module's go.mod and go.sum files, as they are to be. Siblings that are
// not released yet are taken from the tree by replace lines for just their versions.
func (a *alignment) copyFiles(m *workspace.Module) (*copied, error) {
	f := a.files[m]
	dir, err := os.MkdirTemp(a.dir, "")
	if err != nil {
		return nil, err
	}
	before := f.mod
	defer func() { f.mod = before }()
	err = f.edit(func(file *modfile.File) error {
		for _, u := range a.absent {
			if u.Module != m && !workspace.Replaces(file, u.Version) {
				if err := file.AddReplace(u.Version.Path, u.Version.Version, u.Module.Dir, ""); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	c := &copied{alignment: a, module: m, mod: filepath.Join(dir, "go.mod"), sum: filepath.Join(dir, "go.sum")}
	if err := errors.Join(os.WriteFile(c.mod, f.mod, 0o666), os.WriteFile(c.sum, f.sum, 0o666)); err != nil {
		return nil, err
	}
	c.overlay, err = a.overlay(dir, m)
	return c, err
}

// flags returns flags that have the go command use the copies.
func (c *copied) flags() []string {
	flags := []string{"-modfile=" + c.mod}
	if c.overlay != "" {
		flags = append(flags, "-overlay="+c.overlay)
	}
	return flags
}

// tidy tidies the copies.
func (c *copied) tidy(ctx context.Context, more ...string) error {
	g := c.goCommand(c.module)
	_, err := g.Run(ctx, nil, "mod", slices.Concat([]string{"tidy"}, c.flags(), more)...)
	return err
}

// take makes the copies what the module's files are to be.
func (c *copied) take() error { return c.files[c.module].takeTidied(c.mod, c.sum, c.absent) }

// takeTidied reads the files that were tidied.
func (f *files) takeTidied(mod, sum string, absent []workspace.Unreleased) (err error) {
	old := f.file()
	if f.mod, err = os.ReadFile(mod); err != nil {
		return err
	}
	err = f.edit(func(file *modfile.File) error {
		for _, u := range absent {
			if !workspace.Replaces(old, u.Version) {
				if err := file.DropReplace(u.Version.Path, u.Version.Version); err != nil {
					return err
				}
			}
		}
		file.Cleanup()
		return nil
	})
	if err != nil {
		return err
	}
	if f.sum, err = os.ReadFile(sum); err != nil {
		return err
	}
	if len(f.sum) == 0 && f.oldSum == nil {
		f.sum = nil
	}
	return nil
}

// overlay writes an overlay of what changes, but for a module's own go.mod and go.sum files,
// and returns its name, or "" if nothing does.
func (a *alignment) overlay(dir string, but *workspace.Module) (string, error) {
	var all []Change
	for m, f := range a.files {
		if m != but {
			all = append(all, f.changes()...)
		}
		all = append(all, a.sources[m]...)
	}
	if a.newWork != nil {
		all = append(all, *a.newWork)
	}
	all = append(all, a.works...)
	if len(all)+len(a.base) == 0 {
		return "", nil
	}
	return a.writeOverlay(dir, all, but)
}

// writeOverlay writes the new contents of files to new ones in dir, and an overlay that
// puts these in the place of the others, besides what stands in their place already, and has
// none in the place of files that go. A module's own go.mod and go.sum files are left out. It
// returns the overlay's name.
func (a *alignment) writeOverlay(dir string, changes []Change, but *workspace.Module) (string, error) {
	replace := make(gocmd.Overlay)
	maps.Copy(replace, a.base)
	if but != nil {
		delete(replace, filepath.Join(but.Dir, "go.mod"))
		delete(replace, filepath.Join(but.Dir, "go.sum"))
	}
	for i, c := range changes {
		if c.New == nil {
			replace[c.File] = ""
			continue
		}
		to := filepath.Join(dir, fmt.Sprintf("%d.%s", i, filepath.Base(c.File)))
		if err := os.WriteFile(to, c.New, 0o666); err != nil {
			return "", err
		}
		replace[c.File] = to
	}
	name := filepath.Join(dir, "overlay.json")
	return name, replace.Write(name)
}

// workSums finds out what go.work.sum has to have with the changes: the go command adds
// what it needs, here to a copy. It takes out nothing that is not needed any more, as
// "go work sync" does not, either.
func (a *alignment) workSums(ctx context.Context, r *Result) error {
	file := a.w.WorkFile
	if file == nil {
		return nil
	}
	dir, err := os.MkdirTemp(a.dir, "")
	if err != nil {
		return err
	}
	overlay, err := a.overlay(dir, nil)
	if err != nil {
		return err
	}
	a.o.Step("adding to go.work.sum")
	old, err := a.readIfThere(file.Path + ".sum")
	if err != nil {
		return err
	}
	name := filepath.Join(dir, "go.work")
	content, err := a.absoluteWork(file)
	if err != nil {
		return err
	}
	if err := errors.Join(os.WriteFile(name, content, 0o666), os.WriteFile(name+".sum", old, 0o666)); err != nil {
		return err
	}
	g := gocmd.Go{Dir: filepath.Dir(file.Path), Base: a.cfg.Env, Env: []string{"GOWORK=" + name}, Overlay: overlay, Log: a.cfg.Log}
	if _, err := g.Run(ctx, nil, "list", "-e", "-deps", "-test", "-f", "", "work"); err != nil && ctx.Err() != nil {
		return err // what can't be loaded shows when the views are compared
	}
	sums, err := os.ReadFile(name + ".sum")
	if err != nil {
		return err
	}
	if !bytes.Equal(sums, old) {
		r.Changes = append(r.Changes, Change{file.Path + ".sum", old, sums})
	}
	return nil
}

// absoluteWork returns the content of a go.work file for another directory.
func (a *alignment) absoluteWork(file *workspace.WorkFile) ([]byte, error) {
	base := filepath.Dir(file.Path)
	abs := func(path string) string {
		if filepath.IsAbs(path) {
			return path
		}
		return filepath.ToSlash(filepath.Join(base, filepath.FromSlash(path)))
	}
	data, err := a.base.ReadFile(file.Path)
	if err != nil {
		return nil, err
	}
	if a.newWork != nil {
		data = a.newWork.New
	}
	w, err := modfile.ParseWork(file.Path, data, anyVersion)
	if err != nil {
		return nil, err
	}
	for _, use := range slices.Clone(w.Use) {
		path := use.Path
		if err := w.DropUse(path); err != nil {
			return nil, err
		}
		if err := w.AddUse(abs(path), use.ModulePath); err != nil {
			return nil, err
		}
	}
	for _, r := range slices.Clone(w.Replace) {
		if r.New.Version == "" {
			if err := w.AddReplace(r.Old.Path, r.Old.Version, abs(r.New.Path), ""); err != nil {
				return nil, err
			}
		}
	}
	w.Cleanup()
	return modfile.Format(w.Syntax), nil
}
