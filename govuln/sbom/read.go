package sbom

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/module"

	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/govuln/osv"
	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

// Options say what to make bills of.
type Options struct {
	Scope Scope

	// View is that in which things are built; [workspace.Release] if empty.
	View workspace.View

	// Patterns name the packages, as for [workspace.Workspace.Load]: of programs the main
	// packages. Modules, if not nil, says of which modules.
	Patterns []string
	Modules  func(*workspace.Module) bool

	// Tests takes in what only tests are built from.
	Tests bool

	// Version is the product's, instead of that which the go command stamps.
	Version string

	// Time is the time of the bill, instead of that of the commit.
	Time time.Time

	// Gomend is the version to name as the maker.
	Gomend string
}

// An IncompleteError says that no bill can be made, as something can't be loaded: without it,
// the bill would lack something.
type IncompleteError struct {
	What string // a module or package
	Err  error
}

func (e *IncompleteError) Error() string { return fmt.Sprintf("%s can't be loaded: %v", e.What, e.Err) }

func (e *IncompleteError) Unwrap() error { return e.Err }

// Read makes the bills of a code base: one for each program or module, or one of all. The error
// is an [IncompleteError] where something can't be loaded.
func Read(ctx context.Context, cfg workspace.Config, o Options) ([]*Bill, error) {
	if o.View == "" {
		o.View = workspace.Release
	}
	w, err := workspace.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	sel, err := w.Load(ctx, o.View, o.Patterns...)
	if err != nil {
		return nil, err
	}
	r := &reader{cfg: cfg, o: o, w: w}
	if r.versions, err = OpenVersions(ctx, w, cfg.Log); err != nil {
		return nil, err
	}
	for _, f := range sel.Failures {
		if r.wants(f.Module) {
			return nil, &IncompleteError{"module " + f.Module.Name(), f.Err}
		}
	}
	for _, u := range sel.Units {
		if !slices.ContainsFunc(u.Modules, r.wants) {
			continue
		}
		if err := r.unit(ctx, u); err != nil {
			return nil, err
		}
	}
	return r.finish(ctx)
}

// A reader makes the bills of one code base.
type reader struct {
	cfg      workspace.Config
	o        Options
	w        *workspace.Workspace
	versions *Versions
	bills    []*Bill
}

func (r *reader) wants(m *workspace.Module) bool { return r.o.Modules == nil || r.o.Modules(m) }

// listed is what the go command says of a package.
type listed struct {
	ImportPath, ForTest string
	Standard            bool
	Imports             []string
	Module              *listedModule
	Error               *struct{ Pos, Err string }
}

type listedModule struct {
	Path, Version, Dir, Sum string
	Main                    bool
	Replace                 *listedModule
}

