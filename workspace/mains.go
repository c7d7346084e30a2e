package workspace

import (
	"context"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/gomend/gomend/internal/gocmd"
)

// A Main is a main package: what ships.
type Main struct {
	ImportPath string
	Module     *Module

	// GoVersion is the language version, from the go line of the module.
	GoVersion string

	// Godebug are the GODEBUG settings that the program is built with where
	// they differ from those of the toolchain. They follow from the go and
	// godebug lines of go.work, or where there is none of go.mod, and from the
	// package's //go:debug lines.
	Godebug map[string]string

	// Deps are the import paths of the code base's packages that the program is
	// built from, itself included, sorted.
	Deps []string
}

// Mains returns the main packages of the whole code base, sorted by import path,
// as they are built in a view. Those that can't be loaded in it are left out;
// [Workspace.Load] tells why.
func (w *Workspace) Mains(ctx context.Context, view View) ([]*Main, error) {
	if _, err := ParseView(string(view)); err != nil {
		return nil, err
	}
	all, err := w.Load(ctx, Work, "work")
	if err != nil {
		return nil, err
	}
	g, err := w.newEnough(ctx)
	if err != nil {
		return nil, err
	}
	builds, err := w.builds(ctx, g, all, view)
	if err != nil {
		return nil, err
	}
	ours := make(map[string]bool)
	for _, p := range all.Packages {
		ours[p.ImportPath] = true
	}
	found := make([][]*Main, len(builds))
	eg, ctx := errgroup.WithContext(ctx)
	eg.SetLimit(runtime.GOMAXPROCS(0))
	for i, b := range builds {
		eg.Go(func() (err error) {
			found[i], err = b.list(ctx, g, ours)
			if err != nil && !stops(ctx, err) {
				return nil
			}
			return err
		})
	}
	if err := eg.Wait(); err != nil {
		return nil, err
	}
	mains := slices.Concat(found...)
	slices.SortFunc(mains, func(a, b *Main) int { return strings.Compare(a.ImportPath, b.ImportPath) })
	return mains, nil
}

// A build is main packages that are built in the same circumstances.
type build struct {
	dir, workFile string
	mains         []*Package
}

// builds divides the main packages of all by where they are built in the view.
// Where the go.work file is synthesised, its developers build each module by itself,
// as it is released.
func (w *Workspace) builds(ctx context.Context, g gocmd.Go, all *Selection, view View) ([]build, error) {
	var builds []build
	released := make(map[*Module][]*Package)
	for _, u := range all.Units {
		var mains []*Package
		for _, p := range u.Packages {
			if p.Name == "main" {
				mains = append(mains, p)
			}
		}
		if view == Work && !u.synthetic && len(mains) > 0 {
			builds = append(builds, build{u.Dir, u.workFile, mains})
			continue
		}
		for _, p := range mains {
			released[p.Module] = append(released[p.Module], p)
		}
	}
	if len(released) == 0 {
		return builds, nil
	}
	unreleased, err := w.unreleasedSiblings(ctx, g)
	if err != nil {
		return nil, err
	}
	for m, mains := range released {
		workFile, err := w.releaseFile(m, unreleased)
		if err != nil {
			return nil, err
		}
		builds = append(builds, build{m.Dir, workFile, mains})
	}
	return builds, nil
}

// list asks the go command about the main packages. Of all packages, ours are those
// of the code base.
func (b *build) list(ctx context.Context, g gocmd.Go, ours map[string]bool) ([]*Main, error) {
	g.Dir = b.dir
	g.Env = append(slices.Clip(g.Env), "GOWORK="+b.workFile)
	byPath := make(map[string]*Package)
	args := []string{"-e", "-json=ImportPath,DefaultGODEBUG,Deps"}
	for _, p := range b.mains {
		byPath[p.ImportPath] = p
		args = append(args, p.ImportPath)
	}
	type linked struct {
		ImportPath, DefaultGODEBUG string
		Deps                       []string
	}
	var mains []*Main
	for l, err := range gocmd.Decode[linked](ctx, g, "list", args...) {
		if err != nil {
			return nil, err
		}
		p := byPath[l.ImportPath]
		if p == nil {
			continue
		}
		m := &Main{ImportPath: p.ImportPath, Module: p.Module, GoVersion: p.Module.GoVersion(), Godebug: parseGodebug(l.DefaultGODEBUG)}
		m.Deps = slices.DeleteFunc(append(l.Deps, l.ImportPath), func(path string) bool { return !ours[path] })
		slices.Sort(m.Deps)
		mains = append(mains, m)
	}
	return mains, nil
}

// parseGodebug parses a comma-separated list of GODEBUG settings.
func parseGodebug(settings string) map[string]string {
	parsed := make(map[string]string)
	for setting := range strings.SplitSeq(settings, ",") {
		if name, value, ok := strings.Cut(setting, "="); ok {
			parsed[name] = value
		}
	}
	return parsed
}
