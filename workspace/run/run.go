// Package run runs a command in each module of a code base: in the order of what they
// require of each other, several at a time, in either view.
package run

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/gomend/gomend/workspace"
)

// A Config says what to run where.
type Config struct {
	// Command is the program and its arguments. No shell is between.
	Command []string

	// Selection has the modules, and how the go command sees them: in each module's
	// directory the command gets the variables of the module's unit, so that GOWORK is
	// that of the view. See [Env] for what else it gets.
	Selection *workspace.Selection

	// Only, if not nil, reports whether the command is to be run in a module. Others are
	// not waited for, and are no part of the results.
	Only func(*workspace.Module) bool

	// Env is the environment to start from, as [os.Environ] returns it, which is also
	// what nil means.
	Env []string

	// Parallel is how many run at the same time, at most; one if it is zero.
	Parallel int

	// KeepGoing runs the command in modules that are left after it has failed in one,
	// but for those that require one in which it failed.
	KeepGoing bool

	// Began and Ended, if not nil, are called as the command begins and ends in a
	// module, one call at a time. Ended is also called for modules that are passed
	// over.
	Began func(*workspace.Module)
	Ended func(*Result)
}

// A Result is what the command did in a module.
type Result struct {
	Module *workspace.Module

	// Output is what the command wrote, to standard output and standard error.
	Output []byte

	// Code is the exit code, and Err says what went wrong. An exit code other than 0 is
	// an [*exec.ExitError]; with others, Code is -1.
	Code int
	Err  error

	// Skipped says why the command was not run, in words; empty if it was.
	Skipped string

	Took time.Duration
}

// OK reports whether the command was run and succeeded.
func (r *Result) OK() bool { return r.Err == nil && r.Skipped == "" }

// Env are the names of the variables that tell the command where it is: the module's
// path, its directory relative to the root of the code base, and the view.
const (
	EnvModule = "GOMEND_MODULE"
	EnvDir    = "GOMEND_MODULE_DIR"
	EnvView   = "GOMEND_VIEW"
)

// Modules runs the command in each module of the selection and returns the results,
// sorted by directory. Modules that can't be loaded are passed over, with the reason: so
// nothing is silently left out. A module waits for those that it requires, unless these
// require it, too.
//
// If ctx ends, the commands that run are interrupted, and killed after some seconds; the
// error is that of ctx, and the modules that are left are passed over.
func Modules(ctx context.Context, cfg Config) ([]Result, error) {
	if len(cfg.Command) == 0 {
		return nil, errors.New("there is no command to run")
	}
	r := newRunner(&cfg)
	for r.waiting()+r.running > 0 {
		r.skip(ctx)
		r.start(ctx)
		if r.running > 0 {
			r.running--
			r.end(<-r.ended)
		}
	}
	slices.SortFunc(r.results, func(a, b Result) int { return strings.Compare(a.Module.Rel, b.Module.Rel) })
	return r.results, context.Cause(ctx)
}

// A state is how far a module is.
type state int

const (
	waiting state = iota
	running
	done
	failed // or passed over
)

// A job is a module in which the command is to be run.
type job struct {
	module   *workspace.Module
	env      []string
	state    state
	requires []*job
}

// A runner is a run in progress. Only the goroutine of [Modules] uses it.
type runner struct {
	*Config
	jobs    []*job // in the order of directories
	running int
	ended   chan finished
	results []Result
}

type finished struct {
	*job
	result Result
}

