package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/gomend/gomend/internal/scratch"
	"github.com/gomend/gomend/profiles/compare"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/affected"
)

// Options say what to measure, and how.
type Options struct {
	// View is how the modules are resolved; [workspace.Work] if empty.
	View workspace.View

	// Patterns name the packages, as for [workspace.Workspace.Load]; all if empty.
	Patterns []string

	// All measures packages that the change can't reach, too: what differs there is noise.
	All bool

	// Affected says what a change reaches. Its View is not looked at.
	Affected affected.Options

	// Benchmarks is what "go test" takes as -bench; "." if empty.
	Benchmarks string

	// Skip is what "go test" takes as -skip: benchmarks that it names do not run.
	Skip string

	// Allocs and CPU ask for the one and the other.
	Allocs, CPU bool

	// Runs is how often a benchmark is run on each side for its CPU time; at least 2, and
	// [DefaultRuns] if zero.
	Runs int

	// Time is how long a run is to take, about; [DefaultTime] if zero. It gives the number of
	// iterations, which is then the same for all runs.
	Time time.Duration

	// Timeout is after how long a process is given up; [DefaultTimeout] if zero. At first all
	// benchmarks of a package run for one iteration in one, and then each in its own.
	Timeout time.Duration

	// BuildFlags are more flags for the build of the test binaries, after -trimpath, which
	// makes that of the same code the same on both sides.
	BuildFlags []string

	// Policy is what a change of CPU time has to be to count, and AllocPolicy what one of
	// allocations has to be: see [compare.CompareExact].
	Policy, AllocPolicy compare.Policy

	// Keep names a directory in which profiles and results are kept, if not empty. It must not
	// exist, or be empty, so that nothing of another run is among them.
	Keep string

	// Step, if not nil, is called as something begins.
	Step func(Progress)
}

// Defaults of [Options].
const (
	DefaultRuns    = 10
	DefaultTime    = time.Second
	DefaultTimeout = 10 * time.Minute
)

func (o *Options) fill() error {
	o.View = cmp.Or(o.View, workspace.Work)
	o.Benchmarks = cmp.Or(o.Benchmarks, ".")
	o.Runs = cmp.Or(o.Runs, DefaultRuns)
	o.Time = cmp.Or(o.Time, DefaultTime)
	o.Timeout = cmp.Or(o.Timeout, DefaultTimeout)
	if len(o.Patterns) == 0 {
		o.Patterns = []string{"work"}
	}
	if o.Step == nil {
		o.Step = func(Progress) {}
	}
	switch {
	case o.Runs < 2:
		return fmt.Errorf("%d runs a side can't tell a change from noise: it takes 2, and 8 or more to find one", o.Runs)
	case o.Time <= 0 || o.Timeout <= 0:
		return errors.New("the time of a run has to be above 0")
	}
	return nil
}

// A Progress tells how far a measurement is.
type Progress struct {
	// What is being done, for who waits.
	What string

	// Done and Total are benchmarks; Total is 0 until it is known.
	Done, Total int

	// Left is about how long the rest takes; 0 until it is known.
	Left time.Duration
}

