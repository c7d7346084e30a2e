package align_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/goproxytest"
	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/mod/modfile"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/align"
)

// shop is a workspace whose modules require different versions of dep, and one of them a
// sibling that is not released.
const shop = `
-- go.work --
go 1.26

use (
	./cart
	./ship
	./stock
)

replace example.com/stock v0.1.0 => ./stock
-- cart/go.mod --
module example.com/cart

go 1.26

require (
	dep.example/text v1.0.0 // for the names
	example.com/stock v0.1.0
)
-- cart/cart.go --
package cart

import (
	"dep.example/text"

	"example.com/stock"
)

func Name() string { return text.Upper(stock.Name) }
-- ship/go.mod --
module example.com/ship

go 1.26
-- ship/ship.go --
package ship
-- stock/go.mod --
module example.com/stock

go 1.26

require dep.example/text v1.1.0

require dep.example/more v1.0.0 // indirect
-- stock/stock.go --
package stock

import "dep.example/text"

var Name = text.Upper("x")
`

// dep has three versions: the second needs another module, and the last lacks a function.
var dep = map[string]string{
	"dep.example_text_v1.0.0": `
-- .mod --
module dep.example/text

go 1.21
-- .info --
{"Version":"v1.0.0"}
-- text.go --
package text

func Upper(s string) string { return s }
`,
	"dep.example_text_v1.1.0": `
-- .mod --
module dep.example/text

go 1.21

require dep.example/more v1.0.0
-- .info --
{"Version":"v1.1.0"}
-- text.go --
package text

import "dep.example/more"

func Upper(s string) string { return more.Upper(s) }
`,
	"dep.example_text_v1.2.0": `
-- .mod --
module dep.example/text

go 1.21
-- .info --
{"Version":"v1.2.0"}
-- text.go --
package text
`,
	"dep.example_more_v1.1.0": `
-- .mod --
module dep.example/more

go 1.21
-- .info --
{"Version":"v1.1.0"}
-- more.go --
package more

func Upper(s string) string { return s }
`,
	"dep.example_more_v1.0.0": `
-- .mod --
module dep.example/more

go 1.21
-- .info --
{"Version":"v1.0.0"}
-- more.go --
package more

func Upper(s string) string { return s }
`,
}

