package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/perf/benchfmt"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/profiles/compare"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/affected"
)

// hasBenchmarks reports whether the tests of a package may have benchmarks. Its test binary
// tells whether they do.
func hasBenchmarks(p *workspace.Package) (bool, error) {
	for _, name := range slices.Concat(p.TestGoFiles, p.XTestGoFiles) {
		data, err := os.ReadFile(filepath.Join(p.Dir, name))
		if err != nil {
			return false, err
		}
		if bytes.Contains(data, []byte("func Benchmark")) {
			return true, nil
		}
	}
	return false, nil
}

// A program is the test binary of a package on a side.
type program struct {
	file    string
	dir     string
	env     []string
	timeout time.Duration
}

// prepare builds a package on both sides and finds its benchmarks.
func (m *measurement) prepare(ctx context.Context, p *Package) error {
	var names [2][]string
	for s := range m.sides {
		src := m.sides[s].packages[p.ImportPath]
		if src == nil {
			continue
		}
		var err error
		if p.programs[s], err = m.build(ctx, compare.Side(s), src); err == nil && p.programs[s] != nil {
			names[s], err = p.programs[s].list(ctx, m.o.Benchmarks)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			p.Err = fmt.Errorf("at the %s: %w", sideName(compare.Side(s)), err)
			return nil
		}
	}
	same, err := m.same(p)
	if err != nil {
		return err
	}
	p.Same = same
	for _, name := range union(names[compare.Base], names[compare.Head]) {
		b := &Benchmark{Package: p.ImportPath, Name: name}
		switch {
		case !slices.Contains(names[compare.Base], name):
			b.State = New
		case !slices.Contains(names[compare.Head], name):
			b.State = Gone
		case same:
			b.State = SameProgram
		}
		p.Benchmarks = append(p.Benchmarks, b)
	}
	return nil
}

