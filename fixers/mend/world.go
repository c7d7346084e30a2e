package mend

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"go/types"
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
	exports  map[string]string            // files with export data, by import path; "" if there is none
	deps     map[string][]string          // what packages import, however far, that only fixes import
	latecome map[string]*packages.Package // those on other platforms
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
		exports: make(map[string]string), deps: make(map[string][]string), latecome: make(map[string]*packages.Package), sources: make(map[string]*types.Package),
	}
	host := c.Native && !c.Cgoless && len(c.Tags) == 0
	if !host {
		w.shared = token.NewFileSet()
	}
	patterns := []string{c.File}
	if c.File == "" {
		patterns = nil
		for _, d := range dirs {
			patterns = append(patterns, d.importPath)
		}
		if host && len(dirs) == len(u.Packages) {
			patterns = u.Args()
		}
	}
	roots, err := w.list(ctx, true, patterns...)
	if err != nil {
		return err
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
			d.groups = append(d.groups, g)
		}
	}
	if !host {
		return nil
	}
	return w.readExports(ctx, groups)
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
	for _, g := range groups {
		for _, p := range g.packages {
			ours[p.PkgPath] = true
		}
	}
	imported := make(map[string]*packages.Package)
	for _, g := range groups {
		for _, p := range g.packages {
			for _, i := range p.Imports {
				imported[i.PkgPath] = i
			}
		}
	}
	annotated, err := w.annotated(imported, ours)
	if err != nil {
		return err
	}
	for _, p := range annotated {
		for _, i := range p.Imports {
			imported[i.PkgPath] = i
		}
	}
	var paths []string
	for path := range imported {
		if path != "unsafe" && path != "C" {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	w.run.o.Step(fmt.Sprintf("compiling what %d packages import", len(groups)))
	if err := w.compile(ctx, paths, false); err != nil {
		return err
	}
	w.run.o.Step("reading directives of dependencies")
	return w.readDirectives(annotated)
}

// mostArgs is how many import paths are named in one run of the go command.
const mostArgs = 1000

// compile notes where the export data of packages are, which the go command makes if it
// has to, and, if it is asked to, what they import.
func (w *world) compile(ctx context.Context, paths []string, deps bool) error {
	for chunk := range slices.Chunk(paths, mostArgs) {
		type listed struct {
			ImportPath, Export string
			Deps               []string
		}
		fields := "-json=ImportPath,Export"
		if deps {
			fields += ",Deps"
		}
		flags := []string{"-e", "-export", fields, "--"}
		for p, err := range gocmd.Decode[listed](ctx, w.command(), "list", append(flags, chunk...)...) {
			if err != nil {
				var failed *gocmd.Error
				if errors.As(err, &failed) && failed.Kind == gocmd.Build {
					break // what does not compile has no export data
				}
				return fmt.Errorf("compiling what is imported: %w", err)
			}
			w.exports[p.ImportPath] = p.Export
			if deps {
				w.deps[p.ImportPath] = p.Deps
			}
		}
	}
	return nil
}
