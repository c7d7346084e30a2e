package audit

import (
	"cmp"
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

	"github.com/gomend/gomend/analyzers/goversion"
	"github.com/gomend/gomend/fixers/audit/godebugs"
	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/internal/scratch"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/verify"
)

// BisectOptions say which test fails, and by which version.
type BisectOptions struct {
	// To is the go line with which the test fails, as "1.22". The code base still has
	// its old lines, with which it passes.
	To string

	// View is the view to run the test in; [workspace.Work] if it is empty.
	View workspace.View

	// Package is the import path of the test's package, and Test its name, as
	// "TestCart" or "TestCart/empty".
	Package, Test string

	// TestFlags are further flags of "go test", such as "-timeout=1m".
	TestFlags []string

	// Step, if not nil, is called with each thing that is about to be done.
	Step func(what string)
}

// A Culprit is what makes a test fail: without it, and with all the rest of the version, the
// test passes.
type Culprit struct {
	// Cause is "loopvar" or the name of a GODEBUG setting.
	Cause   string
	Trigger Trigger

	// Sites are the loop, or the places of the code base from which the test asks for
	// the setting: first those where it was seen to make a difference.
	Sites []token.Position

	Text   string // what changes, as a sentence without a full stop
	Source string // the document that announced it
	Keep   string // the smallest change that keeps the old behaviour

	// Value is the value of a GODEBUG setting that keeps the old behaviour, as a godebug
	// line has it; empty if there is none in the version.
	Value string
}

// Bisect finds the loops and GODEBUG settings that make a test fail once the go lines rise to
// a version, by bisection: the compiler and the library have the behaviour of either version,
// loop by loop and setting by setting, whatever the lines say.
//
// It is an error if the test fails already, is not run, or passes with all of the loops and
// settings: then what makes it fail is another change of the step, such as a fix, or the
// toolchain.
func Bisect(ctx context.Context, cfg workspace.Config, o BisectOptions) ([]Culprit, error) {
	to, err := goLine(o.To)
	if err != nil {
		return nil, err
	}
	if runtime.GOOS == "windows" {
		return nil, errors.New("tests can't be bisected on Windows, which has no command env to run them with")
	}
	o.View = cmp.Or(o.View, workspace.Work)
	if o.Step == nil {
		o.Step = func(string) {}
	}
	w, err := workspace.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer w.Close() // temporary files
	a := &audit{cfg: &cfg, o: &Options{View: o.View}, w: w, to: godebugs.Minor(to), report: &Report{View: o.View, To: to}}
	b := &bisection{audit: a, o: &o}
	if err := b.prepare(ctx); err != nil {
		return nil, err
	}
	return b.run(ctx)
}

// A bisection looks for what makes a test fail.
type bisection struct {
	*audit
	o     *BisectOptions
	u     *unit
	pkg   *workspace.Package
	parts []part
}

// A part is a setting or a loop, which has the old behaviour or the new one.
type part struct {
	setting *godebugs.Setting // nil if it is a loop
	loop    loopVar
	id      string // the compiler's for the loop
}

// prepare finds the unit of the test, and the parts.
func (b *bisection) prepare(ctx context.Context) error {
	var err error
	if b.sel, err = b.w.Load(ctx, b.o.View, "work"); err != nil {
		return err
	}
	for _, w := range b.sel.Units {
		for _, p := range w.Packages {
			if p.ImportPath != b.o.Package {
				continue
			}
			b.pkg = p
			if err := b.readToolchain(ctx, b.goCommand(w)); err != nil {
				return err
			}
			if b.toolchain.foreign {
				return fmt.Errorf("tests that are built for %s do not run here: they are bisected without another GOOS and GOARCH", b.toolchain.os)
			}
			b.u = b.newUnit(w)
		}
	}
	if b.u == nil {
		return fmt.Errorf("package %s is not of the code base: it is named by its import path", b.o.Package)
	}
	for i := range b.u.moves {
		b.parts = append(b.parts, part{setting: &b.u.moves[i]})
	}
	if b.to < perIteration {
		return nil
	}
	return b.findLoops(ctx)
}

