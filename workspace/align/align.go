// Package align changes what the modules of a code base require, in all of them together.
//
// Nothing is written: the files that change are made beside the tree, and looked at by the
// go command through an overlay. [Get] raises one dependency wherever it is required, and
// [Sync] makes all modules require what they are developed with. Both tidy the modules in
// the order of what these require of each other, each by itself, as it ships, and then
// tell what works less than before, in both views. [Apply] does the same for any changes,
// and leaves those out that do harm; [Untidy] says what tidying would change. [GoLines]
// raises go lines, and [ToolLines] puts tool lines in the place of tools.go files; these two
// go as far as that all can be loaded.
package align

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/verify"
)

// Options say how much to prove.
type Options struct {
	// Test asks for the tests, too, and SkipVet leaves out what vet says. That all packages
	// build is always compared.
	Test, SkipVet bool

	// Step, if not nil, is called as each step begins, in words for who waits.
	Step func(what string)
}

// A Result is what a change comes to.
type Result struct {
	// Changes are the files that change, sorted by name: go.mod, go.sum, go.work and
	// go.work.sum, what is in vendor folders, and for [ToolLines] Go files.
	Changes []Change

	// Raised are the requirements and go lines that change, by module.
	Raised []Raise

	// Worse is what works less with the changes than without: they should not be made.
	// Flaky are tests that fail now and then, before the changes too.
	Worse, Flaky []verify.Regression

	// Failures are modules that are left as they are: they could not be loaded, or tidied.
	Failures []workspace.Failure

	// Left are the mends that are not made, as they can't be or make something worse.
	Left []Left
}

// A Change is a file with its contents, before and after.
type Change struct {
	File string // its absolute name
	Old  []byte // nil if the file is not there
	New  []byte // nil if it goes
}

// A Raise is a requirement that changes, or a line of a go.mod file.
type Raise struct {
	Module *workspace.Module // nil if it is the go.work file
	Path   string            // of the module that is required, or "go" or "toolchain"
	From   string            // "" if it is new
	To     string            // "" if it goes
}

// Name returns what the requirement stands in: the module, or go.work.
func (r Raise) Name() string {
	if r.Module == nil {
		return "go.work"
	}
	return r.Module.Name()
}

// Get raises a module to a version, which may be a query such as "latest", in every module
// that requires it. It is an error if none does.
func Get(ctx context.Context, cfg workspace.Config, path, query string, o Options) (*Result, error) {
	a, err := begin(ctx, cfg, o)
	if err != nil {
		return nil, err
	}
	defer a.close()
	if slices.ContainsFunc(a.w.Modules, func(m *workspace.Module) bool { return m.Path == path }) {
		return nil, fmt.Errorf("%s is a module of this code base: its version is what is in the tree", path)
	}
	to, err := a.resolve(ctx, path, query)
	if err != nil {
		return nil, err
	}
	var touched []*workspace.Module
	for _, m := range a.order() {
		if required(m.File, path) == "" {
			continue
		}
		touched = append(touched, m)
		a.edit(m, func(f *modfile.File) error { return f.AddRequire(path, to) })
	}
	if len(touched) == 0 {
		return nil, fmt.Errorf("no module of the code base requires %s: run \"go get %s@%s\" in the one that is to", path, path, query)
	}
	a.tidy(ctx, a.with(touched))
	for _, m := range touched {
		if got := required(a.files[m].file(), path); got != "" && got != to && !a.failed(m) {
			return nil, fmt.Errorf("%s can't require %s %s: something else that it requires needs %s", m.Name(), path, to, got)
		}
	}
	return a.prove(ctx)
}

// Sync makes all modules require the versions that they are developed with, which are
// those that the workspace has chosen for all of them together. A dependency of which that
// version can't be required, or makes something worse, stays as it is in all modules, and
// is among the result's Left.
func Sync(ctx context.Context, cfg workspace.Config, o Options) (*Result, error) {
	a, err := begin(ctx, cfg, o)
	if err != nil {
		return nil, err
	}
	defer a.close()
	mends := a.raises(ctx)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return a.apply(ctx, mends, true)
}

