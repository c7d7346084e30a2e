package align

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/verify"
)

// loaded is what can be loaded of a code base.
type loaded struct {
	state *verify.State // of modules and packages, and of their tests

	// deps are the packages that each module is built with as it ships, with the module
	// and version that has them, by directory.
	deps map[string][]dep
}

// A dep is a package that comes from a dependency.
type dep struct {
	ImportPath string
	Module     struct{ Path, Version string }
}

// look notes what can be loaded with an overlay, which may be "", in both views.
func (a *alignment) look(ctx context.Context, overlay string) (*loaded, error) {
	cfg, err := a.looking(ctx, a.cfg)
	if err != nil {
		return nil, err
	}
	if overlay != "" {
		cfg.Overlay = overlay
	}
	w, err := workspace.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	l := &loaded{
		state: &verify.State{Modules: make(map[verify.ModuleKey]string), Packages: make(map[verify.PackageKey]*verify.Package)},
		deps:  make(map[string][]dep),
	}
	for _, view := range []workspace.View{workspace.Work, workspace.Release} {
		sel, err := w.Load(ctx, view, "work")
		if err != nil {
			return nil, err
		}
		if err := sel.CheckTests(ctx); err != nil {
			return nil, err
		}
		l.note(sel)
		if view != workspace.Release {
			continue
		}
		for _, u := range sel.Units {
			if err := l.list(ctx, cfg, u); err != nil {
				return nil, err
			}
		}
	}
	return l, nil
}

// note adds the modules and packages of a view.
func (l *loaded) note(sel *workspace.Selection) {
	for i := range sel.Failures {
		f := &sel.Failures[i]
		l.state.Modules[verify.ModuleKey{View: sel.View, Module: f.Module.Name()}] = f.Err.Error()
	}
	for _, p := range sel.Packages {
		noted := &verify.Package{Module: p.Module.Name()}
		for _, errs := range [][]workspace.PackageError{p.TestErrors, p.Errors} {
			if len(errs) > 0 {
				noted.Broken = errs[0].Error()
			}
		}
		l.state.Packages[verify.PackageKey{View: sel.View, Package: p.ImportPath}] = noted
	}
}

// list adds the packages of dependencies that a unit is built with. What can't be listed
// shows elsewhere.
func (l *loaded) list(ctx context.Context, cfg workspace.Config, u *workspace.Unit) error {
	args := u.Args()
	if len(args) == 0 || len(u.Modules) == 0 {
		return nil
	}
	g := unitGo(cfg, u)
	flags := []string{"-e", "-deps", "-test", "-json=ImportPath,Module"}
	for d, err := range gocmd.Decode[dep](ctx, g, "list", append(flags, args...)...) {
		if err != nil {
			return ctx.Err()
		}
		if d.Module.Version != "" && !strings.Contains(d.ImportPath, " ") {
			l.deps[u.Dir] = append(l.deps[u.Dir], d)
		}
	}
	return nil
}

// unitGo returns the go command for a unit.
func unitGo(cfg workspace.Config, u *workspace.Unit) gocmd.Go {
	return gocmd.Go{
		Dir: u.Dir, Base: cfg.Env, Env: u.Env,
		Tags: cfg.Tags, OS: cfg.OS, Arch: cfg.Arch, Overlay: cfg.Overlay,
		Log: cfg.Log, Stderr: cfg.Stderr,
	}
}

// versions returns the versions of the dependencies that a module is built with.
func (l *loaded) versions(dir string) map[string]string {
	all := make(map[string]string)
	for _, d := range l.deps[dir] {
		all[d.Module.Path] = d.Module.Version
	}
	return all
}

// worse returns what could be loaded before and can't be after, sorted.
func (l *loaded) worse(after *loaded) []verify.Regression {
	var all []verify.Regression
	for key, why := range after.state.Modules {
		if _, before := l.state.Modules[key]; !before {
			all = append(all, verify.Regression{View: key.View, Kind: verify.Load, Module: key.Module, Detail: why})
		}
	}
	for key, p := range after.state.Packages {
		if before := l.state.Packages[key]; before != nil && before.Broken == "" && p.Broken != "" {
			all = append(all, verify.Regression{View: key.View, Kind: verify.Load, Module: p.Module, Package: key.Package, Detail: p.Broken})
		}
	}
	slices.SortFunc(all, func(a, b verify.Regression) int {
		return cmp.Or(strings.Compare(string(a.View), string(b.View)), strings.Compare(a.Module, b.Module), strings.Compare(a.Package, b.Package))
	})
	return all
}

// moved returns the versions that modules are built with and that nobody asked to change.
func (l *lining) moved(after *loaded) []Raise {
	var all []Raise
	for _, m := range l.order() {
		before, now := l.before.versions(m.Dir), after.versions(m.Dir)
		for _, path := range slices.Sorted(maps.Keys(before)) {
			asked := slices.ContainsFunc(l.floors[m], func(f floor) bool { return f.path == path && f.min == now[path] })
			if now[path] != "" && now[path] != before[path] && !asked {
				all = append(all, Raise{m, path, before[path], now[path]})
			}
		}
	}
	return all
}
