package move

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/gomend/gomend/workspace"
)

// takes reports whether a module's build takes the package from the tree, rather than from
// a release of its module. What no file tells is so where no go.work is: the modules are
// then developed together.
func (m *mover) takes(k *workspace.Module) bool {
	t := m.target.module
	switch {
	case k == t || k.Err != nil || k.WorkFile != nil && k.WorkFile == t.WorkFile:
		return true
	case leads(k.File.Replace, k.Dir, t):
		return true
	case k.WorkFile != nil:
		return leads(k.WorkFile.File.Replace, filepath.Dir(k.WorkFile.Path), t)
	}
	return t.WorkFile == nil && m.w.WorkFile == nil
}

// leads reports whether a replace line of a file in base has the module in the place of its
// releases.
func leads(lines []*modfile.Replace, base string, t *workspace.Module) bool {
	return slices.ContainsFunc(lines, func(r *modfile.Replace) bool {
		dir := filepath.FromSlash(r.New.Path)
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(base, dir)
		}
		return r.Old.Path == t.Path && r.New.Version == "" && filepath.Clean(dir) == t.Dir
	})
}

// editTools edits the tool lines of a module's go.mod file that name a moved program.
func (m *mover) editTools(k *workspace.Module) error {
	if k.File == nil || !m.takes(k) {
		return nil
	}
	name := filepath.Join(k.Dir, "go.mod")
	for _, tool := range k.File.Tool {
		p, ok := m.moved[tool.Path]
		if !ok || p.Old.ImportPath == p.New.ImportPath {
			continue
		}
		content, err := m.read(name)
		if err != nil {
			return err
		}
		start, end := tool.Syntax.Start.Byte, tool.Syntax.End.Byte
		if i := strings.LastIndex(string(content[start:end]), tool.Path); i >= 0 {
			if err := m.swap(name, start+i, tool.Path, p.New.ImportPath); err != nil {
				return err
			}
		}
	}
	return nil
}

// arranged returns the edited content of a go.mod file with the lines of each block in
// their order, as "go mod tidy" has them, if they were before.
func arranged(name string, old, content []byte) []byte {
	if !bytes.Equal(sorted(name, old), old) {
		return content
	}
	return sorted(name, content)
}

// sorted returns a go.mod file with the lines of each block in their order, or nil if it
// can't be parsed.
func sorted(name string, content []byte) []byte {
	f, err := modfile.Parse(name, content, anyVersion)
	if err != nil {
		return nil
	}
	f.SortBlocks()
	return modfile.Format(f.Syntax)
}
