package rename

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/gomend/gomend/workspace"
)

// A source is a Go file of the code base, for whatever platform.
type source struct {
	name string // absolute
	dir  *directory
	data []byte

	// names are those of the same file, this one and others that are or lead to it by
	// symbolic links, the file itself first.
	names []string

	parsed bool
	syntax *ast.File // nil until it is parsed, and if nothing of it could be
}

// A directory is one with Go files.
type directory struct {
	path       string // absolute
	importPath string
	module     *workspace.Module
	files      []*source
	pkg        *workspace.Package // nil if none of its files is for the configured platform
}

// sources are all Go files of the code base, of which the contents are read once.
type sources struct {
	fset  *token.FileSet
	dirs  []*directory
	files map[string]*source // by name
}

// readSources finds the Go files of the modules that can be loaded, where the go command
// would look for them.
func readSources(ctx context.Context, sel *workspace.Selection, modules []*workspace.Module) (*sources, error) {
	s := &sources{fset: token.NewFileSet(), files: make(map[string]*source)}
	pkgs := make(map[string]*workspace.Package)
	for _, p := range sel.Packages {
		pkgs[p.Dir] = p
	}
	var links []*source
	for _, m := range modules {
		if m.Err != nil {
			continue
		}
		dirs := make(map[string]*directory)
		err := filepath.WalkDir(m.Dir, func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case ctx.Err() != nil:
				return context.Cause(ctx)
			case d.IsDir():
				if name != m.Dir && (workspace.Overlooked(d.Name()) || isModule(name)) {
					return filepath.SkipDir
				}
				return nil
			case !strings.HasSuffix(name, ".go") || strings.HasPrefix(d.Name(), "_") || strings.HasPrefix(d.Name(), "."):
				return nil
			}
			at := filepath.Dir(name)
			dir := dirs[at]
			if dir == nil {
				rel, err := filepath.Rel(m.Dir, at)
				if err != nil {
					return err
				}
				dir = &directory{path: at, importPath: path.Join(m.Path, filepath.ToSlash(rel)), module: m, pkg: pkgs[at]}
				dirs[at] = dir
				s.dirs = append(s.dirs, dir)
			}
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			f := &source{name: name, dir: dir, data: data, names: []string{name}}
			if d.Type()&fs.ModeSymlink != 0 {
				links = append(links, f)
			}
			dir.files = append(dir.files, f)
			s.files[name] = f
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	for _, f := range links {
		if err := s.link(f); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// link makes a file and what leads to it know of each other.
func (s *sources) link(f *source) error {
	target, err := filepath.EvalSymlinks(f.name)
	if err != nil {
		return err
	}
	names := []string{target, f.name}
	if file := s.files[target]; file != nil {
		names = append(file.names, f.name)
	}
	for _, name := range names {
		if o := s.files[name]; o != nil {
			o.names = names
		}
	}
	return nil
}

// isModule reports whether another module begins in a directory.
func isModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

// has reports whether the file is one of these.
func (s *sources) has(name string) bool { return s.files[name] != nil }

// parse returns the file's syntax, as far as it is Go, or nil.
func (s *sources) parse(f *source) *ast.File {
	if !f.parsed {
		f.parsed = true
		f.syntax, _ = parser.ParseFile(s.fset, f.name, f.data, parser.ParseComments|parser.SkipObjectResolution)
	}
	return f.syntax
}

// position returns where something stands in a file that was parsed here: //line
// directives do not count.
func (s *sources) position(pos token.Pos) token.Position { return s.fset.PositionFor(pos, false) }

// withWord returns the files that have one of the words in them.
func (s *sources) withWord(words []string) []*source {
	if len(words) == 0 {
		return nil
	}
	find := wordPattern(words)
	var all []*source
	for _, d := range s.dirs {
		for _, f := range d.files {
			if find.Match(f.data) {
				all = append(all, f)
			}
		}
	}
	return all
}

// wordPattern matches each of the words where it stands by itself.
func wordPattern(words []string) *regexp.Regexp {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = regexp.QuoteMeta(w)
	}
	slices.Sort(quoted)
	return regexp.MustCompile(`(?:^|[^\pL\pN_])(` + strings.Join(slices.Compact(quoted), "|") + `)(?:$|[^\pL\pN_])`)
}
