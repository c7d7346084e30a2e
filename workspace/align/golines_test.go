package align_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/goproxytest"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/align"
)

// laid writes a code base, serves what stands below proxy/, as MODULE_VERSION/FILE, and gives
// the modules that are named their sums.
func laid(t *testing.T, text string, summed ...string) workspace.Config {
	t.Helper()
	dir, mods := t.TempDir(), t.TempDir()
	tree, served := new(txtar.Archive), make(map[string]*txtar.Archive)
	for _, f := range txtar.Parse([]byte(text)).Files {
		name, proxied := strings.CutPrefix(f.Name, "proxy/")
		if !proxied {
			tree.Files = append(tree.Files, f)
			continue
		}
		mod, file, _ := strings.Cut(name, "/")
		if served[mod] == nil {
			_, version, _ := strings.Cut(mod, "_v")
			served[mod] = &txtar.Archive{Files: []txtar.File{{Name: ".info", Data: []byte(`{"Version":"v` + version + `"}`)}}}
		}
		if file == "go.mod" {
			served[mod].Files = append(served[mod].Files, txtar.File{Name: ".mod", Data: f.Data})
		}
		served[mod].Files = append(served[mod].Files, txtar.File{Name: file, Data: f.Data})
	}
	if err := txtar.Write(tree, dir); err != nil {
		t.Fatal(err)
	}
	for name, archive := range served {
		if err := os.WriteFile(filepath.Join(mods, name+".txtar"), txtar.Format(archive), 0o666); err != nil {
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
	for _, module := range summed {
		run(t, cfg, module, "GOWORK=off", "mod", "tidy", "-e")
	}
	return cfg
}

// run runs the go command in a folder of the code base, with one more variable.
func run(t *testing.T, cfg workspace.Config, dir, env string, args ...string) {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env = filepath.Join(cfg.Dir, dir), append(slices.Clip(cfg.Env), env)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go %v: %v\n%s", args, err, out)
	}
}

// told returns what raising go lines came to, but for the files.
func told(l *align.Lines) []string {
	name := func(m *workspace.Module) string {
		if m == nil {
			return "go.work"
		}
		return m.Rel
	}
	var all []string
	for _, r := range l.Raised {
		all = append(all, fmt.Sprintf("%s: %s %s -> %s", name(r.Module), r.Path, r.From, r.To))
	}
	for _, f := range l.Forced {
		all = append(all, fmt.Sprintf("forced: %s: go %s by %s", name(f.Module), f.Line, f.By))
	}
	for _, r := range l.Moved {
		all = append(all, fmt.Sprintf("moved: %s: %s %s -> %s", name(r.Module), r.Path, r.From, r.To))
	}
	for _, n := range l.Needed {
		all = append(all, fmt.Sprintf("needed: %s: %s %s, as %s since %s", name(n.Module), n.Path, n.To, n.Why, n.Since))
	}
	for _, f := range l.Failures {
		first := f.Error()
		all = append(all, "failed: "+first)
	}
	for _, left := range l.Left {
		all = append(all, "left: "+left.What)
	}
	for _, w := range l.Worse {
		all = append(all, "worse: "+w.Detail)
	}
	return all
}

func goLines(t *testing.T, cfg workspace.Config, to string) *align.Lines {
	t.Helper()
	l, err := align.GoLines(t.Context(), cfg, to, align.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// write makes the changes.
func write(t *testing.T, r *align.Result) {
	t.Helper()
	for _, c := range r.Changes {
		if c.New == nil {
			if err := os.Remove(c.File); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(c.File), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(c.File, c.New, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func expect(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// oldShop is a workspace from before modules listed what they need indirectly.
const oldShop = `
-- go.work --
go 1.18

toolchain go1.21.3

use (
	./cart
	./stock
	./tool
)

replace example.com/stock v0.1.0 => ./stock
-- cart/go.mod --
module example.com/cart

go 1.15

require (
	dep.example/text v1.1.0 // for the names
	example.com/stock v0.1.0
)
-- cart/cart.go --
package cart

import (
	"dep.example/text"

	"example.com/stock"
)

func Name() string { return text.Upper(stock.Name) }
-- stock/go.mod --
module example.com/stock

go 1.16

require dep.example/text v1.1.0
-- stock/stock.go --
package stock

import "dep.example/text"

var Name = text.Upper("x")
-- tool/go.mod --
module example.com/tool

go 1.24.0

toolchain go1.24.3
-- tool/main.go --
package main

func main() {}
-- proxy/dep.example_text_v1.1.0/go.mod --
module dep.example/text

go 1.15

require dep.example/more v1.0.0
-- proxy/dep.example_text_v1.1.0/text.go --
package text

import "dep.example/more"

func Upper(s string) string { return more.Upper(s) }
-- proxy/dep.example_text_v1.1.0/README --
It is about text.
-- proxy/dep.example_more_v1.0.0/go.mod --
module dep.example/more

go 1.15
-- proxy/dep.example_more_v1.0.0/more.go --
package more

func Upper(s string) string { return s }
`

// All lines below the version are raised, and what the modules need indirectly is listed.
func TestGoLines(t *testing.T) {
	t.Parallel()
	cfg := laid(t, strings.ReplaceAll(oldShop, "go 1.24.0\n\ntoolchain go1.24.3", "go 1.20\n\ntoolchain go1.21.9"), "stock")
	l := goLines(t, cfg, "1.22")
	expect(t, told(l), []string{
		"go.work: go 1.18 -> 1.22.0", "go.work: toolchain go1.21.3 -> ",
		"stock: dep.example/more  -> v1.0.0", "stock: go 1.16 -> 1.22.0",
		"cart: dep.example/more  -> v1.0.0", "cart: go 1.15 -> 1.22.0",
		"tool: go 1.20 -> 1.22.0", "tool: toolchain go1.21.9 -> ",
	})
	if got, want := content(t, l.Result, "cart/go.mod"), `module example.com/cart

go 1.22.0

require (
	dep.example/text v1.1.0 // for the names
	example.com/stock v0.1.0
)

require dep.example/more v1.0.0 // indirect
`; got != want {
		t.Errorf("cart/go.mod is to be\n%s", got)
	}
	if work := content(t, l.Result, "go.work"); !strings.HasPrefix(work, "go 1.22.0\n\nuse (\n\t./cart\n") {
		t.Errorf("go.work is to be\n%s", work)
	}
	if data, err := os.ReadFile(filepath.Join(cfg.Dir, "go.work")); err != nil || strings.Contains(string(data), "1.22") {
		t.Errorf("the tree was written: %v", err)
	}
	write(t, l.Result)
	run(t, cfg, "", "GOFLAGS=-mod=readonly", "build", "./cart", "./stock", "./tool")
	if again := goLines(t, cfg, "1.22"); len(again.Changes) > 0 {
		t.Errorf("the second time: %q", told(again))
	}
}

// A line that is newer stays, and lines from before 1.21 have no patch.
func TestGoLinesBefore121(t *testing.T) {
	t.Parallel()
	cfg := laid(t, strings.Replace(oldShop, "\n\t./tool\n", "\n", 1), "stock")
	if err := os.RemoveAll(filepath.Join(cfg.Dir, "tool")); err != nil {
		t.Fatal(err)
	}
	l := goLines(t, cfg, "1.16")
	expect(t, told(l), []string{"cart: go 1.15 -> 1.16"})
}

// No line counts as 1.16, a toolchain line that asks for more stays, and a line that has the
// language of the version is not touched.
func TestGoLinesThatAreOdd(t *testing.T) {
	t.Parallel()
	cfg := laid(t, `
-- none/go.mod --
module example.com/none
-- none/none.go --
package none
-- newer/go.mod --
module example.com/newer

go 1.21.1

toolchain go1.24.1
-- newer/newer.go --
package newer
-- same/go.mod --
module example.com/same

go 1.22
-- same/same.go --
package same
`)
	l := goLines(t, cfg, "1.22")
	expect(t, told(l), []string{"newer: go 1.21.1 -> 1.22.0", "none: go  -> 1.22.0"})
	if got := content(t, l.Result, "newer/go.mod"); !strings.Contains(got, "toolchain go1.24.1") {
		t.Errorf("newer/go.mod is to be\n%s", got)
	}
	expect(t, told(goLines(t, cfg, "1.22.4")), []string{
		"newer: go 1.21.1 -> 1.22.4", "none: go  -> 1.22.4", "same: go 1.22 -> 1.22.4",
	})
}

// Each go.work file of the code base follows its modules.
func TestGoLinesOfTwoWorkspaces(t *testing.T) {
	t.Parallel()
	cfg := laid(t, `
-- one/go.work --
go 1.20

use .
-- one/go.mod --
module example.com/one

go 1.20
-- one/one.go --
package one
-- two/go.work --
go 1.19

use .
-- two/go.mod --
module example.com/two

go 1.18
-- two/two.go --
package two
`)
	l := goLines(t, cfg, "1.22")
	expect(t, told(l), []string{"one: go 1.20 -> 1.22.0", "two: go 1.18 -> 1.22.0"})
	for _, name := range []string{"one/go.work", "two/go.work"} {
		if got := content(t, l.Result, name); got != "go 1.22.0\n\nuse .\n" {
			t.Errorf("%s is to be\n%s", name, got)
		}
	}
	write(t, l.Result)
	if again := goLines(t, cfg, "1.22"); len(again.Changes) > 0 {
		t.Errorf("the second time: %q", told(again))
	}
}

// What the code base was built with, it is built with: a newer line looks at fewer go.mod
// files, and would choose an older version if it were just written.
func TestGoLinesKeepVersions(t *testing.T) {
	t.Parallel()
	cfg := laid(t, `
-- go.mod --
module example.com/shop

go 1.15

require dep.example/b v1.0.0
-- shop.go --
package shop

import _ "dep.example/b"
-- proxy/dep.example_b_v1.0.0/go.mod --
module dep.example/b

go 1.17

require (
	dep.example/e v1.0.0
	dep.example/f v1.0.0
)
-- proxy/dep.example_b_v1.0.0/b.go --
package b

import (
	_ "dep.example/e"
	_ "dep.example/f"
)
-- proxy/dep.example_e_v1.0.0/go.mod --
module dep.example/e

go 1.17

require dep.example/g v1.0.0
-- proxy/dep.example_e_v1.0.0/e.go --
package e
-- proxy/dep.example_g_v1.0.0/go.mod --
module dep.example/g

go 1.17

require dep.example/f v1.1.0
-- proxy/dep.example_g_v1.0.0/g.go --
package g
-- proxy/dep.example_f_v1.0.0/go.mod --
module dep.example/f

go 1.17
-- proxy/dep.example_f_v1.0.0/f.go --
package f
-- proxy/dep.example_f_v1.1.0/go.mod --
module dep.example/f

go 1.17
-- proxy/dep.example_f_v1.1.0/f.go --
package f
`, "")
	l := goLines(t, cfg, "1.22")
	expect(t, told(l), []string{
		".: dep.example/e  -> v1.0.0", ".: dep.example/f  -> v1.1.0", ".: go 1.15 -> 1.22.0",
	})
}

// A dependency that needs a newer Go raises the lines further than asked.
func TestGoLinesForced(t *testing.T) {
	t.Parallel()
	cfg := laid(t, strings.NewReplacer(
		"module dep.example/more\n\ngo 1.15", "module dep.example/more\n\ngo 1.23.4", "go 1.24.0\n\ntoolchain go1.24.3", "go 1.20",
	).Replace(oldShop))
	l := goLines(t, cfg, "1.22")
	expect(t, told(l), []string{
		"go.work: go 1.18 -> 1.23.4", "go.work: toolchain go1.21.3 -> ",
		"stock: dep.example/more  -> v1.0.0", "stock: go 1.16 -> 1.23.4",
		"cart: dep.example/more  -> v1.0.0", "cart: go 1.15 -> 1.23.4",
		"tool: go 1.20 -> 1.22.0",
		"forced: stock: go 1.23.4 by dep.example/more@v1.0.0",
		"forced: cart: go 1.23.4 by dep.example/more@v1.0.0",
		"forced: go.work: go 1.23.4 by example.com/cart",
	})
}

// A dependency that the go command at hand can't build is raised as little as will do, where
// it is built.
func TestGoLinesNeeded(t *testing.T) {
	t.Parallel()
	const base = `
-- go.mod --
module example.com/shop

go 1.17

require golang.org/x/net v0.0.0-20220624214902-1bab6f366d9e
-- shop.go --
package shop

import _ "golang.org/x/net/PACKAGE"
-- proxy/golang.org_x_net_v0.0.0-20220624214902-1bab6f366d9e/go.mod --
module golang.org/x/net

go 1.17
-- proxy/golang.org_x_net_v0.0.0-20220624214902-1bab6f366d9e/internal/socket/socket.go --
package socket

var _ = recvmsg
-- proxy/golang.org_x_net_v0.0.0-20220624214902-1bab6f366d9e/html/html.go --
package html
-- proxy/golang.org_x_net_v0.0.0-20220624214902-1bab6f366d9e/ipv4/ipv4.go --
package ipv4

import _ "golang.org/x/net/internal/socket"
`
	const cured = `
-- proxy/golang.org_x_net_v0.1.0/go.mod --
module golang.org/x/net

go 1.17
-- proxy/golang.org_x_net_v0.1.0/internal/socket/socket.go --
package socket
-- proxy/golang.org_x_net_v0.1.0/ipv4/ipv4.go --
package ipv4

import _ "golang.org/x/net/internal/socket"
`
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"built", strings.Replace(base, "PACKAGE", "ipv4", 1) + cured, []string{
			".: go 1.17 -> 1.22.0", ".: golang.org/x/net v0.0.0-20220624214902-1bab6f366d9e -> v0.1.0",
			"needed: .: golang.org/x/net v0.1.0, as it uses syscall.recvmsg, which the linker allows no longer since go1.23",
		}},
		{"another package", strings.Replace(base, "PACKAGE", "html", 1) + cured, []string{".: go 1.17 -> 1.22.0"}},
		{"builds", strings.Replace(strings.Replace(base, "PACKAGE", "ipv4", 1), "var _ = recvmsg", "", 1) + cured, []string{".: go 1.17 -> 1.22.0"}},
		{"not to be had", strings.Replace(base, "PACKAGE", "ipv4", 1), []string{
			".: go 1.17 -> 1.22.0", "left: example.com/shop: golang.org/x/net v0.1.0",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			expect(t, told(goLines(t, laid(t, test.text, ""), "1.22")), test.want)
		})
	}
}

// A module that can't be tidied stays at its line, and so does what it requires of the code
// base if it could not be loaded otherwise. Others do not wait for it.
func TestGoLinesOfWhatCannotBeTidied(t *testing.T) {
	t.Parallel()
	cfg := laid(t, strings.NewReplacer(
		"cart\n\ngo 1.15", "cart\n\ngo 1.21.0", "go 1.18\n\ntoolchain go1.21.3", "go 1.21.0", "go 1.24.0\n\ntoolchain go1.24.3", "go 1.20",
		"example.com/stock v0.1.0\n)", "example.com/stock v0.1.0\n)\n\nrequire dep.example/more v1.0.0 // indirect",
	).Replace(oldShop)+`
-- cart/cart_windows.go --
package cart

import _ "dep.example/none"
`, "stock")
	writeFile(t, filepath.Join(cfg.Dir, "cart", "go.sum"), readFile(t, filepath.Join(cfg.Dir, "stock", "go.sum")))
	l := goLines(t, cfg, "1.22")
	var got []string
	for _, line := range told(l) {
		first, _, _ := strings.Cut(line, "\n")
		got = append(got, first)
	}
	expect(t, got, []string{
		"go.work: go 1.21.0 -> 1.22.0", "tool: go 1.20 -> 1.22.0",
		"failed: module stock: module example.com/cart requires it, stays at go 1.21.0, and can't require what needs a newer Go",
		"failed: module cart: go mod: example.com/cart imports",
	})
}

func writeFile(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The vendor folder follows, without what is left out of it.
func TestGoLinesVendored(t *testing.T) {
	t.Parallel()
	cfg := laid(t, oldShop, "stock")
	cfg.Dir = filepath.Join(cfg.Dir, "stock")
	for _, name := range []string{"go.work", "cart", "tool"} {
		if err := os.RemoveAll(filepath.Join(cfg.Dir, "..", name)); err != nil {
			t.Fatal(err)
		}
	}
	run(t, cfg, "", "GOWORK=off", "mod", "vendor")
	left := filepath.Join(cfg.Dir, "vendor", "dep.example", "text", "README")
	if err := os.Remove(left); err != nil {
		t.Fatal(err)
	}
	l := goLines(t, cfg, "1.22")
	if slices.ContainsFunc(l.Changes, func(c align.Change) bool { return c.File == left }) {
		t.Errorf("%s is there again", left)
	}
	expect(t, told(l), []string{".: dep.example/more  -> v1.0.0", ".: go 1.16 -> 1.22.0"})
	if got := content(t, l.Result, "vendor/modules.txt"); !strings.Contains(got, "## explicit; go 1.15\n") {
		t.Errorf("vendor/modules.txt is to be\n%s", got)
	}
	write(t, l.Result)
	run(t, cfg, "", "GOFLAGS=-mod=vendor", "build", "./...")
}

func TestGoLinesErrors(t *testing.T) {
	t.Parallel()
	cfg := laid(t, "-- go.mod --\nmodule example.com/shop\n\ngo 1.15\n-- shop.go --\npackage shop\n")
	for _, test := range []struct{ to, want string }{
		{"new", `"new" is no version of Go`},
		{"1", `"1" is no version of Go`},
		{"1.22.x", `"1.22.x" is no version of Go`},
		{"1.99", "can't raise go lines to 1.99.0: set GOTOOLCHAIN=go1.99.0, or install a newer Go"},
	} {
		if _, err := align.GoLines(t.Context(), cfg, test.to, align.Options{}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v", test.to, err)
		}
	}
}