// lay writes the code base, and serves what it depends on.
func lay(t *testing.T, replace ...string) workspace.Config {
	t.Helper()
	dir, mods := t.TempDir(), t.TempDir()
	if err := txtar.Write(txtar.Parse([]byte(strings.NewReplacer(replace...).Replace(shop))), dir); err != nil {
		t.Fatal(err)
	}
	for name, text := range dep {
		if err := os.WriteFile(filepath.Join(mods, name+".txtar"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	proxy, err := goproxytest.NewServer(mods, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Close)
	cfg := workspace.Config{Dir: dir, Env: append(os.Environ(),
		"GOPROXY="+proxy.URL, "GONOSUMDB=*", "GOFLAGS=-modcacherw", "GOMODCACHE="+t.TempDir(), "GOWORK=", "GOTOOLCHAIN=local")}
	return cfg
}

// tidied lays the code base out with all sums that it can need.
func tidied(t *testing.T, replace ...string) workspace.Config {
	t.Helper()
	cfg := lay(t, replace...)
	cmd := exec.Command("go", "mod", "download", "-json", "dep.example/text@v1.0.0", "dep.example/text@v1.1.0", "dep.example/text@v1.2.0",
		"dep.example/more@v1.0.0", "dep.example/more@v1.1.0")
	cmd.Dir, cmd.Env = t.TempDir(), append(cfg.Env, "GOWORK=off")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var sums strings.Builder
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var m struct{ Path, Version, Sum, GoModSum string }
		if err := dec.Decode(&m); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&sums, "%s %s %s\n%s %s/go.mod %s\n", m.Path, m.Version, m.Sum, m.Path, m.Version, m.GoModSum)
	}
	modules := []string{"cart", "stock"}
	if len(replace) > 0 {
		modules = append(modules, "ship")
	}
	for _, module := range modules {
		if err := os.WriteFile(filepath.Join(cfg.Dir, module, "go.sum"), []byte(sums.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return cfg
}

// shown returns what a result says, in short.
func shown(r *align.Result, dir string) []string {
	var all []string
	for _, c := range r.Changes {
		name, err := filepath.Rel(dir, c.File)
		if err != nil {
			name = c.File
		}
		all = append(all, filepath.ToSlash(name))
	}
	for _, c := range r.Raised {
		all = append(all, fmt.Sprintf("%s: %s %s -> %s", c.Module.Rel, c.Path, c.From, c.To))
	}
	for _, w := range r.Worse {
		all = append(all, fmt.Sprintf("worse: %s %s %s", w.View, w.Kind, w.Package))
	}
	for _, f := range r.Failures {
		all = append(all, "failed: "+f.Error())
	}
	return all
}

func content(t *testing.T, r *align.Result, base string) string {
	t.Helper()
	i := slices.IndexFunc(r.Changes, func(c align.Change) bool { return strings.HasSuffix(filepath.ToSlash(c.File), base) })
	if i < 0 {
		t.Fatalf("%s does not change", base)
	}
	return string(r.Changes[i].New)
}

func TestSync(t *testing.T) {
	t.Parallel()
	cfg := lay(t)
	r, err := align.Sync(t.Context(), cfg, align.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"cart/go.mod", "cart/go.sum", "stock/go.sum",
		"cart: dep.example/more  -> v1.0.0", "cart: dep.example/text v1.0.0 -> v1.1.0",
	}
	if got := shown(r, cfg.Dir); !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if got, want := content(t, r, "cart/go.mod"), `module example.com/cart

go 1.26

require (
	dep.example/text v1.1.0 // for the names
	example.com/stock v0.1.0
)

require dep.example/more v1.0.0 // indirect
`; got != want {
		t.Errorf("cart/go.mod is to be\n%s", got)
	}
	if sums := content(t, r, "cart/go.sum"); !strings.Contains(sums, "dep.example/text v1.1.0/go.mod h1:") || strings.Contains(sums, "example.com/stock") {
		t.Errorf("cart/go.sum is to be\n%s", sums)
	}
	if _, err := os.Stat(filepath.Join(cfg.Dir, "cart", "go.sum")); err == nil {
		t.Error("the tree was written to")
	}
	// With the changes made, there is nothing more to do.
	for _, c := range r.Changes {
		if err := os.WriteFile(c.File, c.New, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	again, err := align.Sync(t.Context(), cfg, align.Options{})
	if err != nil || len(again.Changes) > 0 {
		t.Errorf("the second time: %q, %v", shown(again, cfg.Dir), err)
	}
}

// A dependency with which a module does not build any more is left as it is, and the others
// are aligned.
func TestSyncLeavesOutWhatDoesHarm(t *testing.T) {
	t.Parallel()
	cfg := tidied(t,
		"module example.com/ship\n\ngo 1.26\n", "module example.com/ship\n\ngo 1.26\n\nrequire (\n\tdep.example/more v1.1.0\n\tdep.example/text v1.2.0\n)\n",
		"package ship\n", "package ship\n\nimport (\n\t_ \"dep.example/more\"\n\t_ \"dep.example/text\"\n)\n",
	)
	r, err := align.Sync(t.Context(), cfg, align.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(shown(r, cfg.Dir), "\n")
	if !strings.Contains(got, "stock: dep.example/more v1.0.0 -> v1.1.0") || strings.Contains(got, "v1.2.0") || strings.Contains(got, "worse") {
		t.Errorf("got\n%s", got)
	}
	if len(r.Left) != 1 || r.Left[0].What != "dep.example/text v1.2.0" || !strings.Contains(r.Left[0].Err.Error(), "undefined: text.Upper") {
		t.Errorf("left out is %v", r.Left)
	}
}

// A module that can't be loaded by itself, for want of sums and requirements, is mended.
func TestSyncOfWhatDoesNotLoad(t *testing.T) {
	t.Parallel()
	cfg := lay(t, "\nrequire dep.example/more v1.0.0 // indirect\n", "")
	r, err := align.Sync(t.Context(), cfg, align.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := shown(r, cfg.Dir)
	if !slices.Contains(got, "stock: dep.example/more  -> v1.0.0") || !slices.Contains(got, "stock/go.sum") || len(r.Worse)+len(r.Failures) > 0 {
		t.Errorf("got %q", got)
	}
}

func TestGet(t *testing.T) {
	t.Parallel()
	cfg := tidied(t)
	r, err := align.Get(t.Context(), cfg, "dep.example/text", "v1.1.0", align.Options{Test: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := shown(r, cfg.Dir); !slices.Contains(got, "cart: dep.example/text v1.0.0 -> v1.1.0") || strings.Contains(strings.Join(got, "\n"), "ship") || len(r.Worse) > 0 {
		t.Errorf("got %q", got)
	}
}

// What does not build with the new version is told, in each view.
func TestGetThatBreaks(t *testing.T) {
	t.Parallel()
	cfg := tidied(t)
	var steps []string
	r, err := align.Get(t.Context(), cfg, "dep.example/text", "latest", align.Options{Step: func(s string) { steps = append(steps, s) }})
	if err != nil {
		t.Fatal(err)
	}
	got := shown(r, cfg.Dir)
	for _, want := range []string{
		"cart: dep.example/text v1.0.0 -> v1.2.0", "stock: dep.example/text v1.1.0 -> v1.2.0",
		"worse: work load example.com/stock", "worse: release load example.com/stock",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("there is no %q in %q", want, got)
		}
	}
	if !slices.Contains(steps, "tidying example.com/stock (1 of 2)") || !slices.Contains(steps, "tidying example.com/cart (2 of 2)") {
		t.Errorf("the steps are %q", steps)
	}
}

func TestGetErrors(t *testing.T) {
	t.Parallel()
	cfg := tidied(t)
	for _, test := range []struct{ path, query, want string }{
		{"example.com/stock", "latest", "is a module of this code base"},
		{"dep.example/none", "v1.0.0", "dep.example/none@v1.0.0: "},
		{"dep.example/text", "v9.0.0", "dep.example/text@v9.0.0: "},
	} {
		if _, err := align.Get(t.Context(), cfg, test.path, test.query, align.Options{}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s@%s: got %v", test.path, test.query, err)
		}
	}
	alone := lay(t, "\tdep.example/text v1.0.0 // for the names\n", "", "require dep.example/text v1.1.0\n\nrequire dep.example/more v1.0.0 // indirect\n", "")
	if _, err := align.Get(t.Context(), alone, "dep.example/text", "v1.0.0", align.Options{}); err == nil || !strings.Contains(err.Error(), "no module of the code base requires dep.example/text") {
		t.Errorf("got %v", err)
	}
}

// A module that can't be tidied stays as it is, and the others do not wait for it.
func TestOneModuleFails(t *testing.T) {
	t.Parallel()
	cfg := lay(t, "package ship\n", "package ship\n\nimport _ \"dep.example/none\"\n")
	r, err := align.Sync(t.Context(), cfg, align.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(shown(r, cfg.Dir), "\n")
	if !strings.Contains(got, "cart: dep.example/text v1.0.0 -> v1.1.0") || !strings.Contains(got, "failed: module ship: ") || strings.Contains(got, "ship/go.mod\n") {
		t.Errorf("got %s", got)
	}
}

func TestUntidy(t *testing.T) {
	t.Parallel()
	cfg := tidied(t)
	r, err := align.Untidy(t.Context(), cfg, align.Options{})
	if err != nil {
		t.Fatal(err)
	}
	// The sums are more than stock needs, and cart lacks what stock requires.
	want := []string{"cart/go.mod", "cart/go.sum", "stock/go.sum", "cart: dep.example/more  -> v1.0.0", "cart: dep.example/text v1.0.0 -> v1.1.0"}
	if got := shown(r, cfg.Dir); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Of mends, those that can't be made, or make something worse, are left out.
func TestApply(t *testing.T) {
	t.Parallel()
	cfg := tidied(t)
	require := func(rel, version string) align.Mend {
		return align.Mend{
			What: rel + " " + version,
			Mod: func(m *workspace.Module, f *modfile.File) error {
				if m.Rel != rel {
					return nil
				}
				return f.AddRequire("dep.example/text", version)
			},
		}
	}
	mends := []align.Mend{
		require("cart", "v1.1.0"),
		require("cart", "v1.2.0"), // lacks a function
		require("stock", "v9.0.0"),
		{What: "go.work", Work: func(f *modfile.WorkFile) error { return f.AddGodebug("panicnil", "1") }},
	}
	r, err := align.Apply(t.Context(), cfg, mends, false, align.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := shown(r, cfg.Dir)
	for _, l := range r.Left {
		first, _, _ := strings.Cut(l.Err.Error(), ": ")
		got = append(got, fmt.Sprintf("left: %s: %s", l.What, first))
	}
	want := []string{
		"cart/go.mod", "cart/go.sum", "go.work",
		"cart: dep.example/more  -> v1.0.0", "cart: dep.example/text v1.0.0 -> v1.1.0",
		"left: cart v1.2.0: example.com/stock is worse with it (load, view work)",
		"left: stock v9.0.0: module stock",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if again, err := os.ReadFile(filepath.Join(cfg.Dir, "go.work")); err != nil || bytes.Contains(again, []byte("panicnil")) {
		t.Errorf("the tree was written: %s, %v", again, err)
	}
}
