package rename

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/go/packages"

	"github.com/gomend/gomend/internal/buildctx"
	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

// A load is packages that were type-checked together, in one context.
type load struct {
	context *buildctx.Context
	sources *sources
	fset    *token.FileSet
	source  bool                // what is imported was read from source, not from export data
	roots   []*packages.Package // with the variants that tests make of them
	all     []*packages.Package // the code base's and what imports these, with syntax, each after what it imports
	named   map[lineName]place  // answers of declaredAt
}

// A lineName is a name in a line of a file.
type lineName struct {
	file string
	line int
	name string
}

// hasBodies reports whether the functions of a package were type-checked, which go/packages
// does not do where it reads a package from source only as others import it.
func (l *load) hasBodies(pkg *packages.Package) bool {
	return l.source || slices.Contains(l.roots, pkg)
}

// place returns where something is declared. Go files of the code base are not what //line
// directives in them say; what cgo made of them is.
func (l *load) place(pos token.Pos) place {
	at := l.fset.PositionFor(pos, false)
	if l.sources.files[at.Filename] == nil {
		at = l.fset.PositionFor(pos, true)
	}
	return placeOf(at)
}

// declaredAt returns where an object that has a name is declared. Export data has no columns.
func (l *load) declaredAt(obj types.Object) place {
	at := l.place(obj.Pos())
	f := l.sources.files[at.file]
	if f == nil || l.sources.parse(f) == nil {
		return at
	}
	key := lineName{at.file, at.line, obj.Name()}
	if found, ok := l.named[key]; ok {
		return found
	}
	var here []place
	ast.Inspect(l.sources.parse(f), func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == obj.Name() {
			if p := placeOf(l.sources.position(id.Pos())); p.line == at.line {
				here = append(here, p)
			}
		}
		return true
	})
	switch {
	case len(here) == 1:
		at = here[0]
		l.named[key] = at
	case len(here) > 1 && !slices.Contains(here, at):
		at = here[0]
	}
	return at
}

// load type-checks all packages that depend on the symbols', and files for other contexts
// that have one of the names in them.
func (p *planner) load(ctx context.Context) error {
	p.loads, p.mentions = nil, nil
	s := p.settings()
	dirs := p.reach()
	p.o.Step(fmt.Sprintf("type-checking %d packages", len(dirs)))
	host := s.Configured()
	if err := p.loadContext(ctx, s, host, dirs); err != nil {
		return err
	}
	known := []*buildctx.Context{host}
	wanted := make(map[*buildctx.Context]map[*directory]bool)
	for _, f := range p.sources.withWord(p.words()) {
		if compiledHere(f.dir.pkg, f) || !p.concerns(f, dirs) {
			continue
		}
		c, err := s.For(ctx, f.name, f.data, known)
		if err != nil {
			return err
		}
		if c == nil {
			p.mention(Unchecked, token.Position{Filename: f.name}, "has the name in it, and is built for no platform that Go knows, or with cgo on another one")
			continue
		}
		if !slices.Contains(known, c) {
			known = append(known, c)
		}
		if wanted[c] == nil {
			wanted[c] = make(map[*directory]bool)
		}
		wanted[c][f.dir] = true
	}
	for _, c := range known[1:] {
		p.o.Step("type-checking for " + c.String())
		if err := p.loadContext(ctx, s, c, wanted[c]); err != nil {
			return err
		}
	}
	return nil
}

// words are the names that go and those that come.
func (p *planner) words() []string {
	words := make(map[string]bool)
	for _, s := range p.symbols {
		words[s.Old()], words[s.New] = true, true
	}
	return slices.Sorted(maps.Keys(words))
}

// reach returns the directories whose packages can know of the symbols: their own, and those
// of all that depends on them, unless no other package can see the names. The tests of a
// package are not part of it for those that import it.
func (p *planner) reach() map[*directory]bool {
	importers, testers := p.importers()
	dirs := make(map[*directory]bool)
	done := make(map[string]bool)
	var follow func(path string)
	follow = func(path string) {
		if done[path] {
			return
		}
		done[path] = true
		for _, d := range testers[path] {
			dirs[d] = true
		}
		for _, d := range importers[path] {
			dirs[d] = true
			follow(d.importPath)
		}
	}
	for _, s := range p.symbols {
		d := p.sources.files[s.Pos[0].Filename].dir
		dirs[d] = true
		if s.Kind != Local && (token.IsExported(s.Old()) || token.IsExported(s.New)) {
			follow(d.importPath)
		}
	}
	return dirs
}

// importers returns the directories of the packages that import each path, and those of which
// the tests do. Modules apart may have several packages of a path.
func (p *planner) importers() (build, tests map[string][]*directory) {
	build, tests = make(map[string][]*directory), make(map[string][]*directory)
	for _, d := range p.sources.dirs {
		if d.pkg == nil {
			continue
		}
		tests[d.importPath] = append(tests[d.importPath], d) // its own
		for _, path := range d.pkg.Imports {
			build[path] = append(build[path], d)
		}
		for _, path := range slices.Concat(d.pkg.TestImports, d.pkg.XTestImports) {
			tests[path] = append(tests[path], d)
		}
	}
	return build, tests
}

