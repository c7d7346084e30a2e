package align

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/version"
	"regexp"
	"slices"
	"strings"
	"sync"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"github.com/gomend/gomend/internal/edit"
	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/verify"
)

// Lines is what raising go lines comes to.
type Lines struct {
	// Result has the go, toolchain and require lines that change among Raised. Its Failures
	// are modules whose go line stays, with the reason. What can't be loaded any more,
	// though no line was found that is to blame, is in Worse.
	*Result

	// To is what the go lines say.
	To string

	// Forced are the files whose go line becomes a newer one than was asked for.
	Forced []Forced

	// Moved are the dependencies that a module is built with, as it ships, and whose
	// version changes with the go line, though no one asked for that.
	Moved []Raise

	// Needed are the requirements that are raised as the module can't be built with the go
	// command at hand otherwise.
	Needed []Needed
}

// A Forced is a go line that has to be newer than was asked for.
type Forced struct {
	Module *workspace.Module // nil if it is the go.work file
	Line   string            // what the line says
	By     module.Version    // the dependency that asks for it; the zero Version if that is not known
}

// GoLines raises the go line of each module and of the go.work file to a version, as 1.22,
// 1.22.0 or 1.22.3, where it is below; since 1.21 a line is written with its patch. Toolchain
// lines that are not newer than the go line go. The modules are tidied, and what they require
// stays as it is but for what the newer line makes explicit, what it forces, and the least
// that it takes to build with the go command at hand. All packages that could be loaded
// can be loaded with the changes, in both views. They are built only where a dependency is
// known not to build, and not tested, whatever the options say.
//
// A module that can't be tidied stays at its line, with those of the code base that it
// requires and could not require any more. It is an error if the version is none, or newer
// than the go command.
func GoLines(ctx context.Context, cfg workspace.Config, to string, o Options) (*Lines, error) {
	line, err := goLine(to)
	if err != nil {
		return nil, err
	}
	a, err := begin(ctx, cfg, o)
	if err != nil {
		return nil, err
	}
	defer a.close()
	l := &lining{
		alignment: a, to: line, stuck: slices.Clone(a.failures),
		held: make(map[*workspace.Module]error), floors: make(map[*workspace.Module][]floor), forced: make(map[*workspace.Module]module.Version),
	}
	if err := l.newEnough(ctx); err != nil {
		return nil, err
	}
	if l.before, err = l.look(ctx, ""); err != nil {
		return nil, err
	}
	return l.raise(ctx)
}

// goLine returns what a go line says of a version: since 1.21, 1.22 is not a release, and
// older than all of them. See https://go.dev/doc/toolchain#version.
func goLine(to string) (string, error) {
	v := "go" + strings.TrimPrefix(to, "go")
	if !version.IsValid(v) || !strings.Contains(v, ".") {
		return "", fmt.Errorf("%q is no version of Go: write it as 1.22 or 1.22.3", to)
	}
	if v == version.Lang(v) && version.Compare(v, "go1.21") >= 0 {
		v += ".0"
	}
	return strings.TrimPrefix(v, "go"), nil
}

// below reports whether a go line is to be raised. One that says 1.22 has the language of
// 1.22.0, and stays.
func below(line, to string) bool {
	old, wanted := "go"+cmp.Or(line, "1.16"), "go"+to
	if old == version.Lang(wanted) && strings.HasSuffix(to, ".0") {
		return false
	}
	return version.Compare(old, wanted) < 0
}

// A lining is go lines being raised.
type lining struct {
	*alignment
	to    string
	stuck []workspace.Failure // of modules that can't be loaded

	held   map[*workspace.Module]error   // modules whose line stays, with the reason
	floors map[*workspace.Module][]floor // what has to be raised for the module to build
	failed []Left                        // raises of requirements that can't be made
	forced map[*workspace.Module]module.Version

	before *loaded
}