// Since measures what was changed in the work tree of a code base, which was opened with cfg,
// since HEAD and a revision have parted. Benchmarks that fail, and packages that can't be built,
// are told in the result; an error means that nothing could be measured.
func Since(ctx context.Context, w *workspace.Workspace, cfg workspace.Config, revision string, o Options) (*Result, error) {
	all := len(o.Patterns) == 0
	if err := o.fill(); err != nil {
		return nil, err
	}
	if err := makeEmpty(o.Keep); err != nil {
		return nil, err
	}
	temp, err := scratch.Dir("bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)
	past, err := workspace.OpenPast(ctx, w, cfg, revision)
	if err != nil {
		return nil, err
	}
	defer past.Close()
	m := &measurement{o: &o, temp: temp, result: &Result{Base: past.Commit, View: o.View}}
	o.Step(Progress{What: "what the change can reach"})
	if m.reached, err = reached(ctx, w, cfg, revision, &o); err != nil {
		return nil, err
	}
	head := newSide(w, cfg)
	sel, err := w.Load(ctx, o.View, o.Patterns...)
	if err != nil {
		return nil, err
	}
	if err := head.add(sel); err != nil {
		return nil, err
	}
	before, err := workspace.Open(ctx, past.Config)
	if none, ok := errors.AsType[*workspace.NoModuleError](err); ok {
		return nil, fmt.Errorf("at %s there was no code to compare with: %w", revision, none)
	}
	if err != nil {
		return nil, err
	}
	defer before.Close()
	base := newSide(before, past.Config)
	// What is named is found by its path: at the base it may be elsewhere.
	if sel, err = before.Load(ctx, o.View, "work"); err == nil {
		err = base.add(sel)
	}
	if err != nil {
		return nil, fmt.Errorf("the code base at %s: %w", revision, err)
	}
	if !all {
		base.narrow(head)
	}
	m.sides = [2]*side{base, head}
	if err := m.measure(ctx); err != nil {
		return nil, err
	}
	return m.result, nil
}

// reached returns the packages that the change can reach, or nil if all are measured.
func reached(ctx context.Context, w *workspace.Workspace, cfg workspace.Config, revision string, o *Options) (map[string]*affected.Package, error) {
	if o.All {
		return nil, nil
	}
	options := o.Affected
	options.View = o.View
	r, err := affected.Since(ctx, affected.Side{Code: w, Config: cfg}, revision, options)
	if err != nil {
		return nil, err
	}
	all := make(map[string]*affected.Package)
	for _, p := range r.Packages {
		if p.Effect != affected.OtherPlatforms {
			all[p.ImportPath] = p
		}
	}
	return all, nil
}

// A side is the code base before or after the change.
type side struct {
	cfg      workspace.Config
	packages map[string]*source
	modules  []string
	paths    map[string]string // of modules, by directories
	failures []workspace.Failure
}

// A source is a package with benchmarks, and the unit in which it is built. A twin is another
// package of the same path.
type source struct {
	*workspace.Package
	unit *workspace.Unit
	twin *workspace.Package
}

func newSide(w *workspace.Workspace, cfg workspace.Config) *side {
	s := &side{cfg: cfg, packages: make(map[string]*source), paths: make(map[string]string)}
	for _, m := range w.Modules {
		if m.Path != "" {
			s.modules = append(s.modules, m.Path)
			s.paths[m.Rel] = m.Path
		}
	}
	return s
}

// add adds the packages of a selection that have benchmarks.
func (s *side) add(sel *workspace.Selection) error {
	s.failures = append(s.failures, sel.Failures...)
	for _, u := range sel.Units {
		for _, p := range u.Packages {
			has, err := hasBenchmarks(p)
			if err != nil {
				return err
			}
			before := s.packages[p.ImportPath]
			switch {
			case !has:
			case before == nil:
				s.packages[p.ImportPath] = &source{Package: p, unit: u}
			case before.Dir != p.Dir:
				before.twin = p
			}
		}
	}
	return nil
}

// narrow keeps what another side has, too, and what fails in modules of that.
func (s *side) narrow(other *side) {
	modules := make(map[string]bool)
	for _, src := range other.packages {
		modules[src.Module.Path] = true
	}
	maps.DeleteFunc(s.packages, func(path string, _ *source) bool { return other.packages[path] == nil })
	s.failures = slices.DeleteFunc(s.failures, func(f workspace.Failure) bool {
		path := cmp.Or(f.Module.Path, other.paths[f.Module.Rel]) // of a file that does not parse it is not known
		return path != "" && !modules[path]
	})
}

// A measurement is one call of Since.
type measurement struct {
	o       *Options
	temp    string
	sides   [2]*side
	reached map[string]*affected.Package // nil for all
	result  *Result

	began       time.Time
	done, total int
}

func (m *measurement) measure(ctx context.Context) error {
	paths := make(map[string]bool)
	for _, s := range m.sides {
		for path := range s.packages {
			paths[path] = true
		}
	}
	m.result.Failures, m.result.BaseFailures = m.sides[compare.Head].failures, m.sides[compare.Base].failures
	var all []*Package
	for path := range paths {
		if m.reached != nil && m.reached[path] == nil {
			m.result.Unreached++
			continue
		}
		all = append(all, &Package{ImportPath: path})
	}
	slices.SortFunc(all, func(a, b *Package) int { return strings.Compare(a.ImportPath, b.ImportPath) })
	m.result.Packages = all
	for i, p := range all {
		m.o.Step(Progress{What: fmt.Sprintf("building %s (%d of %d)", p.ImportPath, i+1, len(all))})
		if err := m.prepare(ctx, p); err != nil {
			return err
		}
	}
	return m.benchmarks(ctx)
}

// benchmarks measures the benchmarks of all packages, one after the other.
func (m *measurement) benchmarks(ctx context.Context) error {
	m.began = time.Now()
	for _, p := range m.result.Packages {
		for _, b := range p.Benchmarks {
			if b.toMeasure() {
				m.total++
			}
		}
	}
	for _, p := range m.result.Packages {
		for _, b := range p.Benchmarks {
			if !b.toMeasure() {
				continue
			}
			if err := m.benchmark(ctx, p, b); err != nil {
				return err
			}
			m.done++
		}
		p.remove()
	}
	return m.keepResults()
}

// benchmark measures a benchmark. That it fails is told in it.
func (m *measurement) benchmark(ctx context.Context, p *Package, b *Benchmark) error {
	var err error
	if m.o.Allocs {
		err = m.allocs(ctx, p, b)
	}
	if err == nil && m.o.CPU {
		err = m.cpu(ctx, p, b)
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	b.Err = err
	return nil
}

// tell tells what is done with a benchmark.
func (m *measurement) tell(b *Benchmark, what string) {
	each := m.guess()
	if m.done > 0 {
		each = time.Since(m.began) / time.Duration(m.done)
	}
	left := time.Duration(m.total)*each - time.Since(m.began)
	m.o.Step(Progress{What: b.Package + " Benchmark" + b.Name + ": " + what, Done: m.done, Total: m.total, Left: max(left, time.Second)})
}

// guess is about how long a benchmark takes, before one was measured.
func (m *measurement) guess() time.Duration {
	const start = 300 * time.Millisecond // of a process, with its profile
	var sum time.Duration
	if m.o.Allocs {
		sum += 7 * (start + allocTime/2)
	}
	if m.o.CPU {
		sum += time.Duration(2*m.o.Runs+1) * (start + m.o.Time)
	}
	return sum
}
