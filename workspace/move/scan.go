package move

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/workspace"
)

// largest is the size of files beyond which those that are no Go are taken for data, in
// which no mention is looked for.
const largest = 4 << 20

// scan looks at all files of the code base: for imports to edit, and for what else names
// the package.
func (m *mover) scan(ctx context.Context) error {
	if err := m.prepareMentions(); err != nil {
		return err
	}
	for _, dir := range m.tops() {
		if err := m.scanDir(ctx, dir, nil, false); err != nil {
			return err
		}
	}
	for _, k := range m.w.Modules {
		if err := m.editTools(k); err != nil {
			return err
		}
		m.mentionIgnored(k)
	}
	return nil
}

// tops returns the directories that hold the code base: the root, and those of the modules
// outside of it.
func (m *mover) tops() []string {
	tops := []string{m.w.Root}
	for _, k := range m.w.Modules {
		if !slices.ContainsFunc(tops, func(top string) bool { return within(k.Dir, top) }) {
			tops = append(tops, k.Dir)
		}
	}
	return tops
}

// scanDir looks at the files of a directory in a module and below. Seen tells that the go
// command sees packages in it.
func (m *mover) scanDir(ctx context.Context, dir string, k *workspace.Module, seen bool) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil // what can't be read is no part of any package
	}
	k, seen = m.enter(dir, entries, k, seen)
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		switch {
		case e.IsDir():
			if !m.passedOver(name) {
				err = m.scanDir(ctx, name, k, seen && !workspace.Overlooked(e.Name()))
			}
		case e.Type().IsRegular():
			err = m.scanFile(name, e, k, seen)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// enter returns the module of a directory that is entered, and whether the go command sees
// packages in it.
func (m *mover) enter(dir string, entries []fs.DirEntry, k *workspace.Module, seen bool) (*workspace.Module, bool) {
	if i := slices.IndexFunc(m.w.Modules, func(k *workspace.Module) bool { return k.Dir == dir }); i >= 0 {
		return m.w.Modules[i], true
	}
	if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == "go.mod" }) {
		return nil, false // a module that a rule leaves out
	}
	return k, seen
}

// passedOver reports whether a folder is not looked into: what is in it is no part of the
// code base, or a copy that a tool has made.
func (m *mover) passedOver(dir string) bool {
	base := filepath.Base(dir)
	if base == "vendor" || slices.Contains(stores, base) {
		return !m.holdsModule(dir)
	}
	return m.foreign(dir)
}

// foreign reports whether a folder is of another repository or a work tree of another
// branch, and no part of the code base.
func (m *mover) foreign(dir string) bool {
	return present(filepath.Join(dir, ".git")) && !m.holdsModule(dir)
}

func (m *mover) holdsModule(dir string) bool {
	return slices.ContainsFunc(m.w.Modules, func(k *workspace.Module) bool { return within(k.Dir, dir) })
}

// scanFile looks at one file.
func (m *mover) scanFile(name string, e fs.DirEntry, k *workspace.Module, seen bool) error {
	source := strings.HasSuffix(name, ".go")
	if info, err := e.Info(); err != nil || !source && info.Size() > largest {
		return nil // it is gone, or is data
	}
	content, err := m.peek(name)
	if err != nil {
		return nil // it can't be read: the go command will say so if it matters
	}
	if !source || !seen || workspace.Overlooked(e.Name()) {
		m.mentionText(name, content, k)
		return nil
	}
	if bytes.Contains(content, []byte("//go:embed")) {
		m.embedding[filepath.Dir(name)] = true
	}
	if err := m.editImports(k, name, content); err != nil {
		return err
	}
	m.mentionGo(name, content, k)
	return nil
}
