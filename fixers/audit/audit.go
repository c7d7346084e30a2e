package audit

import (
	"context"
	"errors"
	"fmt"
	"go/version"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/gomend/gomend/fixers/audit/godebugs"
	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

// Options say what to audit.
type Options struct {
	// To is the go line to come, as "1.22", "1.26.0" or "go1.22".
	To string

	// View is the view to look at code in; [workspace.Work] if it is empty. Programs
	// are told in both.
	View workspace.View

	// Patterns name the packages, as for [workspace.Workspace.Load]; all if empty.
	Patterns []string

	// Test has the project's tests run for evidence. Without it, nothing is Executed.
	Test bool

	// TestFlags are further flags of "go test", such as "-short".
	TestFlags []string

	// Step, if not nil, is called with each thing that is about to be done, in a few
	// words.
	Step func(what string)
}

// Run tells which lines of the code base that cfg names behave differently once its go lines
// rise to a version. Nothing is written to the tree, but what its tests write.
//
// What could not be looked at is no error; it is among the report's Undone. An error means
// that nothing could be said: o.To is no version of Go, or the code base has no packages.
func Run(ctx context.Context, cfg workspace.Config, o Options) (*Report, error) {
	to, err := goLine(o.To)
	if err != nil {
		return nil, err
	}
	if o.View == "" {
		o.View = workspace.Work
	}
	if len(o.Patterns) == 0 {
		o.Patterns = []string{"work"}
	}
	if o.Step == nil {
		o.Step = func(string) {}
	}
	w, err := workspace.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer w.Close() // temporary files
	a := &audit{cfg: &cfg, o: &o, w: w, to: godebugs.Minor(to), report: &Report{View: o.View, To: to}}
	if err := a.run(ctx); err != nil {
		return nil, err
	}
	return a.report, nil
}

// goLine returns what a go line says that a version is.
func goLine(v string) (string, error) {
	v = strings.TrimPrefix(v, "go")
	if !version.IsValid("go"+v) || godebugs.Minor(v) == 0 {
		return "", fmt.Errorf("%q is no version for a go line: it is one such as 1.22 or 1.26.0", v)
	}
	return v, nil
}

// An audit is one run.
type audit struct {
	cfg    *workspace.Config
	o      *Options
	w      *workspace.Workspace
	to     int // the minor version to come
	report *Report

	sel       *workspace.Selection
	toolchain toolchain
	settings  []godebugs.Setting
	known     map[string]bool // the settings that the toolchain has
	units     []*unit
	deps      map[string][]string // of each program, the packages of the code base
	pinned    map[string]bool     // the files that keep the language of an older version
	found     []Finding           // not merged yet
}

// A toolchain is the one that the code base is built with.
type toolchain struct {
	root, version, os string

	cached  bool // it is in the module cache
	foreign bool // what it builds does not run here
}

// A unit is a unit of the selection with what decides about its tests.
type unit struct {
	*workspace.Unit
	g     gocmd.Go
	line  line               // the oldest that decides about tests in it
	moves []godebugs.Setting // those that change for some of its tests
}

func (a *audit) run(ctx context.Context) error {
	a.o.Step("loading packages")
	var err error
	if a.sel, err = a.w.Load(ctx, a.o.View, a.o.Patterns...); err != nil {
		return err
	}
	// The go command compiles and tests nothing of a unit in which the tests of one
	// package can't be loaded.
	if err := a.sel.CheckTests(ctx); err != nil {
		return err
	}
	a.unloaded()
	if len(a.sel.Units) == 0 {
		return nil
	}
	if err := a.readToolchain(ctx, a.goCommand(a.sel.Units[0])); err != nil {
		return err
	}
	for _, u := range a.sel.Units {
		if len(u.Args()) == 0 { // no package of it can be loaded
			continue
		}
		one := a.newUnit(u)
		if err := a.dependencies(ctx, one); err != nil {
			return err
		}
		a.units = append(a.units, one)
	}
	a.findPins()
	a.findRemoved()
	a.o.Step("asking what the programs are built with")
	if err := a.programs(ctx); err != nil {
		return err
	}
	for _, u := range a.units {
		if err := a.look(ctx, u); err != nil {
			return err
		}
	}
	a.finish()
	return nil
}

// unloaded notes which modules and packages can't be loaded.
func (a *audit) unloaded() {
	for i := range a.sel.Failures {
		f := &a.sel.Failures[i]
		a.undone("module "+f.Module.Name(), f.Err)
	}
	for _, p := range a.sel.Packages {
		if all := append(slices.Clone(p.Errors), p.TestErrors...); len(all) > 0 {
			a.undone("package "+p.ImportPath, &all[0])
		}
	}
}

func (a *audit) undone(what string, err error) {
	a.report.Undone = append(a.report.Undone, Undone{what, err})
}

// isUndone reports whether it is said already that a package could not be looked at.
func (a *audit) isUndone(pkg string) bool {
	return slices.ContainsFunc(a.report.Undone, func(u Undone) bool { return u.What == "package "+pkg })
}

func (a *audit) goCommand(u *workspace.Unit) gocmd.Go {
	return gocmd.Go{
		Dir: u.Dir, Base: a.cfg.Env, Env: u.Env,
		Tags: a.cfg.Tags, OS: a.cfg.OS, Arch: a.cfg.Arch, Overlay: a.cfg.Overlay,
		Log: a.cfg.Log, Stderr: a.cfg.Stderr,
	}
}

// readToolchain reads the table of the toolchain at hand.
func (a *audit) readToolchain(ctx context.Context, g gocmd.Go) error {
	env, err := g.Getenv(ctx, "GOROOT", "GOVERSION", "GOMODCACHE", "GOOS", "GOARCH", "GOHOSTOS", "GOHOSTARCH")
	if err != nil {
		return err
	}
	rel, err := filepath.Rel(env["GOMODCACHE"], env["GOROOT"])
	a.toolchain = toolchain{
		root: env["GOROOT"], version: gocmd.Release(env["GOVERSION"]), os: env["GOOS"],
		cached:  err == nil && filepath.IsLocal(rel),
		foreign: env["GOOS"] != env["GOHOSTOS"] || env["GOARCH"] != env["GOHOSTARCH"],
	}
	a.settings, a.known = godebugs.All(), make(map[string]bool)
	src, err := os.ReadFile(filepath.Join(a.toolchain.root, "src", "internal", "godebugs", "table.go"))
	if err == nil {
		var here []godebugs.Setting
		if here, err = godebugs.Parse(src); err == nil {
			a.settings = godebugs.Unite(a.settings, here)
			for _, s := range here {
				a.known[s.Name] = s.Package != ""
			}
		}
	}
	if err != nil {
		a.undone("GODEBUG settings that are newer than gomend", err)
	}
	return nil
}

func (a *audit) newUnit(w *workspace.Unit) *unit {
	u := &unit{Unit: w, g: a.goCommand(w)}
	for _, m := range w.Modules {
		// Modules that no go.work file lists may stand at several lines: what moves for
		// one of them is looked for in all, and told of those for which it does.
		l := a.decides(m, a.o.View)
		if u.line.version == "" || version.Compare("go"+l.version, "go"+u.line.version) < 0 {
			u.line = l
		}
	}
	for _, s := range a.settings {
		if a.moves(&s, u.line.version, u.line.godebug) {
			u.moves = append(u.moves, s)
		}
	}
	return u
}

// look finds what changes in the packages of a unit.
func (a *audit) look(ctx context.Context, u *unit) error {
	a.o.Step("reading the code of " + a.name(u))
	code, err := a.load(ctx, u, u.Args())
	if err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		a.undone("the code of "+a.name(u), err)
		return nil
	}
	a.o.Step("compiling the loops of " + a.name(u))
	if err := a.loops(ctx, u, code); err != nil {
		return err
	}
	if err := a.detect(u, code); err != nil {
		return err
	}
	a.fixtures(u)
	if !a.o.Test {
		return nil
	}
	a.o.Step("running the tests of " + a.name(u))
	return a.trace(ctx, u)
}

