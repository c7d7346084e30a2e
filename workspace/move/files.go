package move

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/workspace"
)

// stores are folders that are no part of any code, and stay where they are: those of version
// control systems, and what tools have installed.
var stores = []string{".git", ".hg", ".svn", ".bzr", ".jj", ".gomend-journal", "node_modules"}

// goFiles returns the names of the Go files in a directory that the go command looks at,
// whatever their build constraints.
func goFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if isGo(e.Name()) && !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

func isGo(name string) bool { return strings.HasSuffix(name, ".go") && !workspace.Overlooked(name) }

// clauseName returns the name in the package clause of a file.
func clauseName(file string) (string, error) {
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly)
	if err != nil {
		return "", fmt.Errorf("no package clause can be read: %w", err)
	}
	return f.Name.Name, nil
}

// collect finds the files that move, and edits in them what names the package itself.
func (m *mover) collect() error {
	t := m.target
	if err := m.addPackage(t.moved()); err != nil || !t.moves() {
		return err
	}
	if err := m.collectDir(t.old.Dir, false); err != nil {
		return err
	}
	for _, from := range slices.Sorted(maps.Keys(m.files)) {
		to := m.files[from]
		if _, err := os.Lstat(to); err == nil {
			return fmt.Errorf("%s can't move: there is a file %s already", m.relative(from), m.relative(to))
		}
	}
	return nil
}

// collectDir adds the files of a directory that move, and of those below. All of them do
// in data, which is a folder in which the go command sees no packages.
func (m *mover) collectDir(dir string, data bool) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		switch {
		case slices.Contains(stores, e.Name()):
		case e.IsDir():
			err = m.collectBelow(name, data || workspace.Overlooked(e.Name()))
		case e.Type()&fs.ModeSymlink != 0:
			err = fmt.Errorf("%s is a symbolic link, which gomend does not move: move it by hand, or put a file in its place", m.relative(name))
		case !e.Type().IsRegular():
			err = fmt.Errorf("%s is no regular file: remove it to move the package", m.relative(name))
		default:
			m.files[name] = m.destination(name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// collectBelow adds the files of a folder that is below one that moves, if it does, too.
func (m *mover) collectBelow(dir string, data bool) error {
	if dir == m.target.new.Dir || m.isModule(dir, data) {
		return nil
	}
	names, err := goFiles(dir)
	if err != nil {
		return err
	}
	if len(names) > 0 && !data {
		if !m.o.Subpackages {
			return nil
		}
		if err := m.addSubpackage(dir); err != nil {
			return err
		}
	}
	return m.collectDir(dir, data)
}

// isModule reports whether a folder is a module of its own. One in test data is just data,
// unless it is listed as a module.
func (m *mover) isModule(dir string, data bool) bool {
	if slices.ContainsFunc(m.w.Modules, func(k *workspace.Module) bool { return k.Dir == dir }) {
		return true
	}
	_, err := os.Lstat(filepath.Join(dir, "go.mod"))
	return err == nil && !data
}

// emptied returns the directories in which nothing is left, those below others first.
func (m *mover) emptied() []string {
	var all []string
	var empty func(dir string) bool
	empty = func(dir string) bool {
		entries, err := os.ReadDir(dir)
		left := err != nil || len(entries) == 0
		for _, e := range entries {
			name := filepath.Join(dir, e.Name())
			if gone := e.IsDir() && empty(name) || m.files[name] != ""; !gone {
				left = true
			}
		}
		if !left && !within(m.target.new.Dir, dir) {
			all = append(all, dir)
			return true
		}
		return false
	}
	if m.target.moves() {
		empty(m.target.old.Dir)
	}
	return all
}

// destination returns where a file or folder goes to that moves with the package.
func (m *mover) destination(name string) string {
	rel, err := filepath.Rel(m.target.old.Dir, name)
	if err != nil {
		return name
	}
	return filepath.Join(m.target.new.Dir, rel)
}

// addSubpackage adds a package that moves with the one above.
func (m *mover) addSubpackage(dir string) error {
	name, err := packageName(dir)
	if err != nil {
		return err
	}
	to := m.destination(dir)
	return m.addPackage(Moved{
		Old: Place{importPath(m.target.module, dir), name, dir},
		New: Place{importPath(m.target.module, to), name, to},
	})
}

// addPackage adds a package that moves or is renamed.
func (m *mover) addPackage(p Moved) error {
	m.moved[p.Old.ImportPath] = p
	names, err := goFiles(p.Old.Dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := m.editClause(filepath.Join(p.Old.Dir, name), p); err != nil {
			return err
		}
	}
	return nil
}

// editClause edits what a file of a package says of the package: its clause, the beginning
// of its comment, and the import path in a comment behind the clause.
func (m *mover) editClause(name string, p Moved) error {
	content, err := m.read(name)
	if err != nil {
		return err
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, content, parser.PackageClauseOnly|parser.ParseComments)
	if err != nil {
		return err
	}
	start, end := offsets(fset, f.Name.Pos(), f.Name.End())
	old := p.Old.Name
	switch f.Name.Name {
	case old:
		err = m.swap(name, start, old, p.New.Name)
	case old + "_test":
		err = m.swap(name, start, old+"_test", p.New.Name+"_test")
	}
	if err != nil {
		return err
	}
	if f.Doc != nil {
		start, _ := offsets(fset, f.Doc.Pos(), f.Doc.End())
		if i := subject(f.Doc.List[0].Text, old); i >= 0 {
			err = m.swap(name, start+i, old, p.New.Name)
		}
	}
	line, _, _ := strings.Cut(string(content[end:]), "\n")
	if i := importComment(line, p.Old.ImportPath); i >= 0 {
		err = errors.Join(err, m.swap(name, end+i, p.Old.ImportPath, p.New.ImportPath))
	}
	return err
}

// swap puts a text in the place of another, if it is another.
func (m *mover) swap(file string, start int, old, text string) error {
	if old == text {
		return nil
	}
	return m.replace(file, start, start+len(old), text)
}

// subject returns where the first comment of a package's documentation says its name, as in
// "Package cart ...", or -1.
func subject(comment, name string) int {
	rest := strings.TrimLeft(comment[len("//"):], " \t\r\n")
	rest, ok := strings.CutPrefix(rest, "Package ")
	if !ok || !strings.HasPrefix(rest, name) || continues(rest[len(name):]) {
		return -1
	}
	return len(comment) - len(rest)
}

// continues reports whether a text goes on with what belongs to an identifier.
func continues(rest string) bool {
	return rest != "" && token.IsIdentifier("x"+string([]rune(rest)[0]))
}

// importComment returns where the rest of the line of a package clause has the import path
// in a comment like // import "path", or -1.
func importComment(rest, path string) int {
	comment := strings.TrimLeft(rest, " \t")
	if !strings.HasPrefix(comment, "//") && !strings.HasPrefix(comment, "/*") {
		return -1
	}
	text, ok := strings.CutPrefix(strings.TrimLeft(comment[2:], " \t"), "import ")
	if text = strings.TrimLeft(text, " \t"); !ok || !strings.HasPrefix(text, `"`+path+`"`) {
		return -1
	}
	return len(rest) - len(text) + 1
}