// hashedLine is a line of the compiler that names a loop for which it has two ways.
var hashedLine = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(.+\.go):(\d+):(\d+): loop variable (\S+) now per-iteration.* \[bisect-match 0x([0-9a-f]+)\]$`)
})

// findLoops finds the loops of the code base that the test is built from.
func (b *bisection) findLoops(ctx context.Context) error {
	flags := b.loopFlags("vy")
	if len(flags) == 0 {
		return nil
	}
	args := append([]string{"-export", "-test", "-deps", "-f="}, flags...)
	var stdout strings.Builder
	stderr, err := b.u.g.Run(ctx, &stdout, "list", append(args, b.o.Package)...)
	if err != nil {
		return err
	}
	seen := make(map[string]bool)
	for line := range strings.Lines(stdout.String() + "\n" + stderr) {
		m := hashedLine().FindStringSubmatch(strings.TrimSpace(line))
		if m == nil || seen[m[5]] {
			continue
		}
		seen[m[5]] = true
		v := newLoopVar(m[1:5], b.u.Dir)
		if pin, ok := readPin(v.pos.Filename); ok && !pin.Latent {
			continue // keeps the old meaning
		}
		b.parts = append(b.parts, part{loop: v, id: m[5]})
	}
	return nil
}

// loopFlags returns flags that have the compiler make the loops of a pattern new ones (see
// internal/bisect), in those modules of the code base where they are old.
func (b *bisection) loopFlags(pattern string) []string {
	var flags []string
	for _, m := range b.w.Modules {
		v := cmp.Or(m.GoVersion(), noModuleLine)
		if m.Path != "" && godebugs.Minor(v) < perIteration {
			flags = append(flags, "-gcflags="+m.Path+"/...=-d=loopvarhash="+pattern)
		}
	}
	return flags
}

// run narrows the parts to those that make the test fail.
func (b *bisection) run(ctx context.Context) ([]Culprit, error) {
	test := b.o.Package + "." + b.o.Test
	none, all := make([]bool, len(b.parts)), make([]bool, len(b.parts))
	for i := range all {
		all[i] = true
	}
	b.o.Step("running " + test + " as it is")
	if ok, err := b.passes(ctx, none); err != nil {
		return nil, err
	} else if !ok {
		return nil, fmt.Errorf("%s fails with the go lines as they are: there is nothing to look for", test)
	}
	b.o.Step(fmt.Sprintf("running %s with %d settings and loops of go %s", test, len(b.parts), b.report.To))
	if ok, err := b.passes(ctx, all); err != nil {
		return nil, err
	} else if ok {
		return nil, fmt.Errorf("%s passes with the loops and the GODEBUG settings of go %s: what makes it fail is another change, or the toolchain", test, b.report.To)
	}
	left, err := verify.Narrow(ctx, len(b.parts), func(ctx context.Context, keep []bool) (bool, error) {
		n := 0
		for _, k := range keep {
			if k {
				n++
			}
		}
		b.o.Step(fmt.Sprintf("running %s with %d of them", test, n))
		return b.passes(ctx, keep)
	})
	if err != nil {
		return nil, err
	}
	var culprits []Culprit
	for _, i := range left {
		c, err := b.culprit(ctx, b.parts[i])
		if err != nil {
			return nil, err
		}
		culprits = append(culprits, c)
	}
	return culprits, nil
}

// passes runs the test with some parts new, and reports whether it passes.
func (b *bisection) passes(ctx context.Context, isNew []bool) (bool, error) {
	var values, ids []string
	for i, p := range b.parts {
		switch {
		case p.setting == nil && isNew[i]:
			ids = append(ids, "x"+p.id)
		case p.setting != nil && isNew[i]:
			values = append(values, p.setting.Name+"="+newValue(p.setting))
		case p.setting != nil:
			values = append(values, p.setting.Name+"="+p.setting.Old)
		}
	}
	var flags []string
	if len(ids) > 0 {
		flags = b.loopFlags("q" + strings.Join(ids, "+"))
	}
	return b.test(ctx, b.u.g, strings.Join(values, ","), flags, func(*testEvent) {})
}

// test runs the test, and reports whether it passes.
func (b *bisection) test(ctx context.Context, g gocmd.Go, godebug string, flags []string, event func(*testEvent)) (bool, error) {
	args := slices.Concat(
		[]string{"-json", "-vet=off", "-count=1", "-trimpath=false", "-run=" + runPattern(b.o.Test), "-exec=env GODEBUG=" + godebug},
		flags, b.o.TestFlags, []string{b.o.Package})
	ran, passed := false, true
	var failed error
	for e, err := range gocmd.Decode[testEvent](ctx, g, "test", args...) {
		if err != nil {
			failed = err // as that of a test, which the events tell
			break
		}
		event(&e)
		switch {
		case e.FailedBuild != "":
			return false, fmt.Errorf("the tests of %s do not compile: go test %s says why", b.o.Package, b.o.Package)
		case e.Action == "run" && e.Test == b.o.Test:
			ran = true
		case e.Action == "fail":
			passed = false
		}
	}
	if ctx.Err() != nil {
		return false, context.Cause(ctx)
	}
	if !ran && failed != nil && passed {
		return false, failed
	}
	if !ran && passed {
		return false, fmt.Errorf("%s has no test %s", b.o.Package, b.o.Test)
	}
	return passed, nil
}

// runPattern returns the pattern of -run for one test, or subtest.
func runPattern(test string) string {
	parts := strings.Split(test, "/")
	for i, p := range parts {
		parts[i] = "^" + regexp.QuoteMeta(p) + "$"
	}
	return strings.Join(parts, "/")
}

// newValue returns a value of a setting that is like its new default. The library takes no
// value for that; the runtime reads numbers, and leaves it at that.
func newValue(s *godebugs.Setting) string {
	if s.Package != "runtime" && s.Package != "time" {
		return ""
	}
	if s.Old == "0" {
		return "1"
	}
	return "0"
}

// culprit describes a part that makes the test fail.
func (b *bisection) culprit(ctx context.Context, p part) (Culprit, error) {
	if p.setting == nil {
		return b.loopCulprit(ctx, p.loop)
	}
	c := Culprit{
		Cause: p.setting.Name, Trigger: Godebug, Text: meaning(p.setting),
		Source: p.setting.Source, Keep: b.keep(p.setting),
	}
	if c.Keep != "" {
		c.Value = p.setting.Old
	}
	b.o.Step("looking for where " + c.Cause + " is asked for")
	dir, err := scratch.Dir("audit")
	if err != nil {
		return c, err
	}
	defer os.RemoveAll(dir)
	g, err := b.tracing(ctx, b.u.g, dir)
	if err != nil {
		return c, b.canceled(ctx, c.Cause, err) // then it is named without places
	}
	t := newTracer(b.audit, b.u)
	if _, err := b.test(ctx, g, oldValues(b.u.moves, false), nil, t.event); err != nil {
		return c, err
	}
	c.Sites = t.places(c.Cause)
	return c, nil
}

// places returns from where a setting was asked for: first where it made a difference.
func (t *tracer) places(setting string) []token.Position {
	var differs, asks []token.Position
	for key, s := range t.sites {
		pos := token.Position{Filename: key.file, Line: key.line}
		switch {
		case key.setting != setting:
		case s.differs:
			differs = append(differs, pos)
		default:
			asks = append(asks, pos)
		}
	}
	order := func(x, y token.Position) int {
		return cmp.Or(cmp.Compare(x.Filename, y.Filename), cmp.Compare(x.Line, y.Line))
	}
	slices.SortFunc(differs, order)
	slices.SortFunc(asks, order)
	return append(differs, asks...)
}

// loopCulprit describes a loop that makes the test fail.
func (b *bisection) loopCulprit(ctx context.Context, v loopVar) (Culprit, error) {
	c := Culprit{
		Cause: goversion.LoopVar.Name, Trigger: Language, Sites: []token.Position{v.pos}, Source: goversion.LoopVar.Source,
		Text: "each turn of the loop has a " + v.name + " of its own, and all turns shared one",
	}
	i := slices.IndexFunc(b.sel.Packages, func(p *workspace.Package) bool { return p.Dir == filepath.Dir(v.pos.Filename) })
	if i < 0 {
		return c, nil
	}
	code, err := b.load(ctx, b.u, []string{b.sel.Packages[i].ImportPath})
	if err != nil {
		return c, b.canceled(ctx, c.Cause, err)
	}
	if where, ok := code.files[v.pos.Filename]; ok {
		if id, loop := findLoop(code.fset, where.file, v); loop != nil {
			c.Keep = keepLoop(where.pkg, id, loop)
		}
	}
	return c, nil
}
