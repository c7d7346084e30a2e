package affected_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/affected"
)

// oneModule is a repository with a module of one package.
func oneModule(t *testing.T) *testCase {
	t.Helper()
	return newCase(t, txtar.Parse([]byte("-- base/go.mod --\nmodule example.com/m\n\ngo 1.26\n-- base/a/a.go --\npackage a\n")))
}

func TestABaseThatIsNotThereIsAnErrorThatSaysWhatToDo(t *testing.T) {
	c := oneModule(t)
	_, err := since(t.Context(), c.config(), "origin/main", affected.Options{})
	if err == nil || !strings.Contains(err.Error(), `"origin/main"`) || !strings.Contains(err.Error(), "git fetch") {
		t.Errorf("got %v, want an error that names the revision and says how to get it", err)
	}
}

func TestWithoutARepositoryThereIsNoBase(t *testing.T) {
	c := oneModule(t)
	if err := os.RemoveAll(filepath.Join(c.root, ".git")); err != nil {
		t.Fatal(err)
	}
	_, err := since(t.Context(), c.config(), "HEAD", affected.Options{})
	if err == nil || !strings.Contains(err.Error(), "not in a git work tree") {
		t.Errorf("got %v, want an error that says there is no repository", err)
	}
}

func TestWhatOthersChangedSinceDoesNotCount(t *testing.T) {
	c := oneModule(t)
	commit := func(message string) {
		git(t, c.root, "add", "-A")
		git(t, c.root, "-c", "user.name=n", "-c", "user.email=e@example.com", "commit", "-q", "-m", message)
	}
	git(t, c.root, "checkout", "-q", "-b", "main")
	write(t, filepath.Join(c.root, "a", "a.go"), []byte("package a\n\nvar Theirs = 1\n"))
	commit("theirs")
	git(t, c.root, "checkout", "-q", "-b", "topic", "HEAD~1")
	write(t, filepath.Join(c.root, "b", "b.go"), []byte("package b\n"))
	commit("ours")
	r, err := since(t.Context(), c.config(), "main", affected.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Packages) != 1 || r.Why("example.com/m/b") == nil || r.Why("example.com/m/a") != nil {
		t.Errorf("affected:\n%swant b alone", describe(r))
	}
	if want := git(t, c.root, "rev-parse", "HEAD~1"); r.Base != want {
		t.Errorf("the base is %s, want the fork point %s", r.Base, want)
	}
	if r.Total != 2 {
		t.Errorf("there are %d packages, want 2", r.Total)
	}
}

func TestTreesAreComparedWithoutGit(t *testing.T) {
	sides := make([]affected.Side, 2)
	for i, code := range []string{"package a\n", "package a\n\nvar A = 1\n"} {
		root := t.TempDir()
		write(t, filepath.Join(root, "go.mod"), []byte("module example.com/m\n\ngo 1.26\n"))
		write(t, filepath.Join(root, "a", "a.go"), []byte(code))
		write(t, filepath.Join(root, "b", "b.go"), []byte("package b\n"))
		cfg := workspace.Config{Dir: root, Root: root, Env: append(os.Environ(), "GOWORK=", "GOFLAGS=")}
		w, err := workspace.Open(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { w.Close() })
		sides[i] = affected.Side{Code: w, Config: cfg}
	}
	r, err := affected.Packages(t.Context(), sides[0], sides[1], affected.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Packages) != 1 || r.Why("example.com/m/a") == nil {
		t.Errorf("affected:\n%swant a alone", describe(r))
	}
}

func TestTheToolchainThatIsAskedForCountsWhereItIsTheOneThatRuns(t *testing.T) {
	c := oneModule(t)
	running := strings.TrimPrefix(goEnv(t, "GOVERSION")[0], "go")
	if strings.Count(running, ".") != 2 {
		t.Skipf("go%s is no patch release", running)
	}
	write(t, filepath.Join(c.root, "go.mod"), []byte("module example.com/m\n\ngo 1.26\n\ntoolchain go"+running+"\n"))
	r, err := since(t.Context(), c.config(), "HEAD", affected.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if p := r.Why("example.com/m/a"); p == nil || p.Cause.Kind != affected.Toolchain {
		t.Errorf("affected:\n%swant a, by the toolchain", describe(r))
	}
}

func TestAnOverlayIsRefused(t *testing.T) {
	cfg := oneModule(t).config()
	cfg.Overlay = "overlay.json"
	side := affected.Side{Config: cfg}
	if _, err := affected.Packages(t.Context(), side, side, affected.Options{}); err == nil || !strings.Contains(err.Error(), "overlay.json") {
		t.Errorf("got %v, want an error that names the overlay", err)
	}
}