// union returns the names of the head, and behind them those of the base alone.
func union(base, head []string) []string {
	all := slices.Clone(head)
	for _, name := range base {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

func sideName(s compare.Side) string {
	if s == compare.Base {
		return "base"
	}
	return "head"
}

// build builds the test binary of a package. It is nil if there are no tests on this platform.
func (m *measurement) build(ctx context.Context, s compare.Side, src *source) (*program, error) {
	if len(src.Errors) > 0 {
		return nil, &src.Errors[0]
	}
	cfg := m.sides[s].cfg
	g := gocmd.Go{Base: cfg.Env, Dir: src.unit.Dir, Env: src.unit.Env, Tags: cfg.Tags, OS: cfg.OS, Arch: cfg.Arch, Overlay: cfg.Overlay, Log: cfg.Log}
	dir, err := os.MkdirTemp(m.temp, sideName(s))
	if err != nil {
		return nil, err
	}
	p := &program{file: filepath.Join(dir, "bench.test"), dir: src.Dir, timeout: m.o.Timeout}
	args := slices.Concat([]string{"-c", "-trimpath", "-ldflags=-buildid=", "-o", p.file}, m.o.BuildFlags, []string{src.ImportPath})
	if _, err := g.Output(ctx, "test", args...); err != nil {
		return nil, err
	}
	if _, err := os.Stat(p.file); err != nil {
		return nil, nil
	}
	env, err := g.Getenv(ctx, "GOROOT")
	if err != nil {
		return nil, err
	}
	// A test finds the go command that built it first, as with "go test".
	path := filepath.Join(env["GOROOT"], "bin") + string(filepath.ListSeparator) + os.Getenv("PATH")
	p.env = append(g.Environ(), "GOROOT="+env["GOROOT"], "PATH="+path, "PWD="+p.dir)
	return p, nil
}

// same reports whether both sides' benchmarks do the same: their programs are the same to the
// byte, and nothing else that they read has changed. Where all is asked for, nothing counts as
// the same.
func (m *measurement) same(p *Package) (bool, error) {
	if m.o.All || p.programs[0] == nil || p.programs[1] == nil {
		return false, nil
	}
	for _, cause := range m.reached[p.ImportPath].Causes {
		switch cause.Kind {
		case affected.File, affected.Opened, affected.Listed, affected.Configured, affected.Unknown:
			if filepath.Ext(cause.Subject) != ".go" {
				return false, nil
			}
		}
	}
	var content [2][]byte
	for s, program := range p.programs {
		var err error
		if content[s], err = os.ReadFile(program.file); err != nil {
			return false, err
		}
	}
	return bytes.Equal(content[0], content[1]), nil
}

// remove removes the package's programs.
func (p *Package) remove() {
	for s, program := range p.programs {
		if program != nil {
			os.RemoveAll(filepath.Dir(program.file))
			p.programs[s] = nil
		}
	}
}

// list returns the names of the benchmarks that a pattern names, without "Benchmark", those of
// sub-benchmarks included.
func (p *program) list(ctx context.Context, pattern string) ([]string, error) {
	// One processor leaves no number behind the names.
	results, err := p.run(ctx, pattern, []string{"GOMAXPROCS=1"}, "-test.benchtime=1x")
	if err != nil {
		return nil, err
	}
	var names []string
	for _, r := range results {
		if name := r.Name.String(); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// exactly returns the pattern of one benchmark.
func exactly(name string) string {
	elements := strings.Split("Benchmark"+name, "/")
	for i, e := range elements {
		elements[i] = "^" + regexp.QuoteMeta(e) + "$"
	}
	return strings.Join(elements, "/")
}

// run runs the benchmarks that a pattern names, with more variables and flags.
func (p *program) run(ctx context.Context, pattern string, env []string, flags ...string) ([]*benchfmt.Result, error) {
	args := append([]string{"-test.run=^$", "-test.bench=" + pattern, "-test.paniconexit0", "-test.timeout=" + p.timeout.String()}, flags...)
	cmd := exec.CommandContext(ctx, p.file, args...)
	var stdout, stderr bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = p.dir, slices.Concat(p.env, env), &stdout, &stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 5 * time.Second // what a benchmark has started may hold its output open
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, &BenchmarkError{Output: telling(stdout.String() + "\n" + stderr.String()), Err: err}
	}
	var results []*benchfmt.Result
	r := benchfmt.NewReader(&stdout, "")
	for r.Scan() {
		if result, ok := r.Result().(*benchfmt.Result); ok { // what else it printed is no matter
			results = append(results, result.Clone())
		}
	}
	return results, r.Err()
}

// one runs one benchmark and returns its result.
func (p *program) one(ctx context.Context, name string, env []string, flags ...string) (*benchfmt.Result, error) {
	results, err := p.run(ctx, exactly(name), env, flags...)
	if err != nil {
		return nil, err
	}
	if len(results) != 1 {
		return nil, fmt.Errorf("asked for one benchmark, the program printed %d results", len(results))
	}
	return results[0], nil
}

// telling returns the lines of what a program printed that tell why it failed: from the first
// one on that says so, or the last ones.
func telling(output string) string {
	const most = 20
	lines := strings.Split(strings.TrimSpace(output), "\n")
	from := slices.IndexFunc(lines, func(line string) bool {
		line = strings.TrimSpace(line)
		return strings.HasPrefix(line, "panic:") || strings.HasPrefix(line, "fatal error:") || strings.HasPrefix(line, "--- FAIL:")
	})
	if from < 0 {
		from = max(len(lines)-most, 0)
	}
	return strings.ReplaceAll(strings.Join(lines[from:min(from+most, len(lines))], "\n"), "\t", "    ")
}

// A BenchmarkError is a test binary that failed.
type BenchmarkError struct {
	Output string // the lines that tell why
	Err    error
}

func (e *BenchmarkError) Error() string {
	return fmt.Sprintf("its test binary failed (%v):\n%s", e.Err, e.Output)
}

func (e *BenchmarkError) Unwrap() error { return e.Err }

// errNoCPU tells of a benchmark that takes too little CPU time to be profiled.
var errNoCPU = errors.New("it takes no CPU time that a profile shows: its runs have to be longer (Time), or it waits")
