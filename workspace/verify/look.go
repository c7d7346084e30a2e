package verify

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/cover"
)

// Options say what to look at.
type Options struct {
	// Views are those to look in; both if there is none.
	Views []workspace.View

	// Patterns name the packages, as for [workspace.Workspace.Load]; all if empty.
	Patterns []string

	// Vet and Test ask for what "go vet" says and for the tests. That packages build is
	// always looked at.
	Vet, Test bool

	// Cover asks for what the tests cover, in a run of its own. The code base has to be as
	// it stands on the disk: the go command counts nothing by an overlay.
	Cover bool

	// TestFlags are further flags of "go test".
	TestFlags []string

	// Toolchain is the release of Go that builds and tests, as "go1.22.12"; that of the go
	// command at hand if empty. With one, vet is what its "go test" runs of it, Vet has no
	// effect, and Cover must not be asked for.
	Toolchain string
}

// Look notes what works in the code base that cfg names: as it stands on the disk, but for
// the files that cfg's overlay replaces. What does not work is no error; an error means
// that nothing could be looked at.
func Look(ctx context.Context, cfg workspace.Config, o Options) (*State, error) {
	w, err := workspace.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer w.Close() // temporary files
	views := o.Views
	if len(views) == 0 {
		views = []workspace.View{workspace.Work, workspace.Release}
	}
	patterns := o.Patterns
	if len(patterns) == 0 {
		patterns = []string{"work"}
	}
	s := &State{Toolchain: o.Toolchain, Modules: make(map[ModuleKey]string), Packages: make(map[PackageKey]*Package)}
	for _, view := range views {
		sel, err := w.Load(ctx, view, patterns...)
		if err != nil {
			return nil, err
		}
		l := looker{cfg: &cfg, o: &o, view: view, state: s}
		if err := l.selection(ctx, sel); err != nil {
			return nil, err
		}
		if !o.Cover {
			continue
		}
		covered, err := cover.Measure(ctx, cfg, cover.Options{View: view, Patterns: patterns, TestFlags: o.TestFlags})
		if err != nil {
			return nil, err
		}
		if s.Coverage == nil {
			s.Coverage = make(map[workspace.View]*cover.Coverage)
		}
		s.Coverage[view] = covered
	}
	return s, nil
}

// A looker looks in one view.
type looker struct {
	cfg   *workspace.Config
	o     *Options
	view  workspace.View
	state *State
}

