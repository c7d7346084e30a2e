package cover

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"path"
	"slices"
	"sort"
	"strings"

	"golang.org/x/tools/cover"
)

// Read reads a profile in the format of "go test -coverprofile", of one package or many, in
// which a block may stand several times. Name is for messages. Packages are known by the
// files that have statements in them.
//
// Source, if not nil, returns the contents of the files by their names in the profile: it is
// what tells functions, and what [Compare] goes by. A file for which it returns an
// [fs.ErrNotExist] makes its package unknown: it is not the code that the profile is of.
func Read(name string, r io.Reader, source func(file string) ([]byte, error)) (*Coverage, error) {
	m := newMerger()
	if err := m.read(name, r); err != nil {
		return nil, err
	}
	c := &Coverage{Mode: m.finish()}
	byPath := make(map[string]*Package)
	for _, file := range slices.Sorted(maps.Keys(m.files)) {
		p := byPath[path.Dir(file)]
		if p == nil {
			p = &Package{ImportPath: path.Dir(file)}
			byPath[p.ImportPath] = p
			c.Packages = append(c.Packages, p)
		}
		f := &File{Name: file, Path: file, Blocks: m.blocks(file)}
		p.Files = append(p.Files, f)
		if source == nil {
			continue
		}
		src, err := source(file)
		if errors.Is(err, fs.ErrNotExist) {
			p.Unknown = fmt.Sprintf("%s has the file %s, which is not there: it is of other code", name, file)
			continue
		}
		if err != nil {
			return nil, err
		}
		f.Source = src
		if err := f.parse(); err != nil {
			return nil, err
		}
	}
	for _, p := range c.Packages {
		if p.Unknown != "" {
			p.Files = nil
		}
	}
	c.sort()
	return c, nil
}

// Write writes the coverage as one profile in the go command's format, in which each block
// stands once. Packages that are unknown are not in it, as the format has no way to say so.
func (c *Coverage) Write(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "mode: %s\n", c.Mode)
	for _, p := range c.Packages {
		for _, f := range p.Files {
			for _, b := range f.Blocks {
				fmt.Fprintf(out, "%s:%d.%d,%d.%d %d %d\n", f.Name, b.StartLine, b.StartCol, b.EndLine, b.EndCol, b.Statements, b.Times)
			}
		}
	}
	return out.Flush()
}

// parseProfile returns the files of a profile, and its mode.
func parseProfile(name string, data []byte) ([]*cover.Profile, string, error) {
	first, _, _ := strings.Cut(string(data), "\n")
	mode, ok := strings.CutPrefix(strings.TrimSuffix(first, "\r"), "mode: ")
	if !ok || !slices.Contains([]string{"set", "count", "atomic"}, mode) {
		return nil, "", fmt.Errorf("%s:1: a coverage profile begins with \"mode: set\", \"mode: count\" or \"mode: atomic\", and this is %q: make it with go test -coverprofile", name, clip(first))
	}
	profiles, err := cover.ParseProfilesFromReader(bytes.NewReader(data))
	if err != nil {
		return nil, "", badLine(name, data, err)
	}
	return profiles, mode, nil
}

// badLine names the line for which a profile can't be parsed: the last one of the shortest
// beginning that can't be parsed either.
func badLine(name string, data []byte, err error) error {
	lines := bytes.SplitAfter(data, []byte("\n"))
	n := sort.Search(len(lines), func(n int) bool {
		_, err := cover.ParseProfilesFromReader(bytes.NewReader(bytes.Join(lines[:n+1], nil)))
		return err != nil
	})
	if n == len(lines) {
		return fmt.Errorf("%s: %w", name, err)
	}
	line := clip(strings.TrimSpace(string(lines[n])))
	_, err = cover.ParseProfilesFromReader(strings.NewReader("mode: set\n" + string(lines[n])))
	if err == nil {
		return fmt.Errorf("%s:%d: %q has another number of statements than in a line before: the profile mixes coverage of different code, make it again", name, n+1, line)
	}
	return fmt.Errorf("%s:%d: %q is no line of a coverage profile, such as \"example.com/m/file.go:3.14,5.2 1 0\"", name, n+1, line)
}

// clip returns the beginning of what may be the content of any file.
func clip(s string) string {
	const most = 120
	if len(s) <= most {
		return s
	}
	return s[:most] + "…"
}

// An extent is where a block stands.
type extent struct{ startLine, startCol, endLine, endCol int }

// A merger unites profiles.
type merger struct {
	mode  string
	files map[string]map[extent]*Block // by name
	skip  map[string]bool              // import paths of packages that are not to be read
}

func newMerger() *merger {
	return &merger{files: make(map[string]map[extent]*Block), skip: make(map[string]bool)}
}

func (m *merger) read(name string, r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	profiles, mode, err := parseProfile(name, data)
	if err != nil {
		return err
	}
	m.setMode(mode)
	for _, p := range profiles {
		if m.skip[path.Dir(p.FileName)] {
			continue
		}
		for i := range p.Blocks {
			if err := m.add(name, p.FileName, &p.Blocks[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// setMode takes in the mode of one more profile. Whether a block was run is all that can be
// said together by profiles that count and by those that do not.
func (m *merger) setMode(mode string) {
	switch {
	case m.mode == "" || m.mode == mode:
		m.mode = mode
	case m.mode == "set" || mode == "set":
		m.mode = "set"
	default:
		m.mode = "count"
	}
}

// add adds a block of a file that the named profile has.
func (m *merger) add(name, file string, b *cover.ProfileBlock) error {
	blocks := m.files[file]
	if blocks == nil {
		blocks = make(map[extent]*Block)
		m.files[file] = blocks
	}
	at := extent{b.StartLine, b.StartCol, b.EndLine, b.EndCol}
	merged := blocks[at]
	if merged == nil {
		merged = &Block{at.startLine, at.startCol, at.endLine, at.endCol, b.NumStmt, 0}
		blocks[at] = merged
	}
	if merged.Statements != b.NumStmt {
		return fmt.Errorf("%s: %s:%d.%d,%d.%d has %d statements, and %d in what was read before: it is coverage of other code, make it again",
			name, file, at.startLine, at.startCol, at.endLine, at.endCol, b.NumStmt, merged.Statements)
	}
	merged.add(b.Count)
	return nil
}

// add adds how often the block was run besides.
func (b *Block) add(times int) {
	b.Times += times
	if b.Times < 0 || times < 0 { // more often than can be counted
		b.Times = math.MaxInt
	}
}

// finish returns the mode of what was united, once no more follows.
func (m *merger) finish() string {
	if m.mode == "" {
		m.mode = "set"
	}
	if m.mode == "set" {
		for _, blocks := range m.files {
			for _, b := range blocks {
				b.Times = min(b.Times, 1)
			}
		}
	}
	return m.mode
}

// blocks returns the blocks of a file, sorted.
func (m *merger) blocks(file string) []Block {
	blocks := make([]Block, 0, len(m.files[file]))
	for _, b := range m.files[file] {
		blocks = append(blocks, *b)
	}
	slices.SortFunc(blocks, func(a, b Block) int { return a.compare(&b) })
	return blocks
}
