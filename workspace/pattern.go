package workspace

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
)

// A NoMatchError is a pattern that names no package of the code base.
type NoMatchError struct {
	// Pattern is the pattern as the user wrote it.
	Pattern string
	// Reason says what was found instead.
	Reason string
}

func (e *NoMatchError) Error() string {
	return fmt.Sprintf("pattern %s matches no package: %s", e.Pattern, e.Reason)
}

// A pattern names packages as "go help packages" describes: a directory or an
// import path, in which "..." stands for anything. In a directory pattern,
// modules below the directory count.
type pattern struct {
	text string // as the user wrote it
	all  bool   // every package of the code base
	dir  string // the directory up to the first "...", if it is a directory pattern
	path string // the import path otherwise
	tree bool   // all of dir, or of path: "/..." at the end and nowhere else
	re   *regexp.Regexp
}

// metaPatterns are the names that the go command gives to sets of packages which
// are not those of a code base.
var metaPatterns = map[string]string{
	"all":  `it would name dependencies too: use "work"`,
	"std":  "it names the standard library",
	"cmd":  "it names the Go distribution's commands",
	"tool": "it names the tools of a module: name them by path",
}

// parsePattern parses a pattern that is relative to w.Dir.
func (w *Workspace) parsePattern(text string) (pattern, error) {
	if reason, ok := metaPatterns[text]; ok {
		return pattern{}, &NoMatchError{text, reason}
	}
	if strings.HasSuffix(text, ".go") && isFile(w.absolute(text)) {
		return pattern{}, &NoMatchError{text, "it is a file: name its directory"}
	}
	p := pattern{text: text}
	switch {
	case text == "work":
		p.all = true
	case isLocal(text):
		p.setDir(w.absolute(text))
		if !isDir(p.dir) {
			return p, &NoMatchError{text, "there is no directory " + p.dir}
		}
	default:
		p.setPath(strings.TrimSuffix(filepath.ToSlash(text), "/"))
	}
	return p, nil
}

func (w *Workspace) absolute(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(w.Dir, path)
}

// isLocal reports whether the pattern begins with a directory rather than with an
// import path.
func isLocal(text string) bool {
	if filepath.IsAbs(text) {
		return true
	}
	first, _, _ := strings.Cut(filepath.ToSlash(text), "/")
	return first == "." || first == ".."
}

func (p *pattern) setDir(abs string) {
	p.dir = abs
	prefix, rest, wild := strings.Cut(abs, "...")
	if !wild {
		return
	}
	p.dir = filepath.Dir(prefix + "x") // without the element that has the wildcard
	p.tree = rest == "" && strings.HasSuffix(prefix, string(filepath.Separator))
	p.re = wildcard(filepath.ToSlash(abs))
}

func (p *pattern) setPath(path string) {
	p.path = path
	prefix, rest, wild := strings.Cut(path, "...")
	if !wild {
		return
	}
	p.path = prefix
	if p.tree = rest == "" && strings.HasSuffix(prefix, "/"); p.tree {
		p.path = strings.TrimSuffix(prefix, "/")
	}
	p.re = wildcard(path)
}

// wildcard compiles a pattern with "...". At the end, "/..." matches nothing too.
func wildcard(text string) *regexp.Regexp {
	text, tail := strings.CutSuffix(text, "/...")
	expr := strings.ReplaceAll(regexp.QuoteMeta(text), `\.\.\.`, `.*`)
	if tail {
		expr += "(/.*)?"
	}
	return regexp.MustCompile("^" + expr + "$")
}

// matches reports whether p names the package.
func (p *pattern) matches(pkg *Package) bool {
	switch {
	case p.all:
		return true
	case p.dir != "" && p.re != nil:
		return p.re.MatchString(filepath.ToSlash(pkg.Dir))
	case p.dir != "":
		return pkg.Dir == p.dir
	case p.re != nil:
		return p.re.MatchString(pkg.ImportPath)
	}
	return pkg.ImportPath == p.path
}