// name returns what a unit is called: by its modules.
func (a *audit) name(u *unit) string {
	var names []string
	for _, m := range u.Modules {
		names = append(names, m.Name())
	}
	if len(names) > 3 {
		return fmt.Sprintf("%s and %d more modules", names[0], len(names)-1)
	}
	return strings.Join(names, ", ")
}

// canceled returns nil unless the run has to end: what went wrong is noted otherwise.
func (a *audit) canceled(ctx context.Context, what string, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var failed *gocmd.Error
	if errors.As(err, &failed) && failed.Kind == gocmd.NotInstalled {
		return err
	}
	a.undone(what, err)
	return nil
}

// finish sorts what was found, and counts it.
func (a *audit) finish() {
	r := a.report
	r.Findings = merge(a.found)
	// What is found at a place needs not be considered there.
	certain := make(map[string]bool)
	for _, f := range r.Findings {
		certain[at(&f)] = true
	}
	r.Considered = slices.DeleteFunc(merge(r.Considered), func(f Finding) bool { return certain[at(&f)] })
	a.countMoves()
	for i := range r.Weaknesses {
		w := &r.Weaknesses[i]
		for _, f := range r.Findings {
			if f.Cause == w.Setting && slices.ContainsFunc(f.Mains, func(m string) bool { return slices.Contains(w.Mains, m) }) {
				w.Sites = append(w.Sites, f.Pos)
			}
		}
	}
	slices.SortFunc(r.Undone, func(x, y Undone) int { return strings.Compare(x.What, y.What) })
}

func at(f *Finding) string { return fmt.Sprintf("%s %s:%d", f.Cause, f.Pos.Filename, f.Pos.Line) }

// countMoves notes which settings change for whom.
func (a *audit) countMoves() {
	mains := make(map[string][]string)
	for _, p := range a.report.Programs {
		if p.View != a.o.View {
			continue
		}
		for _, name := range p.Moves {
			mains[name] = append(mains[name], p.ImportPath)
		}
	}
	moving := make(map[string]bool)
	for name := range mains {
		moving[name] = true
	}
	for _, u := range a.units {
		for _, s := range u.moves {
			moving[s.Name] = true
		}
	}
	counts := func(all []Finding, name string) int {
		n := 0
		for _, f := range all {
			if f.Trigger == Godebug && f.Cause == name {
				n++
			}
		}
		return n
	}
	for _, name := range slices.Sorted(maps.Keys(moving)) {
		s := a.setting(name)
		a.report.Moves = append(a.report.Moves, Move{
			Setting: *s, Mains: mains[name], Keep: a.keep(s),
			Findings: counts(a.report.Findings, name), Considered: counts(a.report.Considered, name),
		})
	}
}

func (a *audit) setting(name string) *godebugs.Setting {
	for i := range a.settings {
		if a.settings[i].Name == name {
			return &a.settings[i]
		}
	}
	return nil
}

// keep returns the line that keeps the old value of a setting, or nothing if the version
// to come does not know the setting any more.
func (a *audit) keep(s *godebugs.Setting) string {
	if s.Removed != 0 && a.to >= s.Removed {
		return ""
	}
	return s.Keep()
}

// goos returns the system that the code is built for.
func (a *audit) goos() string {
	if a.toolchain.os != "" {
		return a.toolchain.os
	}
	return runtime.GOOS
}