// concerns reports whether a file that is not built here can know of the symbols.
func (p *planner) concerns(f *source, reached map[*directory]bool) bool {
	if reached[f.dir] {
		return true
	}
	syntax := p.sources.parse(f)
	if syntax == nil || !slices.ContainsFunc(p.symbols, func(s *Symbol) bool {
		return s.Kind != Local && (token.IsExported(s.Old()) || token.IsExported(s.New))
	}) {
		return false
	}
	for d := range reached {
		if imports(syntax, d.importPath) {
			return true
		}
	}
	return false
}

// loadContext type-checks the packages in the directories, in one context, in as many runs
// of the go command as their modules need.
func (p *planner) loadContext(ctx context.Context, s *buildctx.Settings, c *buildctx.Context, dirs map[*directory]bool) error {
	for _, u := range p.sel.Units {
		var patterns []string
		for d := range dirs {
			if !slices.Contains(u.Modules, d.module) {
				continue
			}
			switch {
			case c.File != "":
				patterns = append(patterns, c.File)
			case d.pkg != nil:
				patterns = append(patterns, d.pkg.ImportPath)
			default:
				patterns = append(patterns, d.importPath)
			}
		}
		if len(patterns) == 0 {
			continue
		}
		asked := slices.Clone(patterns)
		if c.File == "" {
			patterns = append(patterns, p.homes()...)
		}
		slices.Sort(patterns)
		patterns = slices.Compact(patterns)
		l, err := p.loadUnit(ctx, s, c, u, patterns)
		if err != nil {
			return err
		}
		p.loads = append(p.loads, l)
		p.broken(l, c, asked)
	}
	return nil
}

// homes returns the import paths of the packages that declare the symbols. They are read from
// source in every run, for the places of what they declare.
func (p *planner) homes() []string {
	var paths []string
	for _, s := range p.symbols {
		paths = append(paths, p.sources.files[s.Pos[0].Filename].dir.importPath)
	}
	return paths
}

// patience is how long to wait for the go command to compile what is not in the build cache.
const patience = 30 * time.Second

// loadUnit runs the go command. What is imported comes from the compiler's export data, which
// the build cache mostly has. For another platform than the configured one, and where the
// cache turns out not to have it, it is read from source, without the bodies of functions:
// that is slower, but does not compile thousands of packages first.
func (p *planner) loadUnit(ctx context.Context, s *buildctx.Settings, c *buildctx.Context, u *workspace.Unit, patterns []string) (*load, error) {
	l, err := p.loadPatterns(ctx, s, c, u, patterns)
	if err != nil || c.File != "" {
		return l, err
	}
	// What is not of the code base and imports it has to be read as a whole, too.
	known := len(patterns)
	for _, pkg := range l.all {
		if !slices.ContainsFunc(pkg.GoFiles, p.sources.has) && !slices.Contains(l.roots, pkg) {
			patterns = append(patterns, pkg.PkgPath)
			p.guests[filepath.Dir(pkg.GoFiles[0])] = true
		}
	}
	if len(patterns) == known {
		return l, nil
	}
	return p.loadPatterns(ctx, s, c, u, patterns)
}

// loadPatterns loads packages by whatever they import from.
func (p *planner) loadPatterns(ctx context.Context, s *buildctx.Settings, c *buildctx.Context, u *workspace.Unit, patterns []string) (*load, error) {
	if c.Native && !p.cold {
		limited, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		l, err := p.loadFrom(limited, false, s, c, u, patterns)
		if err == nil || ctx.Err() != nil || limited.Err() == nil {
			return l, err
		}
		p.cold = true
		p.o.Step("type-checking from source, as the build cache is cold")
	}
	return p.loadFrom(ctx, true, s, c, u, patterns)
}

