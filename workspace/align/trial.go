package align

import (
	"context"
	"fmt"
	"go/version"
	"maps"
	"os"
	"slices"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

// A Trial tells what the modules of a code base would be built with, each as it ships, if
// they required later versions of their dependencies. Nothing is written.
type Trial struct {
	a      *alignment
	before map[*workspace.Module]*Resolution
	known  map[string]*tried // by module and floors
}

// tried is what came of floors.
type tried struct {
	resolution *Resolution
	err        error
	mod, sum   []byte
}

// A Resolution is what a module is built with.
type Resolution struct {
	// Versions are those of the build list, by path. A module that a replace line puts in
	// the place of another has its version under both paths; one with a directory in its
	// place has none.
	Versions map[string]string

	// Used are the paths of the modules that provide packages to what ships.
	Used map[string]bool

	// Go is the version of the go line.
	Go string
}

// NewTrial opens the code base. It has to be closed.
func NewTrial(ctx context.Context, cfg workspace.Config, o Options) (*Trial, error) {
	a, err := begin(ctx, cfg, o)
	if err != nil {
		return nil, err
	}
	return &Trial{a: a, before: make(map[*workspace.Module]*Resolution), known: make(map[string]*tried)}, nil
}

// Close removes temporary files.
func (t *Trial) Close() { t.a.close() }

// Modules returns the modules that can be loaded, each after those that it requires.
func (t *Trial) Modules() []*workspace.Module { return t.a.order() }

// Before returns what a module is built with as it is.
func (t *Trial) Before(ctx context.Context, m *workspace.Module) (*Resolution, error) {
	if r := t.before[m]; r != nil {
		return r, nil
	}
	c, err := t.a.copyFiles(m)
	if err != nil {
		return nil, err
	}
	r, err := c.resolve(ctx)
	if err == nil {
		t.before[m] = r
	}
	return r, err
}

// With returns what a module is built with if it requires at least the versions of floors,
// by path, and is tidied. What was kept of modules before counts.
func (t *Trial) With(ctx context.Context, m *workspace.Module, floors map[string]string) (*Resolution, error) {
	r, err := t.try(ctx, m, floors)
	if err != nil {
		return nil, err
	}
	return r.resolution, r.err
}

// Keep has a module require floors from now on.
func (t *Trial) Keep(ctx context.Context, m *workspace.Module, floors map[string]string) (*Resolution, error) {
	r, err := t.try(ctx, m, floors)
	if err != nil {
		return nil, err
	}
	if r.err == nil {
		t.a.files[m].mod, t.a.files[m].sum = r.mod, r.sum
		clear(t.known) // what others come to may be something else now
	}
	return r.resolution, r.err
}

func (t *Trial) try(ctx context.Context, m *workspace.Module, floors map[string]string) (*tried, error) {
	key := m.Dir
	for _, path := range slices.Sorted(maps.Keys(floors)) {
		key += "\n" + path + " " + floors[path]
	}
	if r := t.known[key]; r != nil {
		return r, nil
	}
	f := t.a.files[m]
	mod, sum := f.mod, f.sum
	defer func() { f.mod, f.sum = mod, sum }()
	r := new(tried)
	err := f.edit(func(file *modfile.File) error {
		for path, version := range floors {
			if err := RaiseTo(file, path, version); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		r.resolution, err = t.a.resolveTidied(ctx, m)
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	r.err, r.mod, r.sum = err, f.mod, f.sum
	t.known[key] = r
	return r, nil
}

// resolveTidied tidies a module and returns what it is built with then.
func (a *alignment) resolveTidied(ctx context.Context, m *workspace.Module) (*Resolution, error) {
	c, err := a.copyFiles(m)
	if err != nil {
		return nil, err
	}
	if err := c.tidy(ctx); err != nil {
		return nil, err
	}
	r, err := c.resolve(ctx)
	if err != nil {
		return nil, err
	}
	return r, c.take()
}

// resolve asks the go command what the module is built with.
func (c *copied) resolve(ctx context.Context) (*Resolution, error) {
	type listed struct {
		Path, Version, GoVersion string
		Main                     bool
		Replace                  *struct{ Path, Version string }
	}
	r := &Resolution{Versions: make(map[string]string), Used: make(map[string]bool)}
	g := c.goCommand(c.module)
	flags := append(c.flags(), "-mod=mod")
	note := func(m *listed) {
		switch {
		case m.Main:
			r.Go = m.GoVersion
		case m.Replace == nil:
			r.Versions[m.Path] = m.Version
		case m.Replace.Version != "":
			r.Versions[m.Path], r.Versions[m.Replace.Path] = m.Replace.Version, m.Replace.Version
		}
	}
	for m, err := range gocmd.Decode[listed](ctx, g, "list", slices.Concat([]string{"-m", "-json=Path,Version,GoVersion,Main,Replace"}, flags, []string{"all"})...) {
		if err != nil {
			return nil, err
		}
		note(&m)
	}
	type providing struct{ Module *listed }
	for p, err := range gocmd.Decode[providing](ctx, g, "list", slices.Concat([]string{"-e", "-deps", "-json=Module"}, flags, []string{"./..."})...) {
		if err != nil {
			return nil, err
		}
		if p.Module != nil && !p.Module.Main {
			r.Used[p.Module.Path] = true
		}
	}
	return r, nil
}

// RaiseTo has a go.mod file require at least a version of a module. Where replace lines put
// an earlier one in a module's place, they are raised.
func RaiseTo(f *modfile.File, path, version string) error {
	replaced := false
	for _, r := range slices.Clone(f.Replace) {
		if r.New.Path != path || r.New.Version == "" {
			continue
		}
		replaced = true
		if semver.Compare(r.New.Version, version) < 0 {
			if err := f.AddReplace(r.Old.Path, r.Old.Version, path, version); err != nil {
				return fmt.Errorf("replace line of %s: %w", r.Old.Path, err)
			}
		}
	}
	if replaced {
		return nil
	}
	if now := required(f, path); now != "" && semver.Compare(now, version) >= 0 {
		return nil
	}
	return f.AddRequire(path, version)
}

// Releases returns the releases of a module from a version on, sorted, at most some; those
// that were retracted are left out, and pre-releases, unless the version is one itself. The
// version is the first one, if the go command can get it.
func (t *Trial) Releases(ctx context.Context, path, from string, most int) ([]Release, error) {
	g := gocmd.Go{Dir: t.a.dir, Base: t.a.cfg.Env, Env: []string{"GOWORK=off", "GOFLAGS=-mod=mod"}, Log: t.a.cfg.Log}
	queries := []string{path + "@" + from}
	for m, err := range gocmd.Decode[struct{ Versions []string }](ctx, g, "list", "-m", "-versions", "-json=Versions", path) {
		if err != nil {
			return nil, fmt.Errorf("releases of %s: %w", path, err)
		}
		for _, v := range m.Versions {
			later := semver.Compare(v, from) > 0 && (semver.Prerelease(v) == "" || semver.Prerelease(from) != "")
			if later && len(queries) < most {
				queries = append(queries, path+"@"+v)
			}
		}
	}
	var all []Release
	for m, err := range gocmd.Decode[struct {
		Version, GoVersion, GoMod string
		Error                     *struct{ Err string }
	}](ctx, g, "list", append([]string{"-m", "-e", "-json=Version,GoVersion,GoMod,Error"}, queries...)...) {
		if err != nil {
			return nil, fmt.Errorf("releases of %s: %w", path, err)
		}
		if m.Error != nil { // a version that advisories name need not be a release
			continue
		}
		r := Release{Version: m.Version, Go: m.GoVersion, Require: make(map[string]string)}
		if data, err := os.ReadFile(m.GoMod); err == nil {
			if f, err := modfile.ParseLax(m.GoMod, data, nil); err == nil {
				for _, required := range f.Require {
					r.Require[required.Mod.Path] = required.Mod.Version
				}
			}
		}
		all = append(all, r)
	}
	return all, nil
}

// A Release is a version of a module.
type Release struct {
	Version string
	Go      string            // the version of its go line, or "" if it has none
	Require map[string]string // what its go.mod file requires, by path
}

// Lighter reports whether a release asks for less than another one in anything: for an
// earlier Go, or an earlier version of a dependency, or not for it.
func (r *Release) Lighter(than *Release) bool {
	if version.Compare("go"+r.Go, "go"+than.Go) < 0 {
		return true
	}
	for path, v := range than.Require {
		if now, ok := r.Require[path]; !ok || semver.Compare(now, v) < 0 {
			return true
		}
	}
	return false
}

// Changes returns what was kept, as changes of files.
func (t *Trial) Changes(ctx context.Context) ([]Change, error) {
	r, err := t.a.collect(ctx)
	if err != nil {
		return nil, err
	}
	return r.Changes, nil
}

// Config returns how to look at the code base with changes of its files. It holds until the
// trial is closed.
func (t *Trial) Config(ctx context.Context, changes []Change) (workspace.Config, error) {
	cfg, err := t.a.looking(ctx, t.a.cfg)
	if err != nil {
		return cfg, err
	}
	dir, err := os.MkdirTemp(t.a.dir, "")
	if err != nil {
		return cfg, err
	}
	cfg.Overlay, err = t.a.writeOverlay(dir, changes, nil)
	return cfg, err
}
