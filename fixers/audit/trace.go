package audit

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/gomend/gomend/fixers/audit/godebugs"
	"github.com/gomend/gomend/fixers/audit/internal/detect"
	"github.com/gomend/gomend/fixers/audit/internal/stacks"
	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/internal/scratch"
	"github.com/gomend/gomend/workspace"
)

// trace runs the tests of a unit with the old values of the settings that move, and notes
// from where the library asked for them, and where it did something else for it.
func (a *audit) trace(ctx context.Context, u *unit) error {
	if len(u.moves) == 0 {
		return nil
	}
	if a.toolchain.foreign {
		a.undone("the tests of "+a.name(u), fmt.Errorf("they are built for %s, and do not run here", a.toolchain.os))
		return nil
	}
	dir, err := scratch.Dir("audit")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	g, err := a.tracing(ctx, u.g, dir)
	traced := err == nil
	if !traced { // which settings are asked for is seen all the same
		g = u.g
		if err := a.canceled(ctx, "where settings make a difference in the tests of "+a.name(u), err); err != nil {
			return err
		}
	}
	t := newTracer(a, u)
	args := []string{"-json", "-vet=off", "-count=1", "-trimpath=false"}
	if runtime.GOOS != "windows" { // which has no env; the go lines bring the old values, too
		args = append(args, "-exec=env GODEBUG="+oldValues(u.moves, !traced))
	}
	args = slices.Concat(args, a.o.TestFlags, u.Args())
	for e, err := range gocmd.Decode[testEvent](ctx, g, "test", args...) {
		if err != nil { // of tests that fail, which the events tell
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			var failed *gocmd.Error
			if !errors.As(err, &failed) || failed.Kind != gocmd.Unknown && failed.Kind != gocmd.Build {
				a.undone("the tests of "+a.name(u), err)
			}
			break
		}
		t.event(&e)
	}
	t.report()
	return nil
}

// tracing returns a go command whose test binaries print from where settings are asked for. It
// puts files into dir.
func (a *audit) tracing(ctx context.Context, g gocmd.Go, dir string) (gocmd.Go, error) {
	root := a.toolchain.root
	if a.toolchain.cached {
		// The go command refuses to replace what is below its module cache, where
		// downloaded toolchains are. By another name, this one is not there.
		link := filepath.Join(dir, "goroot")
		if err := os.Symlink(root, link); err != nil {
			return g, err
		}
		root = link
		g.Path = filepath.Join(root, "bin", "go")
		g.Env = append(slices.Clip(g.Env), "GOROOT="+root, "GOTOOLCHAIN=local")
	}
	var err error
	if g.Overlay, err = traceOverlay(root, a.cfg.Overlay, dir); err != nil {
		return g, err
	}
	_, err = g.Run(ctx, nil, "build", "internal/godebug")
	return g, err
}

// oldValues returns the old values of settings as a GODEBUG variable has them, if asked with
// a pattern that prints from where they are asked for. The runtime, which reads numbers, has no
// patterns.
func oldValues(moves []godebugs.Setting, patterns bool) string {
	var all []string
	for _, s := range moves {
		value := s.Name + "=" + s.Old
		if patterns && s.Package != "runtime" {
			value += "#vy"
		}
		all = append(all, value)
	}
	return strings.Join(all, ",")
}

// A testEvent is what "go test -json" prints (see "go doc test2json" and "go help buildjson").
type testEvent struct {
	Action, Package, Test, Output, FailedBuild string
}

// A tracer reads the output of tests.
type tracer struct {
	a       *audit
	u       *unit
	parsers map[string]*stacks.Parser // by package
	sites   map[siteKey]*site
	lines   map[string][]string // of the library's files
}

func newTracer(a *audit, u *unit) *tracer {
	return &tracer{a: a, u: u, parsers: make(map[string]*stacks.Parser), sites: make(map[siteKey]*site), lines: make(map[string][]string)}
}

type siteKey struct {
	setting string
	file    string
	line    int
}

// A site is a place of the code base from which a setting was asked for.
type site struct {
	pkg     *workspace.Package
	callee  string // the function that was called there
	differs bool
	tests   []string
}

func (t *tracer) event(e *testEvent) {
	switch {
	case e.Action == "output":
		p := t.parsers[e.Package]
		if p == nil {
			p = new(stacks.Parser)
			t.parsers[e.Package] = p
		}
		for _, s := range p.Write(e.Output) {
			t.stack(&s, e.Test)
		}
	case e.Action == "fail" && e.FailedBuild != "":
		if !t.a.isUndone(e.Package) {
			t.a.undone("the tests of "+e.Package, errors.New("they do not compile"))
		}
	case e.Action == "fail" && e.Test == "":
		t.a.undone("the tests of "+e.Package, errors.New("some fail: what they would have run after is not known"))
	}
}