// newEnough reports an error if the go command does not know the version.
func (l *lining) newEnough(ctx context.Context) error {
	release, err := l.release(ctx)
	if err != nil {
		return err
	}
	if version.Compare("go"+l.to, release) > 0 {
		return fmt.Errorf("the go command at hand is of %s, and can't raise go lines to %s: set GOTOOLCHAIN=go%s, or install a newer Go", release, l.to, l.to)
	}
	return nil
}

// release returns the Go release of the go command.
func (a *alignment) release(ctx context.Context) (string, error) {
	g := gocmd.Go{Dir: a.dir, Base: a.cfg.Env, Env: []string{"GOWORK=off"}, Log: a.cfg.Log}
	if modules := a.order(); len(modules) > 0 {
		g.Env = append(slices.Clip(a.envs[modules[0]]), "GOWORK=off")
	}
	env, err := g.Getenv(ctx, "GOVERSION")
	if err != nil {
		return "", err
	}
	return gocmd.Release(env["GOVERSION"]), nil
}

// raise raises the lines of all modules that may be, until what could be loaded can be.
func (l *lining) raise(ctx context.Context) (*Lines, error) {
	for {
		raised, err := l.round(ctx)
		if err != nil {
			return nil, err
		}
		r, err := l.result(ctx, raised)
		if err != nil {
			return nil, err
		}
		after := l.before
		if len(r.Changes) > 0 {
			overlay, err := l.writeOverlay(l.dir, r.Changes, nil)
			if err != nil {
				return nil, err
			}
			l.o.Step("loading the modules with the changes")
			if after, err = l.look(ctx, overlay); err != nil {
				return nil, err
			}
			again, err := l.mendFloors(ctx, after, overlay)
			if err != nil {
				return nil, err
			}
			r.Worse = l.before.worse(after)
			if again || l.hold(r.Worse, raised) || l.holdRequired(raised) {
				continue
			}
		}
		again, err := l.vendorAll(ctx, r, raised)
		if err != nil {
			return nil, err
		}
		if again {
			continue
		}
		r.Moved = l.moved(after)
		return r, nil
	}
}

// round makes all changes anew, and returns the modules whose line is raised.
func (l *lining) round(ctx context.Context) ([]*workspace.Module, error) {
	l.failures = slices.Clone(l.stuck)
	var raised []*workspace.Module
	for _, m := range l.order() {
		l.files[m].reset()
		if below(m.GoVersion(), l.to) {
			if err := l.held[m]; err != nil {
				l.fail(m, err)
				continue
			}
			raised = append(raised, m)
		}
	}
	if err := l.raiseWorks(l.to); err != nil {
		return nil, err
	}
	modules := raised
	if len(l.floors) > 0 {
		for m := range l.floors {
			modules = append(slices.Clip(modules), m)
		}
		modules = l.with(modules)
	}
	for i, m := range modules {
		l.o.Step(fmt.Sprintf("tidying %s (%d of %d)", m.Name(), i+1, len(modules)))
		if err := l.raiseOne(ctx, m, slices.Contains(raised, m)); err != nil {
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			l.fail(m, err)
			l.held[m] = err
		}
	}
	raised = slices.DeleteFunc(raised, l.alignment.failed)
	newest := l.to
	for _, m := range l.order() {
		if line := l.files[m].file().Go; line != nil && !l.alignment.failed(m) && version.Compare("go"+line.Version, "go"+newest) > 0 {
			newest = line.Version
		}
	}
	return raised, l.raiseWorks(newest)
}

