package workspace

import (
	"context"
	"slices"
	"strings"

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
// as they are built in a view. Those of modules that can't be loaded are unknown;
// [Workspace.Load] names them.
func (w *Workspace) Mains(ctx context.Context, view View) ([]*Main, error) {
	all, err := w.everything(ctx, view)
	if err != nil {
		return nil, err
	}
	g, err := w.newEnough(ctx)
	if err != nil {
		return nil, err
	}
	ours := make(map[string]bool)
	for _, p := range all.Packages {
		ours[p.ImportPath] = true
	}
	var mains []*Main
	for _, u := range all.Units {
		found, err := u.mains(ctx, g, ours)
		if err != nil {
			return nil, err
		}
		mains = append(mains, found...)
	}
	slices.SortFunc(mains, func(a, b *Main) int { return strings.Compare(a.ImportPath, b.ImportPath) })
	return mains, nil
}

// everything returns the whole code base in a view. Where the work view's go.work
// file is synthesised, its developers build each module by itself, so that the
// release view is theirs.
func (w *Workspace) everything(ctx context.Context, view View) (*Selection, error) {
	all, err := w.Load(ctx, view, "work")
	if err != nil {
		return nil, err
	}
	if view == Work && slices.ContainsFunc(all.Units, func(u *Unit) bool { return u.synthetic }) {
		return w.withReleases(ctx, all)
	}
	return all, nil
}

// withReleases returns the selection with the units of the release view in place
// of those under a synthesised go.work file.
func (w *Workspace) withReleases(ctx context.Context, all *Selection) (*Selection, error) {
	release, err := w.Load(ctx, Release, "work")
	if err != nil {
		return nil, err
	}
	mixed := *all
	mixed.Units = nil
	var modules []*Module
	for _, u := range all.Units {
		if u.synthetic {
			modules = append(modules, u.Modules...)
		} else {
			mixed.Units = append(mixed.Units, u)
		}
	}
	for _, u := range release.Units {
		if slices.Contains(modules, u.Modules[0]) {
			mixed.Units = append(mixed.Units, u)
		}
	}
	return &mixed, nil
}

// mains returns the main packages of the unit. Of all packages, ours are those of
// the code base.
func (u *Unit) mains(ctx context.Context, g gocmd.Go, ours map[string]bool) ([]*Main, error) {
	byPath := make(map[string]*Main)
	var args []string
	for _, p := range u.Packages {
		if p.Name == "main" {
			byPath[p.ImportPath] = &Main{ImportPath: p.ImportPath, Module: p.Module, GoVersion: p.Module.GoVersion()}
			args = append(args, p.ImportPath)
		}
	}
	if len(args) == 0 {
		return nil, nil
	}
	type linked struct {
		ImportPath, DefaultGODEBUG string
		Deps                       []string
	}
	flags := []string{"-e", "-json=ImportPath,DefaultGODEBUG,Deps"}
	var mains []*Main
	for l, err := range gocmd.Decode[linked](ctx, u.goCommand(g), "list", append(flags, args...)...) {
		if err != nil {
			return nil, err
		}
		m := byPath[l.ImportPath]
		if m == nil {
			continue
		}
		m.Godebug = parseGodebug(l.DefaultGODEBUG)
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
