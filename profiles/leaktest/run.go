package leaktest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/version"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/internal/scratch"
	"github.com/gomend/gomend/workspace"
)

// Run runs the tests. Those that fail or do not build are no error; an error means
// that nothing could be run.
func Run(ctx context.Context, cfg Config) (*Result, error) {
	w, err := workspace.Open(ctx, cfg.Workspace)
	if err != nil {
		return nil, err
	}
	defer w.Close() // temporary files
	sel, err := w.Load(ctx, cmp.Or(cfg.View, workspace.Work), cfg.Patterns...)
	if err != nil {
		return nil, err
	}
	dir, err := scratch.Dir("leaktest")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	r := run{cfg: &cfg, dir: dir, total: len(sel.Packages), overlays: make(map[string]string)}
	failures := slices.Clone(sel.Failures)
	for _, u := range sel.Units {
		err := r.unit(ctx, u)
		if err == nil {
			continue
		}
		if ctx.Err() != nil || len(sel.Units) == 1 {
			return nil, err
		}
		for _, m := range u.Modules {
			failures = append(failures, workspace.Failure{Module: m, Err: err})
		}
	}
	slices.SortFunc(r.packages, func(a, b *Package) int { return strings.Compare(a.ImportPath, b.ImportPath) })
	return &Result{Workspace: w, Packages: r.packages, Failures: failures}, nil
}

// A run is a run in progress.
type run struct {
	cfg      *Config
	dir      string
	overlays map[string]string // by GOROOT and environment
	packages []*Package
	done     int
	total    int
	heard    bool // of any package, in the unit at hand
}

// unit runs the tests of one unit. An error means that none could be.
func (r *run) unit(ctx context.Context, u *workspace.Unit) error {
	all := make(map[string]*packageRun)
	for _, p := range u.Packages {
		pr := &packageRun{Package: &Package{Package: p}, tests: make(map[string]*strings.Builder)}
		if len(p.Errors) > 0 {
			pr.Outcome, pr.Output = Unbuilt, p.Errors[0].Error()
		}
		all[p.ImportPath] = pr
	}
	failed, err := r.test(ctx, u, all)
	if err != nil {
		return err
	}
	for _, p := range all {
		p.finish(failed)
		r.packages = append(r.packages, p.Package)
	}
	return r.readCover(all)
}

// test runs the go command on the unit's packages and notes what it says of each.
// What it fails with is returned first: it may be the failure of a test.
func (r *run) test(ctx context.Context, u *workspace.Unit, all map[string]*packageRun) (failed, err error) {
	args := u.Args()
	if len(args) == 0 {
		return nil, nil
	}
	g, err := r.goCommand(ctx, u)
	if err != nil {
		return nil, err
	}
	// A flag that only the test executables know would take a package for its value.
	failed = r.events(ctx, g, slices.Concat([]string{"-json"}, r.rounds(), r.cover(), args, r.cfg.Flags), all)
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case failed != nil && !r.heard:
		return nil, failed
	}
	return failed, nil
}

// goCommand returns the go command for the unit's tests, with what makes them look
// for leaks.
func (r *run) goCommand(ctx context.Context, u *workspace.Unit) (gocmd.Go, error) {
	cfg := &r.cfg.Workspace
	g := gocmd.Go{Base: cfg.Env, Dir: u.Dir, Env: slices.Clone(u.Env), Tags: cfg.Tags, OS: cfg.OS, Arch: cfg.Arch, Log: cfg.Log, Stderr: cfg.Stderr}
	env, err := g.Getenv(ctx, "GOROOT", "GOVERSION", "GOEXPERIMENT", "GOMODCACHE", "GOFLAGS")
	if err != nil {
		return g, err
	}
	if strings.Contains(env["GOFLAGS"], "-overlay=") {
		return g, errors.New("GOFLAGS has an -overlay, and the look for leaks needs one of its own: unset it for this run")
	}
	release := gocmd.Release(env["GOVERSION"])
	if version.Compare(release, experimental) < 0 {
		return g, fmt.Errorf("%s has no goroutineleak profile: it needs %s or newer", env["GOVERSION"], experimental)
	}
	if version.Compare(release, standard) < 0 {
		g.Env = append(g.Env, "GOEXPERIMENT="+strings.TrimPrefix(env["GOEXPERIMENT"]+",goroutineleakprofile", ","))
	}
	goroot := env["GOROOT"]
	if downloaded(goroot, env["GOMODCACHE"]) {
		if goroot, err = r.link(goroot); err != nil {
			return g, fmt.Errorf("the downloaded toolchain %s: %w", env["GOVERSION"], err)
		}
		g.Path = filepath.Join(goroot, "bin", "go")
		g.Env = append(g.Env, "GOROOT="+goroot, "GOTOOLCHAIN=local")
	}
	// The go command itself sets GOROOT for tests.
	g.Overlay, err = r.overlay(goroot, append(restored(g), "GOROOT="+env["GOROOT"]))
	return g, err
}

