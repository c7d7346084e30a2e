package gocmd_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gomend/gomend/internal/gocmd"
)

// TestMain lets the test binary stand in for a go command: it prints what
// FAKE_GO_STDOUT holds, or waits to be stopped.
func TestMain(m *testing.M) {
	if out, ok := os.LookupEnv("FAKE_GO_STDOUT"); ok {
		fmt.Print(out)
		os.Exit(0)
	}
	if _, ok := os.LookupEnv("FAKE_GO_HANGS"); ok {
		fmt.Println(`{"ImportPath":"a"}`)
		time.Sleep(time.Minute)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// tree writes the files of a txtar archive to a temporary directory and returns
// a Go that runs there, offline.
func tree(t *testing.T, archive string) gocmd.Go {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := txtar.Write(txtar.Parse([]byte(archive)), dir); err != nil {
		t.Fatal(err)
	}
	return gocmd.Go{Dir: dir, Env: []string{"GOPROXY=off", "GOFLAGS=", "GOWORK=", "GOTOOLCHAIN=local"}}
}

func TestFailures(t *testing.T) {
	tests := []struct {
		name    string
		archive string
		verb    string
		args    []string
		env     []string
		kind    gocmd.Kind
		pos     string // relative to the directory
		message string // a part of the error
	}{
		{
			name:    "unknown flag",
			archive: "-- go.mod --\nmodule m\n",
			verb:    "list", args: []string{"-nosuchflag"},
			kind:    gocmd.Usage,
			message: "nosuchflag",
		},
		{
			name:    "unknown command",
			verb:    "frobnicate",
			kind:    gocmd.Usage,
			message: "frobnicate",
		},
		{
			name:    "go.mod that does not parse",
			archive: "-- go.mod --\nmodule m\nrequier x v1\n",
			verb:    "list", args: []string{"./..."},
			kind:    gocmd.ModFile,
			pos:     "go.mod:2",
			message: "unknown directive: requier",
		},
		{
			name:    "go.work that does not parse",
			archive: "-- go.work --\ngo 1.26\nuze ./a\n",
			verb:    "list", args: []string{"work"},
			kind:    gocmd.ModFile,
			pos:     "go.work:2",
			message: "unknown directive: uze",
		},
		{
			name:    "go.work that lists a directory without a module",
			archive: "-- go.work --\ngo 1.26\nuse ./gone\n",
			verb:    "list", args: []string{"-e", "work"},
			kind:    gocmd.Workspace,
			message: "gone",
		},
		{
			name:    "the same module twice in go.work",
			archive: "-- go.work --\ngo 1.26\nuse ./a\nuse ./b\n-- a/go.mod --\nmodule m\n-- b/go.mod --\nmodule m\n",
			verb:    "list", args: []string{"-e", "work"},
			kind:    gocmd.Workspace,
			message: "appears multiple times",
		},
		{
			name:    "go.work older than a module",
			archive: "-- go.work --\ngo 1.20\nuse ./a\n-- a/go.mod --\nmodule m\ngo 1.21\n",
			verb:    "list", args: []string{"work"},
			kind:    gocmd.Workspace,
			message: "requires go >= 1.21",
		},
		{
			name:    "flag of module mode in a workspace",
			archive: "-- go.work --\ngo 1.26\nuse ./a\n-- a/go.mod --\nmodule m\n",
			verb:    "list", args: []string{"-mod=mod", "work"},
			kind: gocmd.Workspace,
		},
		{
			name:    "go line newer than the toolchain",
			archive: "-- go.mod --\nmodule m\ngo 1.999\n",
			verb:    "list", args: []string{"./..."},
			kind:    gocmd.Toolchain,
			message: "requires go >= 1.999",
		},
		{
			name:    "no such directory",
			archive: "-- go.mod --\nmodule m\n",
			verb:    "list", args: []string{"./nope"},
			kind:    gocmd.NoMatch,
			message: "nope",
		},
		{
			name:    "no such tree",
			archive: "-- go.mod --\nmodule m\n",
			verb:    "vet", args: []string{"./nope/..."},
			kind:    gocmd.NoMatch,
			message: "nope",
		},
		{
			name: "directory outside of the workspace",
			archive: "-- go.work --\ngo 1.26\nuse ./a\n-- a/go.mod --\nmodule m\n" +
				"-- b/go.mod --\nmodule n\n",
			verb: "list", args: []string{"./b/..."},
			kind: gocmd.NoMatch,
		},
		{
			name: "import that no required module provides",
			archive: "-- go.mod --\nmodule m\ngo 1.26\n" +
				"-- m.go --\npackage m\n\nimport _ \"example.com/gone\"\n",
			verb: "vet", args: []string{"./..."},
			kind:    gocmd.Missing,
			pos:     "m.go:3:8",
			message: "no required module provides package example.com/gone",
		},
		{
			name: "go.sum that lacks a module",
			archive: "-- go.mod --\nmodule m\ngo 1.26\nrequire github.com/rogpeppe/go-internal v1.16.0\n" +
				"-- m.go --\npackage m\n\nimport _ \"github.com/rogpeppe/go-internal/txtar\"\n",
			verb: "vet", args: []string{"./..."},
			kind:    gocmd.Untidy,
			pos:     "m.go:3:8",
			message: "missing go.sum entry",
		},
		{
			name: "requirement that cannot be fetched",
			archive: "-- go.mod --\nmodule m\ngo 1.16\nrequire example.com/gone v1.0.0\n" +
				"-- m.go --\npackage m\n",
			verb: "list", args: []string{"-mod=mod", "-m", "all"},
			kind:    gocmd.Offline,
			message: "module lookup disabled",
		},
		{
			name:    "package that does not type-check",
			archive: "-- go.mod --\nmodule m\ngo 1.26\n-- m.go --\npackage m\n\nvar n int = \"\"\n",
			verb:    "vet", args: []string{"./..."},
			kind:    gocmd.Build,
			pos:     "m.go:3:13",
			message: "cannot use",
		},
		{
			name:    "package that does not parse",
			archive: "-- go.mod --\nmodule m\ngo 1.26\n-- m.go --\npackage m\n\nfunc (\n",
			verb:    "build", args: []string{"./..."},
			kind: gocmd.Build,
			pos:  "m.go:4:1",
		},
		{
			name: "import cycle",
			archive: "-- go.mod --\nmodule m\ngo 1.26\n" +
				"-- a/a.go --\npackage a\n\nimport _ \"m/b\"\n-- b/b.go --\npackage b\n\nimport _ \"m/a\"\n",
			verb: "vet", args: []string{"./..."},
			kind:    gocmd.Build,
			message: "import cycle not allowed",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := tree(t, test.archive)
			g.Env = append(g.Env, test.env...)
			stderr, err := g.Run(t.Context(), nil, test.verb, test.args...)
			var failure *gocmd.Error
			if !errors.As(err, &failure) {
				t.Fatalf("got %v, want a *gocmd.Error", err)
			}
			if failure.Kind != test.kind {
				t.Errorf("kind is %v, want %v", failure.Kind, test.kind)
			}
			if test.pos != "" {
				want := filepath.Join(g.Dir, test.pos)
				if got := failure.Pos().String(); got != want {
					t.Errorf("position is %s, want %s", got, want)
				}
			}
			if !strings.Contains(failure.Error(), test.message) && !strings.Contains(failure.Stderr, test.message) {
				t.Errorf("the error does not say %q: %v", test.message, failure)
			}
			if stderr != failure.Stderr || stderr == "" {
				t.Errorf("standard error is not in the error: %q", failure.Stderr)
			}
			if t.Failed() {
				t.Logf("stderr:\n%s", stderr)
			}
		})
	}
}

func TestProblemsStandUnderTheirPackage(t *testing.T) {
	g := tree(t, `
-- go.mod --
module m
go 1.26
-- a/a.go --
package a

var n int = ""
-- b/b.go --
package b

func f() int {
	return g(
		1)
}
-- c/c.go --
package c
`)
	_, err := g.Run(t.Context(), nil, "build", "./...")
	var failure *gocmd.Error
	if !errors.As(err, &failure) {
		t.Fatalf("got %v, want a *gocmd.Error", err)
	}
	got := make(map[string]int) // line by package
	for _, p := range failure.Problems {
		got[p.Package] = p.Pos.Line
	}
	if len(got) != 2 || got["m/a"] != 3 || got["m/b"] != 4 {
		t.Errorf("problems are %v, want m/a at line 3 and m/b at line 4", failure.Problems)
	}
}

type listed struct{ ImportPath string }

func TestDecodeYieldsEachValue(t *testing.T) {
	g := tree(t, "-- go.mod --\nmodule m\ngo 1.26\n-- a/a.go --\npackage a\n-- b/b.go --\npackage b\n")
	var got []string
	for p, err := range gocmd.Decode[listed](t.Context(), g, "list", "-json=ImportPath", "./...") {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, p.ImportPath)
	}
	if want := []string{"m/a", "m/b"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestDecodeYieldsTheFailureLast(t *testing.T) {
	g := tree(t, "-- go.mod --\nmodule m\nrequier x v1\n")
	var last error
	for _, err := range gocmd.Decode[listed](t.Context(), g, "list", "-json=ImportPath", "./...") {
		last = err
	}
	var failure *gocmd.Error
	if !errors.As(last, &failure) || failure.Kind != gocmd.ModFile {
		t.Errorf("got %v, want a failure of kind %v", last, gocmd.ModFile)
	}
}

func TestDecodeReportsOutputThatIsNotJSON(t *testing.T) {
	g := gocmd.Go{Path: os.Args[0], Env: []string{"FAKE_GO_STDOUT={\"ImportPath\":\"a\"} oops"}}
	var last error
	n := 0
	for _, err := range gocmd.Decode[listed](t.Context(), g, "list") {
		n++
		last = err
	}
	if n != 2 || last == nil || !strings.Contains(last.Error(), "go list") {
		t.Errorf("got %d values, last error %v; want one value and an error that names the command", n, last)
	}
}

func TestLeavingTheLoopStopsTheCommand(t *testing.T) {
	g := gocmd.Go{Path: os.Args[0], Env: []string{"FAKE_GO_HANGS=1"}}
	began := time.Now()
	for _, err := range gocmd.Decode[listed](t.Context(), g, "list") {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	if d := time.Since(began); d > 30*time.Second {
		t.Errorf("the command went on for %v", d)
	}
}

func TestCancellation(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	g := gocmd.Go{Path: os.Args[0], Env: []string{"FAKE_GO_HANGS=1"}}
	started := writerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil })
	_, err := g.Run(ctx, started, "list")
	var failure *gocmd.Error
	if !errors.As(err, &failure) || failure.Kind != gocmd.Canceled || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want a failure of kind %v that is context.Canceled", err, gocmd.Canceled)
	}
}

