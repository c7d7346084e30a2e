package pins

import (
	"cmp"
	"context"
	"fmt"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/gomend/gomend/workspace"
)

// A Kind is what a version of Go is pinned for.
type Kind string

// The kinds.
const (
	// Install is a version that a step of a CI system installs, or a version manager.
	Install Kind = "install"
	// Matrix is one of a list of versions that something is run with.
	Matrix Kind = "matrix"
	// Condition is a version that something is left out for, or done for alone.
	Condition Kind = "condition"
	// Image is a container image with Go.
	Image Kind = "image"
	// Variable is a variable or a parameter whose name says that it is a version of Go.
	Variable Kind = "variable"
	// Tool is the configuration of a tool that goes by a version of Go, as a linter does.
	Tool Kind = "tool"
	// Toolchain is a GOTOOLCHAIN setting.
	Toolchain Kind = "toolchain"
	// Download is an archive with a Go release.
	Download Kind = "download"
	// Package is a package of an operating system, or of Nix.
	Package Kind = "package"
	// Badge is a picture in a document.
	Badge Kind = "badge"
	// Prose is a sentence.
	Prose Kind = "prose"
)

// A Pin is a place that names a version of Go.
type Pin struct {
	token.Position // the file is as it was given to [Read], from [Find] absolute

	Kind Kind

	// Version is the version as it is written, as "1.15", "^1.15.2" or "1.15.x".
	Version string

	// Modules are those that are built with it, as far as the folders tell: the nearest
	// one above the file, or all, if the file is at the top. It is nil from [Read].
	Modules []*workspace.Module

	// Why tells why [Raise] does not change the pin whatever the version; it is empty if
	// it may.
	Why string

	file *file
	spec spec
	form form
	seen bool    // a variable: what takes it is seen, and takes a minor version alone
	yaml bool    // an unquoted 1.20 is read as 1.2 there
	uses []image // the images that the version is part of
	list *list   // that it is an element of; nil if it is of none
}

// end is the offset after the version.
func (p *Pin) end() int { return p.Offset + len(p.Version) }

// Below reports whether a version, as a go line has it, is newer than what is pinned: where
// only a minor version is, its newest release counts. It is false if there is no such
// version.
func (p *Pin) Below(version string) bool {
	t, err := parseTarget(version)
	return err == nil && p.read().below(t)
}

// read returns the version as it is read, which is another one than what is written if YAML
// takes it for a number.
func (p *Pin) read() spec {
	if s := p.spec; p.numeric() && s.minor%10 == 0 {
		for s.minor > 0 && s.minor%10 == 0 {
			s.minor /= 10
		}
		return s
	}
	return p.spec
}

// numeric reports whether the version is read as a number.
func (p *Pin) numeric() bool {
	s := p.spec
	return p.yaml && s.op == "" && s.prefix == "" && s.patch < 0 && s.wild == "" && s.pre == ""
}

// A list is a list of versions.
type list struct {
	elements []element // all of them, in their order
	block    bool      // each on a line of its own
	why      string    // why it can't be changed; empty if it can
}

// An element is an element of a list.
type element struct {
	start, end int // with quotes
	open       bool

	// from and to are the lines to take out with the element, where it is a mapping; to is
	// 0 if it is not, or if they have something else in them.
	from, to int
	mapping  bool
}

// A file is the content of a file.
type file struct {
	name  string
	data  []byte
	lines []int // the offsets of their beginnings
	pins  []Pin

	archives map[string]bool // whether variables are part of archives' names
}

func newFile(name string, data []byte) *file {
	f := &file{name: name, data: data, lines: []int{0}, archives: make(map[string]bool)}
	for i, b := range data {
		if b == '\n' {
			f.lines = append(f.lines, i+1)
		}
	}
	return f
}

func (f *file) position(offset int) token.Position {
	line := sort.SearchInts(f.lines, offset+1)
	return token.Position{Filename: f.name, Offset: offset, Line: line, Column: offset - f.lines[line-1] + 1}
}

// add adds the pin of the version between two offsets. One at the same place that is there
// already stays, and takes over what the other knows.
func (f *file) add(start, end int, p Pin) {
	s, ok := parseSpec(string(f.data[start:end]))
	if !ok {
		return
	}
	for i := range f.pins {
		other := &f.pins[i]
		if start < other.end() && other.Offset < end {
			if other.Offset == start && other.end() == end {
				other.uses = append(other.uses, p.uses...)
				other.Why = cmp.Or(other.Why, p.Why)
				other.form = max(other.form, p.form)
				other.seen = other.seen || p.seen
			}
			return
		}
	}
	p.Position, p.Version, p.file, p.spec = f.position(start), string(f.data[start:end]), f, s
	f.pins = append(f.pins, p)
}

// Read finds the pins in a file, by its name relative to the code base, with slashes, which
// tells what kind of file it is. A file of no known kind has none.
func Read(name string, content []byte) []Pin {
	f := newFile(name, content)
	for _, r := range readers {
		if r.is(name) {
			r.read(f)
			break
		}
	}
	slices.SortFunc(f.pins, func(a, b Pin) int { return cmp.Compare(a.Offset, b.Offset) })
	return f.pins
}

// largest is the size of the largest file that is read.
const largest = 1 << 20

// Find finds the pins of a code base below its root, sorted by file and position. It looks neither into
// folders of vendored code and of test data, nor into files of more than a megabyte. An
// error is one of reading, and names the file.
func Find(ctx context.Context, w *workspace.Workspace) ([]Pin, error) {
	var pins []Pin
	err := walk(ctx, w, func(name, rel string) error {
		found, err := readFile(name, rel)
		for i := range found {
			found[i].Filename, found[i].Modules = name, governed(w, name)
		}
		pins = append(pins, found...)
		return err
	})
	return pins, err
}

// walk calls visit for the files of a code base that may name versions, with their names and
// these relative to its root, with slashes.
func walk(ctx context.Context, w *workspace.Workspace, visit func(name, rel string) error) error {
	return filepath.WalkDir(w.Root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if d.IsDir() {
			if slices.Contains(skipped, d.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		rel, err := filepath.Rel(w.Root, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if !d.Type().IsRegular() || !slices.ContainsFunc(readers, func(r reader) bool { return r.is(rel) }) {
			return nil
		}
		if info, err := d.Info(); err != nil || info.Size() > largest {
			return err
		}
		if err := visit(name, rel); err != nil {
			return fmt.Errorf("looking for versions of Go: %w", err)
		}
		return nil
	})
}

// skipped are folders with what others have made, or what tests read.
var skipped = []string{".git", "vendor", "third_party", "node_modules", "testdata", "testfiles", "fixtures", "test-fixtures"}

func readFile(name, rel string) ([]Pin, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	pins := Read(rel, data)
	if len(pins) > 0 {
		pins[0].file.name = name
	}
	return pins, nil
}

// governed returns the modules that a file is about.
func governed(w *workspace.Workspace, name string) []*workspace.Module {
	var nearest *workspace.Module
	for _, m := range w.Modules {
		if m.Rel != "." && strings.HasPrefix(name, m.Dir+string(filepath.Separator)) && (nearest == nil || len(m.Dir) > len(nearest.Dir)) {
			nearest = m
		}
	}
	if nearest != nil {
		return []*workspace.Module{nearest}
	}
	return w.Modules
}
