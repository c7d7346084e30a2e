package affected

import (
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/gomend/gomend/workspace"
)

// An ignoredFile is what is of interest in a Go file that the build constraints of
// this platform leave out.
type ignoredFile struct {
	name    string // of the package
	imports []string
	// alone tells that the file is in no build of its package: it has the tag
	// "ignore", as programs for "go run" do, or the tag "tools", by which
	// modules required programs before Go 1.24.
	alone bool
}

// ignoredFile reads a Go file that is left out. One that does not parse imports what
// the parser has seen. A file that is the same on both sides is read once.
func (c *comparison) ignoredFile(s *snapshot, rel string) (ignoredFile, error) {
	if f, ok := c.ignored[rel]; ok && !c.differ[rel].content {
		return f, nil
	}
	src, err := s.read(rel)
	if err != nil {
		return ignoredFile{}, err
	}
	f := parseIgnored(src.data)
	c.ignored[rel] = f
	return f, nil
}

// addElsewhere adds the packages that have no file for this platform. The go command
// passes over them unless they are named.
func (s *snapshot) addElsewhere() error {
	dirs := s.tree.goDirs()
	for _, dir := range slices.Sorted(maps.Keys(dirs)) {
		if s.byDir[dir] != nil {
			continue
		}
		if p, err := s.elsewhere(dir, dirs[dir]); err != nil {
			return err
		} else if p != nil {
			s.add(p)
		}
	}
	return nil
}

// elsewhere returns the package in a directory that the go command passes over, or
// nil if it is one for no platform.
func (s *snapshot) elsewhere(dir string, names []string) (*pkg, error) {
	p := s.place(dir)
	if p == nil {
		return nil, nil
	}
	for _, name := range names {
		src, err := s.read(path.Join(dir, name))
		if err != nil {
			return nil, err
		}
		if f := parseIgnored(src.data); !f.alone {
			p.Name = strings.TrimSuffix(f.name, "_test")
			p.IgnoredGoFiles = append(p.IgnoredGoFiles, name)
		}
	}
	if len(p.IgnoredGoFiles) == 0 {
		return nil, nil
	}
	return p, nil
}

// place returns an empty package for a directory, or nil if patterns of the go
// command do not name it.
func (s *snapshot) place(dir string) *pkg {
	m := s.modules[s.moduleOf(dir)]
	if m == nil || s.failure(m.Path, m.Rel) != nil {
		return nil
	}
	below := dir
	if m.Rel != "." {
		below = strings.TrimPrefix(strings.TrimPrefix(dir, m.Rel), "/")
	}
	for elem := range strings.SplitSeq(below, "/") {
		if elem != "." && workspace.Overlooked(elem) {
			return nil
		}
	}
	return &pkg{
		Package: &workspace.Package{ImportPath: path.Join(m.Path, below), Dir: s.file(dir), Module: m},
		rel:     dir,
		unit:    s.unitOf(m),
	}
}

// unitOf returns the unit that sees the module's packages, or nil.
func (s *snapshot) unitOf(m *workspace.Module) *workspace.Unit {
	for _, u := range s.selection.Units {
		if slices.ContainsFunc(u.Modules, func(o *workspace.Module) bool { return o.Rel == m.Rel }) {
			return u
		}
	}
	return nil
}

func parseIgnored(src []byte) ignoredFile {
	var out ignoredFile
	f, _ := parser.ParseFile(token.NewFileSet(), "", src, parser.ImportsOnly|parser.ParseComments)
	if f == nil {
		return out
	}
	out.name = f.Name.Name
	for _, spec := range f.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			out.imports = append(out.imports, p)
		}
	}
	out.alone = standsAlone(f)
	return out
}

// standsAlone reports whether a file's build constraint demands a tag that nobody
// sets.
func standsAlone(f *ast.File) bool {
	for _, group := range f.Comments {
		for _, line := range group.List {
			if line.Pos() > f.Package || !constraint.IsGoBuild(line.Text) {
				continue
			}
			expr, err := constraint.Parse(line.Text)
			return err == nil && (demands(expr, "ignore") || demands(expr, "tools"))
		}
	}
	return false
}

// demands reports whether an expression can't hold without the tag.
func demands(expr constraint.Expr, tag string) bool {
	switch x := expr.(type) {
	case *constraint.TagExpr:
		return x.Tag == tag
	case *constraint.AndExpr:
		return demands(x.X, tag) || demands(x.Y, tag)
	case *constraint.OrExpr:
		return demands(x.X, tag) && demands(x.Y, tag)
	}
	return false
}
