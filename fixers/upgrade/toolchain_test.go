package upgrade_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/upgrade"
	"github.com/gomend/gomend/internal/modproxy"
	"github.com/gomend/gomend/workspace"
)

// withRelease puts a go command of another release into the environment: the one at hand,
// with the build tag "older".
func withRelease(t *testing.T, cfg workspace.Config, release string) workspace.Config {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the go command of another release is a shell script here")
	}
	real, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	script := fmt.Sprintf(`#!/bin/sh
unset GOTOOLCHAIN_INTERNAL_SWITCH_VERSION GOTOOLCHAIN_INTERNAL_SWITCH_COUNT
if [ "$1" = env ]; then
	echo '{"GOVERSION": "%s"}'
	exit
fi
GOTOOLCHAIN=local GOFLAGS=-tags=older exec %s "$@"
`, release, real)
	if err := os.WriteFile(filepath.Join(dir, release), []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
	cfg.Env = append(cfg.Env, "PATH="+dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	return cfg
}

// What works with the Go at hand alone is taken back, too.
func TestOlderToolchain(t *testing.T) {
	const release = "go1.22.7"
	cfg := withRelease(t, layOut(t, shop+`
-- older_test.go --
//go:build older

package shop

import "testing"

func TestHalf(t *testing.T) {
	if got := Half(4); got != 2 {
		t.Error(got)
	}
}
`), release)
	r := plan(t, cfg, upgrade.Options{
		To: "1.22", Test: true, NoAudit: true, Toolchain: release,
		Fixers: []*fix.Fixer{replacing("zero", "n + 0", "n"), replacing("zeros", "n - n/2 + 0", "n - n/2 + 1")},
	})
	if r.Toolchain != release {
		t.Errorf("the upgrade was proven with %q", r.Toolchain)
	}
	if len(r.RolledBack) != 1 || r.RolledBack[0].Fixer != "zeros" || !strings.Contains(r.RolledBack[0].Why, "with "+release+", TestHalf of example.com/shop fails") {
		t.Errorf("taken back was %v", r.RolledBack)
	}
	if code := file(t, r, "shop.go"); !strings.Contains(code, "return n\n") || !strings.Contains(code, "n - n/2 + 0\n") || len(r.Worse) > 0 {
		t.Errorf("the code is\n%s\nand worse are %v", code, r.Worse)
	}
}

// TestToolchains has the releases that can't be had.
func TestToolchains(t *testing.T) {
	for _, test := range []struct{ name, toolchain, want string }{
		{"it is not there", "go1.22.98", "go1.22.98 can't be had"},
		{"it is no release", "newest", `"newest" is no release of Go`},
		{"it is too old", "1.20.4", "go1.20.4 is older than the go line 1.22.0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := upgrade.Plan(t.Context(), layOut(t, shop), upgrade.Options{To: "1.22", NoAudit: true, Toolchain: test.toolchain})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v, want %q", err, test.want)
			}
		})
	}
	t.Run("none was asked for", func(t *testing.T) {
		r := plan(t, layOut(t, shop), upgrade.Options{To: "1.22", NoAudit: true})
		if r.NoToolchain == nil || !strings.Contains(r.NoToolchain.Error(), "GOTOOLCHAIN=local") {
			t.Errorf("what is said of the release is %v", r.NoToolchain)
		}
	})
	t.Run("the go line is missing", func(t *testing.T) { // which the go command likes to add
		cfg := layOut(t, strings.Replace(shop, "\ngo 1.15\n", "\n", 1))
		proxy := t.TempDir()
		list := filepath.Join(proxy, "golang.org", "toolchain", "@v", "list")
		if err := os.MkdirAll(filepath.Dir(list), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(list, fmt.Appendf(nil, "v0.0.1-go1.22.98.%s-%s\n", runtime.GOOS, runtime.GOARCH), 0o666); err != nil {
			t.Fatal(err)
		}
		cfg.Env = append(cfg.Env, "GOTOOLCHAIN=auto", "GONOSUMDB=*", "GOPROXY="+modproxy.FileURL(proxy))
		r := plan(t, cfg, upgrade.Options{To: "1.22", NoAudit: true})
		if r.NoToolchain == nil || !strings.Contains(r.NoToolchain.Error(), "go1.22.98 can't be had") {
			t.Errorf("what is said of the release is %v", r.NoToolchain)
		}
	})
	t.Run("none is wanted", func(t *testing.T) {
		r := plan(t, layOut(t, shop), upgrade.Options{To: "1.22", NoAudit: true, Toolchain: upgrade.LocalToolchain})
		if r.NoToolchain != nil || r.Toolchain != "" {
			t.Errorf("what is said of the release is %v", r.NoToolchain)
		}
	})
}