// loadFrom runs the go command once, to read what is imported from source or from export data.
func (p *planner) loadFrom(ctx context.Context, source bool, s *buildctx.Settings, c *buildctx.Context, u *workspace.Unit, patterns []string) (*load, error) {
	g := gocmd.Go{Dir: u.Dir, Base: p.cfg.Env, Env: u.Env, OS: c.OS, Arch: c.Arch}
	l := &load{context: c, source: source, sources: p.sources, fset: token.NewFileSet(), named: make(map[lineName]place)}
	cfg := &packages.Config{
		Context: ctx,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedTypes |
			packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedModule | packages.NeedForTest,
		Dir:   u.Dir,
		Env:   g.Environ(),
		Fset:  l.fset,
		Tests: true,
	}
	if tags := slices.Concat(s.Tags, c.Tags); len(tags) > 0 {
		cfg.BuildFlags = append(cfg.BuildFlags, "-tags="+strings.Join(tags, ","))
	}
	if p.cfg.Overlay != "" {
		cfg.BuildFlags = append(cfg.BuildFlags, "-overlay="+p.cfg.Overlay)
	}
	if c.Cgo {
		cfg.Env = append(cfg.Env, "CGO_ENABLED=1")
	} else {
		cfg.Env = append(cfg.Env, "CGO_ENABLED=0")
	}
	if source {
		cfg.Mode |= packages.NeedDeps
	} else {
		cfg.Mode |= packages.NeedExportFile
	}
	cfg.ParseFile = func(fset *token.FileSet, name string, src []byte) (*ast.File, error) {
		f, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.AllErrors|parser.SkipObjectResolution)
		if f != nil && source && !p.ours(fset, f) {
			dropBodies(f)
		}
		return f, err
	}
	roots, err := packages.Load(cfg, patterns...)
	if err != nil {
		return nil, fmt.Errorf("type-checking for %s: %w", c, err)
	}
	for _, r := range roots {
		if !strings.HasSuffix(r.ID, ".test") { // the main package of a test, which is generated
			l.roots = append(l.roots, r)
		}
	}
	knows := make(map[*packages.Package]bool) // the code base, which packages from elsewhere may import
	packages.Visit(l.roots, nil, func(pkg *packages.Package) {
		knows[pkg] = slices.ContainsFunc(pkg.GoFiles, p.sources.has)
		for _, imported := range pkg.Imports {
			knows[pkg] = knows[pkg] || knows[imported]
		}
		if knows[pkg] && len(pkg.Syntax) > 0 && pkg.TypesInfo != nil {
			l.all = append(l.all, pkg)
		}
	})
	return l, nil
}

// ours reports whether a file is of the code base, or what cgo made of one, or the main
// package of tests, or of what imports the code base from elsewhere.
func (p *planner) ours(fset *token.FileSet, f *ast.File) bool {
	name := fset.PositionFor(f.FileStart, false).Filename
	return p.sources.has(name) || p.guests[filepath.Dir(name)] || strings.HasSuffix(name, "_testmain.go") || p.sources.has(fset.Position(f.Name.Pos()).Filename)
}

// dropBodies makes the functions of a file ones without bodies, which type-check as
// declarations of what others import.
func dropBodies(f *ast.File) {
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			fn.Body = nil
		}
	}
}

// broken mentions packages that do not compile before the change: uses may be overlooked in
// them.
func (p *planner) broken(l *load, c *buildctx.Context, asked []string) {
	for _, r := range l.roots {
		if len(r.Errors) == 0 || !slices.Contains(asked, r.PkgPath) && !slices.Contains(asked, r.ForTest) && c.File == "" {
			continue
		}
		e := r.Errors[0]
		if i := slices.IndexFunc(r.Errors, func(e packages.Error) bool { return e.Kind != packages.ListError && e.Kind != packages.UnknownError }); i >= 0 {
			e = r.Errors[i] // the go command says less
		}
		pos := gocmd.ParsePosition(e.Pos, p.w.Dir)
		if !pos.IsValid() && len(r.GoFiles) > 0 {
			pos = token.Position{Filename: r.GoFiles[0]}
		}
		p.mention(Unchecked, pos, fmt.Sprintf("%s does not compile for %s before the change, so that uses in it may be overlooked: %s", r.PkgPath, c, firstLine(e.Msg)))
	}
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

func (p *planner) mention(kind MentionKind, pos token.Position, detail string) {
	p.mentions = append(p.mentions, Mention{kind, pos, detail})
}

// objectAt returns what the identifier at a place stands for.
func (p *planner) objectAt(ctx context.Context, f *source, at place) (types.Object, *load, error) {
	s := p.settings()
	c := s.Configured()
	if !compiledHere(f.dir.pkg, f) {
		var err error
		if c, err = s.For(ctx, f.name, f.data, nil); err != nil {
			return nil, nil, err
		}
		if c == nil {
			return nil, nil, fmt.Errorf("%s is built for no platform that Go knows, or with cgo on another one", f.name)
		}
	}
	p.o.Step("type-checking " + f.dir.importPath)
	if err := p.loadContext(ctx, s, c, map[*directory]bool{f.dir: true}); err != nil {
		return nil, nil, err
	}
	loads := p.loads
	p.loads, p.mentions = nil, nil
	for _, l := range loads {
		for _, pkg := range l.roots {
			for id, obj := range objects(pkg) {
				if obj != nil && id.Name == obj.Name() && l.place(id.Pos()) == at {
					return origin(obj), l, nil
				}
			}
			for _, obj := range pkg.TypesInfo.Implicits { // of type switches
				if l.place(obj.Pos()) == at {
					return obj, l, nil
				}
			}
		}
	}
	return nil, nil, nil
}

// objects yields the identifiers of a package and what they stand for. Of the name of a
// type that a field embeds, that is the type.
func objects(pkg *packages.Package) map[*ast.Ident]types.Object {
	all := maps.Clone(pkg.TypesInfo.Defs)
	maps.Copy(all, pkg.TypesInfo.Uses)
	return all
}

// origin returns the declaration of what generic code was instantiated from.
func origin(obj types.Object) types.Object {
	switch obj := obj.(type) {
	case *types.Var:
		return obj.Origin()
	case *types.Func:
		return obj.Origin()
	}
	return obj
}