// unit makes the bills of a unit's programs or modules.
func (r *reader) unit(ctx context.Context, u *workspace.Unit) error {
	for _, p := range u.Packages {
		if r.wants(p.Module) && len(p.Errors) > 0 {
			return &IncompleteError{"package " + p.ImportPath, &p.Errors[0]}
		}
	}
	if len(u.Args()) == 0 {
		return nil
	}
	g := gocmd.Go{
		Dir: u.Dir, Base: r.cfg.Env, Env: u.Env, Tags: r.cfg.Tags, OS: r.cfg.OS, Arch: r.cfg.Arch,
		Overlay: r.cfg.Overlay, Log: r.cfg.Log, Stderr: r.cfg.Stderr,
	}
	release, err := g.Release(ctx)
	if err != nil {
		return err
	}
	l := &listing{reader: r, packages: make(map[string]*listed), release: release}
	args := []string{"-e", "-deps", "-json=ImportPath,ForTest,Standard,Imports,Module,Error"}
	if r.o.Tests {
		args = append(args, "-test")
	}
	for p, err := range gocmd.Decode[listed](ctx, g, "list", append(append(args, "--"), u.Args()...)...) {
		if err != nil {
			return err
		}
		if p.Error != nil {
			return &IncompleteError{"package " + p.ImportPath, errors.New(p.Error.Err)}
		}
		l.packages[p.ImportPath] = &p
	}
	switch r.o.Scope {
	case Program:
		for _, p := range u.Packages {
			if p.Name == "main" && p.Loadable() && r.wants(p.Module) {
				if err := l.add(ctx, p.Module, p.ImportPath, p.ImportPath); err != nil {
					return err
				}
			}
		}
	default:
		for _, m := range u.Modules {
			var paths []string
			for _, p := range u.Packages {
				if p.Module == m && p.Loadable() {
					paths = append(paths, p.ImportPath)
				}
			}
			if r.wants(m) && len(paths) > 0 {
				if err := l.add(ctx, m, m.Path, paths...); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// A listing is the packages of a unit.
type listing struct {
	*reader
	packages map[string]*listed
	release  string
}

// add makes the bill of packages of a module.
func (l *listing) add(ctx context.Context, m *workspace.Module, name string, paths ...string) error {
	version, err := l.versions.Of(ctx, m)
	if err != nil {
		return err
	}
	if l.o.Version != "" && l.o.Scope != Workspace {
		version = l.o.Version
	}
	env := l.w.GoEnv()
	b := &Bill{
		Scope: l.o.Scope, Product: &Component{Path: name, Module: m.Path, Version: version, Own: true}, View: l.o.View,
		Platform: govuln.Platform{OS: env["GOOS"], Arch: env["GOARCH"]}, Go: l.release, Tags: slices.Sorted(slices.Values(l.cfg.Tags)),
		Cgo: env["CGO_ENABLED"] == "1", Time: l.o.Time, Gomend: l.o.Gomend,
	}
	components := make(map[string]*Component) // by path and version
	of := make(map[string]*Component)         // by package
	seen := l.reachable(paths)
	for _, id := range slices.Sorted(maps.Keys(seen)) {
		c, err := l.component(ctx, seen[id], m, b.Product)
		if err != nil {
			return err
		}
		if c == nil {
			continue
		}
		key := c.Path + "@" + c.Version + " " + c.replaced()
		if known := components[key]; known != nil {
			c = known
		} else if c != b.Product {
			components[key] = c
			b.Components = append(b.Components, c)
		}
		of[id] = c
		path, _, _ := strings.Cut(id, " ")
		if tested := strings.TrimSuffix(path, ".test"); tested != path && l.packages[tested] != nil {
			continue // the go command makes it up
		}
		if !slices.Contains(c.Packages, path) {
			c.Packages = append(c.Packages, path)
		}
	}
	for id, p := range seen {
		from := of[id]
		for _, path := range p.Imports {
			if to := of[path]; from != nil && to != nil && to != from && !slices.Contains(from.Uses, to) {
				from.Uses = append(from.Uses, to)
			}
		}
	}
	b.sort()
	l.bills = append(l.bills, b)
	return nil
}

func (b *Bill) sort() {
	slices.SortFunc(b.Components, compareComponents)
	for _, c := range append(slices.Clip(b.Components), b.Product) {
		slices.Sort(c.Packages)
		slices.SortFunc(c.Uses, compareComponents)
	}
}

// reachable returns the packages that are built for some, by the go command's names.
func (l *listing) reachable(paths []string) map[string]*listed {
	seen := make(map[string]*listed)
	todo := slices.Clone(paths)
	for id, p := range l.packages {
		tested := strings.TrimSuffix(id, ".test")
		if slices.Contains(paths, p.ForTest) || tested != id && slices.Contains(paths, tested) {
			todo = append(todo, id)
		}
	}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if p := l.packages[id]; p != nil && seen[id] == nil {
			seen[id] = p
			todo = append(todo, p.Imports...)
		}
	}
	return seen
}

// component returns what a package comes from; nil for the main functions of tests.
func (l *listing) component(ctx context.Context, p *listed, own *workspace.Module, product *Component) (*Component, error) {
	if p.Standard {
		return &Component{Path: osv.Stdlib, Module: osv.Stdlib, Version: osv.OfGo(l.release)}, nil
	}
	if p.Module == nil {
		return nil, nil
	}
	m, at := p.Module, p.Module
	if m.Replace != nil {
		at = m.Replace
	}
	if m.Path == own.Path && m.Main {
		return product, nil
	}
	if sibling := l.sibling(m, at); sibling != nil {
		version := m.Version // that which is required, where it is to be released
		if version == "" {
			var err error
			if version, err = l.versions.Of(ctx, sibling); err != nil {
				return nil, err
			}
		}
		return &Component{Path: m.Path, Module: m.Path, Version: version, Own: true}, nil
	}
	c := &Component{Path: at.Path, Module: at.Path, Version: at.Version, Sum: at.Sum}
	if m.Replace != nil {
		c.Replaces = &module.Version{Path: m.Path, Version: m.Version}
		if at.Version == "" { // it is a directory, whose name says nothing elsewhere
			c.Path, c.Module, c.Directory, c.Sum = m.Path, m.Path, true, ""
		}
	}
	return c, nil
}

// sibling returns the module of the code base that stands for another one, or nil.
func (l *listing) sibling(m, at *listedModule) *workspace.Module {
	if !m.Main && at.Version != "" {
		return nil // what was released
	}
	i := slices.IndexFunc(l.w.Modules, func(o *workspace.Module) bool { return o.Dir == filepath.Clean(at.Dir) })
	if i < 0 {
		return nil
	}
	return l.w.Modules[i]
}

// finish completes the bills.
func (r *reader) finish(ctx context.Context) ([]*Bill, error) {
	if len(r.bills) == 0 {
		what := "there is nothing to make a bill of"
		if r.o.Scope == Program {
			what = "no main package is among what was named"
		}
		return nil, errors.New(what)
	}
	if r.o.Scope == Workspace {
		r.bills = []*Bill{r.rollUp()}
	}
	slices.SortFunc(r.bills, func(a, b *Bill) int { return compareComponents(a.Product, b.Product) })
	if r.versions.repo == nil || !r.o.Time.IsZero() {
		return r.bills, nil
	}
	commit, err := r.versions.repo.Resolve(ctx, "HEAD")
	if err != nil {
		return r.bills, nil // nothing was committed yet
	}
	at, err := r.versions.repo.Time(ctx, commit)
	if err != nil {
		return nil, err
	}
	for _, b := range r.bills {
		b.Time = at
	}
	return r.bills, nil
}

// rollUp joins the bills of all modules: the code base is the product, and each of its modules
// a component of it.
func (r *reader) rollUp() *Bill {
	first := r.bills[0]
	all := *first
	all.Product = &Component{Path: filepath.Base(r.w.Root), Own: true}
	all.Components = nil
	all.Product.Version = cmp.Or(r.o.Version, r.versions.known[r.w.Root])
	components := make(map[string]*Component)
	merge := func(c *Component) *Component {
		key := c.Path + "@" + c.Version + " " + c.replaced()
		if c.Own {
			key = c.Path // a sibling is required at another version than it is built as
		}
		known := components[key]
		if known == nil {
			copied := *c
			copied.Packages, copied.Uses = nil, nil
			known = &copied
			components[key] = known
			all.Components = append(all.Components, known)
		}
		for _, p := range c.Packages {
			if !slices.Contains(known.Packages, p) {
				known.Packages = append(known.Packages, p)
			}
		}
		return known
	}
	for _, b := range r.bills { // first, as what they are
		all.Product.Uses = append(all.Product.Uses, merge(b.Product))
	}
	for _, b := range r.bills {
		for _, c := range append(slices.Clip(b.Components), b.Product) {
			from := merge(c)
			for _, used := range c.Uses {
				if to := merge(used); to != from && !slices.Contains(from.Uses, to) {
					from.Uses = append(from.Uses, to)
				}
			}
		}
	}
	all.sort()
	return &all
}
