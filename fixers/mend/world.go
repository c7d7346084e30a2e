package mend

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/packages"

	"github.com/gomend/gomend/internal/buildctx"
	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

// A world is what the packages of a unit can import in a build context.
type world struct {
	run     *run
	unit    *workspace.Unit
	context *buildctx.Context
	sizes   types.Sizes

	// shared is the files of what is read from source: nil where imports come from export
	// data, which each group reads for itself.
	shared *token.FileSet

	mu       sync.Mutex
	compiled map[string]*packages.Package // those with export data, and others next to them, by import path
	latecome map[string]*packages.Package // those on other platforms that only fixes import
	sources  map[string]*types.Package    // what was read from source, by ID
}

// A group is the packages of a directory in a build context: the package with its tests,
// and that of its external tests.
type group struct {
	world    *world
	dir      *directory
	packages []*packages.Package
	imported *universe // what was read for an earlier check, while the directory is at work
}

const listMode = packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps | packages.NeedModule | packages.NeedForTest

// loadWorld asks the go command for what directories are compiled from in a context, and
// gives each its group.
func (r *run) loadWorld(ctx context.Context, u *workspace.Unit, c *buildctx.Context, dirs []*directory) error {
	defer r.meter.begin(c, loading)()
	w := &world{
		run: r, unit: u, context: c, sizes: types.SizesFor("gc", c.Arch),
		compiled: make(map[string]*packages.Package), latecome: make(map[string]*packages.Package), sources: make(map[string]*types.Package),
	}
	host := c.Native && !c.Cgoless && len(c.Tags) == 0
	if !host {
		w.shared = token.NewFileSet()
	}
	var groups []*group
	var err error
	if host && c.File == "" {
		groups = w.listed(dirs)
	} else if groups, err = w.load(ctx, dirs); err != nil {
		return err
	}
	for _, g := range groups {
		g.dir.groups = append(g.dir.groups, g)
	}
	if !host {
		return nil
	}
	return w.readExports(ctx, groups)
}