func TestNoGoCommand(t *testing.T) {
	g := gocmd.Go{Path: "no-such-go-command"}
	_, err := g.Output(t.Context(), "version")
	var failure *gocmd.Error
	if !errors.As(err, &failure) || failure.Kind != gocmd.NotInstalled {
		t.Errorf("got %v, want a failure of kind %v", err, gocmd.NotInstalled)
	}
}

func TestBuildFlagsGoToCommandsThatTakeThem(t *testing.T) {
	g := tree(t, `
-- go.mod --
module m
go 1.26
-- a_plan9.go --
//go:build special

package m
-- other.txt --
//go:build special

package renamed
`)
	g.Tags = []string{"special"}
	g.OS, g.Arch = "plan9", "amd64"
	overlay := filepath.Join(g.Dir, "overlay.json")
	replace := fmt.Sprintf(`{"Replace": {%q: %q}}`, filepath.Join(g.Dir, "a_plan9.go"), filepath.Join(g.Dir, "other.txt"))
	if err := os.WriteFile(overlay, []byte(replace), 0o666); err != nil {
		t.Fatal(err)
	}
	g.Overlay = overlay
	out, err := g.Output(t.Context(), "list", "-f", "{{.Name}}", ".")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(string(out)); got != "renamed" {
		t.Errorf("package name is %q, want the overlay's", got)
	}
	if _, err := g.Output(t.Context(), "version"); err != nil {
		t.Errorf("go version takes no build flags: %v", err)
	}
}

