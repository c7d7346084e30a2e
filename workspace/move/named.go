package move

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/workspace"
)

// named returns where a text names what moves, sorted: by import path, or by directory
// relative to the root or to the text's module.
func (m *mover) named(text []byte, k *workspace.Module) []int {
	var all []int
	if !m.target.moves() {
		return nil
	}
	for i := m.indexPath(text, 0); i >= 0; i = m.indexPath(text, i+1) {
		all = append(all, i)
	}
	for _, dir := range m.directories(k) {
		for i := m.indexDir(text, dir, 0); i >= 0; i = m.indexDir(text, dir, i+1) {
			all = append(all, i)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// namedInCode reports whether a string in Go code names what moves. A directory of one
// element may be a word, and what begins with a slash is more often part of an address:
// these count if the string as a whole leads to a file or folder.
func (m *mover) namedInCode(text string, k *workspace.Module) bool {
	if !m.target.moves() || text == "" || strings.ContainsRune(text, '\n') {
		return m.indexPath([]byte(text), 0) >= 0
	}
	for _, base := range []string{m.w.Root, k.Dir} {
		name := filepath.Join(base, filepath.FromSlash(text))
		if strings.Index(text, "/") > 0 && present(name) && m.destinationOf(name) != name {
			return true
		}
	}
	return m.indexPath([]byte(text), 0) >= 0 || slices.ContainsFunc(m.directories(k), func(dir string) bool {
		return strings.Contains(dir, "/") && text[0] != '/' && m.indexDir([]byte(text), dir, 0) >= 0
	})
}

// directories returns the names that the directory goes by in files of a module.
func (m *mover) directories(k *workspace.Module) []string {
	dirs := []string{m.relative(m.target.old.Dir)}
	if k != nil && within(m.target.old.Dir, k.Dir) && k.Dir != m.w.Root {
		rel, err := filepath.Rel(k.Dir, m.target.old.Dir)
		if err == nil {
			dirs = append(dirs, filepath.ToSlash(rel))
		}
	}
	return dirs
}

// indexPath returns the next place, from an offset on, where a text has the import path of
// what moves, or -1.
func (m *mover) indexPath(text []byte, from int) int {
	path := []byte(m.target.old.ImportPath)
	if !m.target.moves() {
		return -1
	}
	for {
		i := bytes.Index(text[min(from, len(text)):], path)
		if i < 0 {
			return -1
		}
		i += from
		if (i == 0 || !inName(text[i-1])) && m.ends(text[i+len(path):]) {
			return i
		}
		from = i + 1
	}
}

// indexDir returns the next place, from an offset on, where a text has the name of the
// directory, or -1. A name of one element may be any word: it counts with a slash only.
func (m *mover) indexDir(text []byte, dir string, from int) int {
	single := !strings.Contains(dir, "/")
	for {
		i := bytes.Index(text[min(from, len(text)):], []byte(dir))
		if i < 0 {
			return -1
		}
		i += from
		before, rest := text[:i], text[i+len(dir):]
		rooted := begins(before)
		slashed := rooted && len(before) > 0 && before[len(before)-1] == '/' || bytes.HasPrefix(rest, []byte("/"))
		if rooted && m.ends(rest) && !followed(rest) && (slashed || !single) {
			return i
		}
		from = i + 1
	}
}

// begins reports whether a path that follows the text begins there: with nothing but a
// "./" or a slash in front.
func begins(before []byte) bool {
	before = bytes.TrimSuffix(bytes.TrimSuffix(before, []byte("/")), []byte("."))
	return len(before) == 0 || !inName(before[len(before)-1]) && before[len(before)-1] != '/' && before[len(before)-1] != '.'
}

// ends reports whether the name of a directory ends before the rest of a text, or goes on
// to what moves with it.
func (m *mover) ends(rest []byte) bool {
	if len(rest) == 0 {
		return true
	}
	if rest[0] != '/' {
		return rest[0] == '.' || !inName(rest[0])
	}
	end := 1
	for end < len(rest) && (rest[end] == '/' || rest[end] == '.' || inName(rest[end])) {
		end++
	}
	below := path.Clean(strings.TrimSuffix(string(rest[:end]), "..."))
	name := filepath.Join(m.target.old.Dir, filepath.FromSlash(below))
	return m.destinationOf(name) != name || !present(name)
}

// followed reports whether the name goes on with a dot, as that of a file does.
func followed(rest []byte) bool {
	return len(rest) > 1 && rest[0] == '.' && inName(rest[1])
}

// inName reports whether a byte is one of those that elements of paths are made of, but for
// the dot.
func inName(b byte) bool {
	return b == '_' || b == '-' || b == '~' || '0' <= b && b <= '9' || 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z' || b >= 0x80
}

// destinationOf returns where a file or folder of the tree is afterwards. A folder moves if
// anything in it does.
func (m *mover) destinationOf(name string) string {
	if to, ok := m.files[name]; ok {
		return to
	}
	if !within(name, m.target.old.Dir) {
		return name
	}
	for file := range m.files {
		if within(file, name) {
			return m.destination(name)
		}
	}
	return name
}

// leadsAway reports whether a relative path in a Go file leads to something now, and
// elsewhere afterwards. Paths are taken to be relative to the file's directory, where tests
// run.
func (m *mover) leadsAway(file, rel string) bool {
	rel = filepath.ToSlash(rel)
	if !m.target.moves() || rel != ".." && !strings.HasPrefix(rel, "../") && !strings.HasPrefix(rel, "./") {
		return false
	}
	if i := strings.IndexAny(rel, "*?[{%$"); i >= 0 {
		rel = path.Dir(rel[:i] + "x")
	}
	dir := filepath.Dir(file)
	then := dir
	if to := m.files[file]; to != "" {
		then = filepath.Dir(to)
	}
	name := filepath.Join(dir, filepath.FromSlash(strings.TrimSuffix(rel, "...")))
	return present(name) && filepath.Join(then, filepath.FromSlash(strings.TrimSuffix(rel, "..."))) != m.destinationOf(name)
}

func present(name string) bool {
	_, err := os.Lstat(name)
	return !errors.Is(err, fs.ErrNotExist)
}
