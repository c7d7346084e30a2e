package cover

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

// test runs the tests of all units.
func (m *measurement) test(ctx context.Context, sel *workspace.Selection) error {
	// The go command tests nothing of a unit in which the tests of one package can't be
	// loaded.
	if err := sel.CheckTests(ctx); err != nil {
		return err
	}
	for i, u := range sel.Units {
		for _, p := range u.Packages {
			if pkg := m.packages[p.ImportPath]; pkg != nil && len(p.TestErrors) > 0 {
				pkg.unknown("its tests can't be loaded: " + p.TestErrors[0].Error())
			}
		}
		args := u.Args()
		if len(args) == 0 {
			continue
		}
		profile := filepath.Join(m.dir, strconv.Itoa(i)+".out")
		if err := m.testUnit(ctx, u, args, profile); err != nil {
			return err
		}
	}
	return nil
}

func (m *measurement) goCommand(u *workspace.Unit) gocmd.Go {
	return gocmd.Go{
		Dir: u.Dir, Base: m.cfg.Env, Env: u.Env,
		Tags: m.cfg.Tags, OS: m.cfg.OS, Arch: m.cfg.Arch,
		Log: m.cfg.Log, Stderr: m.cfg.Stderr,
	}
}

// A testEvent is what "go test -json" prints (see "go doc test2json" and "go help
// buildjson").
type testEvent struct {
	Action, Package, Test, Output string
	ImportPath, FailedBuild       string
}

// testUnit runs the tests of a unit and reads their profile.
func (m *measurement) testUnit(ctx context.Context, u *workspace.Unit, args []string, profile string) error {
	// What vet finds does not keep tests from covering what they do.
	flags := []string{"-json", "-vet=off", "-covermode=" + m.mode(), "-coverprofile=" + profile}
	if m.o.Across {
		flags = append(flags, "-coverpkg="+strings.Join(args, ","))
	}
	run := testRun{tests: make(map[string][]string), builds: make(map[string]string)}
	var failure error
	for e, err := range gocmd.Decode[testEvent](ctx, m.goCommand(u), "test", slices.Concat(flags, args, m.o.TestFlags)...) {
		if err != nil {
			failure = err
			break
		}
		m.note(&run, &e)
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if failure != nil && !run.began {
		return failure // of the run, not of tests
	}
	m.judge(u)
	err := m.readProfile("the profile of go test", profile)
	if errors.Is(err, os.ErrNotExist) {
		return nil // no package has statements, or none could be built
	}
	return err
}

// A testRun is what was heard of one run of "go test".
type testRun struct {
	tests  map[string][]string // that fail, by package
	builds map[string]string   // what the compiler says, by package
	began  bool                // a package was heard of
}

// note takes in an event.
func (m *measurement) note(run *testRun, e *testEvent) {
	if e.Action == "build-output" && !strings.HasPrefix(e.Output, "# ") {
		run.builds[e.ImportPath] += e.Output
	}
	pkg := m.packages[e.Package]
	if pkg == nil {
		return
	}
	run.began = true
	switch {
	case e.Action == "fail" && e.Test != "":
		run.tests[e.Package] = append(run.tests[e.Package], e.Test)
	case e.Test != "":
	case e.Action == "fail":
		pkg.unknown(whyFailed(run.tests[e.Package], run.builds[e.FailedBuild], e.FailedBuild))
	case e.Action == "pass", e.Action == "skip":
		pkg.ran = true
	}
}

// judge makes unknown the packages of a unit whose tests did not run to their end, and what
// else these could have covered.
func (m *measurement) judge(u *workspace.Unit) {
	var failed []*measured
	for _, p := range u.Packages {
		pkg := m.packages[p.ImportPath]
		if pkg == nil || pkg.ran {
			continue
		}
		pkg.unknown("its tests did not come to an end")
		if pkg.Tests {
			failed = append(failed, pkg)
		}
	}
	if m.o.Across {
		m.spread(failed)
	}
}

// mode returns the -covermode.
func (m *measurement) mode() string {
	race := slices.ContainsFunc(m.o.TestFlags, func(flag string) bool {
		name := strings.TrimPrefix(strings.TrimPrefix(flag, "-"), "-")
		return name != flag && (name == "race" || name == "race=true")
	})
	switch {
	case race:
		return "atomic"
	case m.o.Mode == "":
		return "set"
	}
	return m.o.Mode
}

// whyFailed says why the tests of a package fail: some do, or something does not compile.
func whyFailed(tests []string, compiler, build string) string {
	if build != "" {
		first, _, _ := strings.Cut(strings.TrimSpace(compiler), "\n")
		return strings.TrimSuffix("it does not build: "+withoutColumn(first), ": ")
	}
	var top []string // without subtests, which fail with their test
	for _, name := range tests {
		if !strings.Contains(name, "/") {
			top = append(top, name)
		}
	}
	if len(top) == 0 {
		return "its tests fail"
	}
	slices.Sort(top)
	return "its tests fail: " + strings.Join(top, ", ")
}

// withoutColumn drops the column from "file:line:column: message". The compiler counts what
// the cover tool has put in.
func withoutColumn(message string) string {
	parts := strings.SplitN(message, ":", 4)
	if len(parts) < 4 {
		return message
	}
	for _, number := range parts[1:3] {
		if _, err := strconv.Atoi(number); err != nil {
			return message
		}
	}
	return parts[0] + ":" + parts[1] + ":" + parts[3]
}

// spread makes unknown what the failed tests could have covered in other packages.
func (m *measurement) spread(failed []*measured) {
	for _, f := range failed {
		reached := map[string]bool{f.ImportPath: true}
		visit := slices.Concat(f.code.Imports, f.code.TestImports, f.code.XTestImports)
		for len(visit) > 0 {
			path := visit[len(visit)-1]
			visit = visit[:len(visit)-1]
			p := m.packages[path]
			if p == nil || reached[path] {
				continue
			}
			reached[path] = true
			p.unknown(fmt.Sprintf("the tests of %s fail, which may cover it", f.ImportPath))
			visit = append(visit, p.code.Imports...)
		}
	}
}