func newRunner(cfg *Config) *runner {
	r := &runner{Config: cfg, ended: make(chan finished)}
	byPath := make(map[string]*job)
	for _, u := range cfg.Selection.Units {
		for _, m := range u.Modules {
			if byPath[m.Path] == nil && r.wanted(m) { // a module's packages may be in several units
				byPath[m.Path] = &job{module: m, env: u.Env}
				r.jobs = append(r.jobs, byPath[m.Path])
			}
		}
	}
	slices.SortFunc(r.jobs, func(a, b *job) int { return strings.Compare(a.module.Rel, b.module.Rel) })
	for _, j := range r.jobs {
		for _, require := range j.module.File.Require {
			if other := byPath[require.Mod.Path]; other != nil && other != j {
				j.requires = append(j.requires, other)
			}
		}
	}
	for i := range cfg.Selection.Failures {
		f := &cfg.Selection.Failures[i]
		if !r.wanted(f.Module) {
			continue
		}
		r.end(finished{&job{module: f.Module}, Result{Skipped: "it can't be loaded: " + f.Error()}})
	}
	return r
}

func (r *runner) wanted(m *workspace.Module) bool { return r.Only == nil || r.Only(m) }

func (r *runner) waiting() int {
	n := 0
	for _, j := range r.jobs {
		if j.state == waiting {
			n++
		}
	}
	return n
}

// skip passes over the modules in which the command is not to be run any more.
func (r *runner) skip(ctx context.Context) {
	for again := true; again; {
		again = false // what is passed over may keep others back
		for _, j := range r.jobs {
			if j.state != waiting {
				continue
			}
			if why := r.reason(ctx, j); why != "" {
				again = true
				r.end(finished{j, Result{Skipped: why}})
			}
		}
	}
}

// reason says why the command is not to be run in a module, or is empty.
func (r *runner) reason(ctx context.Context, j *job) string {
	if ctx.Err() != nil {
		return "the run was ended before"
	}
	before := j.requires
	text := "it requires %s, in which the command was not done"
	if !r.KeepGoing {
		before, text = r.jobs, "the command was not done in %s before"
	}
	i := slices.IndexFunc(before, func(j *job) bool { return j.state == failed })
	if i < 0 {
		return ""
	}
	return fmt.Sprintf(text, before[i].module.Path)
}

// start begins as many modules as may run. Where all that are left wait for each other,
// it begins the first.
func (r *runner) start(ctx context.Context) {
	var next *job
	for _, j := range r.jobs {
		if j.state != waiting || r.running == max(r.Parallel, 1) {
			continue
		}
		if next == nil {
			next = j
		}
		if !slices.ContainsFunc(j.requires, func(k *job) bool { return k.state == waiting || k.state == running }) {
			r.begin(ctx, j)
		}
	}
	if r.running == 0 && next != nil {
		r.begin(ctx, next)
	}
}

func (r *runner) begin(ctx context.Context, j *job) {
	j.state = running
	r.running++
	if r.Began != nil {
		r.Began(j.module)
	}
	go func() { r.ended <- finished{j, r.run(ctx, j)} }()
}

// end takes in what became of a module.
func (r *runner) end(f finished) {
	f.state = done
	if !f.result.OK() {
		f.state = failed
	}
	f.result.Module = f.module
	if r.Ended != nil {
		r.Ended(&f.result)
	}
	r.results = append(r.results, f.result)
}

// killDelay is how long a command has to end after an interrupt.
const killDelay = 5 * time.Second

// run runs the command in a module.
func (r *runner) run(ctx context.Context, j *job) Result {
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, r.Command[0], r.Command[1:]...)
	cmd.Dir = j.module.Dir
	cmd.Env = append(r.environ(), j.env...)
	cmd.Env = append(cmd.Env,
		"PWD="+j.module.Dir,
		EnvModule+"="+j.module.Path,
		EnvDir+"="+j.module.Rel,
		EnvView+"="+string(r.Selection.View))
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = killDelay
	began := time.Now()
	err := cmd.Run()
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	result := Result{Output: out.Bytes(), Err: err, Took: time.Since(began)}
	if err != nil {
		result.Code = -1
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		result.Code = exit.ExitCode()
	}
	return result
}

// environ returns the environment to start from.
func (r *runner) environ() []string {
	if r.Env == nil {
		return os.Environ()
	}
	return slices.Clip(r.Env)
}
