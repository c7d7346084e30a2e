package rename

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/graph"
)

// A place is where a name stands in a file of the code base.
type place struct {
	file         string
	line, column int
}

func placeOf(p token.Position) place { return place{p.Filename, p.Line, p.Column} }

func (p place) position() token.Position {
	return token.Position{Filename: p.file, Line: p.line, Column: p.column}
}

// A planner plans one result.
type planner struct {
	cfg     workspace.Config
	w       *workspace.Workspace
	o       Options
	sel     *workspace.Selection
	graph   *graph.Graph
	sources *sources

	symbols  []*Symbol
	declared map[place]*Symbol

	cold     bool            // the build cache lacks most of what is imported
	guests   map[string]bool // directories elsewhere, of packages that import the code base
	loads    []*load
	changes  []Change
	edits    int
	problems []Problem
	mentions []Mention
}

func newPlanner(ctx context.Context, cfg workspace.Config, w *workspace.Workspace, o Options) (*planner, error) {
	sel, err := w.Load(ctx, workspace.Work, "work")
	if err != nil {
		return nil, err
	}
	p := &planner{cfg: cfg, w: w, o: o, sel: sel, declared: make(map[place]*Symbol), guests: make(map[string]bool)}
	if p.sources, err = readSources(ctx, sel, w.Modules); err != nil {
		return nil, err
	}
	// The go command passes over directories without a file for this platform.
	all := *sel
	all.Packages = slices.Clone(sel.Packages)
	for _, d := range p.sources.dirs {
		if d.pkg == nil {
			all.Packages = append(all.Packages, &workspace.Package{ImportPath: d.importPath, Dir: d.path, Module: d.module})
		}
	}
	p.graph = graph.Packages(w, &all, graph.CodeBase)
	for _, m := range o.Modules {
		if !slices.ContainsFunc(w.Modules, func(o *workspace.Module) bool { return o.Path == m }) {
			return nil, fmt.Errorf("there is no module %s in the code base", m)
		}
	}
	return p, nil
}

