package affected

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// A difference is how a file differs between the sides.
type difference struct {
	content bool // or it is on one side only
	mode    bool // whether it can be executed, which tests may see
}

// compareTrees finds the files that differ.
func (c *comparison) compareTrees() error {
	candidates := make(map[string]bool)
	for _, rel := range c.options.Changed {
		candidates[rel] = true
	}
	for _, s := range c.sides() {
		if s.root == "" {
			continue
		}
		var err error
		if s.tree, err = walk(s.root); err != nil {
			return err
		}
		if c.options.Changed == nil {
			for _, rel := range s.tree.files {
				candidates[rel] = true
			}
		}
		s.tree.follow(candidates)
	}
	c.differ = make(map[string]difference)
	for rel := range candidates {
		d, err := c.compareFile(rel)
		if err != nil {
			return err
		}
		if d != (difference{}) {
			c.differ[rel] = d
		}
	}
	c.changed = slices.Sorted(maps.Keys(c.differ))
	return nil
}

func (c *comparison) compareFile(rel string) (difference, error) {
	b, err := c.base.read(rel)
	if err != nil {
		return difference{}, err
	}
	h, err := c.head.read(rel)
	if err != nil {
		return difference{}, err
	}
	if b.exists != h.exists {
		return difference{content: true}, nil
	}
	return difference{
		content: b.link != h.link || !bytes.Equal(b.data, h.data),
		mode:    b.executable != h.executable,
	}, nil
}

// A content is what a file holds.
type content struct {
	exists     bool
	data       []byte
	link       string // where a symbolic link to a directory leads
	executable bool
}

// read returns the content of a file. A symbolic link has that of the file that it
// leads to; a directory, such as a submodule is, has none.
func (s *snapshot) read(rel string) (content, error) {
	if s.root == "" {
		return content{}, nil
	}
	name := s.file(rel)
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		// A link that leads nowhere is a file all the same.
		link, err := os.Readlink(name)
		return content{exists: err == nil, link: link}, nil
	}
	if err != nil {
		return content{}, err
	}
	if !info.Mode().IsRegular() {
		link, _ := os.Readlink(name) // "" of what is none
		return content{exists: true, link: link}, nil
	}
	data, err := os.ReadFile(name)
	return content{exists: true, data: data, executable: info.Mode()&0o111 != 0}, err
}

// A tree is the names in a directory and below it.
type tree struct {
	files []string
	links map[string]string // symbolic links, with what they lead to in the tree
}

// stores are the folders of version control systems.
var stores = []string{".git", ".hg", ".svn", ".bzr", ".jj"}

// walk lists the tree below root, with names relative to it. It does not follow
// symbolic links.
func walk(root string) (*tree, error) {
	t := &tree{links: make(map[string]string)}
	resolved, err := filepath.EvalSymlinks(root)
	if err != nil {
		return nil, err
	}
	err = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			if name != root && errors.Is(err, fs.ErrPermission) {
				return fs.SkipDir // the go command can't read it either
			}
			return err
		}
		if d.IsDir() {
			if slices.Contains(stores, d.Name()) || d.Name() == "node_modules" {
				return fs.SkipDir
			}
			return nil
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		t.files = append(t.files, filepath.ToSlash(rel))
		if d.Type()&fs.ModeSymlink == 0 {
			return nil
		}
		target, err := filepath.EvalSymlinks(name)
		if err != nil {
			return nil // it leads nowhere
		}
		if rel2, err := filepath.Rel(resolved, target); err == nil {
			t.links[filepath.ToSlash(rel)] = filepath.ToSlash(rel2)
		}
		return nil
	})
	return t, err
}

// follow adds to the files the names that they have by symbolic links. A link to a
// file or directory of a package shows a change that git knows under another name.
func (t *tree) follow(files map[string]bool) {
	for link, target := range t.links {
		for _, rel := range slices.Collect(maps.Keys(files)) {
			if rest, ok := strings.CutPrefix(rel, target); ok && (rest == "" || rest[0] == '/') {
				files[link+rest] = true
			}
		}
	}
}

// goDirs returns the directories with Go files, and the names of these.
func (t *tree) goDirs() map[string][]string {
	dirs := make(map[string][]string)
	for _, rel := range t.files {
		if name := path.Base(rel); strings.HasSuffix(name, ".go") && !hidden(name) {
			dirs[path.Dir(rel)] = append(dirs[path.Dir(rel)], name)
		}
	}
	return dirs
}