// A share is the part of a module that patterns name.
type share struct {
	module *Module
	whole  bool
	args   []string // patterns relative to the module's directory, or import paths
	// filter tells that the module's packages must be listed and then
	// compared with the patterns: it has those of its parts whose patterns
	// the go command would understand differently.
	filter bool
}

func (s *share) add(p *pattern, w *Workspace) {
	m := s.module
	switch {
	case p.all || p.tree && p.dir != "" && m.within(p.dir) || p.tree && p.path == m.Path:
		s.whole = true
	case p.dir != "" && p.re == nil && w.owner(p.dir) == m:
		s.args = append(s.args, local(slashRel(m.Dir, p.dir)))
	case p.dir != "" && p.tree && w.owner(p.dir) == m:
		s.args = append(s.args, local(slashRel(m.Dir, p.dir))+"/...")
	case p.dir != "" && p.re != nil && (m.within(p.dir) || w.owner(p.dir) == m):
		s.filter = true
	case p.path != "" && p.re == nil && w.ownerByPath(p.path) == m:
		s.args = append(s.args, p.path)
	case p.path != "" && p.re != nil && m.Path != "" && (strings.HasPrefix(m.Path, p.path) || strings.HasPrefix(p.path, m.Path+"/")):
		s.filter = true
	}
}

func (s *share) empty() bool { return !s.whole && !s.filter && len(s.args) == 0 }

// all reports whether the whole module is to be listed.
func (s *share) all() bool { return s.whole || s.filter }

// ownerByPath returns the module that provides the import path, going by names:
// the one with the longest path that is a prefix, or nil.
func (w *Workspace) ownerByPath(path string) *Module {
	var owner *Module
	for _, m := range w.Modules {
		if m.Path == "" || path != m.Path && !strings.HasPrefix(path, m.Path+"/") {
			continue
		}
		if owner == nil || len(m.Path) > len(owner.Path) {
			owner = m
		}
	}
	return owner
}

// shares returns the parts of the modules that the patterns name, and the parsed
// patterns. No pattern is "./...".
func (w *Workspace) shares(texts []string) ([]*share, []pattern, error) {
	if len(texts) == 0 {
		texts = []string{"./..."}
	}
	var patterns []pattern
	shares := make([]*share, len(w.Modules))
	for i, m := range w.Modules {
		shares[i] = &share{module: m}
	}
	for _, text := range texts {
		p, err := w.parsePattern(text)
		if err != nil {
			return nil, nil, err
		}
		touched := false
		for _, s := range shares {
			one := share{module: s.module}
			one.add(&p, w)
			touched = touched || !one.empty()
			s.whole = s.whole || one.whole
			s.filter = s.filter || one.filter
			s.args = append(s.args, one.args...)
		}
		if !touched {
			return nil, nil, &NoMatchError{text, w.whyNoModule(&p)}
		}
		patterns = append(patterns, p)
	}
	named := shares[:0]
	for _, s := range shares {
		if !s.empty() {
			named = append(named, s)
		}
	}
	return named, patterns, nil
}

// whyNoModule says why no module has to do with the pattern.
func (w *Workspace) whyNoModule(p *pattern) string {
	if p.dir == "" {
		return "no module of " + w.Root + " provides it"
	}
	for _, x := range w.Excluded {
		if within(p.dir, filepath.Join(w.Root, filepath.FromSlash(x.Dir))) {
			return fmt.Sprintf("%s is left out (%s): run in it, or with -C %s", x.Dir, x.Reason, x.Dir)
		}
	}
	return "there is no go.mod file in it, above it or below it"
}

// local returns a relative path with slashes as a directory pattern.
func local(rel string) string {
	if rel == "." || strings.HasPrefix(rel, "../") || filepath.IsAbs(filepath.FromSlash(rel)) {
		return rel
	}
	return "./" + rel
}
