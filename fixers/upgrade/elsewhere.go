package upgrade

import (
	"fmt"
	"go/token"
	"path/filepath"

	"github.com/gomend/gomend/workspace"
)

// elsewhere returns an error if a module does not lie below the root of the code base, as
// with ../lib in go.work or by way of a symbolic link: neither is it copied for a trial, nor
// would its files be written together with the others.
func elsewhere(w *workspace.Workspace) error {
	root, err := filepath.EvalSymlinks(w.Root)
	if err != nil {
		return err
	}
	for _, m := range w.Modules {
		dir, err := filepath.EvalSymlinks(m.Dir)
		if err != nil || m.WorkFile == nil {
			continue // that it can't be loaded is told
		}
		if rel, err := filepath.Rel(root, dir); err == nil && filepath.IsLocal(rel) {
			continue
		}
		pos := token.Position{Filename: m.WorkFile.Path}
		name := m.Rel
		for _, u := range m.WorkFile.File.Use {
			if lists(m.WorkFile, u.Path, m.Dir) {
				pos.Line, name = u.Syntax.Start.Line, u.Path
			}
		}
		return &workspace.FileError{Pos: pos, Err: fmt.Errorf("the module %s lies outside of %s, below which all files are written: "+
			"upgrade it by itself, with GOWORK=off in its directory, and take the line out for this", name, w.Root)}
	}
	return nil
}

// lists reports whether a path in a go.work file is that of a directory.
func lists(f *workspace.WorkFile, path, dir string) bool {
	path = filepath.FromSlash(path)
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(f.Path), path)
	}
	return path == dir
}