func (l *looker) selection(ctx context.Context, sel *workspace.Selection) error {
	for i := range sel.Failures {
		f := &sel.Failures[i]
		l.state.Modules[ModuleKey{l.view, f.Module.Name()}] = f.Err.Error()
	}
	for _, u := range sel.Units {
		for _, p := range u.Packages {
			noted := &Package{Module: p.Module.Name()}
			if len(p.Errors) > 0 {
				noted.Broken = p.Errors[0].Error()
			}
			l.state.Packages[PackageKey{l.view, p.ImportPath}] = noted
		}
		if args := buildArgs(u); len(args) > 0 && l.o.Toolchain == "" {
			if err := l.build(ctx, l.goCommand(u), args); err != nil {
				return err
			}
		}
	}
	if !l.o.Vet && !l.o.Test && l.o.Toolchain == "" {
		return nil
	}
	// The go command vets and tests nothing of a unit in which the tests of one package
	// can't be loaded.
	if err := sel.CheckTests(ctx); err != nil {
		return err
	}
	for _, u := range sel.Units {
		for _, p := range u.Packages {
			if len(p.TestErrors) > 0 && l.o.Test {
				l.state.Packages[PackageKey{l.view, p.ImportPath}].Tests = map[string]Outcome{"": Failed}
			}
		}
		if err := l.unit(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

// unit vets and tests the packages of a unit, which was built.
func (l *looker) unit(ctx context.Context, u *workspace.Unit) error {
	args := u.Args()
	if len(args) == 0 {
		return nil
	}
	if l.o.Toolchain != "" {
		return l.toolchain(ctx, u, args)
	}
	if l.o.Vet {
		if err := l.vet(ctx, l.goCommand(u), args); err != nil {
			return err
		}
	}
	if l.o.Test {
		return l.test(ctx, l.goCommand(u), args)
	}
	return nil
}

// buildArgs returns arguments that name the packages to build. Named by its path, one
// that has only tests makes "go build" fail as a whole.
func buildArgs(u *workspace.Unit) []string {
	return slices.DeleteFunc(slices.Clone(u.Args()), func(arg string) bool {
		i := slices.IndexFunc(u.Packages, func(p *workspace.Package) bool { return p.ImportPath == arg })
		return i >= 0 && len(u.Packages[i].GoFiles)+len(u.Packages[i].CgoFiles) == 0
	})
}

func (l *looker) goCommand(u *workspace.Unit) gocmd.Go {
	return gocmd.Go{
		Dir: u.Dir, Base: l.cfg.Env, Env: u.Env,
		Tags: l.cfg.Tags, OS: l.cfg.OS, Arch: l.cfg.Arch, Overlay: l.cfg.Overlay,
		Log: l.cfg.Log, Stderr: l.cfg.Stderr,
	}
}

// pkg returns the package of an import path as the go command prints it: also of its
// tests, as "p [p.test]", "p_test [p.test]" and "p.test". It is nil for others.
func (l *looker) pkg(path string) *Package {
	name, variant, _ := strings.Cut(path, " ")
	if variant != "" {
		name = strings.TrimSuffix(strings.Trim(variant, "[]"), ".test")
	}
	if p := l.state.Packages[PackageKey{l.view, name}]; p != nil {
		return p
	}
	return l.state.Packages[PackageKey{l.view, strings.TrimSuffix(name, ".test")}]
}

// A buildEvent is what "go build -json" prints (see "go help buildjson").
type buildEvent struct {
	ImportPath, Action, Output string
}

// build notes which packages do not build.
func (l *looker) build(ctx context.Context, g gocmd.Go, args []string) error {
	output := make(map[*Package]string)
	flags := []string{"-json", "-o=" + os.DevNull}
	for e, err := range gocmd.Decode[buildEvent](ctx, g, "build", append(flags, args...)...) {
		if err != nil {
			return canceled(ctx) // what fails to build is told by the events
		}
		switch p := l.pkg(e.ImportPath); {
		case p == nil:
		case e.Action == "build-output":
			output[p] += e.Output
		case e.Action == "build-fail" && p.Broken == "":
			p.Broken = cmp.Or(strings.TrimSpace(output[p]), "it does not build")
		}
	}
	return nil
}

// canceled returns the context's error, if it has one.
func canceled(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// vet notes what vet finds, by package and analyzer.
func (l *looker) vet(ctx context.Context, g gocmd.Go, args []string) error {
	flags := []string{"-json", asked(g.Dir, args)}
	for found, err := range gocmd.Decode[map[string]map[string]json.RawMessage](ctx, g, "vet", append(flags, args...)...) {
		if err != nil {
			return canceled(ctx) // what does not type-check was told by the build
		}
		for path, analyzers := range found {
			p := l.pkg(path)
			if p == nil {
				continue
			}
			for name, raw := range analyzers {
				p.Vet = append(p.Vet, vetFindings(name, raw)...)
			}
		}
	}
	for key, p := range l.state.Packages {
		if key.View == l.view {
			slices.Sort(p.Vet)
		}
	}
	return nil
}

// asked returns a flag that has no effect, as it names a function that nobody has, and
// that is another for other packages. The go command keeps what vet says of a package by
// vet's flags, and not by whether the package was asked for or looked at as a dependency:
// without the flag it says nothing of the one for having heard nothing of the other, and
// repeats for the other what it has heard of the one.
func asked(dir string, args []string) string {
	h := fnv.New64a()
	for _, arg := range append([]string{dir}, args...) {
		h.Write([]byte(arg + "\n"))
	}
	return fmt.Sprintf("-printf.funcs=asked%x", h.Sum64())
}

// vetFindings returns an analyzer's findings without their places.
func vetFindings(analyzer string, raw json.RawMessage) []string {
	var found []struct{ Posn, Message string }
	if err := json.Unmarshal(raw, &found); err != nil {
		return []string{analyzer + " failed: " + string(raw)} // an object with the error
	}
	var all []string
	for _, f := range found {
		file, _, _ := strings.Cut(filepath.Base(f.Posn), ":")
		all = append(all, analyzer+" in "+file+": "+f.Message)
	}
	return all
}

// A testEvent is what "go test -json" prints (see "go doc test2json").
type testEvent struct {
	Action, Package, Test string
}

// test notes what becomes of each test.
func (l *looker) test(ctx context.Context, g gocmd.Go, args []string) error {
	flags := slices.Concat([]string{"-json", "-vet=off"}, args, l.o.TestFlags)
	for e, err := range gocmd.Decode[testEvent](ctx, g, "test", flags...) {
		if err != nil {
			return canceled(ctx) // of a test that fails
		}
		l.note(e)
	}
	return nil
}

// note notes what became of a test, if the event says so.
func (l *looker) note(e testEvent) {
	outcome, ends := outcomes[e.Action]
	p := l.pkg(e.Package)
	if !ends || p == nil {
		return
	}
	if p.Tests == nil {
		p.Tests = make(map[string]Outcome)
	}
	p.Tests[e.Test] = outcome
}

var outcomes = map[string]Outcome{"pass": Passed, "fail": Failed, "skip": Skipped}