// raiseOne raises the line of a module, by tidying it: the go command loads it with the old
// line first, so that all versions stay that the old one chose. What an older go command
// would need in go.sum is not kept, as it may not be at hand.
func (l *lining) raiseOne(ctx context.Context, m *workspace.Module, line bool) error {
	floors := l.floors[m]
	for _, floor := range floors {
		if err := l.files[m].edit(func(f *modfile.File) error { return f.AddRequire(floor.path, floor.min) }); err != nil {
			return err
		}
	}
	to := ""
	if line {
		to = l.to
	}
	err := l.tidyTo(ctx, m, to)
	if err != nil && len(floors) > 0 && ctx.Err() == nil {
		// The module can do without what can't be had.
		for _, floor := range floors {
			l.failed = append(l.failed, Left{fmt.Sprintf("%s: %s %s", m.Name(), floor.path, floor.min), err})
		}
		delete(l.floors, m)
		l.files[m].reset()
		err = l.tidyTo(ctx, m, to)
	}
	if err != nil {
		return err
	}
	return l.files[m].edit(func(f *modfile.File) error {
		if f.Toolchain != nil && f.Go != nil && needless(f.Toolchain.Name, f.Go.Version) {
			f.DropToolchainStmt()
			f.Cleanup()
		}
		return nil
	})
}