// stack notes a stack that was printed while a test ran.
func (t *tracer) stack(s *stacks.Stack, test string) {
	asks := 0
	for asks < len(s.Frames) && isGodebug(s.Frames[asks].Func) {
		asks++
	}
	if asks == 0 || asks == len(s.Frames) {
		return
	}
	differs := strings.HasSuffix(s.Frames[0].Func, ".IncNonDefault")
	for i := asks; i < len(s.Frames); i++ {
		f := s.Frames[i]
		pkg := t.ours(f.File)
		if pkg == nil {
			continue
		}
		for _, name := range t.settings(s.Frames[asks]) {
			key := siteKey{name, f.File, f.Line}
			found := t.sites[key]
			if found == nil {
				found = &site{pkg: pkg, callee: strings.Replace(s.Frames[i-1].Func, "runtime.gopanic", "panic", 1)}
				t.sites[key] = found
			}
			found.differs = found.differs || differs
			if test != "" {
				found.tests = append(found.tests, test)
			}
		}
		return
	}
}

// isGodebug reports whether a function is one by which the library asks for a setting, or
// notes that it made a difference.
func isGodebug(function string) bool {
	return strings.HasPrefix(function, "internal/godebug.") || strings.HasPrefix(function, "runtime.(*godebugInc).")
}

// ours returns the package of the code base that a file belongs to.
func (t *tracer) ours(file string) *workspace.Package {
	dir := filepath.Dir(file)
	for _, p := range t.a.sel.Packages {
		if p.Dir == dir {
			return p
		}
	}
	return nil
}

// asking matches a call by which the library asks for a setting: the variable is named for it
// (see the package comment of internal/godebug).
var asking = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(\w+)\.(?:Value|IncNonDefault)\(\)`)
})

// settings returns which of the settings that move a line of the library asks for.
func (t *tracer) settings(f stacks.Frame) []string {
	lines, ok := t.lines[f.File]
	if !ok {
		src, err := os.ReadFile(f.File)
		if err == nil {
			lines = strings.Split(string(src), "\n")
		}
		t.lines[f.File] = lines
	}
	if f.Line < 1 || f.Line > len(lines) {
		return nil
	}
	var names []string
	for _, m := range asking().FindAllStringSubmatch(lines[f.Line-1], -1) {
		if slices.ContainsFunc(t.u.moves, func(s godebugs.Setting) bool { return s.Name == m[1] }) {
			names = append(names, m[1])
		}
	}
	return names
}

// report adds what was seen to the audit's report.
func (t *tracer) report() {
	for key, s := range t.sites {
		setting := t.a.setting(key.setting)
		f := Finding{
			Cause: key.setting, Trigger: Godebug, Evidence: Executed, Sure: true,
			Pos:    token.Position{Filename: key.file, Line: key.line},
			Module: s.pkg.Module.Name(), Package: s.pkg.ImportPath, Test: isTest(key.file),
			Tests: union(s.tests, nil), Source: setting.Source, Keep: t.a.keep(setting),
		}
		if !f.Test {
			f.Mains = t.a.mains(f.Package, key.setting)
		}
		if !t.a.movesIn(s.pkg, f.Test, setting) || setting.Routine && !s.differs {
			continue
		}
		if s.differs && !setting.Routine && (detect.Decided[key.setting] == "" || t.a.isFound(&f)) {
			f.Text = fmt.Sprintf("%s; %s went the old way here", meaning(setting), s.callee)
			t.a.found = append(t.a.found, f)
			continue
		}
		f.Text = meaning(setting) + "; " + s.undecided(setting)
		t.a.report.Considered = append(t.a.report.Considered, f)
	}
}

// undecided says why nothing is known to differ at a site.
func (s *site) undecided(setting *godebugs.Setting) string {
	decided := detect.Decided[setting.Name]
	switch {
	case setting.Routine || setting.Opaque:
		return s.callee + " is called here, and does not tell whether anything differed"
	case !s.differs:
		return "here " + s.callee + " did the same with the old setting"
	case s.callee == decided:
		return "the arguments of " + decided + " show that nobody can tell the difference here"
	}
	return s.callee + ", called here, calls " + decided + " for purposes of its own"
}

// isFound reports whether the code of a place was found to be concerned.
func (a *audit) isFound(f *Finding) bool {
	return slices.ContainsFunc(a.found, func(g Finding) bool { return at(&g) == at(f) })
}

// meaning returns what a setting is about.
func meaning(s *godebugs.Setting) string {
	if s.Text == "" {
		return fmt.Sprintf("the default of %s is not %q any more (see doc/godebug of Go %s)", s.Name, s.Old, godebugs.MinorVersion(s.Changed))
	}
	return s.Text
}
