package govuln

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gomend/gomend/govuln/osv"
	"github.com/gomend/gomend/govuln/reach"
	"github.com/gomend/gomend/govuln/vulndb"
	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/internal/memo"
	"github.com/gomend/gomend/workspace"
)

// Options say what to scan, and for what.
type Options struct {
	// Databases are those to look advisories up in.
	Databases []*vulndb.Database

	// Views are the views to look at; both if empty.
	Views []workspace.View

	// Platforms are those to look at; that of the configuration if empty.
	Platforms []Platform

	// Patterns name packages, as for [workspace.Workspace.Load]; Modules, if not nil,
	// says which modules to look at.
	Patterns []string
	Modules  func(*workspace.Module) bool

	// Tests takes in what only tests import and call.
	Tests bool

	// Tools takes in what the tools are built from that tool lines name, as far as packages
	// tell.
	Tools bool

	// GoVersion is the Go release that the code is built with, as "go1.22.3": it decides
	// about the standard library. If empty, it is that of the go command for each module.
	GoVersion string

	// Cache is a directory in which results are kept by what they were found out from, or
	// "" for none.
	Cache string

	// Step, if not nil, is called as each step begins, in words for who waits.
	Step func(what string)
}

// A Result is what a scan has found.
type Result struct {
	// Findings are sorted by advisory and module.
	Findings []*Finding

	// Elsewhere are advisories that concern versions in use, but on other platforms than
	// those looked at alone, sorted by ID.
	Elsewhere []*osv.Entry

	// Unknown are modules with advisories that can't be judged, sorted.
	Unknown []Unknown

	// Scanned are the modules that were looked at, in each view and on each platform.
	Scanned []Scanned

	// Failures are the modules that could not be looked at, or not wholly. With any, a
	// scan without findings does not mean that there are none.
	Failures []Failure

	// Code is the code base, on the first platform. It is closed.
	Code *workspace.Workspace
}

// A Scanned is a module that was looked at.
type Scanned struct {
	Module   *workspace.Module
	View     workspace.View
	Platform Platform
	Go       string // the release that the standard library was judged by

	// Packages is how many of its packages were looked at, and Dependencies how many
	// modules provide what these import.
	Packages, Dependencies int

	// Loaded tells that it had to be found out which functions it calls, and Remembered
	// that this was known from an earlier scan.
	Loaded, Remembered bool
}

// A Failure is a module, or a package of it, that could not be looked at.
type Failure struct {
	Module   *workspace.Module
	View     workspace.View
	Platform Platform
	Package  string // "" if it is the whole module
	Err      error
}

func (f *Failure) Error() string {
	what := "module " + f.Module.Name()
	if f.Package != "" {
		what = "package " + f.Package
	}
	return fmt.Sprintf("%s (%s, %s): %v", what, f.View, f.Platform, f.Err)
}

func (f *Failure) Unwrap() error { return f.Err }

// An Unknown is a module of which it is not known which version it is, as a replace line has
// a directory in its place, while there are advisories about some.
type Unknown struct {
	Module     *workspace.Module // of the code base, that uses it
	View       workspace.View
	Dependency string   // the path by which it is imported
	Directory  string   // what it is replaced by, as the line has it
	Advisories []string // their IDs
}

// Scan looks at the code base that cfg names. An error means that nothing could be looked
// at, or that a database can't be read.
func Scan(ctx context.Context, cfg workspace.Config, o Options) (*Result, error) {
	if len(o.Databases) == 0 {
		return nil, errors.New("there is no vulnerability database to look in")
	}
	if len(o.Views) == 0 {
		o.Views = []workspace.View{workspace.Release, workspace.Work}
	}
	if o.Step == nil {
		o.Step = func(string) {}
	}
	if len(o.Platforms) == 0 {
		o.Platforms = []Platform{{}} // the configured one
	}
	s := &scan{
		cfg: cfg, o: o, result: new(Result), elsewhere: make(map[string]*osv.Entry), known: make(map[memo.Key][]reach.Call),
		advisories: &advisories{databases: o.Databases, now: time.Now(), byModule: make(map[string][]*osv.Entry)},
	}
	if o.Cache != "" {
		var err error
		if s.memo, err = memo.Open(o.Cache); err != nil {
			return nil, fmt.Errorf("the cache: %w", err)
		}
	}
	for _, p := range o.Platforms {
		if err := s.platform(ctx, p); err != nil {
			return nil, err
		}
	}
	s.finish()
	return s.result, nil
}

// A scan is one call of Scan.
type scan struct {
	cfg        workspace.Config
	o          Options
	advisories *advisories
	memo       *memo.Memo
	elsewhere  map[string]*osv.Entry
	known      map[memo.Key][]reach.Call
	loader     *reach.Loader // for the platform at hand
	result     *Result
}