// The releases that have the goroutineleak profile as an experiment, and as part of
// what everybody gets (Go 1.27 release notes).
const (
	experimental = "go1.26"
	standard     = "go1.27rc1"
)

// restored returns the variables that are set for the go command as they are in the
// environment that it starts from: each NAME=value, or NAME if it is not there.
func restored(g gocmd.Go) []string {
	base := g.Base
	if base == nil {
		base = os.Environ()
	}
	var all []string
	for _, entry := range g.Env {
		name, _, _ := strings.Cut(entry, "=")
		was := name
		for _, old := range base {
			if strings.HasPrefix(old, name+"=") {
				was = old // the last one holds
			}
		}
		if !slices.Contains(all, was) {
			all = append(all, was)
		}
	}
	return all
}

// rounds returns the flags that repeat the tests and benchmarks. Rounds of a benchmark
// are alike, and not longer and longer, if they have a number of turns.
func (r *run) rounds() []string {
	if r.cfg.Growth == 0 {
		return nil
	}
	return []string{fmt.Sprintf("-count=%d", r.cfg.Growth), "-benchtime=100x"}
}

// overlay returns the overlay of the toolchain in goroot, with which tests see the
// given environment.
func (r *run) overlay(goroot string, env []string) (string, error) {
	key := goroot + "\n" + strings.Join(env, "\n")
	if name := r.overlays[key]; name != "" {
		return name, nil
	}
	dir, err := os.MkdirTemp(r.dir, "")
	if err != nil {
		return "", err
	}
	flags := r.cfg.Flags
	if i := slices.IndexFunc(flags, func(f string) bool { return f == "-args" || f == "--args" }); i >= 0 {
		flags = flags[:i] // the rest is for the test executables
	}
	name, err := writeOverlay(dir, goroot, mode{
		verbose: slices.ContainsFunc(flags, isVerbose),
		growth:  r.cfg.Growth > 0,
		env:     env,
	})
	r.overlays[key] = name
	return name, err
}

// isVerbose reports whether a flag of "go test" is -v.
func isVerbose(flag string) bool {
	name := strings.TrimPrefix(strings.TrimPrefix(flag, "-"), "-")
	return name != flag && (name == "v" || name == "v=true" || name == "test.v" || name == "v=1")
}

// finish settles what became of the package's tests, when the go command has ended
// with the given error.
func (p *packageRun) finish(failed error) {
	switch {
	case p.Outcome == "" && p.OtherPlatforms():
		p.Outcome = NoTests
	case p.Outcome == "":
		p.Outcome = Unbuilt
		p.Output = "the go command says nothing of it"
		if failed != nil {
			p.Output = failed.Error()
		}
	case p.Outcome == Passed || p.Outcome == Failed:
		p.Unseen = p.collector.err
		if p.Unseen == nil && len(p.collector.records) == 0 {
			p.Unseen = errors.New("the process ended before package testing could look for leaks")
		}
	}
	for _, r := range p.collector.records {
		for _, s := range r.leaks {
			p.Leaks = addLeak(p.Leaks, s)
		}
		p.Growing = append(p.Growing, growing(r)...)
	}
	slices.SortStableFunc(p.Leaks, compareLeaks)
	slices.SortStableFunc(p.Growing, compareLeaks)
}