// parsePlace parses file.go:line:column.
func parsePlace(text string) (place, bool) {
	rest, column, ok1 := cutLast(text, ":")
	file, line, ok2 := cutLast(rest, ":")
	if !ok1 || !ok2 || !strings.HasSuffix(file, ".go") {
		return place{}, false
	}
	l, err1 := strconv.Atoi(line)
	c, err2 := strconv.Atoi(column)
	return place{file, l, c}, err1 == nil && err2 == nil && l > 0 && c > 0
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// request adds the symbols that a request names.
func (p *planner) request(ctx context.Context, r Request) error {
	before := len(p.symbols)
	var err error
	if at, ok := parsePlace(r.Symbol); ok {
		if !filepath.IsAbs(at.file) {
			at.file = filepath.Join(p.w.Dir, at.file)
		}
		err = p.atPlace(ctx, at, r)
	} else {
		err = p.byName(r)
	}
	if err != nil {
		return err
	}
	for _, s := range p.symbols[before:] {
		switch {
		case s.Old() == r.New:
			return fmt.Errorf("%s has this name already", s)
		case s.Kind == Func && (s.Name == "init" || s.Name == "main" && p.mainPackage(s)):
			return fmt.Errorf("%s can't have another name: the go command looks for it", s)
		}
	}
	return nil
}

func (p *planner) mainPackage(s *Symbol) bool {
	f := p.sources.files[s.Pos[0].Filename]
	return f != nil && p.sources.parse(f).Name.Name == "main"
}

// byName adds what a name, or a pattern, stands for. The name of the package may have dots,
// too: the longest one that there is counts.
func (p *planner) byName(r Request) error {
	start := strings.LastIndexByte(r.Symbol, '/') + 1
	missing := fmt.Errorf("%s names no symbol: write a package, a dot and a name, such as example.com/shop/cart.Order, or file:line:column", r.Symbol)
	for dot := len(r.Symbol); ; {
		dot = strings.LastIndexByte(r.Symbol[:dot], '.')
		if dot < start || dot <= 0 {
			return p.here(r, missing)
		}
		pattern, name := r.Symbol[:dot], r.Symbol[dot+1:]
		if !validPattern(name) {
			continue
		}
		dirs, err := p.match(pattern)
		if err != nil {
			return err
		}
		if len(dirs) == 0 {
			continue
		}
		if last := name[strings.LastIndexByte(name, '.')+1:]; !token.IsIdentifier(last) {
			return fmt.Errorf("%s: its last element is to be the name that goes, without *", r.Symbol)
		}
		n, err := p.named(dirs, name, r.New)
		if err != nil || n > 0 {
			return err
		}
		missing = fmt.Errorf("%s: there is no %s in %s", r.Symbol, name, p.describe(dirs))
	}
}

// here adds what a name stands for in the package of the current directory, if none is named.
func (p *planner) here(r Request, missing error) error {
	name := strings.TrimPrefix(r.Symbol, ".")
	if !validPattern(name) || strings.Contains(name[strings.LastIndexByte(name, '.')+1:], "*") {
		return missing
	}
	dirs, err := p.match(".")
	if err != nil || len(dirs) == 0 {
		return missing
	}
	if n, err := p.named(dirs, name, r.New); err != nil || n > 0 {
		return err
	}
	return missing
}

// validPattern reports whether the text can be the pattern of a symbol.
func validPattern(text string) bool {
	for elem := range strings.SplitSeq(text, ".") {
		odd := func(r rune) bool { return r != '_' && r != '*' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }
		if elem == "" || strings.ContainsFunc(elem, odd) {
			return false
		}
	}
	return true
}

func (p *planner) describe(dirs []*directory) string {
	if len(dirs) == 1 {
		return dirs[0].importPath
	}
	return fmt.Sprintf("the %d packages", len(dirs))
}

// match returns the directories of the packages that a pattern names.
func (p *planner) match(pattern string) ([]*directory, error) {
	nodes, err := p.graph.Match(p.w.Dir, pattern)
	if err != nil {
		return nil, err
	}
	named := make(map[string]bool)
	for _, n := range nodes {
		named[n.Dir()] = true
	}
	var dirs []*directory
	for _, d := range p.sources.dirs {
		if named[d.path] {
			dirs = append(dirs, d)
		}
	}
	if len(dirs) > 0 || strings.HasPrefix(pattern, ".") || filepath.IsAbs(pattern) || strings.Contains(pattern, "...") {
		return dirs, nil
	}
	for _, d := range p.sources.dirs {
		if strings.HasSuffix(d.importPath, "/"+pattern) {
			dirs = append(dirs, d)
		}
	}
	if len(dirs) > 1 {
		return nil, fmt.Errorf("%s may be %s or %s: name more of the path", pattern, dirs[0].importPath, dirs[1].importPath)
	}
	return dirs, nil
}

// named adds the declarations in the directories whose names match, and returns how many.
func (p *planner) named(dirs []*directory, pattern, to string) (int, error) {
	found := 0
	var embedded error
	wild := strings.Contains(pattern, "*")
	for _, d := range dirs {
		if len(p.o.Modules) > 0 && !slices.Contains(p.o.Modules, d.module.Path) {
			continue
		}
		for _, f := range d.files {
			if !strings.Contains(string(f.data), pattern[strings.LastIndexByte(pattern, '.')+1:]) {
				continue
			}
			syntax := p.sources.parse(f)
			if syntax == nil {
				continue
			}
			for decl := range declarations(syntax) {
				if p.o.Kind != "" && decl.kind != p.o.Kind || !matches(pattern, decl.name) {
					continue
				}
				if decl.embedded {
					if !wild {
						embedded = fmt.Errorf("%s.%s embeds a type and has its name: rename the type", d.importPath, decl.name)
					}
					continue
				}
				if err := p.declare(f, syntax, decl, to, ""); err != nil {
					return found, err
				}
				found++
			}
		}
	}
	if found == 0 {
		return 0, embedded
	}
	return found, nil
}

// matches reports whether a pattern is that of a name: element by element.
func matches(pattern, name string) bool {
	if !strings.Contains(pattern, "*") {
		return pattern == name
	}
	ok, err := path.Match(strings.ReplaceAll(pattern, ".", "/"), strings.ReplaceAll(name, ".", "/"))
	return ok && err == nil
}

// declare adds a declaration, and those of the same symbol for other platforms.
func (p *planner) declare(f *source, syntax *ast.File, decl declaration, to, with string) error {
	pos := p.sources.position(decl.ident.Pos())
	if s := p.declared[placeOf(pos)]; s != nil {
		if s.New != to {
			return fmt.Errorf("%s is to be %s, and also %s", s, s.New, to)
		}
		if with == "" {
			s.With = ""
		}
		return nil
	}
	importPath := f.dir.importPath
	if strings.HasSuffix(syntax.Name.Name, "_test") && strings.HasSuffix(f.name, "_test.go") {
		importPath += "_test"
	}
	s := &Symbol{Kind: decl.kind, Package: importPath, Name: decl.name, New: to, With: with}
	p.symbols = append(p.symbols, s)
	for _, other := range f.dir.files {
		tree := p.sources.parse(other)
		if tree == nil || tree.Name.Name != syntax.Name.Name {
			continue
		}
		for d := range declarations(tree) {
			if d.name == decl.name && !d.embedded {
				at := p.sources.position(d.ident.Pos())
				s.Pos = append(s.Pos, at)
				p.declared[placeOf(at)] = s
			}
		}
	}
	return nil
}

// declareAt adds the symbol whose declaration stands at a place.
func (p *planner) declareAt(at place, name, to, with string) error {
	f := p.sources.files[at.file]
	if f == nil {
		return &Problem{at.position(), fmt.Sprintf("%s is declared outside of the code base, and keeps its name", name)}
	}
	syntax := p.sources.parse(f)
	if syntax == nil {
		return &Problem{at.position(), "the file can't be parsed"}
	}
	for decl := range declarations(syntax) {
		if placeOf(p.sources.position(decl.ident.Pos())) == at {
			return p.declare(f, syntax, decl, to, with)
		}
	}
	if p.declared[at] == nil {
		s := &Symbol{Kind: Local, Package: f.dir.importPath, Name: name, New: to, With: with, Pos: []token.Position{at.position()}}
		p.symbols = append(p.symbols, s)
		p.declared[at] = s
	}
	return nil
}

// atPlace adds the symbol whose name stands at a place.
func (p *planner) atPlace(ctx context.Context, at place, r Request) error {
	f := p.sources.files[at.file]
	if f == nil {
		return fmt.Errorf("%s is no Go file of the code base", r.Symbol)
	}
	syntax := p.sources.parse(f)
	if syntax == nil {
		return fmt.Errorf("%s: the file can't be parsed", r.Symbol)
	}
	id := p.identAt(syntax, at)
	if id == nil {
		return fmt.Errorf("%s: no name stands there", r.Symbol)
	}
	obj, load, err := p.objectAt(ctx, f, placeOf(p.sources.position(id.Pos())))
	if err != nil {
		return err
	}
	switch obj := obj.(type) {
	case nil:
		return fmt.Errorf("%s: %s stands for nothing that can be renamed by its place", r.Symbol, id.Name)
	case *types.PkgName:
		return fmt.Errorf("%s: %s is the package %s: name it by its path to rename it", r.Symbol, id.Name, obj.Imported().Path())
	case *types.Var:
		if obj.Embedded() {
			t := embeddedType(obj)
			if t == nil || t.Name() != obj.Name() {
				return fmt.Errorf("%s: %s embeds a type and has its name: rename the type", r.Symbol, id.Name)
			}
			return asError(p.declareAt(load.declaredAt(t), t.Name(), r.New, ""))
		}
	}
	if !obj.Pos().IsValid() {
		return fmt.Errorf("%s: %s is of the language, and keeps its name", r.Symbol, id.Name)
	}
	return asError(p.declareAt(load.declaredAt(obj), obj.Name(), r.New, ""))
}

// asError returns a problem of what was asked for as the error that it is then.
func asError(err error) error {
	var problem *Problem
	if errors.As(err, &problem) {
		return errors.New(problem.Message)
	}
	return err
}

// embeddedType returns the declaration of the type that a field embeds, or nil.
func embeddedType(field *types.Var) *types.TypeName {
	t := field.Type()
	if ptr, ok := t.(*types.Pointer); ok {
		t = ptr.Elem()
	}
	switch t := t.(type) {
	case *types.Alias:
		return t.Obj()
	case *types.Named:
		return t.Obj()
	}
	return nil
}

// identAt returns the identifier that a place lies in, or ends.
func (p *planner) identAt(f *ast.File, at place) *ast.Ident {
	var found *ast.Ident
	ast.Inspect(f, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if ok {
			pos := p.sources.position(id.Pos())
			if pos.Line == at.line && pos.Column <= at.column && at.column <= pos.Column+len(id.Name) && (found == nil || pos.Column == at.column) {
				found = id
			}
		}
		return true
	})
	return found
}