// forcedRE is how the go command says that a dependency needs a newer line.
var forcedRE = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(\S+)@(\S+) requires go@(1\.[\w.]+), but \S+ is requested`)
})

// tidyTo tidies a module with a go line, or with its own if that is empty. If a dependency
// needs a newer one, it becomes that.
func (l *lining) tidyTo(ctx context.Context, m *workspace.Module, line string) error {
	for {
		var flags []string
		if line != "" {
			flags = []string{"-go=" + line, "-compat=" + strings.TrimPrefix(version.Lang("go"+line), "go")}
		}
		err := l.tidyOne(ctx, m, flags...)
		var failed *gocmd.Error
		if err == nil || line == "" || !errors.As(err, &failed) {
			return err
		}
		newest := line
		for _, match := range forcedRE().FindAllStringSubmatch(failed.Stderr, -1) {
			if version.Compare("go"+match[3], "go"+newest) > 0 {
				newest = match[3]
				l.forced[m] = module.Version{Path: match[1], Version: match[2]}
			}
		}
		if newest == line {
			return err
		}
		line = newest
	}
}

// needless reports whether a toolchain line asks for nothing that the go line does not.
func needless(toolchain, line string) bool {
	release, _, _ := strings.Cut(toolchain, "-")
	return version.IsValid(release) && version.Compare(release, "go"+line) <= 0
}

// raiseWorks raises the lines of the go.work file in force, and of others that list modules
// of the code base.
func (l *lining) raiseWorks(to string) error {
	l.newWork, l.works = nil, nil
	if l.w.WorkFile != nil {
		change, err := l.raiseWork(l.w.WorkFile.Path, to)
		if err != nil {
			return err
		}
		l.newWork = change
	}
	seen := make(map[string]bool)
	for _, m := range l.order() {
		work := m.WorkFile
		if work == nil || seen[work.Path] || l.w.WorkFile != nil && work.Path == l.w.WorkFile.Path {
			continue
		}
		seen[work.Path] = true
		change, err := l.raiseWork(work.Path, to)
		if err != nil {
			return err
		}
		if change != nil {
			l.works = append(l.works, *change)
		}
	}
	return nil
}

// raiseWork returns the change that raises the line of a go.work file, or nil if it stays.
func (a *alignment) raiseWork(name, to string) (*Change, error) {
	old, err := a.base.ReadFile(name)
	if err != nil {
		return nil, err
	}
	f, err := modfile.ParseWork(name, old, anyVersion)
	if err != nil {
		return nil, err
	}
	line := "1.18" // see https://go.dev/ref/mod#go-work-file-go
	if f.Go != nil {
		line = f.Go.Version
	}
	if !below(line, to) {
		return nil, nil
	}
	if err := f.AddGoStmt(to); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if f.Toolchain != nil && needless(f.Toolchain.Name, to) {
		f.DropToolchainStmt()
	}
	f.Cleanup()
	return &Change{name, old, edit.WithLineEnds(modfile.Format(f.Syntax), old)}, nil
}

// result gathers what has changed.
func (l *lining) result(ctx context.Context, raised []*workspace.Module) (*Lines, error) {
	all, err := l.collect(ctx)
	if err != nil {
		return nil, err
	}
	r := &Lines{Result: all, To: l.to, Needed: l.needed()}
	r.Left = append(r.Left, l.failed...)
	for _, m := range raised {
		line := l.files[m].file().Go.Version
		if version.Compare("go"+line, "go"+l.to) > 0 {
			r.Forced = append(r.Forced, Forced{m, line, l.forced[m]})
		}
	}
	if l.newWork == nil {
		return r, nil
	}
	work, err := modfile.ParseWork(l.newWork.File, l.newWork.New, anyVersion)
	if err != nil {
		return nil, err
	}
	before := l.w.WorkFile.File
	lines := []Raise{{Path: "go", To: work.Go.Version}}
	if before.Go != nil {
		lines[0].From = before.Go.Version
	}
	if before.Toolchain != nil && work.Toolchain == nil {
		lines = append(lines, Raise{Path: "toolchain", From: before.Toolchain.Name})
	}
	r.Raised = append(lines, r.Raised...)
	if version.Compare("go"+work.Go.Version, "go"+l.to) > 0 {
		f := Forced{Line: work.Go.Version}
		for _, m := range l.order() {
			if line := l.files[m].file().Go; line != nil && line.Version == f.Line {
				f.By = module.Version{Path: m.Path}
			}
		}
		r.Forced = append(r.Forced, f)
	}
	return r, nil
}

// hold holds back the lines of modules that are to blame for what is worse, and reports
// whether there were any.
func (l *lining) hold(worse []verify.Regression, raised []*workspace.Module) bool {
	held := false
	for _, w := range worse {
		i := slices.IndexFunc(l.w.Modules, func(m *workspace.Module) bool { return m.Name() == w.Module })
		if i < 0 {
			continue
		}
		m := l.w.Modules[i]
		if slices.Contains(raised, m) {
			l.held[m] = fmt.Errorf("with the line, it can't be loaded any more: %s", w.Detail)
			held = true
			continue
		}
		for _, k := range raised {
			if l.held[k] == nil && required(m.File, k.Path) != "" {
				l.held[k] = fmt.Errorf("module %s requires it, stays at go %s, and could not be loaded any more: %s", m.Name(), m.GoVersion(), w.Detail)
				held = true
			}
		}
	}
	return held
}

// holdRequired holds back the lines of modules that another one requires as they are in the
// tree, and could not once they are released: since 1.21, no line may be older than those of
// what the module requires. It reports whether there were any.
func (l *lining) holdRequired(raised []*workspace.Module) bool {
	held := false
	for _, m := range l.order() {
		line := m.GoVersion()
		if slices.Contains(raised, m) || version.Compare("go"+line, "go1.21") < 0 {
			continue
		}
		for _, u := range l.absent {
			k := u.Module
			if !slices.Contains(raised, k) || l.held[k] != nil || required(m.File, k.Path) != u.Version.Version ||
				version.Compare("go"+line, "go"+l.files[k].file().Go.Version) >= 0 {
				continue
			}
			l.held[k] = fmt.Errorf("module %s requires it, stays at go %s, and can't require what needs a newer Go", m.Name(), line)
			held = true
		}
	}
	return held
}

// vendorAll adds what becomes of vendor folders. A module for which that can't be told is
// held back, and again is true.
func (l *lining) vendorAll(ctx context.Context, r *Lines, raised []*workspace.Module) (again bool, err error) {
	for _, m := range l.order() {
		if !m.Vendored() || len(l.files[m].changes()) == 0 {
			continue
		}
		l.o.Step("vendoring what " + m.Name() + " needs")
		changes, err := l.vendorOne(ctx, m)
		switch {
		case ctx.Err() != nil:
			return false, context.Cause(ctx)
		case err != nil && slices.Contains(raised, m):
			l.held[m] = fmt.Errorf("what it needs can't be vendored: %w", err)
			again = true
		case err != nil:
			return false, fmt.Errorf("vendoring what module %s needs: %w", m.Name(), err)
		}
		r.Changes = append(r.Changes, changes...)
	}
	slices.SortFunc(r.Changes, func(a, b Change) int { return strings.Compare(a.File, b.File) })
	return again, nil
}