// raises returns for each dependency the mend that makes all modules require the version
// that is chosen. A module of which that can't be told is a failure.
func (a *alignment) raises(ctx context.Context) []Mend {
	chosen := make(map[string]map[string]string) // by the module's directory and the dependency
	paths := make(map[string]string)             // a version that some module is to require
	for _, u := range a.work.Units {
		list, err := a.work.BuildList(ctx, u)
		for _, m := range u.Modules {
			if err != nil {
				a.fail(m, err)
				continue
			}
			chosen[m.Dir] = list
			for _, r := range m.File.Require {
				if to := list[r.Mod.Path]; to != "" && to != r.Mod.Version && !workspace.Replaces(m.File, r.Mod) {
					paths[r.Mod.Path] = to
				}
			}
		}
	}
	var mends []Mend
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		mends = append(mends, Mend{
			What: path + " " + paths[path],
			Mod: func(m *workspace.Module, f *modfile.File) error {
				to := chosen[m.Dir][path]
				i := slices.IndexFunc(f.Require, func(r *modfile.Require) bool { return r.Mod.Path == path })
				if to == "" || i < 0 || f.Require[i].Mod.Version == to || workspace.Replaces(f, f.Require[i].Mod) {
					return nil
				}
				return f.AddRequire(path, to)
			},
		})
	}
	return mends
}

// Untidy returns what "go mod tidy" would change in each module, as it ships, and in
// go.work.sum. Whether the changes are well is not looked at.
func Untidy(ctx context.Context, cfg workspace.Config, o Options) (*Result, error) {
	a, err := begin(ctx, cfg, o)
	if err != nil {
		return nil, err
	}
	defer a.close()
	a.tidy(ctx, a.order())
	return a.collect(ctx)
}

// required returns the version of a module that a go.mod file requires, or "".
func required(f *modfile.File, path string) string {
	for _, r := range f.Require {
		if r.Mod.Path == path {
			return r.Mod.Version
		}
	}
	return ""
}

// An alignment is a change in the making.
type alignment struct {
	cfg    workspace.Config
	o      Options
	w      *workspace.Workspace
	work   *workspace.Selection
	envs   map[*workspace.Module][]string // of the go command, for a module by itself
	absent []workspace.Unreleased

	base     gocmd.Overlay // what stands in the place of files on the disk already
	dir      string        // for files
	files    map[*workspace.Module]*files
	newWork  *Change                        // of the go.work file in force; nil if it stays
	works    []Change                       // of other go.work files
	sources  map[*workspace.Module][]Change // of Go files
	failures []workspace.Failure
	before   *verify.State // nil if nobody has looked
	focus    []string      // the packages to look at; all if it is empty
	after    *verify.State // what was looked at last, nil if nothing was to be
}

// begin opens the code base and sees which modules can be loaded.
func begin(ctx context.Context, cfg workspace.Config, o Options) (*alignment, error) {
	if o.Step == nil {
		o.Step = func(string) {}
	}
	w, err := workspace.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	a := &alignment{
		cfg: cfg, o: o, w: w,
		envs: make(map[*workspace.Module][]string), files: make(map[*workspace.Module]*files), sources: make(map[*workspace.Module][]Change),
	}
	if a.base, err = gocmd.ReadOverlay(cfg.Overlay); err != nil {
		a.close()
		return nil, err
	}
	if err := a.load(ctx); err != nil {
		a.close()
		return nil, err
	}
	return a, nil
}

func (a *alignment) load(ctx context.Context) (err error) {
	a.o.Step("loading the modules")
	if a.work, err = a.w.Load(ctx, workspace.Work, "work"); err != nil {
		return err
	}
	release, err := a.w.Load(ctx, workspace.Release, "work")
	if err != nil {
		return err
	}
	a.absent = release.Unreleased
	// What can't be loaded by itself may be just what is to be mended.
	for _, u := range slices.Concat(a.work.Units, release.Units) {
		for _, m := range u.Modules {
			a.envs[m] = u.Env
		}
	}
	for _, f := range release.Failures {
		if a.envs[f.Module] == nil {
			a.failures = append(a.failures, f)
		}
	}
	if a.dir, err = newDir(); err != nil {
		return err
	}
	for m := range a.envs {
		if a.files[m], err = a.readFiles(m); err != nil {
			return err
		}
	}
	return nil
}

// order returns the modules that can be loaded, each after those that it requires, as far
// as these do not require each other.
func (a *alignment) order() []*workspace.Module {
	byPath := make(map[string]*workspace.Module)
	for m := range a.envs {
		byPath[m.Path] = m
	}
	var order []*workspace.Module
	seen := make(map[*workspace.Module]bool)
	var visit func(*workspace.Module)
	visit = func(m *workspace.Module) {
		if seen[m] {
			return
		}
		seen[m] = true
		for _, r := range m.File.Require {
			if other := byPath[r.Mod.Path]; other != nil {
				visit(other)
			}
		}
		order = append(order, m)
	}
	for _, m := range a.w.Modules {
		if a.envs[m] != nil {
			visit(m)
		}
	}
	return order
}

