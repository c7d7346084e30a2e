package reach

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/internal/gocmd"
)

// A Loader loads programs one after the other. What several have in common, as the standard
// library and dependencies at the same versions, is type-checked and brought into SSA form
// once. It keeps about as much again as the program at hand needs. A Loader is for one
// platform, and its method must not be called concurrently.
type Loader struct {
	fset *token.FileSet
	ssa  *ssa.Program
	kept map[identity]*pkg
}

// NewLoader returns a loader.
func NewLoader() *Loader {
	l := new(Loader)
	l.reset()
	return l
}

func (l *Loader) reset() {
	l.fset = token.NewFileSet()
	l.ssa = ssa.NewProgram(l.fset, ssa.InstantiateGenerics)
	l.ssa.CreatePackage(types.Unsafe, nil, nil, false)
	l.kept = make(map[identity]*pkg)
}

// An identity tells packages with the same content and the same imports, all the way down.
type identity [sha256.Size]byte

// A pkg is a package of a program.
type pkg struct {
	listed
	identity identity
	types    *types.Package
	ssa      *ssa.Package

	done  chan struct{} // closed when it is type-checked
	errs  []error
	files []*ast.File // until the SSA form is made of them
	info  *types.Info
}

// listed is what the go command says of a package.
type listed struct {
	ImportPath, Name, Dir, ForTest string
	Standard, DepOnly              bool
	CompiledGoFiles, Imports       []string
	ImportMap                      map[string]string
	Module                         *listedModule
	Error                          *struct{ Pos, Err string }
}

type listedModule struct {
	Path, Version, Dir, GoVersion string
	Main                          bool
	Replace                       *struct{ Path, Version string }
}

const listFields = "-json=ImportPath,Name,Dir,ForTest,Standard,DepOnly,CompiledGoFiles,Imports,ImportMap,Module,Error"

// path returns the import path, without what the package was compiled for.
func (p *pkg) path() string {
	path, _, _ := strings.Cut(p.ImportPath, " ")
	return path
}

// load loads packages with all that they import.
func (l *Loader) load(ctx context.Context, r Request) (*program, error) {
	all, err := l.list(ctx, r)
	if err != nil {
		return nil, err
	}
	l.trim(all)
	p := &program{ssa: l.ssa, fset: l.fset, byPath: make(map[string]*pkg), own: make(map[string]bool), isEntry: make(map[*ssa.Function]bool), within: make(map[*types.Package]bool)}
	byID := make(map[string]*pkg, len(all))
	var fresh []*pkg
	for _, one := range all {
		kept, ok := l.kept[one.identity]
		if !ok {
			fresh = append(fresh, one)
		} else {
			one.types, one.ssa, one.done = kept.types, kept.ssa, kept.done
		}
		byID[one.ImportPath] = one
	}
	if err := l.check(ctx, r, fresh, byID); err != nil {
		return nil, err
	}
	if err := l.build(ctx, fresh); err != nil {
		return nil, err
	}
	for _, one := range fresh {
		l.kept[one.identity] = one
	}
	for _, one := range all {
		if one.types == types.Unsafe {
			continue
		}
		p.within[one.types] = true
		p.packages = append(p.packages, one)
		if p.byPath[one.path()] == nil {
			p.byPath[one.path()] = one
		}
		if !one.DepOnly {
			p.roots = append(p.roots, one)
			if one.Module != nil {
				p.own[one.Module.Path] = true
			}
		}
	}
	return p, nil
}

// list asks the go command for packages, each after those that it imports.
func (l *Loader) list(ctx context.Context, r Request) ([]*pkg, error) {
	g := gocmd.Go{Dir: r.Dir, Base: r.Env, Tags: r.Tags, Overlay: r.Overlay}
	args := []string{"-e", "-deps", "-compiled", listFields}
	if r.Tests {
		args = append(args, "-test")
	}
	var all []*pkg
	var errs []error
	byID := make(map[string]*pkg)
	for one, err := range gocmd.Decode[listed](ctx, g, "list", append(append(args, "--"), r.Patterns...)...) {
		if err != nil {
			return nil, fmt.Errorf("loading packages: %w", err)
		}
		p := &pkg{listed: one, done: make(chan struct{})}
		if one.Error != nil {
			errs = append(errs, errors.New(strings.TrimPrefix(one.Error.Pos+": "+one.Error.Err, ": ")))
			continue
		}
		if p.identity, err = p.identify(byID); err != nil {
			return nil, err
		}
		byID[one.ImportPath] = p
		all = append(all, p)
	}
	if len(errs) == 0 && len(all) == 0 {
		errs = append(errs, errors.New("the go command finds no packages"))
	}
	return all, errors.Join(errs...)
}

