package leaktest

import (
	"context"
	"slices"
	"strings"

	"github.com/gomend/gomend/internal/gocmd"
)

// An event is what "go test -json" prints (see "go doc test2json" and "go help
// buildjson").
type event struct {
	Action  string
	Package string
	Test    string
	Output  string

	// ImportPath is set instead of Package while it is built.
	ImportPath  string
	FailedBuild string // in Package's last event, the ImportPath that failed
}

// A packageRun is a package whose tests run.
type packageRun struct {
	*Package
	collector collector
	output    strings.Builder             // of no test
	tests     map[string]*strings.Builder // of each that has not passed
}

// events runs the go command and takes in what it prints of the packages. It
// returns the go command's failure, which may be that of a test.
func (r *run) events(ctx context.Context, g gocmd.Go, args []string, all map[string]*packageRun) error {
	built := make(map[string]*strings.Builder)
	r.heard = false
	for e, err := range gocmd.Decode[event](ctx, g, "test", args...) {
		if err != nil {
			return err
		}
		if e.Action == "build-output" {
			if built[e.ImportPath] == nil {
				built[e.ImportPath] = new(strings.Builder)
			}
			built[e.ImportPath].WriteString(e.Output)
			continue
		}
		p := all[e.Package]
		if p == nil {
			continue
		}
		r.heard = true
		p.event(&e)
		if e.FailedBuild != "" {
			p.Outcome, p.Output = Unbuilt, p.output.String()
			if b := built[e.FailedBuild]; b != nil {
				p.Output = b.String()
			}
		}
		if e.Test == "" && e.ends() {
			r.done++
			if r.cfg.Progress != nil {
				r.cfg.Progress(r.done, r.total)
			}
		}
	}
	return nil
}

// ends reports whether the event is the last of its test or package.
func (e *event) ends() bool { return e.Action == "pass" || e.Action == "fail" || e.Action == "skip" }

func (p *packageRun) event(e *event) {
	switch {
	case e.Action == "output":
		p.print(e.Test, p.collector.line(e.Output))
	case e.Test != "":
		p.test(e)
	case e.Action == "skip":
		p.Outcome = NoTests
	case e.Action == "pass":
		p.Outcome = Passed
		p.Cached = strings.Contains(p.output.String(), "\t(cached)")
	case e.Action == "fail":
		p.fail()
	}
}

// print notes what a test printed, or the package.
func (p *packageRun) print(test, text string) {
	if test == "" {
		p.output.WriteString(text)
		return
	}
	if p.tests[test] == nil {
		p.tests[test] = new(strings.Builder)
	}
	p.tests[test].WriteString(text)
}

// test notes what became of a test. Tests end after those that they consist of.
func (p *packageRun) test(e *event) {
	switch e.Action {
	case "pass", "skip":
		delete(p.tests, e.Test)
	case "fail":
		if !slices.ContainsFunc(p.Failed, func(name string) bool { return strings.HasPrefix(name, e.Test+"/") }) {
			p.Failed = append(p.Failed, e.Test)
		}
	}
}

// fail gathers what tells why the package failed: what those tests printed that
// failed, or that had not ended when the process did.
func (p *packageRun) fail() {
	p.Outcome = Failed
	names := make([]string, 0, len(p.tests))
	for name := range p.tests {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		b.WriteString(p.tests[name].String())
	}
	b.WriteString(p.output.String())
	p.Output = b.String()
	slices.Sort(p.Failed)
}
