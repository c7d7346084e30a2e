package affected

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strings"
)

// A digester digests what of a code base packages are built from. Modules from elsewhere
// are left out: they know no files of the code base, so that what they are told to open
// stands in its own sources.
type digester struct {
	s        *snapshot
	byPath   map[string]*pkg
	archives map[*pkg]string // "" while it is looked at
}

func newDigester(s *snapshot) *digester {
	d := &digester{s: s, byPath: make(map[string]*pkg), archives: make(map[*pkg]string)}
	for _, p := range s.packages {
		if d.byPath[p.ImportPath] == nil {
			d.byPath[p.ImportPath] = p
		}
	}
	return d
}

// tests returns a digest of what the tests of a package are built from.
func (d *digester) tests(p *pkg) (string, error) {
	files := slices.Concat(p.GoFiles, p.CgoFiles, p.TestGoFiles, p.XTestGoFiles)
	return d.digest(p, files, slices.Concat(p.Imports, p.TestImports, p.XTestImports))
}

// archive returns a digest of what a package is built from.
func (d *digester) archive(p *pkg) (string, error) {
	sum, ok := d.archives[p]
	if ok {
		return sum, nil // of a cycle, which does not build, too
	}
	d.archives[p] = ""
	sum, err := d.digest(p, slices.Concat(p.GoFiles, p.CgoFiles), p.Imports)
	d.archives[p] = sum
	return sum, err
}

// digest returns a digest of files of a package, and of what is imported.
func (d *digester) digest(p *pkg, files, imports []string) (string, error) {
	var lines []string
	for _, name := range files {
		f, err := d.s.read(path.Join(p.rel, name))
		if err != nil {
			return "", err
		}
		lines = append(lines, fmt.Sprintf("file %s %x", name, sha256.Sum256(f.data)))
	}
	for _, importPath := range imports {
		q := d.byPath[importPath]
		if q == nil || q == p {
			continue
		}
		sum, err := d.archive(q)
		if err != nil {
			return "", err
		}
		lines = append(lines, "import "+importPath+" "+sum)
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(slices.Compact(lines), "\n")))
	return hex.EncodeToString(sum[:16]), nil
}