// identify returns the package's identity.
func (p *pkg) identify(byID map[string]*pkg) (identity, error) {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%q\n", p.ImportPath, p.CompiledGoFiles)
	m := p.Module
	switch {
	case p.Standard:
	case m != nil && !m.Main && m.Dir != "" && m.Version != "" && (m.Replace == nil || m.Replace.Version != "") && strings.HasPrefix(p.Dir, m.Dir):
		fmt.Fprintln(h, m.Path, m.Version, m.Replace)
	default:
		if m != nil {
			fmt.Fprintln(h, m.Path, m.GoVersion)
		}
		for _, name := range p.fileNames() {
			data, err := os.ReadFile(name)
			if err != nil {
				return identity{}, err
			}
			fmt.Fprintf(h, "%s %d\n%s\n", p.Dir, len(data), data)
		}
	}
	for _, id := range p.Imports {
		if i := byID[id]; i != nil {
			h.Write(i.identity[:])
		}
	}
	return identity(h.Sum(nil)), nil
}

// fileNames returns the absolute names of the package's Go files. The go command lists
// assembly among them where cgo is in use.
func (p *pkg) fileNames() []string {
	var names []string
	for _, name := range p.CompiledGoFiles {
		if !strings.HasSuffix(name, ".go") && !filepath.IsAbs(name) {
			continue
		}
		if !filepath.IsAbs(name) {
			name = filepath.Join(p.Dir, name)
		}
		if ext := filepath.Ext(name); ext == ".go" || ext == "" { // those in the build cache may have none
			names = append(names, name)
		}
	}
	return names
}

// fewPackages is how many packages are always kept.
const fewPackages = 1000

// trim forgets what is kept if the program at hand needs none of most of it.
func (l *Loader) trim(all []*pkg) {
	idle := len(l.kept)
	for _, p := range all {
		if l.kept[p.identity] != nil {
			idle--
		}
	}
	if idle > max(len(all), fewPackages) {
		l.reset()
	}
}

// check type-checks packages, each after those that it imports.
func (l *Loader) check(ctx context.Context, r Request, fresh []*pkg, byID map[string]*pkg) error {
	sizes := types.SizesFor("gc", r.Arch)
	if sizes == nil {
		return fmt.Errorf("the architecture %q is not known", r.Arch)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, p := range fresh { // in their order, so that what is waited for has begun
		group.Go(func() error {
			defer close(p.done)
			for _, id := range p.Imports {
				if i := byID[id]; i != nil {
					select {
					case <-i.done:
					case <-ctx.Done():
						return context.Cause(ctx)
					}
				}
			}
			return l.checkOne(p, sizes, byID)
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	var errs []error
	for _, p := range fresh {
		errs = append(errs, p.errs...)
	}
	return errors.Join(errs...)
}

func (l *Loader) checkOne(p *pkg, sizes types.Sizes, byID map[string]*pkg) error {
	if p.ImportPath == "unsafe" {
		p.types = types.Unsafe
		return nil
	}
	var files []*ast.File
	for _, name := range p.fileNames() {
		f, err := parser.ParseFile(l.fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			var list scanner.ErrorList
			if !errors.As(err, &list) {
				return err
			}
			p.errs = append(p.errs, list[0])
		}
		if f != nil {
			files = append(files, f)
		}
	}
	info := &types.Info{
		Types: make(map[ast.Expr]types.TypeAndValue), Instances: make(map[*ast.Ident]types.Instance),
		Defs: make(map[*ast.Ident]types.Object), Uses: make(map[*ast.Ident]types.Object),
		Implicits: make(map[ast.Node]types.Object), Selections: make(map[*ast.SelectorExpr]*types.Selection),
		Scopes: make(map[ast.Node]*types.Scope), FileVersions: make(map[*ast.File]string),
	}
	cfg := types.Config{
		Sizes: sizes,
		Importer: importerFunc(func(path string) (*types.Package, error) {
			if path == "unsafe" {
				return types.Unsafe, nil
			}
			if mapped, ok := p.ImportMap[path]; ok {
				path = mapped
			}
			if i := byID[path]; i != nil && i.types != nil {
				return i.types, nil
			}
			return nil, fmt.Errorf("there is no package %s", path)
		}),
		Error: func(err error) { p.errs = append(p.errs, err) },
	}
	if p.Module != nil && p.Module.GoVersion != "" {
		cfg.GoVersion = "go" + p.Module.GoVersion
	}
	p.types, _ = cfg.Check(p.path(), l.fset, files, info) // the errors were noted
	p.files, p.info = files, info
	return nil
}

type importerFunc func(path string) (*types.Package, error)

func (f importerFunc) Import(path string) (*types.Package, error) { return f(path) }

// build makes the SSA form of packages.
func (l *Loader) build(ctx context.Context, fresh []*pkg) error {
	for _, p := range fresh {
		if p.types != types.Unsafe {
			p.ssa = l.ssa.CreatePackage(p.types, p.files, p.info, false)
		}
		p.files, p.info = nil, nil
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, p := range fresh {
		if p.ssa == nil {
			continue
		}
		group.Go(func() error {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			p.ssa.Build()
			return nil
		})
	}
	return group.Wait()
}