// listed returns the groups of directories in the context that the workspace was listed in.
func (w *world) listed(dirs []*directory) []*group {
	var groups []*group
	for _, d := range dirs {
		g := &group{world: w, dir: d}
		for _, p := range listedPackages(d.pkg) {
			if len(p.GoFiles) > 0 {
				g.packages = append(g.packages, p)
			}
		}
		if len(g.packages) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

// listedPackages returns a package with its tests, and that of its external tests. Of what
// they import there is but the path.
func listedPackages(p *workspace.Package) []*packages.Package {
	files := func(names ...[]string) []string {
		all := slices.Concat(names...)
		for i, name := range all {
			all[i] = filepath.Join(p.Dir, name)
		}
		return all
	}
	imports := func(paths ...[]string) map[string]*packages.Package {
		all := make(map[string]*packages.Package)
		for _, path := range slices.Concat(paths...) {
			all[inSource(path)] = &packages.Package{ID: path, PkgPath: path}
		}
		return all
	}
	m := &packages.Module{Path: p.Module.Path, Dir: p.Module.Dir, GoVersion: p.Module.GoVersion(), Main: true}
	own := &packages.Package{
		ID: p.ImportPath, PkgPath: p.ImportPath, Name: p.Name, Module: m,
		GoFiles:      files(p.GoFiles, p.CgoFiles, p.TestGoFiles),
		OtherFiles:   files(p.OtherFiles),
		IgnoredFiles: files(p.IgnoredGoFiles, p.IgnoredOtherFiles),
		Imports:      imports(p.Imports, p.TestImports),
	}
	external := &packages.Package{
		ID: p.ImportPath + "_test", PkgPath: p.ImportPath + "_test", Name: p.Name + "_test", Module: m, ForTest: p.ImportPath,
		GoFiles: files(p.XTestGoFiles),
		Imports: imports(p.XTestImports),
	}
	return []*packages.Package{own, external}
}

// inSource returns the path by which source code imports a package. The standard library's
// own vendor folders are in import paths.
func inSource(path string) string {
	if _, after, ok := strings.Cut("/"+path, "/vendor/"); ok {
		return after
	}
	return path
}

// load returns the groups of directories in another context.
func (w *world) load(ctx context.Context, dirs []*directory) ([]*group, error) {
	patterns := []string{w.context.File}
	if w.context.File == "" {
		patterns = nil
		for _, d := range dirs {
			patterns = append(patterns, d.importPath)
		}
	}
	roots, err := w.list(ctx, true, patterns...)
	if err != nil {
		return nil, err
	}
	byDir := make(map[string]*group)
	for _, d := range dirs {
		byDir[d.pkg.Dir] = &group{world: w, dir: d}
	}
	for _, p := range roots {
		if len(p.GoFiles) == 0 || strings.HasSuffix(p.ID, ".test") {
			continue
		}
		if own := p.ForTest == "" || p.PkgPath == p.ForTest || p.PkgPath == p.ForTest+"_test"; !own {
			continue
		}
		if g := byDir[filepath.Dir(p.GoFiles[0])]; g != nil {
			g.add(p)
		}
	}
	var groups []*group
	for _, d := range dirs {
		if g := byDir[d.pkg.Dir]; len(g.packages) > 0 {
			groups = append(groups, g)
		}
	}
	return groups, nil
}

// add adds a package to the group. One with tests has all files of that without.
func (g *group) add(p *packages.Package) {
	for i, other := range g.packages {
		if other.PkgPath == p.PkgPath {
			if p.ForTest != "" {
				g.packages[i] = p
			}
			return
		}
	}
	g.packages = append(g.packages, p)
	slices.SortFunc(g.packages, func(a, b *packages.Package) int { return len(a.PkgPath) - len(b.PkgPath) })
}

// command returns the go command for the world.
func (w *world) command() gocmd.Go {
	cfg, c := w.run.cfg, w.context
	cgo := "CGO_ENABLED=0"
	if c.Cgo {
		cgo = "CGO_ENABLED=1"
	}
	return gocmd.Go{
		Dir: w.unit.Dir, Base: cfg.Env, Env: append(slices.Clone(w.unit.Env), cgo),
		Tags: slices.Concat(w.run.settings.Tags, c.Tags), OS: c.OS, Arch: c.Arch, Overlay: cfg.Overlay, Log: cfg.Log, Stderr: cfg.Stderr,
	}
}

// list lists packages with all that they import.
func (w *world) list(ctx context.Context, tests bool, patterns ...string) ([]*packages.Package, error) {
	g := w.command()
	cfg := &packages.Config{Context: ctx, Mode: listMode, Dir: g.Dir, Env: g.Environ(), Tests: tests}
	if len(g.Tags) > 0 {
		cfg.BuildFlags = append(cfg.BuildFlags, "-tags="+strings.Join(g.Tags, ","))
	}
	if g.Overlay != "" {
		cfg.BuildFlags = append(cfg.BuildFlags, "-overlay="+g.Overlay)
	}
	roots, err := packages.Load(cfg, patterns...)
	if err != nil {
		return nil, fmt.Errorf("loading packages for %s: %w", w.context, err)
	}
	return roots, nil
}

// readExports has the go command compile what the groups import, and then reads what
// analyzers have to know of it.
func (w *world) readExports(ctx context.Context, groups []*group) error {
	ours := make(map[string]bool)
	imported := make(map[string]bool)
	for _, g := range groups {
		for _, p := range g.packages {
			ours[p.PkgPath] = true
			for _, i := range p.Imports {
				imported[i.PkgPath] = true
			}
		}
	}
	delete(imported, "unsafe")
	delete(imported, "C")
	w.run.o.Step(fmt.Sprintf("compiling what %d packages import", len(groups)))
	if err := w.compile(ctx, slices.Sorted(maps.Keys(imported))); err != nil {
		return err
	}
	for _, g := range groups {
		for _, p := range g.packages {
			w.link(p)
		}
	}
	w.run.o.Step("reading directives of dependencies")
	annotated, err := w.annotated(imported, ours)
	if err != nil {
		return err
	}
	return w.readDirectives(annotated)
}

// mostArgs is how many import paths are named in one run of the go command.
const mostArgs = 1000

// compile notes packages and all that they import, with the export data, which the go
// command makes if it has to.
func (w *world) compile(ctx context.Context, paths []string) error {
	var added []*packages.Package
	for chunk := range slices.Chunk(paths, mostArgs) {
		for p, err := range gocmd.Decode[dependency](ctx, w.command(), "list", append([]string{"-e", "-deps", "-export", dependencyFields, "--"}, chunk...)...) {
			if err != nil {
				var failed *gocmd.Error
				if errors.As(err, &failed) && failed.Kind == gocmd.Build {
					break // what does not compile has no export data
				}
				return fmt.Errorf("compiling what is imported: %w", err)
			}
			if w.compiled[p.ImportPath] == nil {
				one := p.toPackage()
				w.compiled[p.ImportPath] = one
				added = append(added, one)
			}
		}
	}
	for _, p := range added {
		w.link(p)
	}
	return nil
}

// link has a package refer to those that it imports, where they are known.
func (w *world) link(p *packages.Package) {
	for path, i := range p.Imports {
		if known := w.compiled[i.PkgPath]; known != nil {
			p.Imports[path] = known
		}
	}
}

// A dependency is what "go list -json" prints of a package that is imported.
type dependency struct {
	ImportPath, Dir, Export    string
	GoFiles, CgoFiles, Imports []string
	Module                     *struct{ Path, Version, GoVersion string }
}

const dependencyFields = "-json=ImportPath,Dir,Export,GoFiles,CgoFiles,Imports,Module"

func (d *dependency) toPackage() *packages.Package {
	p := &packages.Package{ID: d.ImportPath, PkgPath: d.ImportPath, ExportFile: d.Export, Imports: make(map[string]*packages.Package)}
	for _, name := range slices.Concat(d.GoFiles, d.CgoFiles) {
		p.GoFiles = append(p.GoFiles, filepath.Join(d.Dir, name))
	}
	for _, path := range d.Imports {
		p.Imports[inSource(path)] = &packages.Package{ID: path, PkgPath: path}
	}
	if m := d.Module; m != nil {
		p.Module = &packages.Module{Path: m.Path, Version: m.Version, GoVersion: m.GoVersion}
	}
	return p
}