func (s *scan) platform(ctx context.Context, p Platform) error {
	cfg := s.cfg
	if p.OS != "" {
		cfg.OS, cfg.Arch = p.OS, p.Arch
	}
	w, err := workspace.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer w.Close()
	if s.result.Code == nil {
		s.result.Code = w
	}
	s.loader = reach.NewLoader()
	env := w.GoEnv()
	p = Platform{env["GOOS"], env["GOARCH"]}
	for _, view := range s.o.Views {
		s.o.Step(fmt.Sprintf("listing packages (%s, %s)", view, p))
		sel, err := w.Load(ctx, view, s.o.Patterns...)
		if err != nil {
			return err
		}
		for _, f := range sel.Failures {
			if s.wants(f.Module) {
				s.result.Failures = append(s.result.Failures, Failure{f.Module, view, p, "", f.Err})
			}
		}
		for _, u := range slices.Concat(sel.Units, sel.Empty) {
			if !slices.ContainsFunc(u.Modules, s.wants) {
				continue
			}
			one := &unitScan{scan: s, cfg: cfg, workspace: w, unit: u, view: view, platform: p}
			if err := one.run(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *scan) wants(m *workspace.Module) bool { return s.o.Modules == nil || s.o.Modules(m) }

// finish sorts what was found.
func (s *scan) finish() {
	r := s.result
	slices.SortStableFunc(r.Findings, compareFindings)
	found := make(map[string]bool)
	for _, f := range r.Findings {
		found[f.Advisory.ID] = true
	}
	for id, e := range s.elsewhere {
		if !found[id] {
			r.Elsewhere = append(r.Elsewhere, e)
		}
	}
	slices.SortFunc(r.Elsewhere, func(a, b *osv.Entry) int { return CompareIDs(a.ID, b.ID) })
	slices.SortStableFunc(r.Unknown, func(a, b Unknown) int {
		if c := strings.Compare(a.Dependency, b.Dependency); c != 0 {
			return c
		}
		return strings.Compare(a.Module.Rel, b.Module.Rel)
	})
}

// A unitScan looks at the modules of a unit.
type unitScan struct {
	*scan
	cfg       workspace.Config
	workspace *workspace.Workspace
	unit      *workspace.Unit
	view      workspace.View
	platform  Platform

	goVersion string
	listing   *listing
	modules   []*dependency // the build list, if it is known
}

// goCommand returns the go command for the unit.
func (u *unitScan) goCommand() gocmd.Go {
	c := u.cfg
	return gocmd.Go{
		Dir: u.unit.Dir, Base: c.Env, Env: u.unit.Env, Tags: c.Tags, OS: c.OS, Arch: c.Arch,
		Overlay: c.Overlay, Log: c.Log, Stderr: c.Stderr,
	}
}

func (u *unitScan) run(ctx context.Context) error {
	for _, p := range u.unit.Packages {
		if u.wants(p.Module) && len(p.Errors) > 0 {
			u.fail(p.Module, p.ImportPath, &p.Errors[0])
		}
	}
	err := u.list(ctx)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		for _, m := range u.unit.Modules {
			if u.wants(m) {
				u.fail(m, "", err)
			}
		}
		return nil
	}
	for _, m := range u.unit.Modules {
		if !u.wants(m) {
			continue
		}
		one := &moduleScan{unitScan: u, module: m}
		if err := one.run(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (u *unitScan) fail(m *workspace.Module, pkg string, err error) {
	u.result.Failures = append(u.result.Failures, Failure{m, u.view, u.platform, pkg, err})
}

// list asks the go command for what the unit is built from.
func (u *unitScan) list(ctx context.Context) error {
	g := u.goCommand()
	var err error
	if u.goVersion = u.o.GoVersion; u.goVersion == "" {
		if u.goVersion, err = g.Release(ctx); err != nil {
			return err
		}
	}
	if osv.OfGo(u.goVersion) == "" {
		return fmt.Errorf("%s is no release of Go: name the one to judge the standard library by", u.goVersion)
	}
	u.listing = newListing(u.goVersion)
	if err := u.listing.list(ctx, g, u.unit.Args(), u.o.Tests); err != nil {
		return err
	}
	if u.o.Tools {
		if err := u.listing.list(ctx, g, u.tools(nil), false); err != nil {
			return err
		}
	}
	u.modules, err = listModules(ctx, g)
	return err
}

// tools returns the packages that tool lines name, of a module or of all in the unit.
func (u *unitScan) tools(m *workspace.Module) []string {
	var all []string
	for _, own := range u.unit.Modules {
		if own.File == nil || m != nil && own != m || !u.wants(own) {
			continue
		}
		for _, t := range own.File.Tool {
			if !slices.Contains(all, t.Path) {
				all = append(all, t.Path)
			}
		}
	}
	return all
}
