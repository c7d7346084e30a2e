package main

import (
	"context"
	"slices"
	"strings"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/profiles/leaktest"
	"github.com/gomend/gomend/workspace"
)

// plain runs the tests as "go test" does, in every module.
func (m measurement) plain(ctx context.Context) (sample, error) {
	s := sample{ends: make(map[string]end)}
	before := childrenCPU()
	w, err := workspace.Open(ctx, workspace.Config{Dir: m.dir})
	if err != nil {
		return s, err
	}
	defer w.Close()
	sel, err := w.Load(ctx, workspace.Work, m.patterns...)
	if err != nil {
		return s, err
	}
	for _, u := range sel.Units {
		g := gocmd.Go{Dir: u.Dir, Env: u.Env}
		args := slices.Concat([]string{"-json"}, u.Args(), m.flags)
		for e, err := range gocmd.Decode[event](ctx, g, "test", args...) {
			if err != nil {
				break // a test failed; what did is among the events
			}
			e.note(s.ends)
		}
	}
	s.cpu = childrenCPU() - before
	return s, ctx.Err()
}

// An event is what "go test -json" prints.
type event struct{ Action, Package, Test, FailedBuild string }

// note notes what became of a package or one of its tests.
func (e *event) note(ends map[string]end) {
	p := ends[e.Package]
	switch {
	case e.Test != "" && e.Action == "fail":
		if !slices.ContainsFunc(p.failed, func(name string) bool { return strings.HasPrefix(name, e.Test+"/") }) {
			p.failed = append(p.failed, e.Test)
		}
	case e.Test != "":
		return
	case e.FailedBuild != "":
		p.outcome = leaktest.Unbuilt
	case e.Action == "pass":
		p.outcome = leaktest.Passed
	case e.Action == "fail":
		p.outcome = leaktest.Failed
		slices.Sort(p.failed)
	case e.Action == "skip":
		delete(ends, e.Package)
		return
	default:
		return
	}
	ends[e.Package] = p
}