// with returns the modules and those that require one of them, in order.
func (a *alignment) with(some []*workspace.Module) []*workspace.Module {
	var all []*workspace.Module
	for _, m := range a.order() {
		if slices.Contains(some, m) || slices.ContainsFunc(all, func(k *workspace.Module) bool { return required(m.File, k.Path) != "" }) {
			all = append(all, m)
		}
	}
	return all
}

func (a *alignment) fail(m *workspace.Module, err error) {
	a.failures = append(a.failures, workspace.Failure{Module: m, Err: err})
	a.files[m].reset()
	delete(a.sources, m)
}

func (a *alignment) failed(m *workspace.Module) bool {
	return slices.ContainsFunc(a.failures, func(f workspace.Failure) bool { return f.Module == m })
}

// edit changes a module's go.mod file.
func (a *alignment) edit(m *workspace.Module, change func(*modfile.File) error) {
	if err := a.files[m].edit(change); err != nil {
		a.fail(m, err)
	}
}

// goCommand returns the go command for a module by itself.
func (a *alignment) goCommand(m *workspace.Module) gocmd.Go {
	return gocmd.Go{Dir: m.Dir, Base: a.cfg.Env, Env: append(slices.Clip(a.envs[m]), "GOWORK=off"), Log: a.cfg.Log, Stderr: a.cfg.Stderr}
}

// resolve returns the version of a module that a query means.
func (a *alignment) resolve(ctx context.Context, path, query string) (string, error) {
	g := gocmd.Go{Dir: a.dir, Base: a.cfg.Env, Env: []string{"GOWORK=off", "GOFLAGS=-mod=mod"}, Log: a.cfg.Log}
	out, err := g.Output(ctx, "list", "-m", "-f", "{{.Version}}", path+"@"+query)
	if err != nil {
		return "", fmt.Errorf("%s@%s: %w", path, query, err)
	}
	return strings.TrimSpace(string(out)), nil
}

// collect returns the changes.
func (a *alignment) collect(ctx context.Context) (*Result, error) {
	r := &Result{Failures: a.failures}
	if err := a.workSums(ctx, r); err != nil {
		return nil, err
	}
	for _, m := range a.order() {
		r.Changes = append(r.Changes, a.files[m].changes()...)
		r.Changes = append(r.Changes, a.sources[m]...)
		r.Raised = append(r.Raised, a.files[m].raised()...)
	}
	if a.newWork != nil {
		r.Changes = append(r.Changes, *a.newWork)
	}
	r.Changes = append(r.Changes, a.works...)
	slices.SortFunc(r.Changes, func(a, b Change) int { return strings.Compare(a.File, b.File) })
	return r, nil
}

// prove compares what works without and with the changes.
func (a *alignment) prove(ctx context.Context) (*Result, error) {
	a.after = nil
	r, err := a.collect(ctx)
	if err != nil || len(r.Changes) == 0 {
		return r, err
	}
	overlay, err := a.writeOverlay(a.dir, r.Changes, nil)
	if err != nil {
		return nil, err
	}
	o := verify.Options{Vet: !a.o.SkipVet, Test: a.o.Test, Patterns: a.focus}
	if len(a.w.Modules) == 1 && a.w.WorkFile == nil {
		o.Views = []workspace.View{workspace.Release} // both are the same
	}
	base, err := a.looking(ctx, a.cfg)
	if err != nil {
		return nil, err
	}
	head := base
	head.Overlay = overlay
	if a.before == nil {
		a.o.Step("looking at what works now")
		if a.before, err = verify.Look(ctx, base, o); err != nil {
			return nil, err
		}
	}
	a.o.Step("looking at what works with the changes")
	if a.after, err = verify.Look(ctx, head, o); err != nil {
		return nil, err
	}
	r.Worse, r.Flaky, err = verify.Settle(ctx, base, head, o, verify.Compare(only(a.before, a.focus), a.after), 3)
	if err != nil || len(r.Worse) > 0 {
		return r, err
	}
	return r, a.vendor(ctx, r)
}

// only returns what works in some packages, or the whole state if there are none.
func only(s *verify.State, packages []string) *verify.State {
	if len(packages) == 0 {
		return s
	}
	some := *s
	some.Packages = maps.Clone(s.Packages)
	maps.DeleteFunc(some.Packages, func(key verify.PackageKey, _ *verify.Package) bool { return !slices.Contains(packages, key.Package) })
	return &some
}
