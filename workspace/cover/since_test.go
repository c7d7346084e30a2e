package cover_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/cover"
)

func TestMain(m *testing.M) {
	for _, name := range []string{"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"} {
		os.Setenv(name, os.DevNull)
	}
	os.Exit(m.Run())
}

// commitShop writes the shop, as layShop does, and commits it.
func commitShop(t *testing.T, changes ...string) workspace.Config {
	t.Helper()
	cfg := layShop(t, changes...)
	git(t, cfg.Dir, "init", "-q")
	commit(t, cfg.Dir)
	return cfg
}

func commit(t *testing.T, dir string) {
	t.Helper()
	git(t, dir, "add", "-A")
	git(t, dir, "-c", "user.name=n", "-c", "user.email=e@example.com", "commit", "-q", "-m", "m")
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", args[0], err, out)
	}
	return strings.TrimSpace(string(out))
}

func write(t *testing.T, cfg workspace.Config, name, content string) {
	t.Helper()
	name = filepath.Join(cfg.Dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func since(t *testing.T, cfg workspace.Config, o cover.Options) *cover.Comparison {
	t.Helper()
	c, err := cover.Since(t.Context(), cfg, "HEAD", o)
	if err != nil {
		t.Fatal(err)
	}
	if want := git(t, cfg.Dir, "rev-parse", "HEAD"); c.Revision != want {
		t.Errorf("compared with %s, want %s", c.Revision, want)
	}
	return c
}

// The work tree has a test less, a file that moved as a whole, a package that is new, and
// one that was broken before.
func TestSince(t *testing.T) {
	t.Parallel()
	cfg := commitShop(t,
		"stock/eggs/eggs.go", "package eggs\n\nfunc Count() int {\n\treturn 12\n}\n",
		"stock/eggs/eggs_test.go", "package eggs\n\nimport \"testing\"\n\nfunc TestCount(t *testing.T) { Count() }\n",
		"stock/only/broken.go", "package only\n\nvar X int = \"\"\n",
	)
	write(t, cfg, "cart/cart_test.go", "package cart\n")
	git(t, cfg.Dir, "mv", "stock/eggs/eggs.go", "stock/eggs/dozen.go")
	write(t, cfg, "stock/fresh/fresh.go", "package fresh\n\nfunc Fresh() bool { return true }\n")
	write(t, cfg, "stock/only/broken.go", "package only\n\nvar X int\n")
	got := describe(since(t, cfg, cover.Options{}))
	want := `dropped: 4 uncovered before, 7 after
of the change: 0 of 1
not covered: stock/fresh/fresh.go:3 Fresh (1)
lost: cart/cart.go:7 Left (1), was cart/cart.go:7
lost: cart/cart.go:10 Left (1), was cart/cart.go:10
kept example.com/cart: 2 of 3, then 0 of 3
	Left: 2 of 3, then 0 of 3
added example.com/stock/fresh: 0 of 0, then 0 of 1
	Fresh: 0 of 0, then 0 of 1
unknown example.com/stock/only: 0 of 0, then 0 of 0 (at the base, it does not build: stock/only/broken.go:3: cannot use "" (untyped string constant) as int value in variable declaration)
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestSinceNothingChanged(t *testing.T) {
	t.Parallel()
	c := since(t, commitShop(t), cover.Options{Patterns: []string{"./cart"}})
	if got, want := describe(c), "held: 1 uncovered before, 1 after\nof the change: 0 of 0\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// The base may be given as the profile of an earlier run: its tests are not run again.
func TestSinceWithTheProfileOfTheBase(t *testing.T) {
	t.Parallel()
	cfg := commitShop(t, "cart/cart_test.go", "package cart\n\nimport \"testing\"\n\nfunc TestLeft(t *testing.T) { t.Error(Left(0)) }\n")
	write(t, cfg, "base.out", "mode: set\nexample.com/cart/cart.go:6.25,7.25 1 1\nexample.com/cart/cart.go:7.25,9.3 1 1\nexample.com/cart/cart.go:10.2,10.27 1 1\n")
	write(t, cfg, "cart/cart_test.go", "package cart\n\nimport \"testing\"\n\nfunc TestLeft(t *testing.T) { Left(0) }\n")
	got := describe(since(t, cfg, cover.Options{Patterns: []string{"./cart"}, BaseProfiles: []string{"base.out"}}))
	want := `dropped: 0 uncovered before, 1 after
of the change: 0 of 0
lost: cart/cart.go:8 Left (1), was cart/cart.go:8
kept example.com/cart: 3 of 3, then 2 of 3
	Left: 3 of 3, then 2 of 3
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// A test that does not cover the same every time is told by a second run.
func TestSinceRunsTestsAgain(t *testing.T) {
	t.Parallel()
	test := `package cart

import (
	"os"
	"testing"
)

func TestLeft(t *testing.T) {
	if os.Remove(%q) == nil {
		Left(9)
	}
	Left(0)
}
`
	state := filepath.Join(t.TempDir(), "state")
	cfg := commitShop(t, "cart/cart_test.go", fmt.Sprintf(test, state))
	write(t, cfg, "base.out", "mode: set\nexample.com/cart/cart.go:6.25,7.25 1 1\nexample.com/cart/cart.go:7.25,9.3 1 1\nexample.com/cart/cart.go:10.2,10.27 1 1\n")
	// At the head, the first run covers less than the second.
	write(t, cfg, "cart/cart_test.go", strings.ReplaceAll(fmt.Sprintf(test, state), "== nil {", "!= nil {\n\t\tos.WriteFile("+fmt.Sprintf("%q", state)+", nil, 0o666)\n\t} else {"))
	o := cover.Options{Patterns: []string{"./cart"}, BaseProfiles: []string{"base.out"}, Again: true}
	got := describe(since(t, cfg, o))
	want := `held: 0 uncovered before, 0 after
of the change: 0 of 0
flaky: cart/cart.go:8 Left (1)
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// The code base need not have existed, nor what a pattern names.
func TestSinceThereWasNothing(t *testing.T) {
	t.Parallel()
	cfg := commitShop(t)
	write(t, cfg, "stock/fresh/fresh.go", "package fresh\n\nfunc Fresh() bool { return true }\n")
	got := describe(since(t, cfg, cover.Options{Patterns: []string{"./stock/fresh"}}))
	want := `dropped: 0 uncovered before, 1 after
of the change: 0 of 1
not covered: stock/fresh/fresh.go:3 Fresh (1)
added example.com/stock/fresh: 0 of 0, then 0 of 1
	Fresh: 0 of 0, then 0 of 1
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestSinceARevisionThatIsNotThere(t *testing.T) {
	t.Parallel()
	cfg := commitShop(t)
	_, err := cover.Since(t.Context(), cfg, "origin/main", cover.Options{})
	if err == nil || !strings.Contains(err.Error(), "comparing the coverage with origin/main") || !strings.Contains(err.Error(), "git fetch") {
		t.Errorf("got %v, want an error that names the revision and says how to get it", err)
	}
}
