package affected

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// A Record is what the tests of packages were seen to consult: files that the go
// command does not know to belong to them. It names files relative to the root of the
// code base, so that it holds in another checkout.
type Record struct {
	// Packages are what the tests of each package consulted, by import path.
	Packages map[string]*Consulted
}

// Consulted is what the tests of a package were seen to consult.
type Consulted struct {
	// Sources is a digest of the Go files of the code base that the tests were built
	// from. While it holds, they are taken to consult the same again.
	Sources string `json:"sources"`

	// Partial tells that tests failed, and may consult more where they do not. What
	// was known before is kept then.
	Partial bool `json:"partial,omitempty"`

	// Files are the files and directories that they opened or asked about, relative
	// to the root of the code base, with slashes, sorted; the root is ".". They
	// need not have found them. A directory that they opened, and may have listed,
	// ends in a slash. What is in a testdata directory of the package, or outside
	// of the code base, is not among them.
	Files []string `json:"files,omitempty"`

	// Env are the environment variables that they asked for, sorted.
	Env []string `json:"env,omitempty"`
}

// recordVersion is the version of the form in which a record is kept.
const recordVersion = 1

// A recordDocument is a record as it is kept.
type recordDocument struct {
	Version  int                   `json:"version"`
	Packages map[string]*Consulted `json:"packages"`
}

// ParseRecord reads what [Record.Encode] wrote. The error tells what is wrong with it.
func ParseRecord(data []byte) (*Record, error) {
	var d recordDocument
	if err := json.Unmarshal(data, &d); err != nil {
		return nil, fmt.Errorf("not a record of what tests consult: %w", err)
	}
	if d.Version != recordVersion {
		return nil, fmt.Errorf("a record of what tests consult of version %d, not %d: record anew", d.Version, recordVersion)
	}
	r := newRecord()
	for importPath, in := range d.Packages {
		if in == nil {
			return nil, fmt.Errorf("package %s has no entry", importPath)
		}
		for _, name := range in.Files {
			if clean := strings.TrimSuffix(name, "/"); clean != path.Clean(name) || path.IsAbs(name) || outside(name) {
				return nil, fmt.Errorf("package %s: %q is not a path below the root of the code base", importPath, name)
			}
		}
		r.Packages[importPath] = in
	}
	return r, nil
}

func newRecord() *Record { return &Record{Packages: make(map[string]*Consulted)} }

// Encode returns the record in the form in which it is kept: text that is the same for
// the same record.
func (r *Record) Encode() ([]byte, error) {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(recordDocument{recordVersion, r.Packages})
	return buf.Bytes(), err
}

// merge adds what was consulted another time.
func (in *Consulted) merge(other *Consulted) {
	if other == nil {
		return
	}
	in.Files = union(in.Files, other.Files)
	in.Env = union(in.Env, other.Env)
}

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// openers returns, for each recorded file or directory, the packages whose tests
// consulted it.
func (c *comparison) openers() map[string][]*pair {
	found := make(map[string][]*pair)
	if c.options.Record == nil {
		return found
	}
	for _, p := range c.pairs {
		if in := c.options.Record.Packages[p.path]; in != nil {
			for _, name := range in.Files {
				found[name] = append(found[name], p)
			}
		}
	}
	return found
}

// attributeConsulted marks the packages whose tests were seen to consult a file, or, of
// one that is new or gone, a directory that shows it.
func (c *comparison) attributeConsulted(openers map[string][]*pair, rel string) bool {
	found := false
	for _, name := range c.showing(rel) {
		kind := Opened
		if name != rel {
			kind = Listed
		}
		for _, p := range openers[name] {
			found = true
			if !p.changedBy(rel) {
				p.mark(tests, Cause{Kind: kind, Subject: rel})
			}
		}
	}
	return found
}

// showing returns how a file may be recorded that differs: as itself, and, of one that is
// on one side only, as the directory in which it is listed, or as one that is, or is listed,
// on one side because of it.
func (c *comparison) showing(rel string) []string {
	names := []string{rel}
	for name := rel; c.added(name); {
		dir := path.Dir(name)
		names = append(names, dir+"/")
		if dir == "." || outside(dir) || !c.added(dir) {
			break
		}
		names = append(names, dir)
		name = dir
	}
	return names
}

// changedBy reports whether it is known already that the file changes the package, or its
// tests.
func (p *pair) changedBy(rel string) bool {
	for _, s := range []state{archive, tests} {
		if slices.ContainsFunc(p.causes[s], func(cause Cause) bool { return cause.Subject == rel }) {
			return true
		}
	}
	return false
}

// compareRecord finds the packages of whose tests it is not known what they consult now,
// where that matters: where nothing else affects them.
func (c *comparison) compareRecord() error {
	if c.options.Record == nil {
		return nil
	}
	d := newDigester(c.head)
	for _, p := range c.pairs {
		q := p.head
		if q == nil || !tested(q) || p.reached[archive] != nil || p.reached[tests] != nil {
			continue
		}
		in := c.options.Record.Packages[p.path]
		if in == nil {
			c.unrecorded = append(c.unrecorded, p.path)
			continue
		}
		sources, err := d.tests(q)
		if err != nil {
			return err
		}
		if in.Partial || in.Sources != sources {
			c.stale = append(c.stale, p.path)
		}
	}
	return nil
}

// tested reports whether there are tests of the package on this platform.
func tested(p *pkg) bool { return len(p.TestGoFiles)+len(p.XTestGoFiles) > 0 }

// A localizer tells where in the code base files are.
type localizer struct{ roots []string }

// newLocalizer returns a localizer for a root, by whatever symbolic links it is reached.
func newLocalizer(root string) (*localizer, error) {
	if !filepath.IsAbs(root) {
		return nil, errors.New("the root of the code base must be an absolute path")
	}
	resolved, err := filepath.EvalSymlinks(root)
	if err != nil {
		return nil, err
	}
	return &localizer{roots: slices.Compact([]string{filepath.Clean(root), resolved})}, nil
}

// relative returns an absolute path relative to the root, with slashes, and whether it is
// in the code base: in the folders of version control systems nothing is.
func (l *localizer) relative(name string) (string, bool) {
	for _, root := range l.roots {
		rel, err := filepath.Rel(root, name)
		if err != nil || !filepath.IsLocal(rel) {
			continue
		}
		rel = filepath.ToSlash(rel)
		if top, _, _ := strings.Cut(rel, "/"); slices.Contains(stores, top) {
			return "", false
		}
		return rel, true
	}
	return "", false
}
