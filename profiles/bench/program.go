package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
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

// build builds the test binary of a package. It is nil if there are no tests on this platform.
func (m *measurement) build(ctx context.Context, s compare.Side, src *source) (*program, error) {
	if len(src.Errors) > 0 {
		return nil, &src.Errors[0]
	}
	cfg := m.sides[s].cfg
	g := gocmd.Go{Base: cfg.Env, Dir: src.unit.Dir, Env: src.unit.Env, Tags: cfg.Tags, OS: cfg.OS, Arch: cfg.Arch, Overlay: cfg.Overlay, Log: cfg.Log}
	env, err := g.Getenv(ctx, "GOROOT", "GOFLAGS")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(m.temp, sideName(s))
	if err != nil {
		return nil, err
	}
	p := &program{file: filepath.Join(dir, "bench.test"), dir: src.Dir, timeout: m.o.Timeout}
	flags := []string{"-c", "-vet=off", "-trimpath", "-o", p.file}
	if !strings.Contains(env["GOFLAGS"], "-ldflags") { // which would not hold any more
		flags = append(flags, "-ldflags=-buildid=")
	}
	if _, err := g.Output(ctx, "test", slices.Concat(flags, m.o.BuildFlags, []string{src.ImportPath})...); err != nil {
		return nil, err
	}
	if _, err := os.Stat(p.file); err != nil {
		return nil, nil
	}
	// A test finds the go command that built it first, as with "go test".
	p.env = g.Environ()
	path := filepath.Join(env["GOROOT"], "bin") + string(filepath.ListSeparator) + valueOf(p.env, "PATH")
	p.env = append(p.env, "GOROOT="+env["GOROOT"], "PATH="+path, "PWD="+p.dir)
	return p, nil
}

// valueOf returns the value of a variable, the last one of which holds.
func valueOf(env []string, name string) string {
	for _, v := range slices.Backward(env) {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value
		}
	}
	return ""
}

// same reports whether both sides' benchmarks do the same: their programs are the same to the
// byte, and nothing else that they read has changed. Where all is asked for, nothing counts as
// the same.
func (m *measurement) same(p *Package) (bool, error) {
	if m.o.All || p.programs[0] == nil || p.programs[1] == nil {
		return false, nil
	}
	for _, reached := range m.reached { // what a package reads, those that import it may read
		if readsChanged(reached) {
			return false, nil
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

// readsChanged reports whether a change of a package's own may be in no program: of a file that
// it reads as it runs, say.
func readsChanged(p *affected.Package) bool {
	return slices.ContainsFunc(p.Causes, func(cause affected.Cause) bool {
		switch cause.Kind {
		case affected.File:
			return path.Ext(cause.Subject) != ".go" || path.Dir(cause.Subject) != p.Dir
		case affected.Opened, affected.Listed, affected.Configured, affected.Unknown:
			return true
		}
		return false
	})
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

// run runs the benchmarks that a pattern names, with more variables and flags, and returns what
// it prints to standard output, also where it fails.
func (p *program) run(ctx context.Context, pattern string, env []string, flags ...string) ([]byte, error) {
	return p.start(ctx, env, append([]string{"-test.run=^$", "-test.bench=" + pattern, "-test.paniconexit0"}, flags...)...)
}

// start runs the program with its flags alone.
func (p *program) start(ctx context.Context, env []string, flags ...string) ([]byte, error) {
	// The process looks at its own -test.timeout in tests alone.
	limited, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	cmd := exec.CommandContext(limited, p.file, flags...)
	var stdout, stderr clipped
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = p.dir, slices.Concat(p.env, env), &stdout, &stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 5 * time.Second // what a benchmark has started may hold its output open
	err := cmd.Run()
	switch {
	case err == nil:
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	case limited.Err() != nil:
		err = fmt.Errorf("it was given up after %s: a benchmark hangs, or needs a longer --timeout", p.timeout)
	default:
		err = &BenchmarkError{Output: telling(string(stdout.bytes()) + "\n" + string(stderr.bytes())), Err: err}
	}
	return stdout.bytes(), err
}

// clipped is what a program prints: the beginning and the end, where it is much.
type clipped struct{ first, last []byte }

const clip = 1 << 20

func (c *clipped) Write(data []byte) (int, error) {
	n := len(data)
	room := min(clip-len(c.first), n)
	c.first = append(c.first, data[:room]...)
	c.last = append(c.last, data[room:]...)
	if len(c.last) > 2*clip {
		c.last = append(c.last[:0], c.last[len(c.last)-clip:]...)
	}
	return n, nil
}

func (c *clipped) bytes() []byte { return slices.Concat(c.first, c.last) }

// labels are the lines before the results that say what these are of.
func labels(output []byte) []byte {
	return bytes.Join(regexp.MustCompile(`(?m)^(goos|goarch|pkg|cpu): .*\n`).FindAll(output, -1), nil)
}

// readResults reads the results of a run with -test.v, where each stands in a line, behind what
// the benchmark itself has printed without an end of line.
func readResults(output []byte) ([]*benchfmt.Result, error) {
	lines := regexp.MustCompile(`(?m)Benchmark\S*[ \t]+\d+[ \t]+[0-9][0-9.e+-]* \S.*$`).FindAll(output, -1)
	return parseResults(slices.Concat(labels(output), bytes.Join(lines, []byte("\n")), []byte("\n")))
}

func parseResults(text []byte) ([]*benchfmt.Result, error) {
	var results []*benchfmt.Result
	r := benchfmt.NewReader(bytes.NewReader(text), "")
	for r.Scan() {
		switch result := r.Result().(type) {
		case *benchfmt.Result:
			results = append(results, result.Clone())
		case *benchfmt.SyntaxError:
			return nil, result
		}
	}
	return results, r.Err()
}

// one runs one benchmark and returns its result.
func (p *program) one(ctx context.Context, name string, env []string, flags ...string) (*benchfmt.Result, error) {
	// A sub-benchmark may have the name of another one and more elements.
	flags = append(flags, "-test.skip="+exactly(name)+"/.")
	output, err := p.run(ctx, exactly(name), env, flags...)
	if err != nil {
		return nil, err
	}
	// Without -test.v, which benchmarks may ask for, the name stands before what the benchmark
	// prints, and the result behind.
	title := regexp.MustCompile(`Benchmark` + regexp.QuoteMeta(name) + `(-\d+)?[ \t]`).Find(output)
	values := regexp.MustCompile(`(?m)\d+\t *[0-9][0-9.e+-]* \S.*$`).FindAll(output, -1)
	if title == nil || len(values) == 0 {
		return nil, errors.New("the program printed no result: does the benchmark's name depend on the number of processors, or is it skipped?")
	}
	results, err := parseResults(slices.Concat(labels(output), title, values[len(values)-1], []byte("\n")))
	if err == nil && len(results) != 1 {
		err = errors.New("the program printed no result that can be read")
	}
	if err != nil {
		return nil, err
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
