package verify_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/verify"
)

// olderGo puts a go command of another release into the environment: the one at hand, with
// the build tag "older".
func olderGo(t *testing.T, release string) []string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the go command of another release is a shell script here")
	}
	real, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	script := "#!/bin/sh\nunset GOTOOLCHAIN_INTERNAL_SWITCH_VERSION GOTOOLCHAIN_INTERNAL_SWITCH_COUNT\n" +
		"GOTOOLCHAIN=local GOFLAGS=-tags=older exec " + real + ` "$@"` + "\n"
	if err := os.WriteFile(filepath.Join(dir, release), []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
	return []string{"PATH=" + dir + string(filepath.ListSeparator) + os.Getenv("PATH")}
}

func TestToolchain(t *testing.T) {
	t.Parallel()
	const release = "go1.22.12"
	env := olderGo(t, release)
	older := func(changes ...string) *verify.State {
		cfg := lay(t, changes...)
		cfg.Env = append(cfg.Env, env...)
		return look(t, cfg, verify.Options{Views: []workspace.View{workspace.Work}, Test: true, Toolchain: release})
	}
	base := older()
	for _, test := range []struct {
		name    string
		changes []string
		want    []string // kind, package and test, and what the detail has
	}{
		{"nothing", nil, nil},
		{
			"a package does not compile",
			[]string{"stock/older.go", "//go:build older\n\npackage stock\n\nvar Newest = missing\n"},
			[]string{"load example.com/cart : it does not build", "load example.com/stock : undefined: missing"},
		},
		{
			"a test does not compile",
			[]string{"cart/older_test.go", "//go:build older\n\npackage cart\n\nvar newest = missing\n"},
			[]string{"load example.com/cart : undefined: missing"},
		},
		{
			"vet stops a test",
			[]string{"cart/older.go", "//go:build older\n\npackage cart\n\nimport \"fmt\"\n\nfunc init() { fmt.Printf(\"%d\\n\", \"x\") }\n"},
			[]string{"load example.com/cart : has arg \"x\" of wrong type string"},
		},
		{
			"a test fails",
			[]string{"stock/older.go", "//go:build older\n\npackage stock\n\nfunc init() { Left = 2 }\n"},
			[]string{"test example.com/cart TestLeft: ", "test example.com/cart : "},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, r := range verify.Compare(base, older(test.changes...)) {
				if r.Toolchain != release {
					t.Errorf("%v is worse with %q, want %q", r, r.Toolchain, release)
				}
				got = append(got, fmt.Sprintf("%s %s %s: %s", r.Kind, r.Package, r.Test, r.Detail))
			}
			slices.Sort(got)
			slices.Sort(test.want)
			same := len(got) == len(test.want)
			for i := 0; same && i < len(got); i++ {
				start, detail, _ := strings.Cut(test.want[i], ": ")
				same = strings.HasPrefix(got[i], start) && strings.Contains(got[i], detail)
			}
			if !same {
				t.Errorf("worse are\n%q\nwant\n%q", got, test.want)
			}
		})
	}
}

// TestOlderThanTheLine has a release look that refuses the code base as a whole.
func TestOlderThanTheLine(t *testing.T) {
	t.Parallel()
	cfg := lay(t)
	cfg.Env = append(cfg.Env, "GOTOOLCHAIN=local")
	s := look(t, cfg, verify.Options{Views: []workspace.View{workspace.Work}, Toolchain: "go1.99.0"})
	for _, module := range []string{"example.com/cart", "example.com/stock"} {
		if s.Modules[verify.ModuleKey{View: workspace.Work, Module: module}] == "" {
			t.Errorf("nothing is said of %s, which no go command has looked at", module)
		}
	}
}
