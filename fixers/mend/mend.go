// Package mend applies fixers to a code base, so that it compiles afterwards as it did
// before.
//
// Every fix is a transaction: all of its edits are made, or none. Directory by directory,
// Run merges the fixes that do not overlap, type-checks what comes of them in every build
// context that has a say in the directory (the configured platform, and as many others as
// it takes to see all of its files), and leaves those fixes out without which the rest is
// well: found by bisection, and told with what was wrong. Well means that it type-checks,
// uses nothing that the file's version of Go does not have, and exports what it did. That
// is repeated until no fixer has anything to say that was not tried.
//
// Dependencies are read from the compiler's export data, which the go command caches; for
// other platforms they are read from source, without the bodies of functions. Nothing is
// written: the result has the new contents of files.
package mend

import (
	"cmp"
	"context"
	"go/token"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/internal/buildctx"
	"github.com/gomend/gomend/internal/edit"
	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

// Options say what to apply, and where.
type Options struct {
	// Fixers are those to apply.
	Fixers []*fix.Fixer

	// Suggestions tells to apply fixes of the tier [fix.Suggestion], too.
	Suggestions bool

	// View is the view of the code base; [workspace.Work] if empty.
	View workspace.View

	// Patterns name the packages, as for [workspace.Workspace.Load]; all if empty.
	Patterns []string

	// Native tells to look at the configured platform alone.
	Native bool

	// Skip, if not nil, says why a site is to be left as it is, or returns "".
	Skip func(Site) string

	// Step, if not nil, is called as each step begins, in words for who waits.
	Step func(what string)
}

// A Change is a file with its contents, before and after.
type Change struct {
	File     string // its absolute name
	Old, New []byte
}

// A Site is a place that a fixer has something to say about.
type Site struct {
	Fixer string
	Kind  string // "" if the fixer has but one
	Tier  fix.Tier

	// Pos is the place in the file as it was.
	Pos token.Position

	Module  *workspace.Module
	Package string // the import path of the package in the file's directory
	Message string // of the diagnostic

	// Line is the line in the file as it is now, of a site that was applied.
	Line int

	// Why says why the site is left as it is; it is empty for one that was applied.
	Why string
}

// A Failure is a package that could not be looked at, on some platform.
type Failure struct {
	Package string // its import path
	Context string // the platform, with tags
	Err     error
}

// A Result is what applying fixers comes to.
type Result struct {
	// Changes are the files that change, sorted by name.
	Changes []Change

	// Applied are the fixes that were made, sorted by file and place.
	Applied []Site

	// Dropped are the fixes that were taken back, as with them the package would not be
	// well: a fixer has gone wrong there.
	Dropped []Site

	// Left are the places that a fixer leaves alone and says why, those in generated
	// files, and, unless these were asked for, suggestions.
	Left []Site

	// Unreached are files that are compiled in no build context that could be found.
	Unreached []string

	// Failures are packages that do not compile as they are, sorted by import path, and
	// Modules those that can't be loaded.
	Failures []Failure
	Modules  []workspace.Failure

	// Packages is how many were looked at.
	Packages int

	// Costs say what each build context took, that of the configured platform first.
	Costs []Cost
}

// Run applies fixers to a code base: as it stands on the disk, but for the files that its
// overlay replaces. An error means that nothing could be looked at.
func Run(ctx context.Context, w *workspace.Workspace, o Options) (*Result, error) {
	if o.Step == nil {
		o.Step = func(string) {}
	}
	sel, err := w.Load(ctx, cmp.Or(o.View, workspace.Work), o.Patterns...)
	if err != nil {
		return nil, err
	}
	cfg := w.Config()
	r := &run{cfg: cfg, o: o, w: w, settings: buildctx.New(w.GoEnv(), cfg.Env, cfg.Tags), sel: sel, facts: newFacts(), result: &Result{Modules: sel.Failures}}
	if r.overlay, err = gocmd.ReadOverlay(cfg.Overlay); err != nil {
		return nil, err
	}
	if err := r.load(ctx); err != nil {
		return nil, err
	}
	if err := r.mend(ctx); err != nil {
		return nil, err
	}
	r.finish()
	return r.result, nil
}

// A run is one call of Run.
type run struct {
	cfg      workspace.Config
	o        Options
	w        *workspace.Workspace
	sel      *workspace.Selection
	overlay  gocmd.Overlay
	settings *buildctx.Settings
	dirs     []*directory
	facts    *facts
	meter    meter
	result   *Result
}

// mend brings all directories to their fixpoints, each after those that it imports, and
// again where facts about what it imports have changed since.
func (r *run) mend(ctx context.Context) error {
	r.o.Step("applying fixers")
	todo := r.dirs
	for pass := 0; len(todo) > 0 && pass < mostPasses; pass++ {
		began := r.facts.generation()
		if err := r.mendEach(ctx, todo); err != nil {
			return err
		}
		changed := r.facts.changedSince(began)
		todo = slices.DeleteFunc(slices.Clone(r.dirs), func(d *directory) bool {
			return !slices.ContainsFunc(d.imports(), func(path string) bool { return changed[path] > d.seen })
		})
	}
	return nil
}

// mostPasses bounds how often facts may lead to others.
const mostPasses = 4

// mendEach brings directories to their fixpoints, as many at a time as there are processors.
func (r *run) mendEach(ctx context.Context, dirs []*directory) error {
	done := make(map[string][]chan struct{}, len(dirs)) // modules may have one path
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, d := range dirs { // sorted so that what is imported began before
		var waits []chan struct{}
		for _, path := range d.pkg.Imports {
			if path != d.importPath {
				waits = append(waits, done[path]...)
			}
		}
		ends := make(chan struct{})
		done[d.importPath] = append(done[d.importPath], ends)
		group.Go(func() error {
			defer close(ends)
			for _, wait := range waits {
				select {
				case <-wait:
				case <-ctx.Done():
					return context.Cause(ctx)
				}
			}
			d.seen = r.facts.generation()
			return d.settle(ctx)
		})
	}
	return group.Wait()
}

// finish gathers what became of the directories.
func (r *run) finish() {
	for _, d := range r.dirs {
		r.result.Packages++
		for _, name := range slices.Sorted(maps.Keys(d.content)) {
			if old := d.original[name]; string(old) != string(d.content[name]) {
				r.result.Changes = append(r.result.Changes, Change{name, old, edit.WithLineEnds(d.content[name], old)})
			}
		}
		for _, p := range d.applied {
			p.site.Line = d.lineNow(p.site)
			r.result.Applied = append(r.result.Applied, d.sites([]Site{p.site})...)
		}
		r.result.Dropped = append(r.result.Dropped, d.sites(d.dropped)...)
		r.result.Left = append(r.result.Left, d.sites(d.left)...)
		r.result.Unreached = append(r.result.Unreached, d.unreached...)
		r.result.Failures = append(r.result.Failures, d.failures...)
	}
	slices.SortFunc(r.result.Changes, func(a, b Change) int { return strings.Compare(a.File, b.File) })
	for _, sites := range [][]Site{r.result.Applied, r.result.Dropped, r.result.Left} {
		slices.SortStableFunc(sites, compareSites)
	}
	slices.Sort(r.result.Unreached)
	r.result.Costs = r.meter.report(r.settings.Configured().String())
	slices.SortStableFunc(r.result.Failures, func(a, b Failure) int { return strings.Compare(a.Package, b.Package) })
}

func compareSites(a, b Site) int {
	return cmp.Or(
		strings.Compare(a.Pos.Filename, b.Pos.Filename),
		cmp.Compare(a.Pos.Offset, b.Pos.Offset),
		strings.Compare(a.Fixer, b.Fixer),
		strings.Compare(a.Kind, b.Kind))
}

// relative returns a file's name for messages.
func (r *run) relative(name string) string {
	if rel, err := filepath.Rel(r.w.Root, name); err == nil && !strings.HasPrefix(rel, "..") {
		return filepath.ToSlash(rel)
	}
	return name
}