func TestGetenv(t *testing.T) {
	g := tree(t, "-- go.work --\ngo 1.26\n")
	env, err := g.Getenv(t.Context(), "GOWORK", "GOVERSION")
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(g.Dir, "go.work"); env["GOWORK"] != want {
		t.Errorf("GOWORK is %q, want %q", env["GOWORK"], want)
	}
	if !strings.Contains(env["GOVERSION"], "go1.") {
		t.Errorf("GOVERSION is %q", env["GOVERSION"])
	}
}

func TestSelect(t *testing.T) {
	tests := []struct {
		version, setting string
		want             string // the child's GOTOOLCHAIN; "-" for an error
	}{
		{"go1.26.8", "local", ""},
		{"go1.27.3", "auto", ""},
		{"devel go1.27-0a1b2c3 Mon Jan 5 10:00:00 2026", "local", ""},
		{"go1.26.8-custom", "local", ""},
		{"go1.25.4", "auto", "go1.26.0+auto"},
		{"go1.22.1", "go1.22.1+auto", "go1.26.0+auto"},
		{"go1.24.0", "path", "go1.26.0+path"},
		{"go1.25.4", "local", "-"},
		{"go1.22.1", "go1.22.1", "-"},
		{"go1.20.14", "", "-"},
	}
	for _, test := range tests {
		t.Run(test.version+" "+test.setting, func(t *testing.T) {
			g := gocmd.Go{Path: os.Args[0], Env: []string{
				fmt.Sprintf(`FAKE_GO_STDOUT={"GOVERSION":%q,"GOTOOLCHAIN":%q}`, test.version, test.setting),
			}}
			g, err := g.Select(t.Context())
			if test.want == "-" {
				var failure *gocmd.Error
				if !errors.As(err, &failure) || failure.Kind != gocmd.Toolchain {
					t.Fatalf("got %v, want a failure of kind %v", err, gocmd.Toolchain)
				}
				if !strings.Contains(err.Error(), test.version) {
					t.Errorf("the error does not name %s: %v", test.version, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if last := g.Env[len(g.Env)-1]; strings.HasPrefix(last, "GOTOOLCHAIN=") {
				got = strings.TrimPrefix(last, "GOTOOLCHAIN=")
			}
			if got != test.want {
				t.Errorf("GOTOOLCHAIN is %q, want %q", got, test.want)
			}
		})
	}
}

func TestDropFlags(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{"-mod=mod", ""},
		{"-mod=mod -trimpath", "-trimpath"},
		{`-tags=a,b '-modfile=/with space/go.mod' "-ldflags=-s -w"`, `-tags=a,b "-ldflags=-s -w"`},
		{"--mod=vendor -modcacherw", "-modcacherw"},
	}
	for _, test := range tests {
		if got := gocmd.DropFlags(test.in, "mod", "modfile"); got != test.want {
			t.Errorf("DropFlags(%q) = %q, want %q", test.in, got, test.want)
		}
	}
}

func TestStderrAndLogSeeEverything(t *testing.T) {
	g := tree(t, "-- go.mod --\nmodule m\n")
	var stderr, log bytes.Buffer
	g.Stderr = &stderr
	g.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if _, err := g.Run(t.Context(), io.Discard, "list", "./..."); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(stderr.String(), "matched no packages") {
		t.Errorf("the warning of a command that succeeded is lost: %q", &stderr)
	}
	if !strings.Contains(log.String(), "list") || !strings.Contains(log.String(), "exit=0") {
		t.Errorf("the log does not tell the command and its outcome: %q", &log)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
