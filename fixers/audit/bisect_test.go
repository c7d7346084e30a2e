package audit_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gomend/gomend/fixers/audit"
	"github.com/gomend/gomend/workspace"
)

// Tests that pass with Go 1.20 for what go 1.22 and 1.26 change.
const oldTests = `
-- go.work --
go 1.20

use (
	./app
	./lib
)
-- lib/go.mod --
module example.com/lib

go 1.20
-- lib/lib.go --
package lib

func Harmless(names []string) (all []func() string) {
	for _, name := range names {
		all = append(all, func() string { return name })
	}
	return all
}

func Last(names []string) func() string {
	var f func() string
	for _, name := range names {
		if f == nil {
			f = func() string { return name }
		}
	}
	return f
}
-- app/go.mod --
module example.com/app

go 1.20

require example.com/lib v0.0.0
-- app/app.go --
package app

import (
	"math/rand"
	"net/url"

	"example.com/lib"
)

func Last(names []string) string { return lib.Last(names)() }

func Roll() int {
	rand.Seed(1)
	return rand.Int()
}

func Host(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	return u.Host
}
-- app/app_test.go --
package app

import "testing"

func TestLast(t *testing.T) {
	if got := Last([]string{"a", "b", "c"}); got != "c" {
		t.Error(got)
	}
}

func TestHosts(t *testing.T) {
	for _, s := range []string{"http://shop/", "http://::1/"} {
		t.Run(s, func(t *testing.T) {
			if Host(s) == "" {
				t.Error(s)
			}
		})
	}
}

func TestBoth(t *testing.T) {
	if Roll() != Roll() {
		t.Error("the dice are random")
	}
	if got := Last([]string{"a", "b"}); got != "b" {
		t.Error(got)
	}
}

func TestFine(t *testing.T) {}

func TestFails(t *testing.T) { t.Error("as ever") }
`

func TestBisect(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := txtar.Write(txtar.Parse([]byte(oldTests)), dir); err != nil {
		t.Fatal(err)
	}
	cfg := workspace.Config{Dir: dir, Env: append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=", "GOTOOLCHAIN=local")}
	for _, test := range []struct {
		name, to, pkg, test string
		want                string // causes and places, or what the error has
	}{
		{"a loop of another module", "1.22", "example.com/app", "TestLast", "loopvar lib/lib.go:12"},
		{"a setting", "1.26", "example.com/app", "TestHosts", "urlstrictcolons app/app.go:18"},
		{"a subtest", "1.26", "example.com/app", "TestHosts/http:__::1_", "no test"},
		{"a loop and a setting", "1.24", "example.com/app", "TestBoth", "randseednop app/app.go:13, loopvar lib/lib.go:12"},
		{"the version is too old for the setting", "1.25", "example.com/app", "TestHosts", "what makes it fail is another change"},
		{"nothing", "1.26", "example.com/app", "TestFine", "what makes it fail is another change"},
		{"it fails before", "1.26", "example.com/app", "TestFails", "fails with the go lines as they are"},
		{"no such test", "1.26", "example.com/app", "TestGone", "has no test TestGone"},
		{"no such package", "1.26", "example.com/gone", "TestGone", "is not of the code base"},
		{"no such version", "1.x", "example.com/app", "TestLast", "is no version for a go line"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			culprits, err := audit.Bisect(t.Context(), cfg, audit.BisectOptions{To: test.to, Package: test.pkg, Test: test.test})
			if err != nil {
				if !strings.Contains(err.Error(), test.want) {
					t.Errorf("got %v, want %s", err, test.want)
				}
				return
			}
			var got []string
			for _, c := range culprits {
				where := ""
				for _, site := range c.Sites {
					rel, _ := filepath.Rel(dir, site.Filename)
					where += fmt.Sprintf(" %s:%d", filepath.ToSlash(rel), site.Line)
				}
				got = append(got, c.Cause+where)
				if c.Text == "" || c.Source == "" || c.Keep == "" {
					t.Errorf("it does not say everything: %+v", c)
				}
			}
			if text := strings.Join(got, ", "); text != test.want {
				t.Errorf("got %s, want %s", text, test.want)
			}
		})
	}
}

func TestNoVersion(t *testing.T) {
	for _, v := range []string{"", "1", "go2.3", "latest", "1.22.x"} {
		if r, err := audit.Run(t.Context(), workspace.Config{Dir: t.TempDir()}, audit.Options{To: v}); err == nil || !strings.Contains(err.Error(), "is no version") {
			t.Errorf("%q: got %v, %v", v, r, err)
		}
	}
}
