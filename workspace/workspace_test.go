package workspace_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gomend/gomend/workspace"
)

// tree writes the files of a txtar archive to a temporary directory.
func tree(t *testing.T, archive string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := txtar.Write(txtar.Parse([]byte(archive)), dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// open opens a workspace, offline.
func open(t *testing.T, cfg workspace.Config) *workspace.Workspace {
	t.Helper()
	cfg.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=", "GOTOOLCHAIN=local")
	w, err := workspace.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func load(t *testing.T, w *workspace.Workspace, patterns ...string) *workspace.Selection {
	t.Helper()
	s, err := w.Load(t.Context(), workspace.Work, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// One test whose imports can't be resolved makes "go vet" refuse all packages.
func TestPackagesWhoseTestsCanNotBeLoaded(t *testing.T) {
	dir := tree(t, `
-- go.mod --
module example.com/m

go 1.24
-- fine/fine.go --
package fine
-- fine/fine_test.go --
package fine_test

import _ "example.com/m/fine"
-- inside/inside.go --
package inside
-- inside/inside_test.go --
package inside

import _ "example.com/nowhere"
-- outside/outside.go --
package outside
-- outside/outside_test.go --
package outside_test

import _ "example.com/nowhere"
`)
	s := load(t, open(t, workspace.Config{Dir: dir}))
	u := s.Units[0]
	if got := u.Args(); !slices.Equal(got, []string{"./..."}) {
		t.Errorf("before the tests are looked at, the arguments are %v", got)
	}
	if err := s.CheckTests(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := u.Args(); !slices.Equal(got, []string{"example.com/m/fine"}) {
		t.Errorf("the arguments are %v, want the package whose test can be loaded", got)
	}
	for _, p := range s.Packages {
		broken := p.ImportPath != "example.com/m/fine"
		if got := len(p.TestErrors) > 0; got != broken {
			t.Errorf("%s has test errors %v", p.ImportPath, p.TestErrors)
		}
		for _, e := range p.TestErrors {
			if e.Pos.Line != 3 || !strings.HasSuffix(e.Pos.Filename, "_test.go") {
				t.Errorf("%s: the error stands at %s", p.ImportPath, e.Pos)
			}
		}
	}
}

func TestConfigReachesTheGoCommand(t *testing.T) {
	dir := tree(t, `
-- go.mod --
module example.com/m

go 1.24
-- m.go --
package m
-- tagged.go --
//go:build special

package m
-- m_plan9.go --
package m
-- other.go --
package m

import _ "fmt"
`)
	overlay := filepath.Join(t.TempDir(), "overlay.json")
	content := `{"Replace": {"` + filepath.ToSlash(filepath.Join(dir, "m.go")) + `": "` + filepath.ToSlash(filepath.Join(dir, "other.go")) + `"}}`
	if err := os.WriteFile(overlay, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	plain := load(t, open(t, workspace.Config{Dir: dir, OS: "linux", Arch: "amd64"})).Packages[0]
	if want := []string{"m.go", "other.go"}; !slices.Equal(plain.GoFiles, want) {
		t.Errorf("files are %v, want %v", plain.GoFiles, want)
	}
	if want := []string{"m_plan9.go", "tagged.go"}; !slices.Equal(plain.IgnoredGoFiles, want) {
		t.Errorf("ignored files are %v, want %v", plain.IgnoredGoFiles, want)
	}
	special := load(t, open(t, workspace.Config{Dir: dir, OS: "plan9", Arch: "amd64", Tags: []string{"special"}, Overlay: overlay})).Packages[0]
	if want := []string{"m.go", "m_plan9.go", "other.go", "tagged.go"}; !slices.Equal(special.GoFiles, want) {
		t.Errorf("files are %v, want %v", special.GoFiles, want)
	}
	if !slices.Contains(special.Imports, "fmt") {
		t.Errorf("imports are %v: the overlay was not read", special.Imports)
	}
}

// The files of a revision stand in a directory without repository; what is relative
// to the root must be so there too.
func TestRootThatTheCallerKnows(t *testing.T) {
	root := tree(t, "-- a/b/go.mod --\nmodule example.com/b\n-- c/go.mod --\nmodule example.com/c\n")
	dir := filepath.Join(root, "a", "b")
	if w := open(t, workspace.Config{Dir: dir}); w.Root != dir {
		t.Errorf("the root is %s, want the module's directory", w.Root)
	}
	w := open(t, workspace.Config{Dir: dir, Root: root})
	if w.Root != root || len(w.Modules) != 2 || w.Modules[0].Rel != "a/b" {
		t.Errorf("the root is %s with %d modules, want %s with 2", w.Root, len(w.Modules), root)
	}
}

func TestCloseRemovesWhatWasSynthesised(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("TMP", temp)
	root := tree(t, "-- a/go.mod --\nmodule example.com/a\n-- a/a.go --\npackage a\n-- b/go.mod --\nmodule example.com/b\n-- b/b.go --\npackage b\n")
	w := open(t, workspace.Config{Dir: root, Root: root})
	load(t, w)
	gone := func() bool {
		left, err := filepath.Glob(filepath.Join(temp, "gomend-work-*"))
		if err != nil {
			t.Fatal(err)
		}
		return len(left) == 0
	}
	if gone() {
		t.Error("nothing was synthesised: the test tests nothing")
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if !gone() {
		t.Error("temporary files are left")
	}
}

func TestErrorsOfOpen(t *testing.T) {
	dir := tree(t, "-- ws/go.work --\ngo 1.24\n\nuze ./a\n-- file --\n")
	open := func(dir string) error {
		_, err := workspace.Open(t.Context(), workspace.Config{Dir: dir, Env: append(os.Environ(), "GOWORK=")})
		return err
	}
	var file *workspace.FileError
	err := open(filepath.Join(dir, "ws"))
	if !errors.As(err, &file) || file.Pos.Line != 3 || file.Pos.Filename != filepath.Join(dir, "ws", "go.work") {
		t.Errorf("broken go.work: got %v, want a *FileError at its line 3", err)
	}
	if err := open(filepath.Join(dir, "gone")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("directory that does not exist: got %v", err)
	}
	if err := open(filepath.Join(dir, "file")); err == nil {
		t.Error("a file was opened as a workspace")
	}
}

func TestCancellationIsNotAFailureOfTheModules(t *testing.T) {
	root := tree(t, "-- go.mod --\nmodule example.com/m\n-- m.go --\npackage m\n")
	w := open(t, workspace.Config{Dir: root})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.Load(ctx, workspace.Work); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if s := load(t, w); len(s.Packages) != 1 {
		t.Errorf("after that, %d packages are loaded, want 1", len(s.Packages))
	}
}
