package run_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/run"
)

// TestMain is also the command that the tests run: with COMMAND set it prints where it
// is, fails in the module that FAIL names, and waits in the one that WAIT names.
func TestMain(m *testing.M) {
	if os.Getenv("COMMAND") == "" {
		os.Exit(m.Run())
	}
	dir, _ := os.Getwd()
	fmt.Printf("%s %s %s %s\n", os.Getenv(run.EnvModule), os.Getenv(run.EnvDir), filepath.Base(dir), os.Getenv(run.EnvView))
	fmt.Fprintf(os.Stderr, "GOWORK is %s\n", filepath.Base(os.Getenv("GOWORK")))
	switch os.Getenv(run.EnvModule) {
	case os.Getenv("FAIL"):
		os.Exit(3)
	case os.Getenv("WAIT"):
		time.Sleep(time.Minute)
	}
}

// shop is a workspace in which the names of the modules are in no order of theirs.
const shop = `
-- go.work --
go 1.26

use (
	./a
	./b
	./c
)
-- a/go.mod --
module example.com/a

go 1.26

require example.com/b v0.0.0
-- a/a.go --
package a
-- b/go.mod --
module example.com/b

go 1.26

require example.com/c v0.0.0
-- b/b.go --
package b
-- c/go.mod --
module example.com/c

go 1.26
-- c/c.go --
package c
`

func load(t *testing.T, archive string, view workspace.View) *workspace.Selection {
	t.Helper()
	dir := t.TempDir()
	if err := txtar.Write(txtar.Parse([]byte(archive)), dir); err != nil {
		t.Fatal(err)
	}
	w, err := workspace.Open(t.Context(), workspace.Config{Dir: dir, Env: append(os.Environ(), "GOPROXY=off", "GOFLAGS=")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	sel, err := w.Load(t.Context(), view, "work")
	if err != nil {
		t.Fatal(err)
	}
	return sel
}

func command(t *testing.T, sel *workspace.Selection, env ...string) run.Config {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return run.Config{Command: []string{exe}, Selection: sel, Env: slices.Concat(os.Environ(), []string{"COMMAND=1"}, env)}
}

// order runs the command and returns the modules in the order in which it ended.
func order(t *testing.T, cfg run.Config) (modules []string, results []run.Result) {
	t.Helper()
	cfg.Ended = func(r *run.Result) {
		if r.Skipped == "" {
			modules = append(modules, r.Module.Rel)
		}
	}
	results, err := run.Modules(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return modules, results
}

func TestModulesInTheOrderOfTheirRequirements(t *testing.T) {
	t.Parallel()
	for _, parallel := range []int{0, 8} {
		cfg := command(t, load(t, shop, workspace.Work))
		cfg.Parallel = parallel
		ended, results := order(t, cfg)
		if !slices.Equal(ended, []string{"c", "b", "a"}) {
			t.Errorf("with %d at a time: %v", parallel, ended)
		}
		if got, want := string(results[1].Output), "example.com/b b b work\nGOWORK is go.work\n"; got != want || !results[1].OK() || results[1].Took == 0 {
			t.Errorf("got %q, want %q (%+v)", got, want, results[1])
		}
	}
}

func TestOnlySomeModules(t *testing.T) {
	t.Parallel()
	cfg := command(t, load(t, shop, workspace.Work))
	cfg.Only = func(m *workspace.Module) bool { return m.Rel != "b" }
	if ended, results := order(t, cfg); !slices.Equal(ended, []string{"a", "c"}) || len(results) != 2 {
		t.Errorf("got %v, %d results", ended, len(results))
	}
}

func TestReleaseView(t *testing.T) {
	t.Parallel()
	alone := strings.ReplaceAll(strings.ReplaceAll(shop, "require example.com/b v0.0.0\n", ""), "require example.com/c v0.0.0\n", "")
	_, results := order(t, command(t, load(t, alone, workspace.Release)))
	if got := string(results[0].Output); !strings.HasSuffix(got, " release\nGOWORK is off\n") {
		t.Errorf("got %q", got)
	}
}

func TestFailure(t *testing.T) {
	t.Parallel()
	sel := load(t, shop, workspace.Work)
	ended, results := order(t, command(t, sel, "FAIL=example.com/c"))
	if !slices.Equal(ended, []string{"c"}) || results[2].Code != 3 || results[2].OK() {
		t.Errorf("got %v, %+v", ended, results[2])
	}
	if got := results[0].Skipped; got != "the command was not done in example.com/c before" {
		t.Errorf("a: %q", got)
	}
	// What does not need the module goes on, if it is wanted.
	free := strings.ReplaceAll(shop, "require example.com/b v0.0.0\n", "")
	cfg := command(t, load(t, free, workspace.Work), "FAIL=example.com/c")
	cfg.KeepGoing = true
	ended, results = order(t, cfg)
	if !slices.Equal(ended, []string{"a", "c"}) || results[1].Skipped != "it requires example.com/c, in which the command was not done" {
		t.Errorf("got %v, %+v", ended, results)
	}
}

// Modules that require each other are run one after the other.
func TestCycle(t *testing.T) {
	t.Parallel()
	cycle := strings.Replace(shop, "module example.com/c\n", "module example.com/c\n\nrequire example.com/a v0.0.0\n", 1)
	cfg := command(t, load(t, cycle, workspace.Work))
	cfg.Parallel = 3
	if ended, _ := order(t, cfg); !slices.Equal(ended, []string{"a", "c", "b"}) {
		t.Errorf("got %v", ended)
	}
}

// A module that can't be loaded is told of, and keeps no other back.
func TestUnloadableModule(t *testing.T) {
	t.Parallel()
	broken := strings.Replace(shop, "module example.com/a\n", "modul example.com/a\n", 1)
	broken = strings.Replace(broken, "\t./a\n", "", 1)
	ended, results := order(t, command(t, load(t, broken, workspace.Work)))
	if !slices.Equal(ended, []string{"c", "b"}) || !strings.HasPrefix(results[0].Skipped, "it can't be loaded: ") {
		t.Errorf("got %v, %+v", ended, results)
	}
}

func TestInterrupt(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	cfg := command(t, load(t, shop, workspace.Work), "WAIT=example.com/c")
	cfg.Began = func(*workspace.Module) { time.AfterFunc(200*time.Millisecond, func() { cancel(errors.New("enough")) }) }
	began := time.Now()
	results, err := run.Modules(ctx, cfg)
	if err == nil || err.Error() != "enough" || time.Since(began) > 30*time.Second {
		t.Errorf("got %v after %v", err, time.Since(began))
	}
	if len(results) != 3 || results[0].Skipped != "the run was ended before" || results[2].Err == nil {
		t.Errorf("got %+v", results)
	}
}

func TestNoSuchProgram(t *testing.T) {
	t.Parallel()
	cfg := command(t, load(t, shop, workspace.Work))
	cfg.Command = []string{"no-such-program"}
	_, results := order(t, cfg)
	if !errors.Is(results[2].Err, exec.ErrNotFound) || results[2].Code != -1 {
		t.Errorf("got %+v", results[2])
	}
	if _, err := run.Modules(t.Context(), run.Config{}); err == nil {
		t.Error("no command is run")
	}
}
